package server

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// answerKept: the cover that passes by and the QR are asked for by everybody at once.
const answerKept = 5 * time.Second

// answer is a question under way, or its answer for a while.
type answer struct {
	done     chan struct{} // closed when the rest is there
	response signaling.Response
	refusal  *wire.Error
	until    time.Time
}

// Ask asks the host of a code what a page wants: path is art/current, art/{id}, search, qr.svg or qr.png, with its
// query; token is the page's bearer token, which the host judges.
func (s *Server) Ask(ctx context.Context, typed, path, token string) (signaling.Response, *wire.Error) {
	c, refusal := s.look(typed)
	if refusal != nil {
		return signaling.Response{}, refusal
	}
	if len(path) > signaling.MaxPath || len(token) > wire.MaxToken {
		s.counts.LongPath.Add(1)
		return signaling.Response{}, wire.Refuse(wire.CodeBadRequest)
	}
	response, refusal := s.askJam(ctx, s.find(c), path, token)
	return response, s.again(typed, refusal)
}

func (s *Server) askJam(ctx context.Context, j *jam, path, token string) (signaling.Response, *wire.Error) {
	away := wire.Refuse(wire.CodeHostOffline)
	if j == nil {
		return signaling.Response{}, away
	}
	s.counts.Asked.Add(1)
	if !shared(path) {
		return j.ask(ctx, path, token)
	}
	a := j.shared(path, time.Now())
	if a == nil {
		return signaling.Response{}, away
	}
	select {
	case <-a.done:
		return a.response, a.refusal
	case <-ctx.Done():
		return signaling.Response{}, away
	}
}

// shared reports whether all get the same answer.
func shared(path string) bool { return path == "art/current" || path == "qr.svg" || path == "qr.png" }

// shared asks once for all who want to know now; nil when the host is away.
func (j *jam) shared(path string, now time.Time) *answer {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.host == nil {
		return nil
	}
	if a := j.answers[path]; a != nil && now.Before(a.until) {
		return a
	}
	if j.answers == nil {
		j.answers = map[string]*answer{}
	}
	a := &answer{done: make(chan struct{}), until: now.Add(answerKept)}
	j.answers[path] = a
	forget := func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		if j.answers[path] == a {
			delete(j.answers, path)
		}
	}
	go func() {
		defer close(a.done)
		a.response, a.refusal = j.ask(context.Background(), path, "")
		if a.refusal != nil {
			forget()
			return
		}
		time.AfterFunc(answerKept, forget)
	}()
	return a
}

// ask asks the host and waits for the answer.
func (j *jam) ask(ctx context.Context, path, token string) (signaling.Response, *wire.Error) {
	away := wire.Refuse(wire.CodeHostOffline)
	j.mu.Lock()
	h := j.host
	j.mu.Unlock()
	if h == nil {
		return signaling.Response{}, away
	}
	answered := make(chan signaling.Response, 1)
	h.mu.Lock()
	if h.asked == nil {
		h.mu.Unlock()
		return signaling.Response{}, away
	}
	if len(h.asked) >= maxAsked {
		h.mu.Unlock()
		h.server.counts.Unasked.Add(1)
		return signaling.Response{}, wire.Refuse(wire.CodeRateLimited)
	}
	h.lastID++
	id := h.lastID
	h.asked[id] = answered
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.asked, id)
		h.mu.Unlock()
	}()
	h.line.tell(signaling.Control{Type: signaling.Ask, ID: id, Path: path, Token: token})
	late := time.NewTimer(signaling.AnswerWithin)
	defer late.Stop()
	select {
	case r, there := <-answered:
		if !there {
			return signaling.Response{}, away
		}
		return clean(path, r)
	case <-late.C:
	case <-ctx.Done():
	}
	return signaling.Response{}, away
}

// answered gives an answer to the page that asked for it.
func (h *host) answered(c signaling.Control) {
	h.mu.Lock()
	asker := h.asked[c.ID]
	delete(h.asked, c.ID)
	h.mu.Unlock()
	if asker == nil {
		return
	}
	if c.Answer == nil {
		close(asker)
		return
	}
	asker <- *c.Answer
}

// clean lets through what an answer to that question may be. Anybody can be a host, and must not put pages or
// scripts of their own under soul-server's name.
func clean(path string, r signaling.Response) (signaling.Response, *wire.Error) {
	if !slices.Contains(statuses(), r.Status) || len(r.Body) > signaling.MaxResponse {
		return signaling.Response{}, wire.Refuse(wire.CodeTrackNotFound)
	}
	passed := map[string]string{}
	for _, name := range signaling.PassedHeaders() {
		if value, there := r.Header[name]; there && len(value) <= maxHeader && !strings.ContainsAny(value, "\r\n\x00") {
			passed[name] = value
		}
	}
	r.Header = passed
	if r.Status == http.StatusNotModified {
		r.Body = nil
	}
	// Without a body, too: what a 304 says is put beside what the browser has kept.
	if kind, said := passed["Content-Type"]; (said || len(r.Body) > 0) && !mayBe(path, r.Status, kind) {
		return signaling.Response{}, wire.Refuse(wire.CodeTrackNotFound)
	}
	return r, nil
}

// statuses are those that hostd answers with.
func statuses() []int { return []int{200, 304, 400, 401, 404, 410, 429, 500, 503} }

// maxHeader, bytes of a header's value.
const maxHeader = 256

func mayBe(path string, status int, kind string) bool {
	kind, _, _ = strings.Cut(kind, ";")
	switch {
	case status >= 400, strings.HasPrefix(path, "search"):
		return kind == "application/json"
	case path == "qr.svg":
		return kind == "image/svg+xml"
	}
	return kind == "image/png" || kind == "image/jpeg" || kind == "image/gif" || kind == "image/webp"
}
