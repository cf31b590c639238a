// Package linktest is the one contract suite that every kind of link passes, and a
// connection in memory for tests that need no network.
package linktest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"soul-jam/hostd/link"
)

// patience bounds what should happen at once, on a loaded machine.
const patience = 20 * time.Second

// soon is a time after which something that should wait does wait.
const soon = 50 * time.Millisecond

// Pair is both ends of one connection.
type Pair struct {
	Host, Guest link.Conn
	// Cut breaks the network off between them: silently, so that neither is told, or
	// loudly. Nothing that is written after it arrives.
	Cut func()
	// Believes is how long after the cut Ping may go on to be answered by what was
	// heard before. Zero: it asks anew each time.
	Believes time.Duration
}

// ends gives both in the order of their names.
func (p Pair) ends() (host, guest link.Conn) { return p.Host, p.Guest }

// Connect makes a connection, each end of which reads frames of at most limit bytes.
// It closes what is left of it when the test ends.
type Connect func(t *testing.T, limit int64) Pair

// Run runs the suite.
func Run(t *testing.T, connect Connect) {
	for name, test := range map[string]func(*testing.T, Connect){
		"frames arrive whole and in order":          order,
		"close codes reach the other side":          closeCodes,
		"what was written comes before the close":   beforeClose,
		"a frame over the limit is ErrTooLong":      sizeLimit,
		"a writer waits for a slow reader":          slowReader,
		"read ends with its context":                readContext,
		"ping is answered while the other reads":    ping,
		"ping ends with its context":                pingContext,
		"a cut ends the reader without a code":      cut,
		"a frame of 3 MiB arrives whole":            large,
		"small frames wait for a reader that rests": resting,
		"a reader learns that the other broke off":  brokenOff,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, connect)
		})
	}
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func order(t *testing.T, connect Connect) {
	const n = 500
	host, guest := connect(t, 1<<16).ends()
	ctx := within(t)
	frame := func(from string, i int) string {
		return fmt.Sprintf("%s %d ü %s", from, i, strings.Repeat("x", i*i%5000))
	}
	var both sync.WaitGroup
	for name, ends := range map[string][2]link.Conn{"host": {host, guest}, "guest": {guest, host}} {
		both.Go(func() {
			for i := range n {
				if err := ends[0].Write(ctx, []byte(frame(name, i))); err != nil {
					t.Errorf("%s writes frame %d: %v", name, i, err)
					return
				}
			}
		})
		both.Go(func() {
			for i := range n {
				got, err := ends[1].Read(ctx)
				if err != nil || string(got) != frame(name, i) {
					t.Errorf("of the %s's frame %d came %.40q (%v)", name, i, got, err)
					return
				}
			}
		})
	}
	both.Wait()
}

func closeCodes(t *testing.T, connect Connect) {
	for _, code := range []int{4000, 4002, 4500, 4506, 4999} {
		for _, hostCloses := range []bool{true, false} {
			here, there := connect(t, 100).ends()
			if !hostCloses {
				here, there = there, here
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = here.Close(code, "because")
			}()
			_, err := there.Read(within(t))
			var closed *link.Closed
			if !errors.As(err, &closed) || closed.Code != code || closed.Reason != "because" {
				t.Errorf("after close %d (host: %v) the other side reads %v", code, hostCloses, err)
			}
			select {
			case <-done: // what Close says does not matter: the other side has read the code
			case <-within(t).Done():
				t.Error("close does not return")
			}
			if err := here.Write(within(t), []byte("late")); err == nil {
				t.Error("a write after close succeeded")
			}
		}
	}
}

func beforeClose(t *testing.T, connect Connect) {
	host, guest := connect(t, 100).ends()
	for _, text := range []string{"one", "two", "bye"} {
		if err := host.Write(within(t), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = host.Close(4501, "ended")
	}()
	for _, want := range []string{"one", "two", "bye"} {
		if got, err := guest.Read(within(t)); err != nil || string(got) != want {
			t.Fatalf("read %q, %v; want %q", got, err, want)
		}
	}
	var closed *link.Closed
	if _, err := guest.Read(within(t)); !errors.As(err, &closed) {
		t.Errorf("then %v", err)
	}
	<-done
}

func sizeLimit(t *testing.T, connect Connect) {
	for _, size := range []struct{ limit, excess int }{{16 << 10, 1}, {16 << 10, 1 << 20}, {2 << 20, 1}} {
		limit, excess := size.limit, size.excess
		host, guest := connect(t, int64(limit)).ends()
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = guest.Write(within(t), make([]byte, limit))
			_ = guest.Write(within(t), make([]byte, limit+excess))
		}()
		if got, err := host.Read(within(t)); err != nil || len(got) != limit {
			t.Errorf("a frame of the limit: %d bytes, %v", len(got), err)
		}
		if got, err := host.Read(within(t)); !errors.Is(err, link.ErrTooLong) {
			t.Errorf("%d over the limit: %d bytes, %v", excess, len(got), err)
		}
		// There is still a way to say why.
		if err := host.Write(within(t), []byte("too long")); err != nil {
			t.Errorf("write after it: %v", err)
		}
		go func() { _ = host.Close(4505, "bad_protocol") }()
		if got, err := guest.Read(within(t)); err != nil || string(got) != "too long" {
			t.Errorf("the other side reads %q, %v", got, err)
		}
		var closed *link.Closed
		if _, err := guest.Read(within(t)); !errors.As(err, &closed) || closed.Code != 4505 {
			t.Errorf("the other side reads %v, want close 4505", err)
		}
		<-done
	}
}

func slowReader(t *testing.T, connect Connect) {
	host, guest := connect(t, 1<<20).ends()
	frame := make([]byte, 1<<20)
	written := 0
	var err error
	for ; err == nil && written < 1000; written++ {
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		err = host.Write(ctx, frame)
		cancel()
	}
	if err == nil {
		t.Fatalf("%d MiB were taken though nobody reads", written)
	}
	if err := host.Write(within(t), frame); err == nil {
		t.Error("the connection is in use after a write that was broken off")
	}
	for range written + 1 {
		if _, err = guest.Read(within(t)); err != nil {
			break
		}
	}
	if err == nil {
		t.Error("the other side reads on as if nothing had happened")
	}
}

func readContext(t *testing.T, connect Connect) {
	host, _ := connect(t, 100).ends()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := host.Read(ctx)
		done <- err
	}()
	cancel()
	select {
	case err := <-done:
		if err == nil {
			t.Error("read gave a frame that nobody sent")
		}
	case <-within(t).Done():
		t.Error("read goes on after its context")
	}
}

func ping(t *testing.T, connect Connect) {
	host, guest := connect(t, 100).ends()
	for _, c := range []link.Conn{host, guest} {
		go func() {
			for {
				if _, err := c.Read(t.Context()); err != nil {
					return
				}
			}
		}()
	}
	for range 3 {
		if err := host.Ping(within(t)); err != nil {
			t.Errorf("ping: %v", err)
		}
	}
}

func brokenOff(t *testing.T, connect Connect) {
	host, guest := connect(t, 100).ends()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	_, _ = guest.Read(ctx) // its context ends in the middle of it, which breaks the connection off
	patient := within(t)
	_, err := host.Read(patient)
	var closed *link.Closed
	if err == nil || patient.Err() != nil || (errors.As(err, &closed) && closed.Code >= 4000) {
		t.Errorf("read %v, want an error at once, without a code of ours", err)
	}
}
