package api

import (
	"net/http"
	"net/netip"
	"sync"
)

// strangers counts the connections that have not joined yet, per address, so that
// one machine cannot take all the room there is before it has shown a code.
type strangers struct {
	max int

	mu   sync.Mutex // guards from
	from map[string]int
}

func newStrangers(limit int) *strangers { return &strangers{max: limit, from: map[string]int{}} }

// enter counts a connection in; leave must be called once when it joins or ends.
func (s *strangers) enter(address string) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.from[address] >= s.max {
		return nil, false
	}
	s.from[address]++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.from[address]--; s.from[address] <= 0 {
			delete(s.from, address)
		}
	}), true
}

// addressOf is whom a connection counts for: an IPv4 address, or the /64 that one IPv6 customer has.
func addressOf(r *http.Request) string {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address := remote.Addr().Unmap()
	if address.Is4() {
		return address.String()
	}
	const customer = 64 // bits
	network := netip.PrefixFrom(address.WithZone(""), customer).Masked().Addr()
	return network.WithZone(address.Zone()).String() // link-local addresses are those of one cable or Wi-Fi
}
