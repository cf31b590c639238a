package server

import (
	"sync"
	"testing"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// hooked is a Directory whose disk is slow.
type hooked struct {
	*Memory
	release, began chan struct{} // not nil: a release says that it began, and waits

	mu    sync.Mutex // guards after
	after func()     // is done once, behind a look at a code and before its answer
}

func (d *hooked) Release(c code.Code, key string, reason wire.EndReason, now time.Time) error {
	if d.release != nil {
		d.began <- struct{}{}
		<-d.release
	}
	return d.Memory.Release(c, key, reason, now)
}

func (d *hooked) Find(c code.Code, now time.Time) (Holding, error) {
	found, err := d.Memory.Find(c, now)
	d.mu.Lock()
	after := d.after
	d.after = nil
	d.mu.Unlock()
	if after != nil {
		after()
	}
	return found, err
}

func TestAJamLivesUntilItsEndIsWrittenDown(t *testing.T) {
	d := &hooked{Memory: NewMemory(), release: make(chan struct{}), began: make(chan struct{})}
	w := newWorld(t, func(c *Config) { c.Directory = d })
	h, c := w.host()
	before := w.guest(h.Code.String())
	w.next(c, signaling.Open)
	w.say(c, signaling.Control{Type: signaling.Release, Code: h.Code.String(), Reason: "host"})
	<-d.began
	if _, refusal := w.Landing(h.Code.String()); refusal != nil {
		t.Errorf("while the end is written down: %v", refusal)
	}
	between := w.guest(h.Code.String())
	w.next(c, signaling.Open)
	close(d.release)
	for _, v := range []visitor{before, between, w.guest(h.Code.String())} {
		v.text(`{"type":"error","code":"session_ended"`)
		v.text(`{"type":"bye","code":4501`)
		v.closed(wire.CloseEnded, "ended")
	}
}

func TestWhoAskedBeforeTheEndIsToldOfIt(t *testing.T) {
	d := &hooked{Memory: NewMemory()}
	w := newWorld(t, func(c *Config) { c.Directory = d })
	for name, ask := range map[string]func(string) *wire.Error{
		"landing": func(c string) *wire.Error { _, refusal := w.Landing(c); return refusal },
		"art":     func(c string) *wire.Error { _, refusal := w.Ask(t.Context(), c, "art/1", ""); return refusal },
		"qr":      func(c string) *wire.Error { _, refusal := w.Ask(t.Context(), c, "qr.svg", ""); return refusal },
		"guest": func(c string) *wire.Error {
			v := w.guest(c)
			v.text(`{"type":"error","code":"session_ended","message":"This jam session has ended","end_reason":"idle"`)
			v.text(`{"type":"bye","code":4501`)
			v.closed(wire.CloseEnded, "ended")
			return wire.RefuseEnded(wire.EndReason("idle"))
		},
	} {
		h, c := w.host()
		d.mu.Lock()
		d.after = func() {
			w.say(c, signaling.Control{Type: signaling.Release, Code: h.Code.String(), Reason: "idle"})
			if err := h.Take(newCode(t)); err != nil {
				t.Error(err)
			}
			w.say(c, h.Claim())
			w.next(c, signaling.Claimed) // so the release is over
		}
		old := h.Code.String()
		d.mu.Unlock()
		if refusal := ask(old); refusal == nil || refusal.Code != wire.CodeSessionEnded || refusal.EndReason != "idle" {
			t.Errorf("%s: %v", name, refusal)
		}
	}
}

// A host that has been away claims another code: those who wait at the old one are told.
func TestNobodyWaitsForACodeThatWasGivenUp(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	v := w.guest(h.Code.String())
	w.next(c, signaling.Open)
	_ = c.WS.CloseNow()
	v.text(`{"type":"host_status","status":"offline"`)
	if err := h.Take(newCode(t)); err != nil {
		t.Fatal(err)
	}
	w.attach(h)
	v.text(`{"type":"error","code":"session_ended"`)
	v.text(`{"type":"bye","code":4501`)
	v.closed(wire.CloseEnded, "ended")
	w.mu.RLock()
	defer w.mu.RUnlock()
	if len(w.jams) != 1 || len(w.byKey) != 1 {
		t.Errorf("%d jams, %d keys", len(w.jams), len(w.byKey))
	}
}
