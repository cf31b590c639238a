package relayed

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"soul-jam/shared/identity"
)

// closeWithin: a goodbye that the carrier does not take within this is left unsaid.
const closeWithin = 5 * time.Second

// ErrNotTheHost: what soul-server says about the host is not what the link says.
var ErrNotTheHost = errors.New("this is not the host that the link is for")

// Meeting is what a guest knows before it begins a pipe.
type Meeting struct {
	Bundle identity.SignedBundle // as soul-server tells it
	Nonce  []byte
	Code   string
	// Link is the key of the jam's link, nil for a typed code.
	Link *identity.LinkKey
}

// hello begins a pipe: the frame to send, and how to go on with the reply.
func (m Meeting) hello(first []byte) (frame []byte, finish func(reply []byte) (*pipe, error), err error) {
	if m.Link != nil && !m.Link.Pins(m.Bundle) {
		return nil, nil, ErrNotTheHost
	}
	bundle, host, err := m.Bundle.Open()
	if err != nil {
		return nil, nil, err
	}
	if bundle.Code != m.Code {
		return nil, nil, ErrNotTheHost
	}
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	es, err := own.ECDH(host)
	if err != nil {
		return nil, nil, err
	}
	mode, secret := byte(modeTyped), identity.Secret{}
	if m.Link != nil {
		mode, secret = modeLink, m.Link.JoinSecret()
	}
	point := own.PublicKey().Bytes()
	a := newAgreement(m.Bundle, m.Nonce, point, mode, secret)
	frame = a.hello(es).seal(append([]byte{kindHello, mode}, point...), first)
	return frame, func(reply []byte) (*pipe, error) {
		if len(reply) < replyHead || reply[0] != kindReply {
			return nil, errUnsealed
		}
		ee, err := shared(own, reply[1:replyHead])
		if err != nil {
			return nil, err
		}
		p := newPipe(guestPiece)
		p.out, p.in = a.frames(es, ee, reply[1:replyHead])
		p.verified = m.Link != nil
		if piece, err := p.in.open(reply, replyHead); err != nil || len(piece) != 0 {
			return nil, errUnsealed
		}
		return p, nil
	}, nil
}

// Dial begins a pipe on a carrier and waits for the host's reply. first is the first frame of the jam,
// at most 16 KiB, which spares its round trip; nil = none. Frames of the host are at most
// limit bytes; text frames that come meanwhile and later go to signal.
func Dial(ctx context.Context, c Carrier, m Meeting, limit int64, first []byte, signal func([]byte)) (*Conn, error) {
	piece := append([]byte{pieceLast}, first...)
	if first == nil {
		piece = append([]byte{piecePing}, make([]byte, pingSize)...)
	}
	frame, finish, err := m.hello(piece)
	if err != nil {
		return nil, fmt.Errorf("begin a pipe: %w", err)
	}
	if err := c.Write(ctx, frame, false); err != nil {
		return nil, fmt.Errorf("begin a pipe: %w", err)
	}
	next := func(ctx context.Context) ([]byte, error) {
		for {
			frame, text, err := c.Read(ctx)
			if err != nil {
				_ = c.Close(closeCut, "cut")
				return nil, err
			}
			if !text {
				return frame, nil
			}
			signal(frame)
		}
	}
	reply, err := next(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin a pipe: %w", err)
	}
	p, err := finish(reply)
	if err != nil {
		return nil, fmt.Errorf("begin a pipe: %w", err)
	}
	return &Conn{pipe: p, carrier: c, limit: limit, next: func(ctx context.Context) ([]byte, error) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		// Closing from this side ends the reading too.
		go func() {
			select {
			case <-p.over:
				stop()
			case <-ctx.Done():
			}
		}()
		return next(ctx)
	}}, nil
}
