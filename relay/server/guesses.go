package server

import (
	"net/netip"
	"sync"
	"time"
)

// A code has 39.6 bits: too few for those who may ask without end. So an address that asks for unknown codes is
// slowed down, and all addresses are when many of them do.
const (
	// missesAllowed, unknown codes a minute from one address; one more, and it has to wait.
	missesAllowed = 10
	// alarmAbove, unknown codes a minute from all addresses: above it each may miss only missesInAlarm.
	alarmAbove    = 120
	missesInAlarm = 3
	// firstWait is doubled with each further miss up to longestWait. In an alarm it is alarmWait.
	firstWait   = time.Minute
	alarmWait   = 4 * time.Minute
	longestWait = 10 * time.Minute
	// forgottenAfter: an address that missed nothing for this long begins anew.
	forgottenAfter = 30 * time.Minute
)

// guesses remembers who missed.
type guesses struct {
	mu    sync.Mutex // guards what follows
	from  map[netip.Addr]*guesser
	began time.Time // of the minute that is counted
	count int       // misses in it
	prior int       // misses in the one before
}

// guesser is one address.
type guesser struct {
	began  time.Time // of its minute
	missed int       // in it
	waits  int       // times it had to wait
	until  time.Time // it waits
	last   time.Time // miss
}

func newGuesses() *guesses { return &guesses{from: map[netip.Addr]*guesser{}} }

// wait is how long the address has to wait before it may ask again for any code, right or wrong.
func (g *guesses) wait(address netip.Addr, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if who := g.from[address]; who != nil {
		return max(0, who.until.Sub(now))
	}
	return 0
}

// missed counts an unknown code.
func (g *guesses) missed(address netip.Addr, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	allowed, wait := missesAllowed, firstWait
	if g.alarm(now) {
		allowed, wait = missesInAlarm, alarmWait
	}
	who := g.from[address]
	if who != nil && now.Sub(who.last) >= forgottenAfter {
		who = nil
	}
	if who == nil {
		if len(g.from) >= maxAddresses {
			makeRoom(g.from, func(w *guesser) bool { return now.Sub(w.last) >= forgottenAfter })
		}
		who = &guesser{began: now}
		g.from[address] = who
	}
	if now.Sub(who.began) >= time.Minute {
		who.began, who.missed = now, 0
	}
	who.missed++
	who.last = now
	// Who had to wait already waits again at once.
	if who.missed >= allowed || who.waits > 0 {
		who.until = now.Add(min(wait<<min(who.waits, 10), longestWait))
		who.waits++
	}
}

// alarm counts a miss and reports whether there were too many within the last minute: those of the minute that is
// counted, and of the one before its share.
func (g *guesses) alarm(now time.Time) bool {
	switch past := now.Sub(g.began); {
	case past >= 2*time.Minute:
		g.began, g.count, g.prior = now, 0, 0
	case past >= time.Minute:
		g.began, g.count, g.prior = g.began.Add(time.Minute), 0, g.count
	}
	g.count++
	share := 1 - now.Sub(g.began).Minutes()
	return float64(g.count)+float64(g.prior)*share > alarmAbove
}
