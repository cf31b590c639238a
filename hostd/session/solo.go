package session

import (
	"context"

	"soul-jam/hostd/jam"
	"soul-jam/shared/wire"
)

// Solo gives the share code of the solo session, in which the console plays before any jam, and
// makes it when there is none. While a jam runs the refusal is already_active, and running names that one.
func (h *House) Solo(ctx context.Context) (shareCode string, running wire.SessionCreated, refusal *wire.Error) {
	err := h.callAlone(ctx, func(b *batch) {
		if h.jam != nil && !h.jam.Solo() {
			running, refusal = wire.SessionCreated{SessionID: h.jam.ID(), ShareCode: h.jam.ShareCode()}, wire.Refuse(wire.CodeAlreadyActive)
			return
		}
		if refusal = h.orSolo(b); refusal != nil {
			return
		}
		shareCode = h.jam.ShareCode()
		b.answer(func(disk *wire.Error) { refusal = disk })
	})
	if err != nil {
		return "", running, wire.Refuse(wire.CodeInternal)
	}
	return shareCode, running, refusal
}

// orSolo makes a solo session where there is neither that nor a jam. It is for a round of its own.
func (h *House) orSolo(b *batch) *wire.Error {
	if h.jam != nil {
		return nil
	}
	if err := h.begin(b, jam.Founding{Settings: jam.SoloSettings(), Solo: true}); err != nil {
		h.cfg.Log.Error("no solo session could be started", "error", err)
		return wire.Refuse(wire.CodeInternal)
	}
	if h.volume != unset { // who turned the last jam down does not want the next song at full volume
		b.step(h.jam.HostSeat(), "", jam.SetVolume{Volume: h.volume}, nil, nil)
	}
	return nil
}

// unset is no volume.
const unset = -1

// followed is a solo session whose music goes on in the jam that this round founded.
type followed struct {
	solo *jam.Jam
	end  jam.Entry
}

// leaveSolo sends the console's pages from the solo session to the jam that follows.
func (h *House) leaveSolo(f *followed) {
	if f == nil {
		return
	}
	var last [][]byte
	for _, ev := range f.end.Events {
		encoded, err := wire.Encode(ev.Message, ev.Seq)
		if err != nil {
			h.cfg.Log.Error("an event could not be encoded", "event", ev.MessageType(), "error", err)
			continue
		}
		last = append(last, encoded)
	}
	for _, p := range h.peers {
		p.Outbox.events(last)
		p.seat.Store(nil)
		p.Outbox.Bye(wire.CloseEnded)
	}
	clear(h.peers)
	clear(h.seats)
	h.gone, h.crowd = nil, crowd{}
	h.forgetRefused()
}

// Control does what a person at this machine wants, by its media keys say: as the console's host,
// in the jam or in the solo session. Without either it is session_not_found.
func (h *House) Control(ctx context.Context, c wire.Command) (refusal *wire.Error) {
	switch c.(type) {
	case wire.Leave, wire.Away:
		return wire.Refuse(wire.CodeBadRequest) // there is no connection that could end
	}
	err := h.call(ctx, func(b *batch) {
		if h.jam == nil {
			refusal = wire.Refuse(wire.CodeSessionNotFound)
			return
		}
		b.do(h.jam.HostSeat(), "", c, func(jam.Entry) {}, func(r *wire.Error) { refusal = r })
	})
	if err != nil {
		return wire.Refuse(wire.CodeInternal)
	}
	return refusal
}

// Queue adds a whole playlist of that name as the host's own, in one transaction: to the jam or, without one, to
// the solo session. tracks are its ids, in order; what cannot be added counts as refused.
func (h *House) Queue(ctx context.Context, name string, tracks []string) (queued wire.Queued, refusal *wire.Error) {
	err := h.callAlone(ctx, func(b *batch) {
		all := jam.AddAll{Name: name}
		for _, id := range tracks {
			if track, ok := h.cfg.Music.Track(id); ok {
				all.Tracks = append(all.Tracks, track)
			}
		}
		if len(all.Tracks) > 0 {
			if refusal = h.orSolo(b); refusal != nil {
				return
			}
			entry, _ := b.step(h.jam.HostSeat(), "", all, nil, func(r *wire.Error) { refusal = r })
			for _, ev := range entry.Events {
				if added, ok := ev.Message.(wire.TrackAdded); ok && added.By != nil {
					queued.Added++
				}
			}
		}
		queued.Refused = len(tracks) - queued.Added
	})
	if err != nil {
		return queued, wire.Refuse(wire.CodeInternal)
	}
	return queued, refusal
}

// Share runs change, which makes other rules hold for what the library shares, and takes what is
// blocked from then on out of the queue, and out of what autoplay has in mind. Nothing is added in between, and one Share comes after the other.
func (h *House) Share(ctx context.Context, change func() *wire.Error) (refusal *wire.Error) {
	err := h.call(ctx, func(b *batch) {
		if refusal = change(); refusal != nil || h.jam == nil {
			return
		}
		h.jam.Forgo()
		b.step("", "", jam.Block{Blocked: func(t wire.TrackInfo) bool { return h.cfg.Music.Blocked(t.TrackID) }}, nil, func(r *wire.Error) {
			if r.Code != wire.CodeSessionEnded { // then nothing waits any more
				refusal = r
			}
		})
	})
	if err != nil {
		return wire.Refuse(wire.CodeInternal)
	}
	return refusal
}
