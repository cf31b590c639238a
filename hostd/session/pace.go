package session

import (
	"time"

	"golang.org/x/time/rate"

	"soul-jam/shared/wire"
)

// pace is how often one seat may do what. It belongs to the seat, so that a new
// connection does not start afresh. nil (the host) has no limit.
type pace struct {
	add, other *rate.Limiter
}

func newPace() *pace {
	limiter := func(r wire.Rate) *rate.Limiter { return rate.NewLimiter(rate.Every(r.Every), r.Burst) }
	return &pace{add: limiter(wire.AddRate()), other: limiter(wire.OtherRate())}
}

// check refuses with the time to wait; away and leave are always heard.
func (p *pace) check(now time.Time, c wire.Command) *wire.Error {
	if p == nil {
		return nil
	}
	limiter := p.other
	switch c.(type) {
	case wire.AddTrack:
		limiter = p.add
	case wire.Away, wire.Leave:
		return nil
	}
	r := limiter.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	r.CancelAt(now)
	refusal := wire.Refuse(wire.CodeRateLimited)
	refusal.RetryAfterMS = wait.Milliseconds() + 1
	return refusal
}
