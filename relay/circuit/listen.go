package circuit

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/multiformats/go-multiaddr"
)

// portTries: with port 0 the one that TCP gets may be taken for UDP; then another is tried.
const portTries = 20

// listen opens TCP and QUIC on one port of an address: of all of IPv4 and IPv6 when it names none.
func (r *Relay) listen(address string) (err error) {
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return fmt.Errorf("listen on %s for libp2p: %w", address, err)
	}
	for range portTries {
		if err = r.listenOn(hostsOf(at), at.Port); err == nil || at.Port != 0 {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("listen on %s for libp2p: %w", address, err)
	}
	return nil
}

// hostsOf gives the multiaddrs of an address without its port.
func hostsOf(at *net.TCPAddr) []string {
	if at.IP != nil {
		return []string{hostAddr(at.IP.String())}
	}
	hosts := []string{"/ip4/0.0.0.0"}
	if probe, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback}); err == nil {
		_ = probe.Close() // the machine has IPv6
		hosts = append(hosts, "/ip6/::")
	}
	return hosts
}

// listenOn opens everything on one port, or nothing.
func (r *Relay) listenOn(hosts []string, port int) (err error) {
	var opened []multiaddr.Multiaddr
	defer func() {
		if closer, ok := r.host.Network().(interface{ ListenClose(...multiaddr.Multiaddr) }); ok && err != nil {
			closer.ListenClose(opened...)
		}
	}()
	for _, host := range hosts {
		for _, way := range []string{overTCP, overQUIC} { // TCP comes first: with port 0 it says which
			address, err := multiaddr.NewMultiaddr(host + fmt.Sprintf(way, strconv.Itoa(port)))
			if err != nil {
				return err
			}
			if err := r.host.Network().Listen(address); err != nil {
				return err
			}
			listening := r.host.Network().ListenAddresses()
			opened, r.port = listening, portOf(listening)
			if port, err = strconv.Atoi(r.port); err != nil {
				return errors.New("no port is open")
			}
		}
	}
	return nil
}

// overTCP and overQUIC are what follows the host in an address, with the port.
const (
	overTCP  = "/tcp/%s"
	overQUIC = "/udp/%s/quic-v1"
)

// portOf is the TCP port of addresses, all of which have the same; "" = none has any.
func portOf(addresses []multiaddr.Multiaddr) string {
	for _, address := range addresses {
		if port, err := address.ValueForProtocol(multiaddr.P_TCP); err == nil {
			return port
		}
	}
	return ""
}

// hostAddr is the multiaddr of a name or IP address.
func hostAddr(name string) string {
	ip, err := netip.ParseAddr(name)
	switch {
	case err != nil:
		return "/dns/" + name
	case ip.Unmap().Is4():
		return "/ip4/" + ip.Unmap().String()
	}
	return "/ip6/" + ip.WithZone("").String()
}

// Addresses are where hosts reach the relay, when it is to be reached by that name or IP address: multiaddrs with its
// peer id, QUIC first. A name that cannot be in one gives none.
func (r *Relay) Addresses(name string) (all []string) {
	if name == "" || strings.ContainsAny(name, "/ ") {
		return nil
	}
	for _, way := range []string{overQUIC, overTCP} {
		all = append(all, hostAddr(name)+fmt.Sprintf(way, r.port)+"/p2p/"+r.PeerID())
	}
	return all
}

// Circuits are where guests reach a host that has a reservation here, without the host's own peer id.
func (r *Relay) Circuits(name string) (all []string) {
	for _, address := range r.Addresses(name) {
		all = append(all, address+"/p2p-circuit")
	}
	return all
}

// told is what the relay tells of itself to whoever connects: its public name, which they knew, and never the
// addresses of the machine's networks.
func (r *Relay) told(listening []multiaddr.Multiaddr) (all []multiaddr.Multiaddr) {
	port := portOf(listening)
	if r.cfg.PublicName == "" || port == "" {
		return nil
	}
	for _, way := range []string{overQUIC, overTCP} {
		if address, err := multiaddr.NewMultiaddr(hostAddr(r.cfg.PublicName) + fmt.Sprintf(way, port)); err == nil {
			all = append(all, address)
		}
	}
	return all
}
