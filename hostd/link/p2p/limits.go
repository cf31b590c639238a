package p2p

import (
	"math"
	"net"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/x/rate"
	ma "github.com/multiformats/go-multiaddr"
)

// What strangers may take of a host.
const (
	// maxPeers is how many callers are connected at the same time. A jam has 100 seats at most;
	// the rest is for those who wait, and for seats that move to a better path.
	maxPeers = 300
	// maxConns of all callers. Whoever moves to a direct path has two for a moment.
	maxConns = 400
	// maxConnsPeer of one peer id: its circuit, a direct path by QUIC and one by TCP, and
	// what is left of each when its network has changed.
	maxConnsPeer = 6
	// maxStreamsPeer that one connection, and one peer id, has open at the same time in each direction.
	maxStreamsPeer = 8
	// maxJams of them on one connection: one, and one more while the first is being given up.
	maxJams = 2
	// maxStreams of all callers, in each direction: no less than all connections may have, so that few cannot use up what is for all.
	maxStreams = maxConns * maxStreamsPeer
	// maxConnsAddress of one IPv4 address or IPv6 /64. A household or a provider's NAT is
	// one address; circuits do not count, they have their relay's address.
	maxConnsAddress = 32
	// maxConnsSite of one IPv6 /48.
	maxConnsSite = 2 * maxConnsAddress
	// newConnsAddress is how many connections one address may open at once, and
	// newConnsAddressRate how many more each second: a handshake costs both sides 1 ms.
	newConnsAddress     = 2 * maxConnsAddress
	newConnsAddressRate = 2.0
	// maxStarting connections have not shown who they are, or streams what they are for.
	maxStarting = 256
	// maxCircuits through the relay: streams on one connection to it.
	maxCircuits = 250
	// window is how much a stream holds that was sent and not read, bytes: the least that
	// yamux has. Callers send 16 KiB at most, so it need not grow; with maxJams and maxConns
	// it is 200 MiB if all callers are hostile and nothing is read.
	window = 256 << 10
	// visitorWindow is the same for what a visitor gets, whose frames are up to 4 MiB.
	visitorWindow = 4 << 20
	// maxGrowth of QUIC's windows beyond their first size (768 KiB a connection), bytes: of all
	// callers, and of one peer id. Over it they stay as they are.
	maxGrowth, maxGrowthPeer = 64 << 20, 4 << 20
	// idleWithin is how long a connection may be open with no stream of the jam on it.
	idleWithin = 20 * time.Second
)

// limiter gives the relay's connection what all circuits need, and everybody else little.
type limiter struct {
	rcmgr.Limiter
	isRelay func(peer.ID) bool
	relay   rcmgr.Limit
}

func (l limiter) GetPeerLimits(p peer.ID) rcmgr.Limit {
	if l.isRelay(p) {
		return l.relay
	}
	return l.Limiter.GetPeerLimits(p)
}

// muxer opens yamux on connections that are not QUIC, with windows of that size in bytes. It gives streams
// no memory to reserve: where that is refused yamux gives up the whole connection, which for the relay's would be everybody's.
type muxer uint32

// NewConn implements [network.Multiplexer].
func (m muxer) NewConn(c net.Conn, server bool, _ network.PeerScope) (network.MuxedConn, error) {
	config := *yamux.DefaultTransport
	config.MaxStreamWindowSize = uint32(m)
	return config.NewConn(c, server, nil)
}

// resources meters what connections take. A visitor has the same, which is more than it needs.
type resources struct {
	network.ResourceManager
	full func() // is told of each connection that was one too many; nil = nobody counts
}

func newResources(isRelay func(peer.ID) bool, full func()) (resources, error) {
	config := rcmgr.PartialLimitConfig{
		System: rcmgr.ResourceLimits{
			Conns: maxConns + 16, ConnsInbound: maxConns, ConnsOutbound: maxConns, FD: maxConns + 16,
			Streams: 2 * maxStreams, StreamsInbound: maxStreams, StreamsOutbound: maxStreams, Memory: maxGrowth,
		},
		Transient: rcmgr.ResourceLimits{
			Conns: maxStarting, ConnsInbound: maxStarting, ConnsOutbound: maxStarting, FD: maxStarting,
			Streams: 2 * maxStarting, StreamsInbound: maxStarting, StreamsOutbound: maxStarting, Memory: maxGrowth,
		},
		PeerDefault: rcmgr.ResourceLimits{
			Conns: 2 * maxConnsPeer, ConnsInbound: maxConnsPeer, ConnsOutbound: maxConnsPeer, FD: 2 * maxConnsPeer,
			Streams: 2 * maxStreamsPeer, StreamsInbound: maxStreamsPeer, StreamsOutbound: maxStreamsPeer, Memory: maxGrowthPeer,
		},
	}
	relay := rcmgr.BaseLimit{
		Conns: 2 * maxConnsPeer, ConnsInbound: maxConnsPeer, ConnsOutbound: maxConnsPeer, FD: 2 * maxConnsPeer,
		Streams: maxCircuits + 2*maxStreamsPeer, StreamsInbound: maxCircuits + maxStreamsPeer,
		StreamsOutbound: maxCircuits + maxStreamsPeer, Memory: maxGrowth,
	}
	limits := limiter{rcmgr.NewFixedLimiter(config.Build(rcmgr.InfiniteLimits)), isRelay, &relay}
	m, err := rcmgr.NewResourceManager(limits,
		rcmgr.WithMetricsDisabled(),
		// The library lets loopback alone; here it is an address like others.
		rcmgr.WithNetworkPrefixLimit([]rcmgr.NetworkPrefixLimit{}, []rcmgr.NetworkPrefixLimit{}),
		rcmgr.WithLimitPerSubnet(
			[]rcmgr.ConnLimitPerSubnet{{PrefixLength: 32, ConnCount: maxConnsAddress}},
			[]rcmgr.ConnLimitPerSubnet{{PrefixLength: 64, ConnCount: maxConnsAddress}, {PrefixLength: 48, ConnCount: maxConnsSite}},
		),
		rcmgr.WithConnRateLimiters(pace()),
	)
	return resources{m, full}, err
}

// pace is how fast one address may open connections.
func pace() *rate.Limiter {
	of := func(prefix int, times float64) rate.SubnetLimit {
		return rate.SubnetLimit{PrefixLength: prefix, Limit: rate.Limit{
			RPS: times * newConnsAddressRate, Burst: int(math.Ceil(times * newConnsAddress)),
		}}
	}
	return &rate.Limiter{SubnetRateLimiter: rate.SubnetLimiter{
		IPv4SubnetLimits: []rate.SubnetLimit{of(32, 1)},
		IPv6SubnetLimits: []rate.SubnetLimit{of(64, 1), of(48, 2)},
		GracePeriod:      time.Minute,
	}}
}

// OpenConnection counts for an address only those that come from there: a circuit has the
// address of its relay, and whom we dial ourselves is our own decision.
func (r resources) OpenConnection(way network.Direction, file bool, from ma.Multiaddr) (network.ConnManagementScope, error) {
	if way == network.DirOutbound || isCircuit(from) {
		from = ma.StringCast("/p2p-circuit") // has no IP address
	}
	scope, err := r.ResourceManager.OpenConnection(way, file, from)
	if err != nil && r.full != nil {
		r.full()
	}
	return scope, err
}
