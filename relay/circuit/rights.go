package circuit

import (
	"context"
	"time"

	"github.com/libp2p/go-libp2p/core/control"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/proto"
	"github.com/multiformats/go-multiaddr"
)

type protocolID = protocol.ID

// rights: this is no relay for everybody. The peer id is proven by the connection itself.
type rights struct{ live func(peerID string) bool }

// AllowReserve lets hosts with a live claim reserve.
func (r rights) AllowReserve(p peer.ID, _ multiaddr.Multiaddr) bool { return r.live(p.String()) }

// AllowConnect lets anybody call such a host: who is a guest is the host's own to say.
func (r rights) AllowConnect(_ peer.ID, _ multiaddr.Multiaddr, dest peer.ID) bool {
	return r.live(dest.String())
}

// neverDials: whatever a peer says, the relay opens no connection anywhere.
type neverDials struct{}

// InterceptPeerDial implements connmgr.ConnectionGater, as do the others.
func (neverDials) InterceptPeerDial(peer.ID) bool                      { return false }
func (neverDials) InterceptAddrDial(peer.ID, multiaddr.Multiaddr) bool { return false }
func (neverDials) InterceptAccept(network.ConnMultiaddrs) bool         { return true }
func (neverDials) InterceptSecured(network.Direction, peer.ID, network.ConnMultiaddrs) bool {
	return true
}
func (neverDials) InterceptUpgraded(network.Conn) (bool, control.DisconnectReason) { return true, 0 }

const (
	// look: how often all connections are looked at.
	look = 15 * time.Second
	// uselessFor: a connection is cut that is for this long neither a host's with a live claim nor a guest's in a
	// circuit. A host whose claim has ended loses its reservation and all its circuits by that; one that has
	// lost its other socket for a moment keeps them.
	uselessFor = 2 * time.Minute
)

// watch looks at all connections until ctx is over.
func (r *Relay) watch(ctx context.Context) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	useless := map[network.Conn]time.Time{} // since
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			useless = r.cut(useless, now)
		}
	}
}

// cut closes the connections that have been useless for too long, and gives those that still may be of use.
func (r *Relay) cut(before map[network.Conn]time.Time, now time.Time) (useless map[network.Conn]time.Time) {
	useless = map[network.Conn]time.Time{}
	for _, conn := range r.host.Network().Conns() {
		if inCircuit(conn) || r.cfg.Live(conn.RemotePeer().String()) {
			continue
		}
		since, there := before[conn]
		switch {
		case !there:
			useless[conn] = now
		case now.Sub(since) < uselessFor:
			useless[conn] = since
		default:
			_ = conn.CloseWithError(network.ConnGarbageCollected) // it is gone either way
		}
	}
	return useless
}

// inCircuit reports whether the peer has asked for a circuit, or is in one as a guest.
func inCircuit(conn network.Conn) bool {
	for _, stream := range conn.GetStreams() {
		if stream.Protocol() == proto.ProtoIDv2Hop {
			return true
		}
	}
	return false
}
