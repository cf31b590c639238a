package p2p

import (
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/control"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

// gate decides whom libp2p connects with, whatever part of it wants to. Its functions are called
// by libp2p and must not wait.
type gate struct {
	calls  func(peer.ID) bool // may be dialed
	enters func(peer.ID) bool // may connect to us
	// believes tells whether somebody's IP addresses may be loopback ones.
	believes func(peer.ID) bool
}

var _ connmgr.ConnectionGater = gate{}

// InterceptPeerDial implements [connmgr.ConnectionGater].
func (g gate) InterceptPeerDial(p peer.ID) bool { return g.calls(p) }

// InterceptAddrDial sees addresses of all origins: told by hand, by DCUtR, by identify, by the DNS.
func (g gate) InterceptAddrDial(p peer.ID, a ma.Multiaddr) bool {
	return isCircuit(a) || isPlain(a, false, g.believes(p))
}

// InterceptAccept implements [connmgr.ConnectionGater].
func (g gate) InterceptAccept(network.ConnMultiaddrs) bool { return true }

// InterceptSecured implements [connmgr.ConnectionGater].
func (g gate) InterceptSecured(way network.Direction, p peer.ID, _ network.ConnMultiaddrs) bool {
	// TCP connections that both sides dial at once are inbound for one of them.
	return way == network.DirOutbound || g.enters(p)
}

// InterceptUpgraded implements [connmgr.ConnectionGater].
func (g gate) InterceptUpgraded(network.Conn) (bool, control.DisconnectReason) { return true, 0 }
