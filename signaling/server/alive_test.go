package server

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

func TestSilentSocketsAreAskedThenCut(t *testing.T) {
	newRegistry := func() (*registry, *line, *line) {
		r := &registry{all: map[*line]int{}}
		host, guest := &line{wire: &corked{}, batches: true, done: make(chan struct{})}, &line{wire: &corked{}, done: make(chan struct{})}
		r.add(host)
		r.add(guest)
		return r, host, guest
	}
	now := time.Now()
	r, host, guest := newRegistry()
	for round := 1; round <= 6; round++ {
		ask, dead := r.look(now)
		if got, want := slices.Contains(ask, host), round == 1 || round == 2; got != want {
			t.Errorf("round %d: host asked: %v", round, got)
		}
		if got, want := slices.Contains(dead, host), round >= 3; got != want {
			t.Errorf("round %d: host dead: %v", round, got)
		}
		if got, want := slices.Contains(ask, guest), round >= 2 && round <= 4; got != want {
			t.Errorf("round %d: guest asked: %v", round, got)
		}
		if got, want := slices.Contains(dead, guest), round >= 5; got != want {
			t.Errorf("round %d: guest dead: %v", round, got)
		}
	}
	r, host, _ = newRegistry()
	for round := range 20 {
		host.wire.heard.Store(round%2 == 0)
		if _, dead := r.look(now); slices.Contains(dead, host) {
			t.Fatalf("round %d: one that speaks is cut", round)
		}
	}
	_, _, guest = newRegistry()
	r = &registry{all: map[*line]int{guest: 0}}
	guest.wire.heard.Store(true)
	guest.wire.since.Store(now.UnixNano())
	if _, dead := r.look(now.Add(stuckAfter - time.Second)); len(dead) > 0 {
		t.Error("cut before its time")
	}
	guest.wire.heard.Store(true)
	if ask, dead := r.look(now.Add(stuckAfter)); len(dead) != 1 || len(ask) != 0 {
		t.Error("one that takes nothing is not cut")
	}
}

func TestPingsAreAnsweredAndHeard(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	v := w.guest(h.Code.String())
	w.next(c, signaling.Open)
	go func() { _, _, _ = v.ws.Read(t.Context()) }()
	go func() { _, _, _ = c.Read(t.Context()) }()
	all := w.sockets.list()
	for _, l := range all {
		l.wire.heard.Store(false)
	}
	w.ping(t.Context(), all)
	for _, l := range all {
		for !l.wire.heard.Load() {
			select {
			case <-t.Context().Done():
				t.Fatal("nothing was heard")
			case <-time.After(time.Millisecond):
			}
		}
	}
	if len(all) != 2 {
		t.Errorf("%d sockets", len(all))
	}
	all[0].cut()
	<-all[0].done
	if _, dead := w.sockets.look(time.Now()); len(dead) != 0 || len(w.sockets.list()) > 1 {
		t.Error("a socket that was cut is still looked at")
	}
}

// A host that ignores the window, and a guest who reads nothing: neither another guest nor the memory minds.
func TestOneWhoReadsNothingStopsNobody(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	stuck := w.guest(h.Code.String())
	stuckNumber := w.next(c, signaling.Open).Guest
	other := w.guest(h.Code.String())
	otherNumber := w.next(c, signaling.Open).Guest
	go func() {
		for {
			if _, _, err := c.Read(t.Context()); err != nil {
				return
			}
		}
	}()
	frame := make([]byte, 128<<10)
	sent := 0
	for w.Counts().TooSlow.Load() == 0 {
		if sent++; sent > 1000 {
			t.Fatal("more than 100 MB are held for one who reads nothing")
		}
		w.send(c, signaling.Frame{Guest: stuckNumber, Data: frame}, signaling.Frame{Guest: otherNumber, Data: []byte("x")})
		if _, got, err := other.ws.Read(t.Context()); err != nil || len(got) != 1 {
			t.Fatalf("the other read %q, %v", got, err)
		}
	}
	for received := 0; ; received++ {
		kind, message, err := stuck.ws.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if kind == websocket.MessageText {
			if received >= sent {
				t.Errorf("%d of %d came", received, sent)
			}
			if string(message) != `{"type":"bye","code":4001,"reason":"too_slow","retry":true}` {
				t.Errorf("told %s", message)
			}
			break
		}
	}
	stuck.closed(wire.CloseTooSlow, "too_slow")
}

func TestGuestsKeepToTheirRate(t *testing.T) {
	now := time.Now()
	g := &guest{server: &Server{cfg: Config{GuestRate: signaling.SeatedRate, GuestBurst: signaling.SeatedBurst}}, credit: signaling.SeatedBurst, filled: now}
	sent, began := 0, now
	for now.Sub(began) < time.Minute {
		sent += signaling.MaxGuestFrame
		now = now.Add(g.pace(signaling.MaxGuestFrame, now))
	}
	if want := float64(signaling.SeatedBurst + 60*signaling.SeatedRate); math.Abs(float64(sent)-want) > want/50 {
		t.Errorf("%d bytes in a minute, want about %.0f", sent, want)
	}
	empty := 0
	for began = now; now.Sub(began) < time.Minute; empty++ {
		now = now.Add(g.pace(0, now))
	}
	if empty > 61*signaling.SeatedRate/16 {
		t.Errorf("%d empty frames in a minute", empty)
	}
	now = now.Add(time.Hour)
	if pause := g.pace(signaling.SeatedBurst/2, now); pause > 0 {
		t.Errorf("after an hour it waits %v", pause)
	}
}

func TestTheServerSaysThatItRestarts(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	plain, page := w.guest(h.Code.String()), w.guest(h.Code.String(), signaling.SignalProtocol)
	page.text(`{"type":"host"`)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		w.Close(ctx)
	}()
	if got := w.closedWith(c); got != 4000 {
		t.Errorf("the host was closed with %d", got)
	}
	for _, v := range []visitor{plain, page} {
		for { // perhaps it is told that the host has gone
			kind, message, err := v.ws.Read(t.Context())
			if err != nil || kind != websocket.MessageText {
				t.Fatal(err)
			}
			if string(message) == `{"type":"bye","code":4000,"reason":"restarting","retry":true}` {
				break
			}
		}
		v.closed(wire.CloseRestarting, "restarting")
	}
	<-closed
	late := w.guest(h.Code.String())
	late.text(`{"type":"bye","code":4000`)
	late.closed(wire.CloseRestarting, "restarting")
}

func FuzzAnswer(f *testing.F) {
	f.Add("art/current", 200, "image/png", "no-cache", []byte("x"))
	f.Add("search?q=", 404, "text/html; charset=utf-8", "a\r\nb", []byte("x"))
	f.Add("qr.svg", 0, "image/svg+xml", "", []byte{})
	f.Fuzz(func(t *testing.T, path string, status int, kind, caching string, body []byte) {
		r, refusal := clean(path, signaling.Response{Status: status, Header: map[string]string{"Content-Type": kind, "Cache-Control": caching, "Set-Cookie": "x"}, Body: body})
		if refusal != nil {
			return
		}
		allowed := []string{"", "application/json", "image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"}
		got, _, _ := strings.Cut(r.Header["Content-Type"], ";")
		// Without a body, too: what a 304 says is put beside what the browser has kept.
		if !slices.Contains(allowed, got) || len(r.Body) > 0 && got == "" || got == "image/svg+xml" && path != "qr.svg" || r.Header["Set-Cookie"] != "" {
			t.Errorf("%q passes %v", path, r.Header)
		}
		for _, value := range r.Header {
			for _, c := range value {
				if c == '\r' || c == '\n' || c == 0 {
					t.Errorf("%q passes", value)
				}
			}
		}
	})
}
