package p2p

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"soul-jam/hostd/link"
)

const (
	// goodbyeWithin is how long Close waits until the other side has read everything.
	goodbyeWithin = 3 * time.Second
	// oneWrite is up to which size a frame goes out together with its length, bytes: each
	// write is a packet or more.
	oneWrite = 8 << 10
)

var (
	errOver  = errors.New("connection is over")
	errEmpty = errors.New("frame is empty")
)

// Conn is a link.Conn over one stream.
type Conn struct {
	stream network.Stream
	letGo  func() // what else to end when it is over; nil: nothing

	reading sync.Mutex // guards in and failed: Read has it while it runs, then Close
	in      frames
	failed  error

	said atomic.Bool // goodbye, by us
	left atomic.Bool // the other side said it
}

var _ link.Conn = (*Conn)(nil)

func newConn(s network.Stream, limit int64, letGo func()) *Conn {
	return &Conn{stream: s, letGo: letGo, in: newFrames(s, limit)}
}

// Path is the way that its frames take.
func (c *Conn) Path() Path { return pathOf(c.stream.Conn()) }

// Peer is the other side's peer id, which it has proven.
func (c *Conn) Peer() string { return c.stream.Conn().RemotePeer().String() }

// Read gives the next frame.
func (c *Conn) Read(ctx context.Context) ([]byte, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.failed != nil {
		return nil, c.failed
	}
	stop := context.AfterFunc(ctx, func() {
		if !c.said.Load() { // Close has its own deadline
			_ = c.stream.SetReadDeadline(past())
		}
	})
	defer stop()
	if c.said.Load() {
		return nil, errOver
	}
	frame, err := c.in.next()
	if err == nil {
		return frame, nil
	}
	c.failed = errOver
	var bye *link.Closed
	switch {
	case errors.Is(err, link.ErrTooLong):
		return nil, link.ErrTooLong
	case c.said.Load():
		return nil, errOver // Close goes on reading
	case errors.As(err, &bye):
		c.left.Store(true)
		c.end() // tells the other side that it may go
		return nil, bye
	case ctx.Err() != nil:
		err = ctx.Err()
	}
	c.end()
	return nil, fmt.Errorf("read frame: %w", err)
}

// past is a deadline that is over whatever the clock does.
func past() time.Time { return time.Unix(1, 0) }

// Write sends one frame, which must not be empty. It waits while the other side does not read.
func (c *Conn) Write(ctx context.Context, frame []byte) error {
	if c.said.Load() {
		return fmt.Errorf("write frame: %w", errOver)
	}
	if len(frame) == 0 {
		return fmt.Errorf("write frame: %w", errEmpty)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.stream.SetWriteDeadline(past()) })
	defer stop()
	err := c.write(frame)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		c.end()
		return fmt.Errorf("write frame: %w", err)
	}
	return nil
}

func (c *Conn) write(frame []byte) error {
	head := make([]byte, 0, binary.MaxVarintLen64+min(len(frame), oneWrite))
	head = binary.AppendUvarint(head, uint64(len(frame)))
	if len(frame) <= oneWrite {
		head, frame = append(head, frame...), nil
	}
	if _, err := c.stream.Write(head); err != nil || frame == nil {
		return err
	}
	_, err := c.stream.Write(frame)
	return err
}

// Ping asks the other side's libp2p for a sign of life, on the same connection.
func (c *Conn) Ping(ctx context.Context) error {
	if c.said.Load() {
		return errOver
	}
	if err := ping(ctx, c.stream.Conn()); err != nil {
		return fmt.Errorf("no sign of life: %w", err)
	}
	return nil
}

// Close says goodbye behind all that was written and waits up to 3 s until the other side has
// read it. A Read that is under way ends.
func (c *Conn) Close(code int, reason string) error {
	if c.said.Swap(true) {
		return nil
	}
	defer c.end()
	if c.left.Load() {
		return nil
	}
	bye, err := appendGoodbye(nil, code, reason)
	if err != nil {
		return err
	}
	late := time.Now().Add(goodbyeWithin)
	_ = c.stream.SetWriteDeadline(late)
	_ = c.stream.SetReadDeadline(past())
	c.reading.Lock()
	defer c.reading.Unlock()
	c.failed = errOver
	if _, err = c.stream.Write(bye); err == nil {
		err = c.stream.CloseWrite()
	}
	if err != nil {
		return fmt.Errorf("say goodbye: %w", err)
	}
	// The other side ends the stream once it has read the goodbye. What it says until then is lost.
	_ = c.stream.SetReadDeadline(late)
	var timeout net.Error
	if _, err = io.Copy(io.Discard, c.in.from); errors.As(err, &timeout) && timeout.Timeout() {
		return fmt.Errorf("say goodbye: %w", err)
	}
	return nil
}

// end breaks the stream off, and with it what hangs on it.
func (c *Conn) end() {
	_ = c.stream.Reset()
	if c.letGo != nil {
		c.letGo()
	}
}
