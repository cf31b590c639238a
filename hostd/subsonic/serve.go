package subsonic

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// handler serves songs; what it fetches for them ends with ctx.
func (s *Streams) handler(ctx context.Context) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Cache-Control", "no-store")
		head.Set("X-Content-Type-Options", "nosniff")
		from, code := s.asked(r)
		if code != 0 {
			http.Error(w, http.StatusText(code), code)
			return
		}
		select {
		case s.readers <- struct{}{}:
			defer func() { <-s.readers }()
		default:
			http.Error(w, "too many at once", http.StatusServiceUnavailable)
			return
		}
		one, err := s.use(ctx, from)
		if err != nil {
			s.log.Warn("a song of a server cannot be played", "err", err)
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer s.leave(one)
		s.give(w, r, one)
	})
}

// asked checks a request before anything is done for it, and finds what it is for. Pages of other origins, also by
// names that lead here, have no token, and do not get as far as that.
func (s *Streams) asked(r *http.Request) (from origin, refusal int) {
	if r.Host != s.listener.Addr().String() {
		return from, http.StatusMisdirectedRequest
	}
	given := r.Header.Values(headerName)
	if len(given) != 1 || subtle.ConstantTimeCompare([]byte(given[0]), []byte(s.token.Reveal())) != 1 {
		return from, http.StatusForbidden
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return from, http.StatusMethodNotAllowed
	}
	number, err := strconv.ParseUint(strings.TrimPrefix(r.URL.Path, "/stream/"), 10, 64)
	if err != nil || r.URL.RawQuery != "" {
		return from, http.StatusNotFound
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	from, known := s.origins[number]
	if !known {
		return from, http.StatusNotFound
	}
	return from, 0
}

// give answers with the song, or the part of it that is asked for.
func (s *Streams) give(w http.ResponseWriter, r *http.Request, one *song) {
	ctx := r.Context()
	total, err := s.head(ctx, one)
	asked, isRange := parseRange(r.Header.Get("Range"))
	if err == nil && total < 0 && isRange && asked.from != 0 {
		total, err = s.end(ctx, one) // where a part lies in the whole can only be said of what is known
	}
	if err != nil {
		s.refuse(w, one, err)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "application/octet-stream") // the player looks for itself
	head.Set("Accept-Ranges", "bytes")
	part, code := span{0, total}, http.StatusOK
	if isRange && total >= 0 {
		if part = asked.of(total); part.from >= part.to {
			head.Set("Content-Range", fmt.Sprintf("bytes */%d", total))
			http.Error(w, "the song ends before that", http.StatusRequestedRangeNotSatisfiable)
			return
		}
		head.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", part.from, part.to-1, total))
		code = http.StatusPartialContent
	}
	if total >= 0 {
		head.Set("Content-Length", strconv.FormatInt(part.to-part.from, 10))
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(code)
		return
	}
	// The first bytes, before a status says that all is well.
	if _, err := s.ready(ctx, one, part.from); err != nil && !errors.Is(err, io.EOF) {
		head.Del("Content-Length")
		head.Del("Content-Range")
		s.refuse(w, one, err)
		return
	}
	w.WriteHeader(code)
	if err := s.copy(ctx, w, one, part); err != nil {
		if ctx.Err() == nil {
			s.log.Warn("a song of a server breaks off", "err", err)
		}
		panic(http.ErrAbortHandler) // the one way to tell the player that this is not the end
	}
}

// copy writes a part of the song as it comes; to is -1 when nobody knows where it ends.
func (s *Streams) copy(ctx context.Context, w http.ResponseWriter, one *song, part span) error {
	buffer := make([]byte, chunk)
	for at := part.from; part.to < 0 || at < part.to; {
		until, err := s.ready(ctx, one, at)
		if errors.Is(err, io.EOF) && part.to < 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if part.to >= 0 {
			until = min(until, part.to)
		}
		n, err := one.open.ReadAt(buffer[:min(until-at, chunk)], at)
		if n == 0 {
			return fmt.Errorf("read the cache of songs: %w", err)
		}
		if _, err := w.Write(buffer[:n]); err != nil {
			return err
		}
		at += int64(n)
		if at == until { // all that there is so far
			_ = http.NewResponseController(w).Flush() // or the next write fails
		}
	}
	return nil
}

// refuse says why there is no song, in a way that the player takes for an error.
func (s *Streams) refuse(w http.ResponseWriter, one *song, err error) {
	code := http.StatusBadGateway
	var f *Failure
	if errors.As(err, &f) {
		switch f.Kind {
		case Missing:
			code = http.StatusNotFound
		case Unreachable, Busy:
			code = http.StatusGatewayTimeout
		}
	}
	if !errors.Is(err, context.Canceled) {
		s.log.Warn("a song of a server cannot be had", "err", err)
	}
	http.Error(w, err.Error(), code)
}

// parseRange reads what part is asked for: from, up to and with to; to = -1 up to the end; from = -1 the last to
// bytes. What is not one plain range is none, and gets everything, as HTTP has it.
func parseRange(header string) (asked requested, is bool) {
	text, isBytes := strings.CutPrefix(header, "bytes=")
	first, last, isRange := strings.Cut(text, "-")
	if !isBytes || !isRange || first == "" && last == "" {
		return requested{}, false
	}
	asked = requested{-1, -1}
	for _, side := range []struct {
		text string
		to   *int64
	}{{first, &asked.from}, {last, &asked.to}} {
		if side.text == "" {
			continue
		}
		n, err := strconv.ParseUint(side.text, 10, 62)
		if err != nil {
			return requested{}, false
		}
		*side.to = int64(n)
	}
	if asked.from >= 0 && asked.to >= 0 && asked.to < asked.from {
		return requested{}, false
	}
	return asked, true
}

type requested struct{ from, to int64 }

// of gives the bytes of a song so long.
func (q requested) of(total int64) span {
	switch {
	case q.from < 0:
		return span{max(0, total-q.to), total}
	case q.to < 0:
		return span{q.from, total}
	}
	return span{q.from, min(q.to+1, total)}
}
