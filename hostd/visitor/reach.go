package visitor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// calledWithin: a host that libp2p has not reached by then is not there for it.
const calledWithin = 5 * time.Second

// pipeAfter: the soul-server's pipe is tried beside libp2p when that has not reached the host by then.
const pipeAfter = time.Second

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

// attempt is how one way came out.
type attempt struct {
	conn Conn
	err  error
}

// try goes one way in a goroutine of its own.
func try(way func() (Conn, error)) <-chan attempt {
	out := make(chan attempt, 1)
	go func() {
		conn, err := way()
		out <- attempt{conn, err}
	}()
	return out
}

// reach opens a connection: over libp2p, else through the soul-server that introduced the host. Where networks swallow what libp2p
// sends, nobody waits for that to be certain.
func (w ways) reach(ctx context.Context, h host) (Conn, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	pipe := func() <-chan attempt {
		if h.server == nil {
			return nil
		}
		return try(func() (Conn, error) { return openPipe(ctx, h, w.key, w.web) })
	}
	if w.native == nil || len(h.addrs) == 0 {
		return first(ctx, nil, pipe, w.log)
	}
	return first(ctx, try(func() (Conn, error) {
		within, cancel := context.WithTimeout(ctx, calledWithin)
		defer cancel()
		return w.native.Call(within, w.to(h))
	}), pipe, w.log)
}

// first gives the connection that is there first: libp2p's, nil = there is none to wait for, or, later or when that has failed, the pipe.
func first(ctx context.Context, native <-chan attempt, pipe func() <-chan attempt, log *slog.Logger) (Conn, error) {
	begin := time.NewTimer(pipeAfter)
	defer begin.Stop()
	var piped <-chan attempt
	var err error
	if native == nil {
		piped = pipe()
	}
	for begun := native == nil; native != nil || piped != nil; {
		var a attempt
		var other <-chan attempt
		select {
		case <-begin.C:
			if !begun {
				begun, piped = true, pipe()
			}
			continue
		case a = <-native:
			native, other = nil, piped
			if a.err != nil {
				log.Debug("libp2p does not reach the host", "error", a.err)
				if err == nil || errors.Is(a.err, ErrWrongHost) {
					err = fmt.Errorf("%w: %w", errNoWay, a.err)
				}
				if !begun && ctx.Err() == nil {
					begun, piped = true, pipe()
				}
			}
		case a = <-piped:
			piped, other = nil, native
			if a.err != nil && !errors.Is(err, ErrWrongHost) { // which tells more
				err = a.err
			}
		}
		if a.err == nil {
			drop(other)
			return a.conn, nil
		}
	}
	return nil, cmp.Or(err, errNoWay)
}

// drop closes a connection that is not needed any more, if it comes to be one.
func drop(late <-chan attempt) {
	if late == nil {
		return
	}
	go func() {
		if a := <-late; a.err == nil {
			_ = a.conn.Close(int(wire.CloseRestarting), "not needed")
		}
	}()
}

// to is the call of a host.
func (w ways) to(h host) Call {
	c := Call{Peer: h.peer, Addrs: h.addrs, Code: h.code.String()}
	if w.key != nil && w.native != nil {
		c.Proof = w.key.Knock(h.bundle, h.peer, w.native.PeerID())
	}
	return c
}
