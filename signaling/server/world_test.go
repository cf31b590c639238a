package server

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/shared/code"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
	"soul-jam/signaling/server/fakehost"
)

// world is a soul-server on loopback.
type world struct {
	*Server
	t   *testing.T
	url string
}

func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	cfg := Config{Directory: NewMemory(), PublicURL: "https://soul.example", PublicHost: "soul.example", Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&cfg)
	}
	s := New(cfg)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws/host", func(w http.ResponseWriter, r *http.Request) { s.Host(w, r, Visitor{}) })
	mux.HandleFunc("GET /ws/jam/{code}", func(w http.ResponseWriter, r *http.Request) {
		s.Guest(w, r, r.PathValue("code"), Visitor{From: "somebody"})
	})
	web := httptest.NewServer(mux)
	t.Cleanup(func() {
		over, cancel := context.WithCancel(context.Background())
		cancel()
		s.Close(over)
		web.Close()
		late := time.Now().Add(10 * time.Second)
		for s.held.bytes.Load() != 0 { // who came last is being turned away
			if runtime.Gosched(); time.Now().After(late) {
				t.Fatalf("nobody is here, and %d bytes are counted", s.held.bytes.Load())
			}
		}
	})
	return &world{Server: s, t: t, url: web.URL}
}

func newCode(t *testing.T) code.Code {
	t.Helper()
	c, err := code.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// host is one that has claimed its code.
func (w *world) host() (*fakehost.Host, *fakehost.Conn) {
	w.t.Helper()
	h, err := fakehost.New(newCode(w.t))
	if err != nil {
		w.t.Fatal(err)
	}
	return h, w.attach(h)
}

func (w *world) attach(h *fakehost.Host) *fakehost.Conn {
	w.t.Helper()
	c, err := h.Attach(w.t.Context(), w.url)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = c.WS.CloseNow() })
	return c
}

// visitor is a guest's end.
type visitor struct {
	t  *testing.T
	ws *websocket.Conn
}

func (w *world) guest(code string, protocols ...string) visitor {
	w.t.Helper()
	ws, _, err := websocket.Dial(w.t.Context(), w.url+"/ws/jam/"+code, &websocket.DialOptions{Subprotocols: protocols}) //nolint:bodyclose // the library closes it
	if err != nil {
		w.t.Fatal(err)
	}
	ws.SetReadLimit(-1)
	w.t.Cleanup(func() { _ = ws.CloseNow() })
	return visitor{w.t, ws}
}

// text reads the next frame, which has to be text that begins so.
func (v visitor) text(begins string) string {
	v.t.Helper()
	kind, message, err := v.ws.Read(v.t.Context())
	if err != nil || kind != websocket.MessageText || !strings.HasPrefix(string(message), begins) {
		v.t.Fatalf("read %v %.200q, %v; want %q", kind, message, err, begins)
	}
	return string(message)
}

// closed reads the close.
func (v visitor) closed(want wire.CloseCode, reason string) {
	v.t.Helper()
	_, message, err := v.ws.Read(v.t.Context())
	var got websocket.CloseError
	if !errors.As(err, &got) || int(got.Code) != int(want) || got.Reason != reason {
		v.t.Errorf("read %.100q, %v; want to be closed with %d %q", message, err, want, reason)
	}
}

func (v visitor) write(kind websocket.MessageType, message string) {
	v.t.Helper()
	if err := v.ws.Write(v.t.Context(), kind, []byte(message)); err != nil {
		v.t.Fatal(err)
	}
}

// next reads the host's next message of a type.
func (w *world) next(c *fakehost.Conn, kind string) signaling.Control {
	w.t.Helper()
	m, err := c.Next(w.t.Context(), kind)
	if err != nil {
		w.t.Fatalf("no %s: %v", kind, err)
	}
	return m
}

// frames reads what the host is sent, until n frames came.
func (w *world) frames(c *fakehost.Conn, n int) (all []signaling.Frame) {
	w.t.Helper()
	for len(all) < n {
		frames, err := c.NextFrames(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, frames...)
	}
	return all
}

func (w *world) send(c *fakehost.Conn, frames ...signaling.Frame) {
	w.t.Helper()
	if err := c.SendFrames(w.t.Context(), frames...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) say(c *fakehost.Conn, m signaling.Control) {
	w.t.Helper()
	if err := c.Send(w.t.Context(), m); err != nil {
		w.t.Fatal(err)
	}
}

func meetOf(t *testing.T, text string) (m signaling.Meet) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	return m
}
