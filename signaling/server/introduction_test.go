package server

import (
	"encoding/base64"
	"net/http"
	"runtime"
	"slices"
	"testing"
	"time"

	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

func TestIntroduction(t *testing.T) {
	told := []string{"/dns/soul.example/tcp/4001/p2p/12D3KooW"}
	w := newWorld(t, func(c *Config) { c.P2P = func(*http.Request) []string { return told } })
	refused := func(typed string, want wire.Code) {
		t.Helper()
		if got, refusal := w.Introduction(typed); refusal == nil || refusal.Code != want || got.Bundle != "" {
			t.Errorf("%s: %+v, %v; want %s", typed, got, refusal, want)
		}
	}
	refused("nonsense", wire.CodeSessionNotFound)
	h, c := w.host()
	peer := h.Key.PeerID()
	if !slices.Equal(c.Welcome.P2P, told) {
		t.Errorf("welcomed with %q", c.Welcome.P2P)
	}
	got, refusal := w.Introduction(h.Code.String())
	if refusal != nil {
		t.Fatal(refusal)
	}
	signature, err := base64.RawURLEncoding.DecodeString(got.Signature)
	if err != nil || !(identity.SignedBundle{Text: got.Bundle, Signature: signature}).SignedBy(h.Key.Public(), h.Code.String()) {
		t.Errorf("introduced as %+v, %v", got, err)
	}
	if !w.Live(peer) || w.Live("") || w.Live(peer+"x") {
		t.Error("the host is not live, or others are")
	}
	w.guest(h.Code.String()) // who waits keeps the code known
	w.next(c, signaling.Open)
	_ = c.WS.Close(1000, "")
	w.until("who has gone is not live", func() bool { return !w.Live(peer) })
	refused(h.Code.String(), wire.CodeHostOffline)
	c = w.attach(h)
	if !w.Live(peer) {
		t.Error("who is back is not live")
	}
	w.say(c, signaling.Control{Type: signaling.Release, Code: h.Code.String(), Reason: "host"})
	w.until("its right ends with its claim", func() bool { return !w.Live(peer) })
	refused(h.Code.String(), wire.CodeSessionEnded)
}

// A key whose socket is here, and no more than that, has no claim.
func TestAKeyWithoutAClaimIsNotLive(t *testing.T) {
	w := newWorld(t, nil)
	h, older := w.host()
	c, err := h.Dial(t.Context(), w.url) // takes the place of the older socket, and claims nothing
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.WS.CloseNow() }()
	w.closedWith(older)
	w.until("it is not live", func() bool { return !w.Live(h.Key.PeerID()) })
	w.until("nobody is remembered", func() bool {
		w.mu.RLock()
		defer w.mu.RUnlock()
		return len(w.byKey) == 0 && len(w.byPeer) == 0
	})
}

// until waits for what another goroutine does: shorter than it takes to miss a guest.
func (w *world) until(what string, happened func() bool) {
	w.t.Helper()
	for late := time.Now().Add(15 * time.Second); !happened(); runtime.Gosched() {
		if time.Now().After(late) {
			w.t.Fatalf("not within 15 s: %s", what)
		}
	}
}
