package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func told(t *testing.T, lines string) (*bare, string) {
	t.Helper()
	b, said := &bare{}, &strings.Builder{}
	b.take(strings.NewReader(lines), said)
	return b, said.String()
}

func dial(t *testing.T, b *bare) *websocket.Conn {
	t.Helper()
	s := httptest.NewServer(b.handler())
	t.Cleanup(s.Close)
	c, _, err := websocket.Dial(t.Context(), s.URL+"/ws/jam/ABCD-2345", &websocket.DialOptions{Subprotocols: []string{"jam.signal.v1", "jam.v1"}}) //nolint:bodyclose // the library closes it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	return c
}

func asks(t *testing.T, c *websocket.Conn, text string) string {
	t.Helper()
	if err := c.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
	_, answer, err := c.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func TestEverybodyIsLetIn(t *testing.T) {
	b, _ := told(t, "joined {\"type\":\"joined\",\"v\":1}\njoined {\"type\":\"joined\",\"v\":2}\n")
	c := dial(t, b)
	if c.Subprotocol() != subprotocol {
		t.Errorf("speaks %q", c.Subprotocol())
	}
	if got := asks(t, c, `{"type":"join_request"}`); got != `{"type":"joined","v":2}` {
		t.Errorf("the first message is answered with %s", got)
	}
	if err := c.Write(t.Context(), websocket.MessageText, []byte(`{"type":"chat"}`)); err != nil {
		t.Fatal(err)
	}
	var pong struct {
		Type string
		T0   float64
		T1   int64
	}
	if got := asks(t, c, `{"type":"ping","t0":12.5}`); json.Unmarshal([]byte(got), &pong) != nil || pong.Type != "pong" || pong.T0 != 12.5 || pong.T1 == 0 {
		t.Errorf("a ping is answered with %s", got)
	}
}

func TestLanding(t *testing.T) {
	b, _ := told(t, `landing {"title":"Lab"}`)
	w := httptest.NewRecorder()
	b.handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/jam/sessions/ABCD-2345", nil))
	if w.Body.String() != `{"title":"Lab"}` || w.Code != http.StatusOK {
		t.Errorf("answers %d %s", w.Code, w.Body)
	}
	if w.Header().Get("Content-Security-Policy") == "" {
		t.Error("the page is served unlike by hostd: without its security headers")
	}
}

func TestWhatIsNoLineIsNamed(t *testing.T) {
	_, said := told(t, "joined {\nmusic {}\nlanding {}\n")
	if want := "this \"joined\" is no JSON\n\"music\" is not known\nhas landing\n"; said != want {
		t.Errorf("says %q, want %q", said, want)
	}
}

func TestEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, nil, strings.NewReader(""), in) }()
	said := make([]byte, 100)
	n, err := out.Read(said)
	if err != nil || !strings.HasPrefix(string(said[:n]), "listening on 127.0.0.1:") {
		t.Errorf("says %q, %v", said[:n], err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
