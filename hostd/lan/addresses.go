package lan

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"
)

// Addresses returns the literal addresses that a phone on the same network may
// use, the likeliest first: IPv4 before IPv6, within each the one that the default route leaves
// by, then those of networks with more than one neighbour, then the rest (VPNs).
// Loopback and link-local addresses are left out: the one is no use to a phone, the
// other needs a zone that a link cannot carry. Without any network the list is empty.
func Addresses() ([]netip.Addr, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list the network interfaces: %w", err)
	}
	var found []candidate
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		for _, ip := range addressesOf(i) {
			found = append(found, candidate{ip, i.Flags&net.FlagPointToPoint != 0})
		}
	}
	return order(found, outgoing("192.0.2.1"), outgoing("2001:db8::1")), nil
}

// candidate is an address of this machine and whether a single peer sits at the other end.
type candidate struct {
	ip           netip.Addr
	pointToPoint bool
}

// order sorts as [Addresses] says; outgoing4 and outgoing6 are the addresses that the default
// routes leave by, invalid where there is none. The order of the interfaces decides the rest.
func order(found []candidate, outgoing4, outgoing6 netip.Addr) []netip.Addr {
	found = slices.DeleteFunc(found, func(c candidate) bool { return !c.ip.IsGlobalUnicast() })
	rank := func(c candidate) int {
		rank := 0
		if !c.ip.Is4() {
			rank += 4
		}
		if c.ip != outgoing4 && c.ip != outgoing6 {
			rank += 2
		}
		if c.pointToPoint {
			rank++
		}
		return rank
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(rank(a), rank(b)) })
	ips := make([]netip.Addr, 0, len(found))
	for _, c := range found {
		if !slices.Contains(ips, c.ip) {
			ips = append(ips, c.ip)
		}
	}
	return ips
}

// outgoing returns the address that packets to far would carry as their source. Connecting a UDP
// socket looks up the route and sends nothing; far is an address reserved for
// documentation, so that nothing is there even if something were sent.
func outgoing(far string) netip.Addr {
	const discard = 9 // a port where nothing is
	to := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(far), discard))
	conn, err := net.DialUDP("udp", nil, to)
	if err != nil {
		return netip.Addr{} // no route there
	}
	defer conn.Close() // nothing was written
	local, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return netip.Addr{}
	}
	return local.AddrPort().Addr().Unmap().WithZone("")
}

// addressesOf returns the addresses of one interface as they are now, without
// zone. An interface that has just gone has none.
func addressesOf(i net.Interface) []netip.Addr {
	addresses, err := i.Addrs()
	if err != nil {
		return nil
	}
	var ips []netip.Addr
	for _, address := range addresses {
		prefix, ok := address.(*net.IPNet)
		if !ok {
			continue
		}
		if ip, ok := netip.AddrFromSlice(prefix.IP); ok {
			ips = append(ips, ip.Unmap())
		}
	}
	return ips
}
