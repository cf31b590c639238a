package relayed

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"soul-jam/hostd/link"
	"soul-jam/hostd/link/linktest"
)

// carried is one frame on its way.
type carried struct {
	frame []byte
	text  bool
}

// carrierEnd is one end of a carrier in memory, with room for few frames.
type carrierEnd struct {
	in   <-chan carried
	out  chan<- carried
	cut  *atomic.Bool
	once *sync.Once
	over chan struct{} // both ends'
	// meddle changes what this end sends, as a hostile soul-server would; nil = nothing.
	meddle func(carried) []carried
}

var errOver = errors.New("the carrier is over")

func carriers() (host, guest *carrierEnd) {
	up, down := make(chan carried, 4), make(chan carried, 4)
	over, once, cut := make(chan struct{}), &sync.Once{}, &atomic.Bool{}
	return &carrierEnd{in: up, out: down, cut: cut, once: once, over: over}, &carrierEnd{in: down, out: up, cut: cut, once: once, over: over}
}

func (e *carrierEnd) Read(ctx context.Context) ([]byte, bool, error) {
	select {
	case c := <-e.in:
		return c.frame, c.text, nil
	default:
	}
	select {
	case c := <-e.in:
		return c.frame, c.text, nil
	case <-e.over:
		return nil, false, errOver
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
}

func (e *carrierEnd) Write(ctx context.Context, frame []byte, text bool) error {
	if e.cut.Load() {
		return nil
	}
	all := []carried{{bytes.Clone(frame), text}}
	if e.meddle != nil {
		all = e.meddle(all[0])
	}
	for _, c := range all {
		select {
		case e.out <- c:
		case <-e.over:
			return errOver
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (e *carrierEnd) Close(int, string) error {
	e.once.Do(func() { close(e.over) })
	return nil
}

// open begins a pipe over a carrier.
func open(t *testing.T, j jam, limit int64, host, guest *carrierEnd, withLink bool) (h, g *Conn, err error) {
	t.Helper()
	begun := make(chan *Conn, 1)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = j.host.Serve(t.Context(), host, limit, func(c *Conn) { begun <- c }, func([]byte) {})
		_ = host.Close(0, "")
	}()
	t.Cleanup(func() {
		_ = guest.Close(0, "")
		<-served
	})
	if g, err = Dial(t.Context(), guest, j.meeting(withLink), limit, nil, func([]byte) {}); err != nil {
		return nil, nil, err
	}
	return <-begun, g, nil
}

func TestContract(t *testing.T) {
	linktest.Run(t, func(t *testing.T, limit int64) linktest.Pair {
		host, guest := carriers()
		h, g, err := open(t, newJam(t), limit, host, guest, true)
		if err != nil {
			t.Fatal(err)
		}
		return linktest.Pair{Host: h, Guest: g, Cut: func() { host.cut.Store(true) }}
	})
}

// TestNothingPassesASoulServerThatMeddles: what it does to frames ends the pipe at that frame, 100 times each.
func TestNothingPassesASoulServerThatMeddles(t *testing.T) {
	held := func() func(carried) []carried { // gives the second frame before the first
		var first *carried
		return func(c carried) []carried {
			if first == nil {
				first = &c
				return nil
			}
			both := []carried{c, *first}
			first = nil
			return both
		}
	}
	for name, meddle := range map[string]func() func(carried) []carried{
		"": nil, // the negative control: untouched, everything passes
		"doubles": func() func(carried) []carried {
			return func(c carried) []carried { return []carried{c, c} }
		},
		"swaps": held,
		"drops": func() func(carried) []carried {
			n := 0
			return func(c carried) []carried {
				if n++; n == 1 {
					return nil
				}
				return []carried{c}
			}
		},
		"alters": func() func(carried) []carried {
			return func(c carried) []carried {
				c.frame[len(c.frame)-1] ^= 1
				return []carried{c}
			}
		},
		"shortens": func() func(carried) []carried {
			return func(c carried) []carried { return []carried{{frame: c.frame[:len(c.frame)-1]}} }
		},
	} {
		for round := range 100 {
			host, guest := carriers()
			h, g, err := open(t, newJam(t), 1000, host, guest, true)
			if err != nil {
				t.Fatal(err)
			}
			from, to := link.Conn(h), link.Conn(g)
			end := host
			if round%2 == 1 {
				from, to, end = g, h, guest
			}
			if meddle != nil {
				end.meddle = meddle()
			}
			_ = from.Write(t.Context(), []byte("one"))
			_ = from.Write(t.Context(), []byte("two"))
			var got []string
			for err == nil && len(got) < 2 {
				var frame []byte
				if frame, err = to.Read(t.Context()); err == nil {
					got = append(got, string(frame))
				}
			}
			whole := len(got) == 2 && got[0] == "one" && got[1] == "two"
			switch {
			case name == "" && !whole:
				t.Fatalf("untouched came %q, %v", got, err)
			case name == "doubles" && len(got) == 1 && got[0] == "one", name != "" && len(got) == 0: // it ended at the first frame that was touched
			case name != "":
				t.Fatalf("a soul-server that %s is not noticed: %q", name, got)
			}
			_ = guest.Close(0, "")
		}
	}
}

func TestAnotherPipeOnTheSameCarrier(t *testing.T) {
	j := newJam(t)
	host, guest := carriers()
	begun := make(chan *Conn, 2)
	go func() { _ = j.host.Serve(t.Context(), host, 1000, func(c *Conn) { begun <- c }, func([]byte) {}) }()
	for range 2 {
		g, err := Dial(t.Context(), guest, j.meeting(true), 1000, []byte("hello"), func([]byte) {})
		if err != nil {
			t.Fatal(err)
		}
		h := <-begun
		if got, err := h.Read(t.Context()); err != nil || string(got) != "hello" {
			t.Fatalf("first came %q, %v", got, err)
		}
		if err := h.Write(t.Context(), []byte("welcome")); err != nil {
			t.Fatal(err)
		}
		if got, err := g.Read(t.Context()); err != nil || string(got) != "welcome" {
			t.Fatalf("then came %q, %v", got, err)
		}
		t.Cleanup(func() {
			if _, err := h.Read(context.Background()); err == nil {
				t.Error("an old pipe is read on")
			}
		})
	}
	_ = guest.Close(0, "")
}

func TestSignalsPassBesideThePipe(t *testing.T) {
	j := newJam(t)
	host, guest := carriers()
	heard := make(chan string, 2)
	begun := make(chan *Conn, 1)
	go func() {
		_ = j.host.Serve(t.Context(), host, 1000, func(c *Conn) { begun <- c }, func(text []byte) { heard <- string(text) })
	}()
	g, err := Dial(t.Context(), guest, j.meeting(false), 1000, nil, func(text []byte) { heard <- string(text) })
	if err != nil {
		t.Fatal(err)
	}
	h := <-begun
	if h.Verified() {
		t.Error("a typed code is verified")
	}
	_ = guest.Write(t.Context(), []byte("offer"), true)
	if got := <-heard; got != "offer" {
		t.Errorf("the host hears %q", got)
	}
	_ = host.Write(t.Context(), []byte("answer"), true)
	if err := h.Write(t.Context(), []byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-heard; got != "answer" {
		t.Errorf("the guest hears %q", got)
	}
	_ = guest.Close(0, "")
}
