package p2p

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/gologshim"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/protocol/identify"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	ma "github.com/multiformats/go-multiaddr"
)

// userAgent is what we tell others that we are.
const userAgent = "soul-jam"

// relayDelay is how long a circuit is held back where there is a direct address to try.
const relayDelay = 500 * time.Millisecond

// node is our libp2p, of which nothing runs but what this package is for.
type node struct {
	host.Host
	swarm    *swarm.Swarm
	identify identify.IDService
	onlyQUIC bool
}

// wiring is what a node is made of.
type wiring struct {
	key     ed25519.PrivateKey
	isRelay func(peer.ID) bool
	gate    gate
	full    func()        // see resources
	window  uint32        // how much a stream holds unread, bytes
	quic    libp2p.Option // a network for tests, which has no TCP; nil: that of the machine
}

// newNode makes one that does not listen yet.
func newNode(w wiring) (*node, error) {
	// The libraries have one logger for the process, which writes to standard error; most of what
	// they say is about what strangers do, and one line that the machine's UDP buffers are small.
	gologshim.SetDefaultHandler(slog.DiscardHandler)
	if err := os.Setenv("QUIC_GO_DISABLE_RECEIVE_BUFFER_WARNING", "true"); err != nil {
		return nil, fmt.Errorf("quieten libp2p: %w", err)
	}
	private, err := crypto.UnmarshalEd25519PrivateKey(w.key)
	if err != nil {
		return nil, fmt.Errorf("use the key for libp2p: %w", err)
	}
	limits, err := newResources(w.isRelay, w.full)
	if err != nil {
		return nil, fmt.Errorf("limit libp2p: %w", err)
	}
	network := libp2p.Transport(tcp.NewTCPTransport)
	if w.quic != nil {
		network = w.quic
	}
	h, err := libp2p.New(
		libp2p.Identity(private),
		libp2p.UserAgent(userAgent),
		libp2p.NoListenAddrs,
		libp2p.EnableRelay(), // the client's side of it
		libp2p.Transport(quic.NewTransport),
		network,
		libp2p.Security(libp2ptls.ID, libp2ptls.New),
		libp2p.Security(noise.ID, noise.New),
		libp2p.Muxer(yamux.ID, muxer(w.window)),
		libp2p.ConnectionGater(w.gate),
		libp2p.ResourceManager(limits),
		libp2p.ConnectionManager(connmgr.NullConnMgr{}),
		libp2p.SwarmOpts(swarm.WithDialRanker(directFirst)),
		// Addresses are told to the seated only, see punch.go.
		libp2p.AddrsFactory(func([]ma.Multiaddr) []ma.Multiaddr { return nil }),
		libp2p.DisableIdentifyAddressDiscovery(),
		libp2p.ForceReachabilityPrivate(), // asks nobody
		libp2p.DisableMetrics(),
		// Whoever calls an absent host for hours must not give up UDP for it.
		libp2p.UDPBlackHoleSuccessCounter(nil),
		libp2p.IPv6BlackHoleSuccessCounter(nil),
	)
	if err != nil {
		_ = limits.Close()
		return nil, fmt.Errorf("start libp2p: %w", err)
	}
	n := &node{Host: h, onlyQUIC: w.quic != nil}
	n.swarm, _ = h.Network().(*swarm.Swarm)
	ids, ok := h.(interface{ IDService() identify.IDService })
	if !ok || n.swarm == nil {
		_ = h.Close()
		return nil, errors.New("start libp2p: it is another version than expected")
	}
	n.identify = ids.IDService()
	return n, nil
}

// directFirst tries circuits after what is direct.
func directFirst(all []ma.Multiaddr) []network.AddrDelay {
	var circuits, direct []ma.Multiaddr
	for _, a := range all {
		if isCircuit(a) {
			circuits = append(circuits, a)
		} else {
			direct = append(direct, a)
		}
	}
	ranked := swarm.DefaultDialRanker(direct)
	for _, r := range swarm.DefaultDialRanker(circuits) {
		if len(direct) > 0 {
			r.Delay += relayDelay
		}
		ranked = append(ranked, r)
	}
	return ranked
}

// keepAddresses is how long an address is kept to be dialed. It must be none of the times that the
// library uses itself: those are taken out at the next message about addresses that arrives, even of an earlier connection.
const keepAddresses = time.Hour + time.Minute

// redial forgets where a peer was, and that it was not there, and gives it new addresses.
func (n *node) redial(p peer.ID, at ...ma.Multiaddr) {
	n.swarm.Backoff().Clear(p)
	n.Peerstore().ClearAddrs(p)
	n.Peerstore().AddAddrs(p, at, keepAddresses)
}
