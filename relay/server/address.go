package server

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// proxies are the addresses whose X-Forwarded-For is believed.
type proxies []netip.Prefix

// parseProxies reads networks such as 10.0.0.0/8, or single addresses.
func parseProxies(texts []string) (proxies, error) {
	var all proxies
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("--trusted-proxy should be an address or a network such as 10.0.0.0/8, not %q", text)
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		all = append(all, prefix.Masked())
	}
	return all, nil
}

func (p proxies) trust(address netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// addressOf is where a request comes from: the rightmost hop that is no proxy of ours. What stands left of it in
// X-Forwarded-For anybody can have written.
func (p proxies) addressOf(r *http.Request) netip.Addr {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	hop := remote.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trust(hop); i-- {
		before, ok := parseHop(hops[i])
		if !ok {
			break
		}
		hop = before
	}
	return hop
}

// parseHop reads an address, which some proxies write with a port.
func parseHop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if address, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return address.Unmap(), address.Zone() == ""
	}
	withPort, err := netip.ParseAddrPort(text)
	return withPort.Addr().Unmap(), err == nil && withPort.Addr().Zone() == ""
}

// customer is whom an address counts for: itself, or the /64 that one IPv6 customer has.
func customer(address netip.Addr) netip.Addr {
	const bits = 64
	if !address.Is6() {
		return address
	}
	return netip.PrefixFrom(address.WithZone(""), bits).Masked().Addr()
}
