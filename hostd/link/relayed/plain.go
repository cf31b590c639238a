package relayed

import (
	"context"
	"errors"
	"fmt"

	"soul-jam/hostd/link"
)

// Plain is a link.Conn that soul-server can read: for programs that speak the jam's
// messages in plain text. Its carrier's frames are the jam's.
type Plain struct {
	carrier Carrier
	limit   int64
	alive   <-chan struct{}
}

// NewPlain makes it; gone is closed when the guest's socket at soul-server is.
func NewPlain(c Carrier, limit int64, gone <-chan struct{}) *Plain {
	return &Plain{carrier: c, limit: limit, alive: gone}
}

// errBinary: a plain client sent a binary frame.
var errBinary = errors.New("a frame that is no text")

// Read gives the next frame.
func (p *Plain) Read(ctx context.Context) ([]byte, error) {
	frame, text, err := p.carrier.Read(ctx)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read from soul-server: %w", err)
	case int64(len(frame)) > p.limit:
		return nil, link.ErrTooLong
	case !text:
		return nil, errBinary
	}
	return frame, nil
}

// Write sends one frame.
func (p *Plain) Write(ctx context.Context, frame []byte) error {
	if err := p.carrier.Write(ctx, frame, true); err != nil {
		return fmt.Errorf("write to soul-server: %w", err)
	}
	return nil
}

// Ping asks nobody: soul-server pings the guest itself, and tells when it is gone.
func (p *Plain) Ping(ctx context.Context) error {
	select {
	case <-p.alive:
		return errCarrier
	default:
		return ctx.Err()
	}
}

// Close closes the guest's socket at soul-server.
func (p *Plain) Close(code int, reason string) error { return p.carrier.Close(code, reason) }
