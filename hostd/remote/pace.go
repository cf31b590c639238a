package remote

import (
	"time"

	"golang.org/x/time/rate"
)

// How often one address may begin to talk to this host through the soul-server: a house full of people at once, then
// one every second. A pipe costs its guest as much as the host, so this is for those who do not mind.
const (
	knocksAtOnce = 100
	knockEvery   = time.Second
	// addressesKept in mind; beyond, those who have been quiet are forgotten.
	addressesKept = 10_000
)

// paces are the addresses that have knocked lately, as the soul-server names them.
type paces map[string]*rate.Limiter

// mayKnock tells whether somebody from there may talk to the host now.
func (r *Remote) mayKnock(from string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paces == nil {
		r.paces = paces{}
	}
	l := r.paces[from]
	if l == nil {
		if len(r.paces) >= addressesKept {
			r.paces.forget()
		}
		l = rate.NewLimiter(rate.Every(knockEvery), knocksAtOnce)
		r.paces[from] = l
	}
	return l.Allow()
}

// forget drops those who might knock as often as anybody new; and everyone, when all of them are busy.
func (p paces) forget() {
	for from, l := range p {
		if l.Tokens() >= knocksAtOnce {
			delete(p, from)
		}
	}
	if len(p) >= addressesKept {
		clear(p)
	}
}
