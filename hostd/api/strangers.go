package api

import (
	"net"
	"net/http"
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
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip := net.ParseIP(host)
	if ip == nil || ip.To4() != nil {
		return host
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
}
