package client

import (
	"slices"
	"testing"
	"time"

	"soul-jam/signaling"
)

func TestTheCircuitRelayIsTold(t *testing.T) {
	s := newSoul(t)
	s.p2p = []string{"/dns/soul.example/tcp/4001/p2p/12D3KooW"}
	h := s.host(State{})
	ws := <-s.lines
	connected := func(want bool) {
		t.Helper()
		for late := time.After(patience); ; {
			status, news := h.News()
			if status.Connected == want {
				return
			}
			select {
			case <-news:
			case <-late:
				t.Fatalf("connected is not %v", want)
			}
		}
	}
	connected(true)
	if got := h.Status().P2P; !slices.Equal(got, s.p2p) {
		t.Errorf("told of %q", got)
	}
	_ = ws.CloseNow()
	connected(false)
	if got := h.Status().P2P; !slices.Equal(got, s.p2p) {
		t.Errorf("while soul-server is away: %q", got)
	}
}

func TestTooManyAddressesAreNone(t *testing.T) {
	s := newSoul(t)
	s.p2p = slices.Repeat([]string{"/ip4/127.0.0.1"}, signaling.MaxP2P+1)
	h := s.host(State{})
	ws := <-s.lines
	if _, _, err := ws.Read(t.Context()); err == nil {
		t.Error("the host goes on")
	}
	if st := h.Status(); st.Connected || len(st.P2P) > 0 {
		t.Errorf("taken: %+v", st)
	}
}
