package server

import (
	"net/netip"
	"sync"
)

// inAll: so many times as many connections of one address may be open as may be strangers'. A host can call its own
// guests known, and a key costs nothing.
const inAll = 8

// strangers counts the connections per address: those that are nobody's yet, so that one machine cannot take all the
// room there is before it has shown a code or a key, and all.
type strangers struct {
	max int

	mu   sync.Mutex // guards from
	from map[netip.Addr]crowd
}

// crowd is the connections of one address.
type crowd struct{ strangers, all int }

func newStrangers(limit int) *strangers {
	return &strangers{max: limit, from: map[netip.Addr]crowd{}}
}

// enter counts a connection in. known and left may be called more than once, and left without known.
func (s *strangers) enter(address netip.Addr) (known, left func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.from[address]
	if c.strangers >= s.max || c.all >= inAll*s.max {
		return nil, nil, false
	}
	s.from[address] = crowd{c.strangers + 1, c.all + 1}
	known = sync.OnceFunc(func() { s.less(address, crowd{strangers: 1}) })
	left = sync.OnceFunc(func() {
		known()
		s.less(address, crowd{all: 1})
	})
	return known, left, true
}

func (s *strangers) less(address netip.Addr, by crowd) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.from[address]
	if c = (crowd{c.strangers - by.strangers, c.all - by.all}); c.all > 0 {
		s.from[address] = c
	} else {
		delete(s.from, address)
	}
}
