package visitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"soul-jam/shared/identity"
)

// calledWithin: a host that libp2p has not reached by then is called through the soul-server.
const calledWithin = 5 * time.Second

// Call is whom to call over libp2p, and where.
type Call struct {
	Peer string
	// Addrs are multiaddrs as they came from outside.
	Addrs []string
	Code  string
	// Proof shows that this program has the jam's link; nil without one.
	Proof []byte
}

// Native calls hosts over libp2p; see NewNative. A host that proves to be another is ErrWrongHost.
type Native interface {
	// PeerID is this program's own.
	PeerID() string
	// Call opens a connection by whichever address answers.
	Call(ctx context.Context, c Call) (Conn, error)
	// Direct waits until nothing is between this machine and the host any more, and opens a connection there.
	Direct(ctx context.Context, c Call) (Conn, error)
}

// ways are the ways to a host, best first.
type ways struct {
	native Native // nil = none
	web    *http.Client
	key    *identity.LinkKey
	log    *slog.Logger
}

// errNoWay: nothing leads to the host.
var errNoWay = errors.New("the host cannot be reached from here")

// reach opens a connection: over libp2p, else through the soul-server that introduced the host.
func (w ways) reach(ctx context.Context, h host) (Conn, error) {
	err := errNoWay
	if w.native != nil && len(h.addrs) > 0 {
		within, cancel := context.WithTimeout(ctx, calledWithin)
		defer cancel()
		var conn Conn
		if conn, err = w.native.Call(within, w.to(h)); err == nil {
			return conn, nil
		}
		w.log.Debug("libp2p does not reach the host", "error", err)
		err = fmt.Errorf("%w: %w", errNoWay, err)
	}
	if h.server == nil || ctx.Err() != nil {
		return nil, err
	}
	conn, failed := openPipe(ctx, h, w.key, w.web)
	if failed != nil && errors.Is(err, ErrWrongHost) {
		return nil, err // tells more
	}
	return conn, failed
}

// to is the call of a host.
func (w ways) to(h host) Call {
	c := Call{Peer: h.peer, Addrs: h.addrs, Code: h.code.String()}
	if w.key != nil && w.native != nil {
		c.Proof = w.key.Knock(h.bundle, h.peer, w.native.PeerID())
	}
	return c
}
