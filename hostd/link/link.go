// Package link is how messages travel between a guest and the host, whatever the
// network: a Conn carries whole frames in order and is closed with a code. Its
// implementations stand beside it (link/ws); linktest holds the one suite that
// all of them pass.
package link

import (
	"context"
	"errors"
	"fmt"
)

// Conn is one connection. Read is called by one goroutine, the rest by one other.
type Conn interface {
	// Read gives the next frame. A frame over the limit that the Conn was made with
	// is ErrTooLong, and the connection is of no further use but for Write and Close.
	// Once the other side is gone, or ctx is over, it is an error; a *Closed
	// tells the code when the other side gave one.
	Read(ctx context.Context) ([]byte, error)
	// Write sends one frame and may wait for the network; when ctx ends first the
	// connection is broken.
	Write(ctx context.Context, frame []byte) error
	// Ping asks the other side for a sign of life while Read runs.
	Ping(ctx context.Context) error
	// Close says goodbye with a code of 4000 to 4999 and a short reason. It does
	// not wait for the other side longer than a few seconds.
	Close(code int, reason string) error
}

// ErrTooLong: a frame exceeded the limit.
var ErrTooLong = errors.New("frame is too long")

// Closed is the other side's goodbye.
type Closed struct {
	Code   int
	Reason string
}

func (c *Closed) Error() string { return fmt.Sprintf("closed with %d %q", c.Code, c.Reason) }
