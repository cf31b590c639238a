package visitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"soul-jam/hostd/link/p2p"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// LibP2P is this program's libp2p.
type LibP2P struct{ visitor *p2p.Visitor }

// NewNative opens this program's ports, any that are free, so that hosts can come towards it. Loopback: hosts on
// this very machine are believed. Close ends it.
func NewNative(key identity.HostKey, loopback bool, log *slog.Logger) (*LibP2P, error) {
	v, err := p2p.NewVisitor(p2p.VisitorConfig{Key: key, Limit: wire.MaxHostFrame, Loopback: loopback, Log: log})
	if err != nil {
		return nil, fmt.Errorf("open libp2p: %w", err)
	}
	return &LibP2P{v}, nil
}

// PeerID is what hosts know this program by.
func (l *LibP2P) PeerID() string { return l.visitor.PeerID() }

// Close ends all connections.
func (l *LibP2P) Close() error { return l.visitor.Close() }

// Call opens a connection by whichever address answers.
func (l *LibP2P) Call(ctx context.Context, c Call) (Conn, error) {
	return native(l.visitor.Call(ctx, p2p.Target(c)))
}

// Direct waits for a connection that nobody relays.
func (l *LibP2P) Direct(ctx context.Context, c Call) (Conn, error) {
	return native(l.visitor.Direct(ctx, p2p.Target(c)))
}

// native gives a connection and its errors this package's form.
func native(c *p2p.Conn, err error) (Conn, error) {
	switch {
	case errors.Is(err, p2p.ErrWrongHost):
		return nil, fmt.Errorf("%w (%w)", ErrWrongHost, err)
	case errors.Is(err, p2p.ErrRefused):
		return nil, &unanswered{why: wire.CodeSessionNotFound}
	case err != nil:
		return nil, err
	}
	return stream{c}, nil
}

// stream is a Conn over libp2p.
type stream struct{ *p2p.Conn }

// Path is how its frames travel.
func (s stream) Path() wire.Path { return wire.Path(s.Conn.Path()) }
