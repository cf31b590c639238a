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

// inbox frames of one guest may wait for its reader; a guest that sends more at once is closed.
const inbox = 128

// ErrGone: the guest's socket at soul-server, or the one to soul-server, is over.
var ErrGone = errors.New("the guest is gone from the soul-server")

// Guest is one remote guest's socket at soul-server. Read is called by one goroutine, Write by any.
type Guest struct {
	line  *line
	id    uint32
	plain bool
	from  string
	seat  string
	in    chan signaling.Frame

	once sync.Once
	gone chan struct{}

	mu    sync.Mutex // guards under
	under int        // bytes sent that the guest has not taken
	room  chan struct{}
}

func newGuest(l *line, open signaling.Control) *Guest {
	return &Guest{
		line: l, id: open.Guest, plain: open.Plain, from: open.From, seat: open.Seat,
		in: make(chan signaling.Frame, inbox), gone: make(chan struct{}), room: make(chan struct{}, 1),
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
	select {
	case f := <-g.in:
		return f.Data, f.Text, nil
	default:
	}
	select {
	case f := <-g.in:
		return f.Data, f.Text, nil
	case <-g.gone:
		select {
		case f := <-g.in:
			return f.Data, f.Text, nil
		default:
			return nil, false, ErrGone
		}
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
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

func (g *Guest) leave() { g.once.Do(func() { close(g.gone) }) }

func (g *Guest) deliver(f signaling.Frame) {
	f.Data = bytes.Clone(f.Data)
	select {
	case <-g.gone:
	case g.in <- f:
	default:
		_ = g.Close(int(wire.CloseBadProtocol), wire.CloseBadProtocol.Reason())
	}
}
