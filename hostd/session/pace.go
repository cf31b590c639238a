package session

import (
	"time"

	"golang.org/x/time/rate"

	"soul-jam/shared/wire"
)

// pace is how often one seat may do what. It belongs to the seat, so that a new
// connection does not start afresh.
type pace struct {
	add, chat, art, other *rate.Limiter
}

func newPace() *pace {
	limiter := func(r wire.Rate) *rate.Limiter { return rate.NewLimiter(rate.Every(r.Every), r.Burst) }
	return &pace{add: limiter(wire.AddRate()), chat: limiter(wire.ChatRate()), art: limiter(wire.OtherRate()), other: limiter(wire.OtherRate())}
}

// check refuses with the time to wait; away and leave are always heard.
func (p *pace) check(now time.Time, c wire.Command) *wire.Error {
	limiter, limit := p.other, wire.LimitOtherRate
	switch c.(type) {
	case wire.AddTrack:
		limiter, limit = p.add, wire.LimitAddRate
	case wire.Chat:
		limiter, limit = p.chat, wire.LimitChatRate
	case wire.Art:
		limiter, limit = p.art, wire.LimitArtRate // a page from elsewhere asks for many covers at once: a person's clicks must not wait for them
	case wire.Away, wire.Leave:
		return nil
	}
	r := limiter.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	r.CancelAt(now)
	refusal := wire.Refuse(wire.CodeRateLimited).Because(limit)
	refusal.RetryAfterMS = wait.Milliseconds() + 1
	return refusal
}
