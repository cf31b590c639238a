package p2p

import (
	"net/netip"

	"github.com/libp2p/go-libp2p/core/network"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"
)

// Path is the way that frames take. Its values are those of wire.Path.
type Path string

// The paths.
const (
	Local   Path = "lan"     // the other side has a private, loopback or link-local address
	Direct  Path = "direct"  // nothing between but the internet
	Relayed Path = "relayed" // a circuit through a soul-server
)

// pathOf tells a connection's path.
func pathOf(c network.Conn) Path {
	if isCircuit(c.RemoteMultiaddr()) {
		return Relayed
	}
	ip, ok := ipOf(c.RemoteMultiaddr())
	if ok && (ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast()) {
		return Local
	}
	return Direct
}

// fromOf is the other side's IP address as text, "" for a circuit.
func fromOf(c network.Conn) string {
	if isCircuit(c.RemoteMultiaddr()) {
		return ""
	}
	ip, ok := ipOf(c.RemoteMultiaddr())
	if !ok {
		return ""
	}
	return ip.WithZone("").String()
}

func isCircuit(a ma.Multiaddr) bool {
	_, err := a.ValueForProtocol(ma.P_CIRCUIT)
	return err == nil
}

func ipOf(a ma.Multiaddr) (netip.Addr, bool) {
	b, err := manet.ToIP(a)
	if err != nil {
		return netip.Addr{}, false
	}
	ip, ok := netip.AddrFromSlice(b)
	return ip.Unmap(), ok
}
