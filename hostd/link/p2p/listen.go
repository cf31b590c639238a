package p2p

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	ma "github.com/multiformats/go-multiaddr"
)

// portTries is how often a port is looked for that is free for QUIC and TCP alike.
const portTries = 16

// listen opens a port for QUIC and the same for TCP, at an address like ":7423" or
// "127.0.0.1:0", and gives the port. Without an IP address IPv4 is a must and IPv6 is taken where there is any.
func (n *node) listen(at string) (int, error) {
	name, service, err := net.SplitHostPort(at)
	if err != nil {
		return 0, fmt.Errorf("listen at %q: %w", at, err)
	}
	want, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("listen at %q: the port is not a number up to 65535", at)
	}
	ip := netip.IPv4Unspecified()
	if name != "" {
		if ip, err = netip.ParseAddr(name); err != nil {
			return 0, fmt.Errorf("listen at %q: %w", at, err)
		}
	}
	tries := portTries
	if want != 0 {
		tries = 1
	}
	var port int
	for range tries {
		if port, err = n.listenBoth(ip, int(want)); err == nil {
			break
		}
	}
	if err != nil {
		return 0, fmt.Errorf("listen at %q: %w", at, err)
	}
	if name == "" {
		_, _ = n.listenBoth(netip.IPv6Unspecified(), port)
	}
	return port, nil
}

// listenBoth asks for UDP first: two programs may share a TCP port as libp2p opens it.
func (n *node) listenBoth(ip netip.Addr, port int) (int, error) {
	before := n.Network().ListenAddresses()
	texts := Addresses(ip, port)
	if err := n.listenOne(texts[0]); err != nil {
		return 0, err
	}
	port, opened := n.newPort(before)
	if opened == nil {
		return 0, errors.New("the port that was opened is not known")
	}
	if n.onlyQUIC {
		return port, nil
	}
	if err := n.listenOne(Addresses(ip, port)[1]); err != nil {
		n.swarm.ListenClose(opened)
		return 0, err
	}
	return port, nil
}

func (n *node) listenOne(text string) error {
	a, err := ma.NewMultiaddr(text)
	if err != nil {
		return err
	}
	return n.swarm.AddListenAddr(a)
}

// newPort tells the port of the address that was not there before.
func (n *node) newPort(before []ma.Multiaddr) (int, ma.Multiaddr) {
	for _, a := range n.Network().ListenAddresses() {
		if ma.Contains(before, a) || isCircuit(a) || len(a) < 2 {
			continue
		}
		if port, err := strconv.Atoi(a[1].Value()); err == nil {
			return port, a
		}
	}
	return 0, nil
}
