package api

import (
	"net/http"
	"net/netip"
	"sync"

	"soul-jam/hostd/guest"
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

// addressOf is whom a request counts for.
func addressOf(r *http.Request) string {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return guest.Customer(remote.Addr())
}
