package circuit

import (
	"net/netip"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/network"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/proto"
	service "github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/relay"
	"github.com/libp2p/go-libp2p/x/rate"
)

// The library's own limits are for strangers who need a moment to find a direct path: 2 minutes and 128 KiB a
// circuit, 16 circuits a host. A jam lasts an evening, and some networks let nothing direct through.
const (
	// CircuitTime: a circuit is cut after this. The longest jam is shorter, and whoever is cut comes back.
	CircuitTime = 24 * time.Hour
	// CircuitData, bytes that a circuit carries each way: CircuitTime at 6 KiB a second, many times what a jam says.
	CircuitData = 512 << 20
	// MaxCircuits of one host: the 200 people of a jam, and those who come back before their old circuit is missed.
	MaxCircuits = 250
	// maxHops, streams of one peer that ask for a circuit or are one: a guest has one, and another one while the first
	// dies. So whoever wants all circuits of a host needs MaxCircuits/maxHops connections: more than Config.PerAddress
	// lets one address have.
	maxHops = 2
	// copyBuffer, bytes for each direction of a circuit.
	copyBuffer = 4 << 10

	// MaxReservations of all hosts.
	MaxReservations = 10_000
	// ReservationTime: a reservation is renewed within this, or ends.
	ReservationTime = time.Hour

	// maxConns of hosts and guests together.
	maxConns = 2 * MaxReservations
	// maxConnsOfPeer: TCP and QUIC at the same time, and those that are not missed yet.
	maxConnsOfPeer = 4
	// maxHandshakes: connections that have not shown their key yet.
	maxHandshakes = 4000
	// maxAsked, streams that one peer may open: hop, ping and identify.
	maxAsked = 16
	// maxOpened, streams that the relay opens to one peer: one for each circuit, and identify.
	maxOpened = MaxCircuits + 6
	// maxStreams of all together.
	maxStreams = 4 * maxConns

	// maxHeldOfConn, maxHeldOfPeer and maxHeld, bytes that may wait for who reads slowly: the windows of the streams,
	// counted as if they were full. One of TCP counts 256 KiB, so a host may have all its circuits over it, and maxHeld
	// lets 8,000 be at once over TCP; over QUIC they count less.
	maxHeldOfConn = 16 << 20
	maxHeldOfPeer = 96 << 20
	maxHeld       = 2 << 30
	// maxWindow, bytes of one stream over TCP: a message of the jam comes in one round trip.
	maxWindow = 1 << 20

	// tries: an address may open this many times PerAddress connections at once, then connsPerSecond.
	tries          = 2
	connsPerSecond = 5
	// customerBits and siteBits of IPv6: what one customer has counts as one address, and a site as siteShare of them.
	customerBits, siteBits = 64, 48
	siteShare              = 8
)

// resources are the limits of the service itself. Reservations of one address are bounded by its connections and, all
// of them being hosts with a claim, by what it may claim; so the library's own limits on them (8 an address, 32 a
// provider, which a carrier's NAT has soon) are no stricter.
func resources(perAddress int) service.Resources {
	return service.Resources{
		Limit:          &service.RelayLimit{Duration: CircuitTime, Data: CircuitData},
		ReservationTTL: ReservationTime, MaxReservations: MaxReservations, MaxCircuits: MaxCircuits, BufferSize: copyBuffer,
		MaxReservationsPerIP: perAddress, MaxReservationsPerASN: MaxReservations,
	}
}

// newManager limits what all, each peer and each address may have. The library excepts loopback; here it counts as any.
func newManager(perAddress int) (network.ResourceManager, error) {
	v4 := []rcmgr.ConnLimitPerSubnet{{PrefixLength: netip.IPv4Unspecified().BitLen(), ConnCount: perAddress}}
	v6 := []rcmgr.ConnLimitPerSubnet{{PrefixLength: customerBits, ConnCount: perAddress}, {PrefixLength: siteBits, ConnCount: siteShare * perAddress}}
	return rcmgr.NewResourceManager(rcmgr.NewFixedLimiter(limits().Build(rcmgr.InfiniteLimits)), rcmgr.WithMetricsDisabled(),
		rcmgr.WithLimitPerSubnet(v4, v6), rcmgr.WithNetworkPrefixLimit([]rcmgr.NetworkPrefixLimit{}, []rcmgr.NetworkPrefixLimit{}),
		rcmgr.WithConnRateLimiters(pace(perAddress)))
}

// limits are those of the resource manager; what is not here has none of its own but those above it.
func limits() rcmgr.PartialLimitConfig {
	none := rcmgr.BlockAllLimit
	// Of the files that this process may open, HTTP keeps at least half: this is what the library takes.
	files := rcmgr.DefaultLimits.AutoScale().ToPartialLimitConfig().System.FD
	all := rcmgr.ResourceLimits{
		Conns: maxConns, ConnsInbound: maxConns, ConnsOutbound: none, FD: min(maxConns, files),
		Streams: maxStreams, StreamsInbound: maxStreams, StreamsOutbound: maxStreams, Memory: maxHeld,
	}
	entering := all
	entering.Conns, entering.ConnsInbound, entering.FD = maxHandshakes, maxHandshakes, min(maxHandshakes, files)
	return rcmgr.PartialLimitConfig{
		System: all, Transient: entering,
		// Nobody is on the library's list of those who may have more.
		AllowlistedSystem: rcmgr.ResourceLimits{Conns: none}, AllowlistedTransient: rcmgr.ResourceLimits{Conns: none},
		PeerDefault: rcmgr.ResourceLimits{
			Conns: maxConnsOfPeer, ConnsInbound: maxConnsOfPeer, ConnsOutbound: none, FD: maxConnsOfPeer,
			Streams: maxAsked + maxOpened, StreamsInbound: maxAsked, StreamsOutbound: maxOpened, Memory: maxHeldOfPeer,
		},
		ProtocolPeer: map[protocolID]rcmgr.ResourceLimits{proto.ProtoIDv2Hop: {Streams: maxHops, StreamsInbound: maxHops, StreamsOutbound: none}},
		Conn:         rcmgr.ResourceLimits{Memory: maxHeldOfConn},
	}
}

// pace is how often an address may connect: each handshake costs a signature.
func pace(perAddress int) *rate.Limiter {
	one := rate.Limit{RPS: connsPerSecond, Burst: tries * perAddress}
	site := rate.Limit{RPS: siteShare * connsPerSecond, Burst: siteShare * tries * perAddress}
	const forget = time.Minute
	return &rate.Limiter{SubnetRateLimiter: rate.SubnetLimiter{
		IPv4SubnetLimits: []rate.SubnetLimit{{PrefixLength: netip.IPv4Unspecified().BitLen(), Limit: one}},
		IPv6SubnetLimits: []rate.SubnetLimit{{PrefixLength: customerBits, Limit: one}, {PrefixLength: siteBits, Limit: site}},
		GracePeriod:      forget,
	}}
}

// muxer is the library's with smaller windows.
func muxer() libp2p.Option {
	transport := *yamux.DefaultTransport
	transport.MaxStreamWindowSize = maxWindow
	return libp2p.Muxer(yamux.ID, &transport)
}
