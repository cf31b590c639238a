package relayed

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"soul-jam/hostd/link"
)

// The first byte of a piece.
const (
	pieceLast  = 0
	pieceMore  = 1
	pieceClose = 2
	piecePing  = 3
	piecePong  = 4
)

// Bytes of a frame of the jam in one piece: smaller ones let the frames of others pass between.
const (
	hostPiece  = 64<<10 - 64
	guestPiece = 16 << 10
)

// maxReason, bytes, as in a WebSocket's close.
const maxReason = 123

// pingSize, bytes.
const pingSize = 8

// pipe is what both ends of an open pipe keep.
type pipe struct {
	in       *box // the reader's
	verified bool
	piece    int // bytes in one piece that this end sends

	mu   sync.Mutex // guards out and the order of what is written with it
	out  *box
	done bool // closed: nothing is written any more

	once sync.Once
	over chan struct{} // closed when this end is

	pings chan []byte // answers to pings, for Ping
	asked uint64      // Ping's
}

func newPipe(piece int) *pipe {
	return &pipe{piece: piece, over: make(chan struct{}), pings: make(chan []byte, 1)}
}

func (p *pipe) end() { p.once.Do(func() { close(p.over) }) }

// Conn is a link.Conn over a sealed pipe.
type Conn struct {
	*pipe
	carrier Carrier
	limit   int64
	early   []byte                                // the piece that came with the hello; nil once read
	next    func(context.Context) ([]byte, error) // the next frame of the pipe
	broken  error                                 // what ended reading; the reader's
	code    int                                   // of Close; 0 before
}

// ClosedWith is the code that Close was called with, 0 when it was not; to be asked after that.
func (c *Conn) ClosedWith() int { return c.code }

// Verified tells whether the guest has shown that it holds the jam's link.
func (c *Conn) Verified() bool { return c.verified }

// Read gives the next frame of the jam; see link.Conn.
func (c *Conn) Read(ctx context.Context) ([]byte, error) {
	if c.broken != nil {
		return nil, c.broken
	}
	frame, err := c.read(ctx)
	if err != nil {
		c.broken = err
		if !errors.Is(err, link.ErrTooLong) {
			c.end()
		}
	}
	return frame, err
}

func (c *Conn) read(ctx context.Context) ([]byte, error) {
	var whole []byte
	for {
		piece, err := c.nextPiece(ctx)
		if err != nil {
			return nil, err
		}
		if len(piece) == 0 {
			return nil, errUnsealed
		}
		switch kind, body := piece[0], piece[1:]; kind {
		case pieceLast, pieceMore:
			if int64(len(whole)+len(body)) > c.limit {
				return nil, link.ErrTooLong
			}
			if whole = append(whole, body...); kind == pieceLast {
				return whole, nil
			}
		case pieceClose:
			if len(body) < 2 || len(body) > 2+maxReason {
				return nil, errUnsealed
			}
			return nil, &link.Closed{Code: int(binary.BigEndian.Uint16(body)), Reason: string(body[2:])}
		case piecePing:
			if len(body) > pingSize {
				return nil, errUnsealed
			}
			if err := c.send(ctx, piecePong, body); err != nil {
				return nil, err
			}
		case piecePong:
			select {
			case c.pings <- body:
			default: // nobody has asked
			}
		default:
			return nil, errUnsealed
		}
	}
}

func (c *Conn) nextPiece(ctx context.Context) ([]byte, error) {
	if c.early != nil {
		piece := c.early
		c.early = nil
		return piece, nil
	}
	frame, err := c.next(ctx)
	if err != nil {
		return nil, fmt.Errorf("read from the pipe: %w", err)
	}
	if len(frame) == 0 || frame[0] != kindFrame {
		return nil, errUnsealed
	}
	return c.in.open(frame, 1)
}

// Write sends one frame, in pieces.
func (c *Conn) Write(ctx context.Context, frame []byte) error {
	for len(frame) > c.piece {
		if err := c.send(ctx, pieceMore, frame[:c.piece]); err != nil {
			return err
		}
		frame = frame[c.piece:]
	}
	return c.send(ctx, pieceLast, frame)
}

func (c *Conn) send(ctx context.Context, kind byte, body []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done {
		return fmt.Errorf("write to the pipe: %w", errCarrier)
	}
	sealed := c.out.seal([]byte{kindFrame}, append([]byte{kind}, body...))
	if err := c.carrier.Write(ctx, sealed, false); err != nil {
		// The other side misses a frame: nothing would open there any more.
		c.done = true
		c.end()
		_ = c.carrier.Close(int(closeCut), "cut")
		return fmt.Errorf("write to the pipe: %w", err)
	}
	return nil
}

// closeCut ends a carrier whose pipe is broken: come back.
const closeCut = 4000

// Ping asks the other end, which answers while it reads.
func (c *Conn) Ping(ctx context.Context) error {
	c.asked++
	question := binary.BigEndian.AppendUint64(nil, c.asked)
	if err := c.send(ctx, piecePing, question); err != nil {
		return err
	}
	for {
		select {
		case answer := <-c.pings:
			if string(answer) == string(question) {
				return nil
			}
		case <-c.over:
			return fmt.Errorf("ping over the pipe: %w", errCarrier)
		case <-ctx.Done():
			return fmt.Errorf("ping over the pipe: %w", ctx.Err())
		}
	}
}

// Close tells the code under seal. The carrier stays.
func (c *Conn) Close(code int, reason string) error {
	c.code = code
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	if len(reason) > maxReason {
		reason = reason[:maxReason]
	}
	err := c.send(ctx, pieceClose, append(binary.BigEndian.AppendUint16(nil, uint16(code)), reason...)) //nolint:gosec // codes are 4000 to 4999
	c.silence()
	c.end()
	return err
}

// silence keeps anything more from being written.
func (p *pipe) silence() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = true
}
