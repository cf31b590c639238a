package guest

import (
	"context"
	"time"

	"golang.org/x/time/rate"
)

// Words in vain are those that are refused because they come too often or make no sense, and all before there is a seat. A
// connection may say so many at once, as a page that sends again what had no answer does, and then one every vainEvery: it is read more
// slowly, and its own network holds the rest back. Each costs the host as much as a word that counts.
const (
	vainAtOnce = 100
	vainEvery  = 10 * time.Millisecond
)

func newPatience() *rate.Limiter { return rate.NewLimiter(rate.Every(vainEvery), vainAtOnce) }

// bear counts a word in vain, and waits before the next one is read when there were many.
func (g *Guest) bear(ctx context.Context) {
	if g.peer.Hosts() {
		return
	}
	now := time.Now()
	wait := g.patience.ReserveN(now, 1).DelayFrom(now)
	if wait == 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
