package server

import (
	"context"
	"strings"
	"sync"
	"testing"

	"soul-jam/signaling"
	"soul-jam/signaling/server/fakehost"
)

// answering lets a host answer every question, and gives what it was asked.
func (w *world) answering(c *fakehost.Conn, answer func(signaling.Control) *signaling.Response) <-chan signaling.Control {
	asked := make(chan signaling.Control, 1000)
	go func() {
		for {
			m, err := c.Next(w.t.Context(), signaling.Ask)
			if err != nil {
				return
			}
			asked <- m
			if r := answer(m); r != nil && c.Send(w.t.Context(), signaling.Control{Type: signaling.Respond, ID: m.ID, Answer: r}) != nil {
				return
			}
		}
	}()
	return asked
}

func kind(of string) map[string]string { return map[string]string{"Content-Type": of} }

func TestQuestionsReachTheHost(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	asked := w.answering(c, func(m signaling.Control) *signaling.Response {
		return &signaling.Response{Status: 200, Header: map[string]string{"Content-Type": "application/json", "Set-Cookie": "a=b"}, Body: []byte(m.Token)}
	})
	for range 2 { // what a token gets is nobody else's
		got, refusal := w.Ask(t.Context(), h.Code.String(), "search?q=x", "secret")
		if refusal != nil || got.Status != 200 || string(got.Body) != "secret" || len(got.Header) != 1 {
			t.Errorf("answered %+v, %v", got, refusal)
		}
		if m := <-asked; m.Path != "search?q=x" || m.Token != "secret" {
			t.Errorf("asked %+v", m)
		}
	}
	for _, long := range []struct{ path, token string }{{"search?q=" + strings.Repeat("x", signaling.MaxPath), ""}, {"search", strings.Repeat("x", 1000)}} {
		if _, refusal := w.Ask(t.Context(), h.Code.String(), long.path, long.token); refusal == nil || refusal.Code != "bad_request" {
			t.Errorf("too long a question: %v", refusal)
		}
	}
}

func TestTheCoverIsAskedForOnce(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	asked := w.answering(c, func(signaling.Control) *signaling.Response {
		return &signaling.Response{Status: 200, Header: kind("image/png"), Body: []byte("cover")}
	})
	var pages sync.WaitGroup
	for range 100 {
		pages.Go(func() {
			if got, refusal := w.Ask(t.Context(), h.Code.String(), "art/current", "ignored"); refusal != nil || string(got.Body) != "cover" {
				t.Errorf("answered %+v, %v", got, refusal)
			}
		})
	}
	pages.Wait()
	if m := <-asked; m.Token != "" {
		t.Error("one page's token is sent for all")
	}
	if len(asked) > 0 {
		t.Errorf("the host was asked %d times more", len(asked))
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	var answer signaling.Response
	w.answering(c, func(signaling.Control) *signaling.Response { return &answer })
	for name, c := range map[string]struct {
		path   string
		answer signaling.Response
		passes bool
	}{
		"a page":                {"art/1", signaling.Response{Status: 200, Header: kind("text/html"), Body: []byte("x")}, false},
		"a script":              {"search", signaling.Response{Status: 200, Header: kind("text/javascript"), Body: []byte("x")}, false},
		"a picture with script": {"art/1", signaling.Response{Status: 200, Header: kind("image/svg+xml"), Body: []byte("x")}, false},
		"no kind":               {"art/1", signaling.Response{Status: 200, Body: []byte("x")}, false},
		"a page as its refusal": {"art/1", signaling.Response{Status: 404, Header: kind("text/html"), Body: []byte("x")}, false},
		"too large":             {"art/1", signaling.Response{Status: 200, Header: kind("image/png"), Body: make([]byte, signaling.MaxResponse+1)}, false},
		"no status":             {"art/1", signaling.Response{Header: kind("image/png")}, false},
		"a strange status":      {"art/1", signaling.Response{Status: 1000, Header: kind("image/png")}, false},
		"a way elsewhere":       {"art/1", signaling.Response{Status: 302, Header: kind("image/png")}, false},
		"none of ours":          {"art/1", signaling.Response{Status: 599, Header: kind("application/json"), Body: []byte("{}")}, false},
		"no content":            {"art/1", signaling.Response{Status: 204}, false},
		"not changed":           {"art/1", signaling.Response{Status: 304}, true},
		"two headers in one":    {"art/1", signaling.Response{Status: 200, Header: kind("image/png\r\nSet-Cookie: a=b"), Body: []byte("x")}, false},
		"a cover":               {"art/1", signaling.Response{Status: 200, Header: kind("image/webp"), Body: []byte("x")}, true},
		"a refusal":             {"art/1", signaling.Response{Status: 404, Header: kind("application/json; charset=utf-8"), Body: []byte("{}")}, true},
		"a QR":                  {"qr.svg", signaling.Response{Status: 200, Header: kind("image/svg+xml"), Body: []byte("x")}, true},
	} {
		answer = c.answer
		_, refusal := w.Ask(t.Context(), h.Code.String(), c.path, "")
		if (refusal == nil) != c.passes {
			t.Errorf("%s: %v", name, refusal)
		}
	}
}

func TestAHostThatDoesNotAnswer(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	asked := w.answering(c, func(signaling.Control) *signaling.Response { return nil })
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	for range maxAsked {
		waiting.Go(func() {
			if _, refusal := w.Ask(ctx, h.Code.String(), "search", ""); refusal == nil || refusal.Code != "host_offline" {
				t.Errorf("answered %v", refusal)
			}
		})
	}
	for range maxAsked {
		<-asked
	}
	if _, refusal := w.Ask(t.Context(), h.Code.String(), "search", ""); refusal == nil || refusal.Code != "rate_limited" {
		t.Errorf("one too many: %v", refusal)
	}
	cancel()
	waiting.Wait()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if _, refusal := w.Ask(t.Context(), h.Code.String(), "qr.png", ""); refusal == nil || refusal.Code != "host_offline" {
			t.Errorf("when the host went: %v", refusal)
		}
	}()
	<-asked
	_ = c.WS.CloseNow()
	<-gone
}
