package server

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"

	"soul-jam/signaling"
	"soul-jam/signaling/server/fakehost"
)

// closedWith reads the host's socket to its end.
func (w *world) closedWith(c *fakehost.Conn) int {
	for {
		if _, _, err := c.Read(w.t.Context()); err != nil {
			return int(websocket.CloseStatus(err))
		}
	}
}

func TestTheKeyIsProven(t *testing.T) {
	w := newWorld(t, nil)
	h, err := fakehost.New(newCode(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, accepted := range map[string]bool{"": true, "soul.example": true, "other.example": false} {
		c, err := h.DialAs(t.Context(), w.url, h.Key, name)
		if (err == nil) != accepted {
			t.Errorf("a proof for %q: %v", name, err)
		}
		if err != nil && websocket.CloseStatus(err) != 4505 {
			t.Errorf("a proof for %q ended with %v", name, err)
		}
		if err == nil && c.Welcome.PublicURL != "https://soul.example" {
			t.Errorf("welcomed with %+v", c.Welcome)
		}
	}
	for _, words := range []string{`{"type":"claim"}`, `{"type":"prove"}`, `nonsense`, `{"type":"prove","key":"AAAA","signature":"AAAA"}`, strings.Repeat("x", 5000)} {
		ws, _, err := websocket.Dial(t.Context(), w.url+"/ws/host", nil) //nolint:bodyclose // the library closes it
		if err != nil {
			t.Fatal(err)
		}
		if err := ws.Write(t.Context(), websocket.MessageText, []byte(words)); err != nil {
			t.Fatal(err)
		}
		if got := w.closedWith(&fakehost.Conn{WS: ws}); got != 4505 {
			t.Errorf("instead of a proof %.30q: closed with %d", words, got)
		}
	}
}

func TestANewerSocketReplacesTheOlder(t *testing.T) {
	w := newWorld(t, nil)
	h, older := w.host()
	page := w.guest(h.Code.String(), signaling.SignalProtocol)
	page.text(`{"type":"host"`)
	newer := w.attach(h)
	if got := w.closedWith(older); got != 4002 {
		t.Errorf("the older one was closed with %d", got)
	}
	w.next(newer, signaling.Open)
	for { // perhaps it was told that the host went, and that it came
		if kind, message, err := page.ws.Read(t.Context()); err != nil || kind != websocket.MessageText {
			t.Fatalf("%v %v", kind, err)
		} else if strings.HasPrefix(string(message), `{"type":"host","`) {
			break
		}
	}
	page.write(websocket.MessageBinary, "x")
	if got := w.frames(newer, 1)[0]; string(got.Data) != "x" {
		t.Errorf("carried %+v", got)
	}
}

func TestClaimsThatAreNotValid(t *testing.T) {
	w := newWorld(t, nil)
	other, _ := w.host()
	for name, spoil := range map[string]func(*signaling.Control){
		"a code in lower case": func(c *signaling.Control) { c.Code = strings.ToLower(c.Code) },
		"no code":              func(c *signaling.Control) { c.Code = "" },
		"a code of another":    func(c *signaling.Control) { c.Code = other.Code.String() },
		"another's bundle": func(c *signaling.Control) {
			c.Code, c.Bundle, c.Signature = other.Code.String(), other.Bundle.Text, other.Bundle.Signature
		},
		"a signature of nothing":  func(c *signaling.Control) { c.Signature = make([]byte, 64) },
		"no summary":              func(c *signaling.Control) { c.Summary = nil },
		"a large summary":         func(c *signaling.Control) { c.Summary.HostName = strings.Repeat("x", signaling.MaxSummary) },
		"a short nonce":           func(c *signaling.Control) { c.Nonce = c.Nonce[1:] },
		"a bundle that was added": func(c *signaling.Control) { c.Bundle += " " },
	} {
		h, err := fakehost.New(newCode(t))
		if err != nil {
			t.Fatal(err)
		}
		c, err := h.Dial(t.Context(), w.url)
		if err != nil {
			t.Fatal(err)
		}
		claim := h.Claim()
		spoil(&claim)
		w.say(c, claim)
		if got := w.closedWith(c); got != 4505 {
			t.Errorf("%s: closed with %d", name, got)
		}
	}
	for name, say := range map[string]string{
		"no JSON": "x", "a long reason": `{"type":"release","code":"HQRS-2K4M","reason":"` + strings.Repeat("x", 200) + `"}`, "a nonce": `{"type":"publish","nonce":"AAAA"}`,
	} {
		_, c := w.host()
		if err := c.WS.Write(t.Context(), websocket.MessageText, []byte(say)); err != nil {
			t.Fatal(err)
		}
		if got := w.closedWith(c); got != 4505 {
			t.Errorf("%s: closed with %d", name, got)
		}
	}
	_, c := w.host()
	if err := c.SendBatch(t.Context(), []byte("no batch")); err != nil || w.closedWith(c) != 4505 {
		t.Errorf("a batch that is none passed: %v", err)
	}
}

// strangers claim a code with keys of their own, and properly signed bundles; it gives how many got it.
func (w *world) strangers(n int, victim *fakehost.Host) int {
	var got atomic.Int64
	var all sync.WaitGroup
	lane := make(chan struct{}, 50)
	for range n {
		lane <- struct{}{}
		all.Go(func() {
			defer func() { <-lane }()
			h, err := fakehost.New(victim.Code)
			if err != nil {
				w.t.Error(err)
				return
			}
			c, err := h.Attach(w.t.Context(), w.url)
			var refused *fakehost.Refused
			switch {
			case err == nil:
				got.Add(1)
				_ = c.WS.CloseNow()
			case !errors.As(err, &refused) || refused.Code != signaling.CodeTaken:
				w.t.Errorf("a stranger was told %v", err)
			}
		})
	}
	all.Wait()
	return int(got.Load())
}

func TestStrangersGetNoCode(t *testing.T) {
	directory := NewMemory()
	w := newWorld(t, func(c *Config) { c.Directory = directory })
	h, c := w.host()
	if got := w.strangers(20, h); got != 0 {
		t.Errorf("%d strangers have the code of a host that is here", got)
	}
	_ = c.WS.CloseNow()
	if got := w.strangers(1000, h); got != 0 {
		t.Errorf("%d strangers have the code of a host that dropped", got)
	}
	c = w.attach(h)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	w.Close(over)
	_ = c.WS.CloseNow()
	again := newWorld(t, func(c *Config) { c.Directory = directory })
	if got := again.strangers(200, h); got != 0 {
		t.Errorf("%d strangers have the code after a restart", got)
	}
	again.say(again.attach(h), signaling.Control{Type: signaling.Release, Code: h.Code.String(), Reason: "host"})
	if got := again.strangers(20, h); got != 0 {
		t.Errorf("%d strangers have the code of a jam that has just ended", got)
	}
	// Nobody had it: this shows that a claim of theirs would have been granted.
	free := &fakehost.Host{Code: newCode(t)}
	if got := again.strangers(5, free); got != 1 {
		t.Errorf("%d strangers have a free code, want 1", got)
	}
}

func TestANewCodeEndsTheOldOne(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	old := h.Code
	v := w.guest(old.String())
	w.next(c, signaling.Open)
	if err := h.Take(newCode(t)); err != nil {
		t.Fatal(err)
	}
	w.say(c, h.Claim())
	w.next(c, signaling.Claimed)
	v.text(`{"type":"error","code":"session_ended"`)
	v.text(`{"type":"bye","code":4501`)
	if _, refusal := w.Landing(old.String()); refusal == nil || refusal.Code != "session_ended" {
		t.Errorf("the old code: %v", refusal)
	}
	if landing, refusal := w.Landing(h.Code.String()); refusal != nil || landing.HostName != "Ann" {
		t.Errorf("the new code: %+v, %v", landing, refusal)
	}
	summary := *h.Claim().Summary
	summary.HostName = "Bea"
	w.say(c, signaling.Control{Type: signaling.Publish, Summary: &summary})
	w.guest(h.Code.String())
	w.next(c, signaling.Open) // so what was published before is known
	if landing, _ := w.Landing(h.Code.String()); landing.HostName != "Bea" {
		t.Errorf("published: %+v", landing)
	}
}
