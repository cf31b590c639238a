package linktest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"soul-jam/hostd/link"
)

// unanswered pings until that fails, and reports whether one of them was answered
// later than the link may believe in what it heard before, or did not end in time.
func unanswered(t *testing.T, p Pair) {
	t.Helper()
	start := time.Now()
	for {
		asked := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		err := p.Host.Ping(ctx)
		if cancel(); time.Since(asked) > patience {
			t.Fatal("ping goes on after its context")
		}
		if err != nil {
			return
		}
		if asked.Sub(start) > p.Believes {
			t.Fatalf("%v after the cut somebody who cannot be reached has answered", asked.Sub(start))
		}
		rest := time.NewTimer(soon)
		select {
		case <-rest.C:
		case <-t.Context().Done():
		}
	}
}

func pingContext(t *testing.T, connect Connect) {
	p := connect(t, 100)
	for _, c := range []link.Conn{p.Host, p.Guest} {
		go func() { _, _ = c.Read(t.Context()) }()
	}
	if err := p.Host.Ping(within(t)); err != nil {
		t.Fatalf("ping before the cut: %v", err)
	}
	p.Cut()
	unanswered(t, p)
}

// cut does what hostd does: it asks for a sign of life while it reads, and closes when there is none.
func cut(t *testing.T, connect Connect) {
	p := connect(t, 100)
	read := make(chan error, 1)
	go func() {
		for {
			if _, err := p.Host.Read(t.Context()); err != nil {
				read <- err
				return
			}
		}
	}()
	go func() { _, _ = p.Guest.Read(t.Context()) }()
	p.Cut()
	unanswered(t, p)
	go func() { _ = p.Host.Close(4504, "too_slow") }()
	select {
	case err := <-read:
		var closed *link.Closed
		if errors.As(err, &closed) && closed.Code >= 4000 {
			t.Errorf("after a cut the reader is told %v, and nobody said so", err)
		}
	case <-within(t).Done():
		t.Error("after a cut and a close the reader goes on")
	}
}

func large(t *testing.T, connect Connect) {
	const size = 3 << 20
	host, guest := connect(t, size).ends()
	frame := make([]byte, size)
	for i := range frame {
		frame[i] = byte(i * 31 >> 3)
	}
	wrote := make(chan error, 1)
	go func() { wrote <- host.Write(within(t), frame) }()
	if got, err := guest.Read(within(t)); err != nil || !bytes.Equal(got, frame) {
		t.Errorf("read %d bytes, %v; want the %d that were written", len(got), err, size)
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
}

func resting(t *testing.T, connect Connect) {
	const n, before = 200, 10
	host, guest := connect(t, 1000).ends()
	wrote := make(chan error, 1)
	go func() {
		for i := range n {
			if err := host.Write(within(t), fmt.Appendf(nil, "frame %d", i)); err != nil {
				wrote <- err
				return
			}
		}
		wrote <- nil
	}()
	for i := range n {
		if i == before {
			rest := time.NewTimer(soon)
			select {
			case <-rest.C:
			case err := <-wrote:
				wrote <- err
			}
		}
		if got, err := guest.Read(within(t)); err != nil || string(got) != fmt.Sprintf("frame %d", i) {
			t.Fatalf("of frame %d came %q, %v", i, got, err)
		}
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
}
