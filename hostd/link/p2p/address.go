package p2p

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

const (
	// maxAddresses that are believed of somebody.
	maxAddresses = 16
	// maxAddressText, bytes of one address as text: a DNS name of 253, a peer id and some.
	maxAddressText = 512
)

var errAddresses = errors.New("none of the addresses is of use")

// Addresses are those of a host that listens on that port at that address: QUIC, then TCP.
func Addresses(ip netip.Addr, port int) []string {
	ip = ip.Unmap().WithZone("")
	kind := "ip4"
	if ip.Is6() {
		kind = "ip6"
	}
	return []string{
		fmt.Sprintf("/%s/%s/udp/%d/quic-v1", kind, ip, port),
		fmt.Sprintf("/%s/%s/tcp/%d", kind, ip, port),
	}
}

// dialable tells whether an address may be dialed that somebody else has named.
func dialable(ip netip.Addr, loopback bool) bool {
	ip = ip.Unmap()
	switch {
	case ip.IsLoopback():
		return loopback
	case ip.IsUnspecified(), ip.IsMulticast(), ip.IsLinkLocalUnicast(), ip == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return false
	}
	return ip.IsValid()
}

// isPlain tells whether an address is an IP address, or a DNS name where these are allowed, and a port
// that we have a transport for, and nothing else.
func isPlain(a ma.Multiaddr, names, loopback bool) bool {
	if ip, ok := ipOf(a); ok {
		if !dialable(ip, loopback) {
			return false
		}
	} else if !names || len(a) == 0 {
		return false
	}
	if len(a) < 2 {
		return false
	}
	switch a[0].Protocol().Code {
	case ma.P_IP4, ma.P_IP6, ma.P_DNS, ma.P_DNS4, ma.P_DNS6:
	default:
		return false
	}
	if port, err := strconv.Atoi(a[1].Value()); err != nil || port == 0 {
		return false
	}
	switch a[1].Protocol().Code {
	case ma.P_TCP:
		return len(a) == 2
	case ma.P_UDP:
		return len(a) == 3 && a[2].Protocol().Code == ma.P_QUIC_V1
	}
	return false
}

// plain keeps the addresses that may be dialed, 16 at most.
func plain(all []ma.Multiaddr, loopback bool) []ma.Multiaddr {
	kept := make([]ma.Multiaddr, 0, min(len(all), maxAddresses))
	for _, a := range all {
		if len(kept) < maxAddresses && isPlain(a, false, loopback) && !ma.Contains(kept, a) {
			kept = append(kept, a)
		}
	}
	return kept
}

// place is where a visitor finds a host.
type place struct {
	host   peer.ID
	at     []ma.Multiaddr
	relays []peer.AddrInfo // that are in them
}

// parsePlace reads what somebody says about where a host is. Addresses of other kinds than
// ours are dropped; that none is left is an error.
func parsePlace(host string, addresses []string, loopback bool) (place, error) {
	id, err := peer.Decode(host)
	if err != nil {
		return place{}, fmt.Errorf("read the host's peer id: %w", err)
	}
	p := place{host: id}
	for _, text := range addresses[:min(len(addresses), maxAddresses)] {
		a, ok := parseAddress(text)
		if !ok {
			continue
		}
		if rest, last := peer.SplitAddr(a); last == id {
			a = rest
		}
		if isPlain(a, false, loopback) {
			p.at = append(p.at, a)
		} else if relay, ok := circuitRelay(a, loopback); ok && relay.ID != id {
			p.at, p.relays = append(p.at, a), append(p.relays, relay)
		}
	}
	if len(p.at) == 0 {
		return place{}, errAddresses
	}
	return p, nil
}

func parseAddress(text string) (ma.Multiaddr, bool) {
	if len(text) > maxAddressText {
		return nil, false
	}
	a, err := ma.NewMultiaddr(text)
	return a, err == nil && len(a) > 0
}

// circuitRelay tells the relay of an address that is a circuit and nothing else.
func circuitRelay(a ma.Multiaddr, loopback bool) (peer.AddrInfo, bool) {
	if len(a) < 2 || a[len(a)-1].Protocol().Code != ma.P_CIRCUIT {
		return peer.AddrInfo{}, false
	}
	at, relay := peer.SplitAddr(a[:len(a)-1])
	return peer.AddrInfo{ID: relay, Addrs: []ma.Multiaddr{at}}, relay != "" && isPlain(at, true, loopback)
}

// parseRelay reads the addresses of one relay, each of which ends with its peer id. A host believes
// its soul-server, so that it may be on this machine.
func parseRelay(addresses []string) (peer.AddrInfo, error) {
	var relay peer.AddrInfo
	for _, text := range addresses[:min(len(addresses), maxAddresses)] {
		a, ok := parseAddress(text)
		if !ok {
			continue
		}
		at, id := peer.SplitAddr(a)
		if id == "" || relay.ID != "" && id != relay.ID || !isPlain(at, true, true) {
			continue
		}
		relay.ID, relay.Addrs = id, append(relay.Addrs, at)
	}
	if relay.ID == "" {
		return relay, errAddresses
	}
	return relay, nil
}
