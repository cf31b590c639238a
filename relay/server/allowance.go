package server

import (
	"net/netip"
	"sync"
	"time"
)

// maxAddresses that a table remembers. Beyond it, some are forgotten, and begin anew.
const maxAddresses = 100_000

// allowance lets each address do something burst times at once, then once every so often.
type allowance struct {
	burst int
	every time.Duration

	mu   sync.Mutex // guards full
	full map[netip.Addr]time.Time
}

func newAllowance(burst int, every time.Duration) *allowance {
	return &allowance{burst: burst, every: every, full: map[netip.Addr]time.Time{}}
}

// take reports whether the address may once more. full is when it may burst again: that says all.
func (a *allowance) take(address netip.Addr, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	full, there := a.full[address]
	if !there && len(a.full) >= maxAddresses {
		makeRoom(a.full, func(full time.Time) bool { return !full.After(now) })
	}
	if full.Before(now) {
		full = now
	}
	full = full.Add(a.every)
	if full.Sub(now) > time.Duration(a.burst)*a.every {
		return false
	}
	a.full[address] = full
	return true
}

// makeRoom removes what is of no use any more, and if that is too little, a tenth of the rest, whatever comes first.
func makeRoom[V any](table map[netip.Addr]V, useless func(V) bool) {
	for address, v := range table {
		if useless(v) {
			delete(table, address)
		}
	}
	for address := range table {
		if len(table) <= maxAddresses*9/10 {
			return
		}
		delete(table, address)
	}
}
