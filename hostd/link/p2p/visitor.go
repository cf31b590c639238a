package p2p

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/sec"

	"soul-jam/shared/identity"
)

var (
	// ErrWrongHost: somebody else answers where the host should be.
	ErrWrongHost = errors.New("another host answers there")
	// ErrRefused: the host does not know the code, or not the proof.
	ErrRefused = errors.New("the host does not let us in with that code")
)

// VisitorConfig is what a Visitor needs.
type VisitorConfig struct {
	// Key is what hosts know the visitor by.
	Key identity.HostKey
	// Listen is where hosts may dial back to, "" for any port of all addresses.
	Listen string
	// Limit of a host's frame, bytes.
	Limit int64
	// Loopback: addresses on this machine are believed. For tests, and where the person has
	// asked for a host on this machine.
	Loopback bool
	Log      *slog.Logger

	quic libp2p.Option // tests: see wiring
}

// Target is a host and where it should be.
type Target struct {
	// Peer is the host's peer id: nobody else is talked to.
	Peer string
	// Addrs are multiaddrs, direct and circuits, as they come from others: at most 16 count, and
	// what cannot be used is dropped.
	Addrs []string
	// Code of the jam, and the Proof of having its link (identity.LinkKey.Knock), nil without.
	// Without a code nothing is said at the door.
	Code  string
	Proof []byte
}

// Visitor calls hosts.
type Visitor struct {
	cfg   VisitorConfig
	node  *node
	punch *puncher
	told  *told

	mu   sync.Mutex    // guards came
	came chan struct{} // closed when there is another connection
}

// NewVisitor makes one. It takes part in making direct paths, so it listens.
func NewVisitor(cfg VisitorConfig) (*Visitor, error) {
	v := &Visitor{cfg: cfg, told: newTold(cfg.Loopback, false), came: make(chan struct{})}
	var err error
	v.node, err = newNode(wiring{
		key: cfg.Key.Private(), isRelay: v.told.isRelay, window: visitorWindow, quic: cfg.quic,
		gate: gate{calls: v.told.mayDial, enters: v.told.isFriend, believes: v.told.believes},
	})
	if err != nil {
		return nil, err
	}
	v.node.Network().Notify(&network.NotifyBundle{ConnectedF: func(network.Network, network.Conn) { v.another() }})
	at := cfg.Listen
	if at == "" {
		at = ":0"
	}
	if _, err = v.node.listen(at); err == nil {
		v.punch, err = newPuncher(v.node, v.told)
	}
	if err != nil {
		_ = v.node.Close()
		return nil, err
	}
	return v, nil
}

// PeerID is what hosts know the visitor by.
func (v *Visitor) PeerID() string { return v.node.ID().String() }

// Close ends all connections, without goodbyes.
func (v *Visitor) Close() error {
	if err := errors.Join(v.punch.close(), v.node.Close()); err != nil {
		return fmt.Errorf("close libp2p: %w", err)
	}
	return nil
}

// Call connects with a host and opens a stream of the jam. It begins anew: earlier
// connections with that host are closed. The error is ErrWrongHost or ErrRefused, or else nobody can be reached, or ctx has ended.
func (v *Visitor) Call(ctx context.Context, t Target) (*Conn, error) {
	to, err := parsePlace(t.Peer, t.Addrs, v.cfg.Loopback)
	if err != nil {
		return nil, fmt.Errorf("call the host: %w", err)
	}
	v.told.befriend(to.host)
	for _, relay := range to.relays {
		v.told.relay(relay.ID, true)
		_ = v.node.Network().ClosePeer(relay.ID)
		v.node.redial(relay.ID)
	}
	for _, relay := range to.relays {
		v.node.Peerstore().AddAddrs(relay.ID, relay.Addrs, keepAddresses)
	}
	_ = v.node.Network().ClosePeer(to.host)
	v.node.redial(to.host, to.at...)
	c, err := v.node.Network().DialPeer(network.WithAllowLimitedConn(ctx, "jam"), to.host)
	if err != nil {
		return nil, fmt.Errorf("call the host: %w", wrongHost(err, to.host))
	}
	return v.enter(ctx, c, t)
}

// wrongHost tells ErrWrongHost from other failures.
func wrongHost(err error, host peer.ID) error {
	var other sec.ErrPeerIDMismatch
	if errors.As(err, &other) && other.Expected == host {
		return fmt.Errorf("%w: %w", ErrWrongHost, err)
	}
	return err
}

// enter knocks and opens the stream.
func (v *Visitor) enter(ctx context.Context, c network.Conn, t Target) (*Conn, error) {
	let := func() { v.letGo(c) }
	if t.Code != "" {
		if err := knock(ctx, c, Knock{Code: t.Code, Proof: t.Proof}); err != nil {
			let()
			return nil, err
		}
	}
	s, err := open(ctx, c, JamProtocol)
	if err != nil {
		let()
		return nil, err
	}
	return newConn(s, v.cfg.Limit, let), nil
}

// letGo closes a connection that no stream of the jam is left on, and with the last one of them
// whatever else leads to that host: both QUIC and TCP may have got through when it was dialed. A relay that
// has no circuit of ours left is let go, too.
func (v *Visitor) letGo(c network.Conn) {
	if inUse(c) {
		return
	}
	_ = c.Close()
	if !slices.ContainsFunc(v.node.Network().ConnsToPeer(c.RemotePeer()), inUse) {
		_ = v.node.Network().ClosePeer(c.RemotePeer())
	}
	relay, ok := circuitRelay(c.RemoteMultiaddr(), true)
	if !ok {
		return
	}
	for _, other := range v.node.Network().Conns() {
		if r, ok := circuitRelay(other.RemoteMultiaddr(), true); ok && r.ID == relay.ID {
			return
		}
	}
	_ = v.node.Network().ClosePeer(relay.ID)
}

// inUse tells whether the jam is on a connection, or about to be.
func inUse(c network.Conn) bool {
	return slices.ContainsFunc(c.GetStreams(), func(s network.Stream) bool {
		return s.Protocol() == JamProtocol || s.Protocol() == KnockProtocol
	})
}

// Direct waits until there is a connection with a host that nobody relays, because it was called
// by a circuit and both have found a direct path, and opens a stream of the jam there. Addrs of the target do not
// matter. The error is ErrRefused or that of ctx.
func (v *Visitor) Direct(ctx context.Context, t Target) (*Conn, error) {
	host, err := peer.Decode(t.Peer)
	if err != nil {
		return nil, fmt.Errorf("read the host's peer id: %w", err)
	}
	for {
		came := v.next()
		for _, c := range v.node.Network().ConnsToPeer(host) {
			if c.IsClosed() || isCircuit(c.RemoteMultiaddr()) {
				continue
			}
			conn, err := v.enter(ctx, c, t)
			if err == nil || errors.Is(err, ErrRefused) {
				return conn, err
			}
			v.cfg.Log.Debug("a direct path did not last", "error", err)
		}
		select {
		case <-came:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for a direct path: %w", ctx.Err())
		}
	}
}

// next is closed at the next connection.
func (v *Visitor) next() <-chan struct{} {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.came
}

func (v *Visitor) another() {
	v.mu.Lock()
	defer v.mu.Unlock()
	close(v.came)
	v.came = make(chan struct{})
}
