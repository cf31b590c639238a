package remote

import (
	"time"

	"soul-jam/shared/wire"
)

// How often one address may begin to talk to this host through the soul-server: a house full of people at once, then
// one every second. A pipe costs its guest as much as the host, so this is for those who do not mind.
const (
	knocksAtOnce = 100
	knockEvery   = time.Second
)

// mayKnock tells whether somebody from there, as the soul-server names it, may talk to the host now.
func (r *Remote) mayKnock(from string) bool {
	_, ok := r.knocks.Take(from, time.Now())
	if !ok {
		r.cfg.Door.Counts.Met(wire.LimitKnocks)
	}
	return ok
}
