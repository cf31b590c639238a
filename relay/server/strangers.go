package server

import (
	"net/netip"
	"sync"
)

// strangers counts the connections that are nobody's yet, per address, so that one machine cannot take all the room
// there is before it has shown a code or a key.
type strangers struct {
	max int

	mu   sync.Mutex // guards from
	from map[netip.Addr]int
}

func newStrangers(limit int) *strangers { return &strangers{max: limit, from: map[netip.Addr]int{}} }

// enter counts a connection in; known may be called more than once.
func (s *strangers) enter(address netip.Addr) (known func(), ok bool) {
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
