package session

import (
	"context"

	"soul-jam/shared/wire"
)

// Watch shows the jam to a TV: no seat, no rights, in no list. trusted says that
// it showed the token of the console's TV link.
func (h *House) Watch(ctx context.Context, p *Peer, id string, trusted bool) error {
	return h.call(ctx, func(b *batch) {
		switch {
		case !b.admissible(p, id):
			return
		case h.jam.Solo():
			p.TurnAway(id, wire.Refuse(wire.CodeSessionNotFound))
			return
		case len(h.tvs) >= wire.MaxWatchers:
			p.TurnAway(id, wire.Refusef(wire.CodeSessionFull, "At most %d screens can watch a jam", wire.MaxWatchers).Because(wire.LimitWatchers))
			return
		}
		if refusal := h.jam.MayWatch(trusted, p.Uninvited); refusal != nil {
			p.TurnAway(id, refusal)
			return
		}
		b.withdraw(p, nil, nil)
		b.answer(func(*wire.Error) {
			if h.jam == nil || p.Outbox.closing() {
				return
			}
			h.tvs[p] = true
			p.watches.Store(true)
			p.Tell(wire.Joined{Session: h.jam.Session(""), ServerTimeMS: b.now.UnixMilli()})
			p.Ack(id, h.jam.Seq())
		})
	})
}

// farewell tells somebody who was in the jam that ended last how it ended, when they
// come back with their token. What follows is the refusal that everybody gets.
func (h *House) farewell(p *Peer, tokenHash string) {
	if h.last == nil || h.last.ShareCode() != p.Code {
		return
	}
	if _, sat := h.last.SeatOf(tokenHash); sat {
		why, _ := h.last.Ended()
		p.Tell(wire.SessionEnded{Reason: why, Recap: h.last.History().Recap})
	}
}
