package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"

	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// What may wait for the reader of one guest: so many bytes, in so many frames. A guest that sends more
// at once is closed, and may come back (4001): it has not waited for any answer.
const (
	inboxBytes  = 256 << 10
	inboxFrames = 4096
)

// ErrGone: the guest's socket at soul-server, or the one to soul-server, is over.
var ErrGone = errors.New("the guest is gone from the soul-server")

// Guest is one remote guest's socket at soul-server. Read is called by one goroutine, Write by any.
type Guest struct {
	line  *line
	id    uint32
	plain bool
	from  string
	seat  string
	come  chan struct{} // holds a token when something may wait

	once sync.Once
	gone chan struct{}

	room chan struct{}

	mu      sync.Mutex // guards what follows
	under   int        // bytes sent that the guest has not taken
	waiting []signaling.Frame
	bytes   int // of what waits
}

func newGuest(l *line, open signaling.Control) *Guest {
	return &Guest{
		line: l, id: open.Guest, plain: open.Plain, from: open.From, seat: open.Seat,
		come: make(chan struct{}, 1), gone: make(chan struct{}), room: make(chan struct{}, 1),
	}
}

// Plain tells that the guest speaks the jam's messages in plain text.
func (g *Guest) Plain() bool { return g.plain }

// From is soul-server's keyed hash of the guest's address.
func (g *Guest) From() string { return g.from }

// Gone is closed when the guest's socket is over.
func (g *Guest) Gone() <-chan struct{} { return g.gone }

// Seated tells soul-server that this one does not count as a stranger any more, and what to
// give back as Seat should the host lose sight of it; "" = nothing.
func (g *Guest) Seated(seat string) {
	g.line.say(signaling.Control{Type: signaling.Seated, Guest: g.id, Seat: seat})
}

// Seat is what Seated was told before the host was away; "" for a guest that is new.
func (g *Guest) Seat() string { return g.seat }

// Read gives the next frame. What came before the guest went comes before ErrGone.
func (g *Guest) Read(ctx context.Context) (frame []byte, text bool, err error) {
	for {
		// Before looking: whatever came before the guest went is there then.
		gone := g.isGone()
		if f, ok := g.next(); ok {
			return f.Data, f.Text, nil
		}
		if gone {
			return nil, false, ErrGone
		}
		select {
		case <-g.come:
		case <-g.gone:
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
	}
}

func (g *Guest) isGone() bool {
	select {
	case <-g.gone:
		return true
	default:
		return false
	}
}

func (g *Guest) next() (f signaling.Frame, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		return f, false
	}
	f, g.waiting = g.waiting[0], g.waiting[1:]
	g.bytes -= len(f.Data)
	return f, true
}

// Write sends one frame; it waits while Window bytes are under way to this guest.
func (g *Guest) Write(ctx context.Context, frame []byte, text bool) error {
	if err := g.reserve(ctx, len(frame)); err != nil {
		return fmt.Errorf("write to a guest: %w", err)
	}
	g.line.out.frame(signaling.Frame{Guest: g.id, Text: text, Data: frame})
	return nil
}

func (g *Guest) reserve(ctx context.Context, size int) error {
	for {
		select {
		case <-g.gone:
			return ErrGone
		default:
		}
		g.mu.Lock()
		// What is under TakenEvery may have been taken without a word.
		fits := g.under < signaling.TakenEvery || g.under+size <= signaling.Window
		if fits {
			g.under += size
		}
		g.mu.Unlock()
		if fits {
			return ctx.Err()
		}
		select {
		case <-g.room:
		case <-g.gone:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (g *Guest) took(n int) {
	g.mu.Lock()
	g.under = max(0, g.under-max(0, n))
	g.mu.Unlock()
	select {
	case g.room <- struct{}{}:
	default:
	}
}

// Close closes the guest's socket once everything before is sent.
func (g *Guest) Close(code int, reason string) error {
	select {
	case <-g.gone:
		return ErrGone
	default:
	}
	g.line.say(signaling.Control{Type: signaling.Close, Guest: g.id, CloseCode: code, Reason: reason})
	g.leave()
	return nil
}

func (g *Guest) leave() {
	g.once.Do(func() {
		close(g.gone)
		g.line.forget(g.id)
	})
}

func (g *Guest) deliver(f signaling.Frame) {
	f.Data = bytes.Clone(f.Data)
	g.mu.Lock()
	fits := g.bytes+len(f.Data) <= inboxBytes && len(g.waiting) < inboxFrames
	if fits {
		g.waiting = append(g.waiting, f)
		g.bytes += len(f.Data)
	}
	g.mu.Unlock()
	if !fits {
		g.tooFast()
		return
	}
	select {
	case g.come <- struct{}{}:
	default:
	}
}

// tooFast closes a guest that sends more than anybody can read.
func (g *Guest) tooFast() {
	if bye, err := wire.Encode(wire.ByeFor(wire.CloseTooSlow), 0); err == nil && g.plain {
		g.line.out.frame(signaling.Frame{Guest: g.id, Text: true, Data: bye})
	}
	_ = g.Close(int(wire.CloseTooSlow), wire.CloseTooSlow.Reason())
}
