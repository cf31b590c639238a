package rtc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/pion/datachannel"

	"soul-jam/hostd/link"
)

const (
	// maxBuffered is how much of what was written may wait for the other side, in
	// bytes. Above it Write waits; the library itself would take anything.
	maxBuffered = 1 << 20
	// lowBuffered is when a Write that waits goes on.
	lowBuffered = maxBuffered / 2
	// goodbyeWithin is how long Close waits until the other side has everything.
	goodbyeWithin = 3 * time.Second
	// linger is how long the connection stands after that, so that the channel is seen
	// to close in order and not to break.
	linger = time.Second
	// progressEvery is how often Ping looks whether what was written gets through.
	progressEvery = 50 * time.Millisecond
)

// errOver: the connection is no more.
var errOver = errors.New("connection is over")

// Conn is a link.Conn over one data channel.
type Conn struct {
	channel *datachannel.DataChannel
	life    *life
	end     func(error) // ends the call that it is of

	in     assembler // the reader's, as what follows
	buffer []byte
	failed error

	left    atomic.Bool   // the other side said goodbye
	low     chan struct{} // takes one: less waits than the threshold
	written uint64        // bytes in pieces; the writer's, as what follows
	drained uint64        // of them that had got through at the last Ping
	said    atomic.Bool   // goodbye, by us
}

func newConn(channel *datachannel.DataChannel, limit int64, life *life, end func(error)) *Conn {
	c := &Conn{
		channel: channel, life: life, end: end, low: make(chan struct{}, 1),
		in: assembler{limit: limit}, buffer: make([]byte, maxPiece),
	}
	channel.SetBufferedAmountLowThreshold(lowBuffered)
	channel.OnBufferedAmountLow(func() { // called by the library's reader: must not wait
		select {
		case c.low <- struct{}{}:
		default:
		}
	})
	return c
}

// Read gives the next frame.
func (c *Conn) Read(ctx context.Context) ([]byte, error) {
	if c.failed != nil {
		return nil, c.failed
	}
	if err := ctx.Err(); err != nil {
		return nil, c.broken(fmt.Errorf("read frame: %w", err))
	}
	stop := context.AfterFunc(ctx, func() { _ = c.channel.SetReadDeadline(time.Now()) })
	defer stop()
	for {
		n, text, err := c.channel.ReadDataChannel(c.buffer)
		if errors.Is(err, io.ErrShortBuffer) {
			c.failed = errOver
			return nil, link.ErrTooLong
		}
		if err != nil && ctx.Err() != nil {
			return nil, c.broken(fmt.Errorf("read frame: %w", ctx.Err()))
		}
		if err != nil {
			c.failed = errOver
			c.fade(err)
			return nil, fmt.Errorf("read frame: %w", err)
		}
		frame, whole, err := c.in.push(c.buffer[:n], text)
		if whole {
			return frame, nil
		}
		if err != nil {
			return nil, c.unreadable(err)
		}
	}
}

// unreadable ends reading, not writing: there may be something to say about it.
func (c *Conn) unreadable(err error) error {
	c.failed = errOver
	var bye *link.Closed
	if errors.As(err, &bye) {
		c.left.Store(true)
		return bye
	}
	if errors.Is(err, link.ErrTooLong) {
		return link.ErrTooLong
	}
	return fmt.Errorf("read frame: %w", err)
}

// broken ends the connection because its user has given it up.
func (c *Conn) broken(err error) error {
	c.failed = errOver
	c.end(err)
	return err
}

// fade ends the connection some time after the channel has failed: when the other
// side is gone the library notices and ends it before, in its own order.
func (c *Conn) fade(err error) { time.AfterFunc(linger, func() { c.end(err) }) }

// Write sends one frame. It waits while more than 1 MiB is on its way.
func (c *Conn) Write(ctx context.Context, frame []byte) error {
	err := pieces(frame, func(piece []byte) error {
		if err := c.room(ctx, len(piece)); err != nil {
			return err
		}
		if _, err := c.channel.Write(piece); err != nil {
			c.fade(err)
			return err
		}
		c.written += uint64(len(piece))
		return nil
	})
	if err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	return nil
}

// room waits until size more bytes may be on their way.
func (c *Conn) room(ctx context.Context, size int) error {
	for {
		if err := ctx.Err(); err != nil {
			c.end(err)
			return err
		}
		if c.said.Load() || c.life.isOver() {
			return errOver
		}
		if c.channel.BufferedAmount()+uint64(size) <= maxBuffered { //nolint:gosec // a piece
			return nil
		}
		select {
		case <-c.low:
		case <-ctx.Done():
		case <-c.life.over:
		}
	}
}

// Ping is answered by the network: it is good while ICE hears from the other side
// (at the latest 3 s ago) and what was written gets through. Otherwise it waits for
// both. Nothing is sent for it that the other side's program would have to know.
func (c *Conn) Ping(ctx context.Context) error {
	for {
		reached, changed := c.life.state()
		if c.life.isOver() {
			return errOver
		}
		if reached && c.drains() {
			return nil
		}
		look := time.NewTimer(progressEvery)
		if !reached {
			look.Stop()
		}
		select {
		case <-look.C:
		case <-changed:
		case <-c.life.over:
		case <-ctx.Done():
			look.Stop()
			return fmt.Errorf("no sign of life: %w", ctx.Err())
		}
		look.Stop()
	}
}

// drains tells whether nothing waits, or something got through since it was asked last.
func (c *Conn) drains() bool {
	waits := c.channel.BufferedAmount()
	through := c.written - min(waits, c.written)
	if waits > 0 && through <= c.drained {
		return false
	}
	c.drained = through
	return true
}

// Close says goodbye behind all that was written, and waits up to 3 s until the other
// side's end has it all.
func (c *Conn) Close(code int, reason string) error {
	if c.said.Swap(true) {
		return nil
	}
	if c.left.Load() || c.life.isOver() {
		c.end(errOver)
		return nil
	}
	c.channel.SetBufferedAmountLowThreshold(0)
	if _, err := c.channel.Write(closePiece(code, reason)); err != nil {
		c.fade(err)
		return fmt.Errorf("say goodbye: %w", err)
	}
	late := time.NewTimer(goodbyeWithin)
	defer late.Stop()
	for c.channel.BufferedAmount() > 0 && !c.life.isOver() {
		select {
		case <-c.low:
		case <-c.life.over:
		case <-late.C:
			c.end(errOver)
			return fmt.Errorf("say goodbye: %w", context.DeadlineExceeded)
		}
	}
	err := c.channel.Close()
	c.fade(errHungUp)
	if err != nil {
		return fmt.Errorf("close the channel: %w", err)
	}
	return nil
}
