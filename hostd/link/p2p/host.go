package p2p

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/network"

	"soul-jam/shared/identity"
)

// Caller is who has opened a stream to the jam.
type Caller struct {
	// Peer is the caller's peer id, which it has proven.
	Peer string
	// From is the caller's IP address, "" for one who came by a circuit.
	From string
	Path Path
	// Knock is what was said at the door and found good; nil for those who said nothing.
	Knock *Knock
}

// Config is what a Host needs.
type Config struct {
	// Key is what callers know the host by.
	Key identity.HostKey
	// Listen is ":7423", or an IP address and a port, both for QUIC (UDP) and TCP. Port 0: any.
	Listen string
	// Limit of a caller's frame, bytes.
	Limit int64
	// Loopback: callers on this machine are told loopback addresses and may tell theirs. For tests.
	Loopback bool
	Log      *slog.Logger
	// Serve talks with one caller. The connection is over when it returns; ctx ends with the
	// Host. It has a goroutine of its own.
	Serve func(ctx context.Context, c *Conn, who Caller)
	// Knocked decides whether to let in a caller who says who.Knock. Each connection knocks once,
	// on a goroutine of its own. Nil: nobody.
	Knocked func(who Caller) bool
	// Full is told of each connection that was one too many, for its address or for all; nil = nobody counts.
	Full func()
	// Reserved is told when a reservation at a relay has been got (true) or lost, by the
	// goroutine of [Host.Reserve]. May be nil.
	Reserved func(held bool)

	quic libp2p.Option // tests: see wiring
}

// Host serves all who call one peer id.
type Host struct {
	cfg   Config
	node  *node
	port  int
	punch *puncher
	told  *told // whom addresses are told, and which
	ctx   context.Context
	stop  context.CancelFunc
	work  sync.WaitGroup
	lease chan struct{} // holds one: Reserve may begin
	idle  time.Duration // idleWithin

	mu     sync.Mutex // guards what follows
	closed bool
	visits map[network.Conn]*visit
}

// Listen starts a host. It accepts at once.
func Listen(cfg Config) (*Host, error) {
	h := &Host{cfg: cfg, idle: idleWithin, lease: make(chan struct{}, 1), visits: make(map[network.Conn]*visit)}
	h.lease <- struct{}{}
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.told = newTold(cfg.Loopback, true)
	var err error
	h.node, err = newNode(wiring{
		key: cfg.Key.Private(), isRelay: h.told.isRelay, window: window, quic: cfg.quic, full: cfg.Full,
		gate: gate{calls: h.told.mayDial, enters: h.hasRoom, believes: h.told.believes},
	})
	if err != nil {
		h.stop()
		return nil, err
	}
	h.node.Network().Notify((*notified)(h))
	h.node.SetStreamHandler(JamProtocol, h.jam)
	h.node.SetStreamHandler(KnockProtocol, h.knock)
	if h.port, err = h.node.listen(cfg.Listen); err == nil {
		h.punch, err = newPuncher(h.node, h.told)
	}
	if err != nil {
		h.stop()
		_ = h.node.Close()
		return nil, err
	}
	return h, nil
}

// Port is that of QUIC and TCP.
func (h *Host) Port() int { return h.port }

// PeerID is what callers know the host by.
func (h *Host) PeerID() string { return h.node.ID().String() }

// Close ends all connections, without goodbyes, and waits until every Serve has returned.
func (h *Host) Close() error {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return nil
	}
	h.closed = true
	for _, v := range h.visits {
		v.idle.Stop()
	}
	h.mu.Unlock()
	h.stop()
	err := errors.Join(h.punch.close(), h.node.Close())
	h.work.Wait()
	if err != nil {
		return fmt.Errorf("close libp2p: %w", err)
	}
	return nil
}

// begin counts work that Close waits for; false once the host is closed.
func (h *Host) begin() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.work.Add(1)
	}
	return !h.closed
}
