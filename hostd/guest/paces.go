package guest

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// addressesKept in mind; beyond, those who have been quiet are forgotten.
const addressesKept = 10_000

// Paces lets each address do something Burst times at once, then once every Every. What an address is called does not matter, and
// whoever has none shares one with all others who have none. Several goroutines may use it.
type Paces struct {
	Burst int
	Every time.Duration

	mu   sync.Mutex // guards from
	from map[string]*rate.Limiter
}

// Take tells whether somebody from there may now; otherwise how long they have to wait.
func (p *Paces) Take(from string, now time.Time) (wait time.Duration, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.from == nil {
		p.from = map[string]*rate.Limiter{}
	}
	l := p.from[from]
	if l == nil {
		if len(p.from) >= addressesKept {
			p.forget(now)
		}
		l = rate.NewLimiter(rate.Every(p.Every), p.Burst)
		p.from[from] = l
	}
	r := l.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
	}
	return wait, wait == 0
}

// forget drops those who might as often as anybody new; and everyone, when all of them are busy. With the lock held.
func (p *Paces) forget(now time.Time) {
	for from, l := range p.from {
		if l.TokensAt(now) >= float64(p.Burst) {
			delete(p.from, from)
		}
	}
	if len(p.from) >= addressesKept {
		clear(p.from)
	}
}
