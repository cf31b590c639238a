package ws

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"

	"soul-jam/hostd/link/linktest"
)

// pair connects over a real socket. The ends are cut at the end of the test: whoever does not read answers no close.
func pair(t *testing.T, limit int64) linktest.Pair {
	accepted := make(chan *Conn, 1)
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := Accept(w, r, limit)
		if err != nil {
			t.Error(err)
		}
		accepted <- c
		<-over
	}))
	var network cable
	raw, _, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{ //nolint:bodyclose // the library closes it
		Subprotocols: []string{Subprotocol},
		HTTPClient:   &http.Client{Transport: &http.Transport{DialContext: network.dial}},
	})
	if err != nil {
		t.Fatal(err)
	}
	g := wrap(raw, limit)
	h := <-accepted
	t.Cleanup(func() {
		_, _ = g.ws.CloseNow(), h.ws.CloseNow()
		close(over)
		server.Close()
	})
	return linktest.Pair{Host: h, Guest: g, Cut: func() { network.cut.Store(true) }}
}

// cable is a network that can be cut without either end being told.
type cable struct{ cut atomic.Bool }

func (n *cable) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, addr)
	return &plug{c, n}, err
}

type plug struct {
	net.Conn
	on *cable
}

func (p *plug) Read(b []byte) (int, error) {
	for {
		n, err := p.Conn.Read(b)
		if err != nil || !p.on.cut.Load() {
			return n, err
		}
	}
}

func (p *plug) Write(b []byte) (int, error) {
	if p.on.cut.Load() {
		return len(b), nil
	}
	return p.Conn.Write(b)
}

func TestContract(t *testing.T) { linktest.Run(t, pair) }

func TestSubprotocolIsOursOrNone(t *testing.T) {
	for _, offered := range [][]string{nil, {"jam.v1"}, {"chat"}, {"chat", "jam.v1"}, {"jam.signal.v1"}} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, err := Accept(w, r, 100)
			if err != nil {
				t.Error(err)
				return
			}
			_ = c.Close(4000, "")
		}))
		c, _, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{Subprotocols: offered}) //nolint:bodyclose // the library closes it
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		if len(offered) > 0 && offered[len(offered)-1] == Subprotocol {
			want = Subprotocol
		}
		if c.Subprotocol() != want {
			t.Errorf("of %v the host chose %q, want %q", offered, c.Subprotocol(), want)
		}
		_, _, err = c.Read(t.Context())
		if websocket.CloseStatus(err) != 4000 {
			t.Errorf("closed with %v", err)
		}
		server.Close()
	}
}

func TestPlainRequestIsNoWebSocket(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := Accept(w, r, 100); err == nil {
			t.Error("accepted")
		}
	}))
	defer server.Close()
	if _, res, err := Dial(context.Background(), "http://127.0.0.1:1", nil, 1); err == nil || res != nil { //nolint:bodyclose // the library closes it
		t.Errorf("dialled nobody: %v", res)
	}
	res, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("%s, want 426", res.Status)
	}
}
