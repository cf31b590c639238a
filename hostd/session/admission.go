package session

import (
	"context"

	"soul-jam/hostd/jam"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// Join asks for a seat and returns when the answer waits in the Outbox. Host says
// that the connection showed the host's token on the console listener.
func (h *House) Join(ctx context.Context, p *Peer, id string, req wire.JoinRequest, host bool) error {
	token, err := identity.New(h.cfg.Entropy)
	if err != nil {
		p.Refuse(id, wire.Refuse(wire.CodeInternal))
		return err
	}
	admit := jam.Admit{
		DisplayName: req.DisplayName, Host: host, Token: hashOf(token), Path: p.Path, From: p.From,
		Key: p.Key, Verified: !p.Unverified, Uninvited: p.Uninvited,
	}
	if req.JoinKey != "" {
		admit.JoinKey = hashOf(identity.Keep(req.JoinKey))
	}
	return h.call(ctx, func(b *batch) {
		if !b.admissible(p, id) {
			return
		}
		if h.jam.Solo() && !host {
			p.TurnAway(id, wire.Refuse(wire.CodeSessionNotFound))
			return
		}
		if h.room.holds(p) {
			h.pending(p, id, h.jam.Seq())
			return
		}
		if refusal := b.recognise(&admit, req.UserToken); refusal != nil {
			p.Refuse(id, refusal)
			return
		}
		e, ok := b.step("", id, admit, func(e jam.Entry) {
			if e.Waits != "" {
				h.await(p, id, e)
				return
			}
			h.welcome(b, p, id, e.Seat, e.Ack, token)
		}, func(refusal *wire.Error) { deny(p, id, refusal) })
		if ok {
			b.takes(e.Seat + e.Waits) // it is one of the two
			b.vouches(admit, req.UserToken)
		}
	})
}

// deny keeps the connection after what a person can mend on it.
func deny(p *Peer, id string, refusal *wire.Error) {
	switch refusal.Code {
	case wire.CodeAlreadyJoined, wire.CodeInternal:
		p.Refuse(id, refusal)
	default:
		p.TurnAway(id, refusal)
	}
}

// Resume takes up a seat and returns when the answer waits in the Outbox.
func (h *House) Resume(ctx context.Context, p *Peer, id string, req wire.Resume) error {
	token, err := identity.New(h.cfg.Entropy)
	if err != nil {
		p.Refuse(id, wire.Refuse(wire.CodeInternal))
		return err
	}
	used := hashOf(identity.Keep(req.ResumeToken))
	return h.call(ctx, func(b *batch) {
		h.farewell(p, used)
		if seat := h.seated(p); seat != nil && p.Kept() {
			if asked, known := h.jam.SeatOf(used); known && asked == seat.id {
				h.stand(p) // it sits down again below
				p.kept.Store(false)
			}
		}
		if !b.admissible(p, id) {
			return
		}
		seat, known := h.jam.SeatOf(used)
		if !known || (seat == h.jam.HostSeat() && !p.Console) {
			p.Refuse(id, wire.Refuse(wire.CodeNotAuthorized))
			return
		}
		back := jam.Return{Seat: seat, Used: used, Token: hashOf(token), From: p.From, Key: p.Key, Path: p.Path, Verified: !p.Unverified}
		_, ok := b.step("", id, back, func(e jam.Entry) {
			if h.refuseLost(p, id, seat) {
				return
			}
			h.sit(p, seat)
			events, kept := h.recent.after(req.LastSeq, h.jam.Seq(), func(m wire.Message) bool { return h.jam.Sees(seat, m) })
			if !kept {
				h.welcome(b, p, id, seat, e.Ack, token)
				return
			}
			resumed := wire.Resumed{Seq: h.jam.Seq(), Events: events, ResumeToken: token.Reveal()}
			if h.jam.Hosts(seat) {
				resumed.Pending, resumed.Bans = h.jam.Pending(), h.jam.Bans()
			}
			p.Tell(resumed)
			if h.jam.Crowded() && !h.jam.Hosts(seat) {
				p.Tell(wire.ParticipantCount{Count: h.jam.Count()}) // those who came and went meanwhile were not among the events
			}
			p.Ack(id, e.Ack)
			h.giveGrant(seat, p)
		}, func(refusal *wire.Error) {
			if h.disk == nil || !h.seatUnwritten(b, p, id, seat, req) {
				deny(p, id, refusal)
			}
		})
		if ok {
			b.takes(seat)
			b.withdraw(p, nil, nil)
		}
	})
}

// Reseat gives a connection that a soul-server kept, while it did not see this host, its seat
// back, and a fresh snapshot. When somebody else sits there, or the seat is gone, it
// does nothing: then the connection may resume or join like any other.
func (h *House) Reseat(ctx context.Context, p *Peer, seat string) error {
	return h.call(ctx, func(b *batch) {
		if !b.admissible(p, "") || h.peers[seat] != nil || h.jam.Banned(seat) {
			return
		}
		back := jam.Return{Seat: seat, From: p.From, Key: p.Key, Path: p.Path, Verified: !p.Unverified}
		_, ok := b.step("", "", back, func(jam.Entry) {
			if h.jam.May(seat, "ping") != nil {
				return
			}
			h.sit(p, seat)
			p.kept.Store(true)
			p.Tell(wire.SessionUpdate{Session: h.jam.Session(seat)})
		}, nil)
		if ok {
			b.takes(seat)
		}
	})
}

// refuseLost turns away who lost the seat again in the very round in which they took it:
// kicked, or left by the Leave button on the older connection.
func (h *House) refuseLost(p *Peer, id, seat string) (lost bool) {
	refusal := h.jam.May(seat, "ping")
	switch {
	case h.jam.Banned(seat):
		p.TurnAway(id, wire.Refuse(wire.CodeBanned))
	case refusal != nil:
		p.Refuse(id, refusal)
	default:
		return false
	}
	return true
}

// admissible turns away whoever asks for a jam that does not run (any more), and
// is deaf to a connection that has had its bye: it must not take a seat any more.
func (b *batch) admissible(p *Peer, id string) bool {
	if p.Outbox.closing() {
		return false
	}
	v := b.h.View()
	if refusal := v.FindOn(p.Console, p.Code, b.now); refusal != nil {
		p.TurnAway(id, refusal)
		return false
	}
	switch {
	case b.h.jam == nil:
		p.TurnAway(id, wire.Refuse(wire.CodeSessionEnded))
	case b.h.seated(p) != nil || b.h.tvs[p]:
		// Let in while this was on its way.
		p.Refuse(id, wire.Refuse(wire.CodeAlreadyJoined))
	default:
		return true
	}
	return false
}

// welcome seats the connection and gives it the whole jam.
func (h *House) welcome(b *batch, p *Peer, id, seat string, ack uint64, token identity.Secret) {
	if h.refuseLost(p, id, seat) {
		return
	}
	h.sit(p, seat)
	me, _ := h.jam.Participant(seat)
	secret := token.Reveal()
	joined := wire.Joined{
		Session: h.jam.Session(seat), ParticipantID: &seat, Permissions: me.Permissions,
		ResumeToken: &secret, ServerTimeMS: b.now.UnixMilli(),
	}
	if h.jam.Hosts(seat) {
		joined.Pending, joined.Bans = h.jam.Pending(), h.jam.Bans()
	}
	p.Tell(joined)
	p.Ack(id, ack)
	h.giveGrant(seat, p)
}

// SeatOf tells whose resume token this is, for REST; it does not count as use. In the
// open counts only the token of a seat that was taken last in plain text through a
// soul-server: nobody else's may pass there.
// hosts tells whether that seat has the host's rights at this moment.
func (h *House) SeatOf(ctx context.Context, token identity.Secret, inTheOpen bool) (hosts, ok bool) {
	err := h.call(ctx, func(*batch) {
		if h.jam == nil {
			return
		}
		var seat string
		seat, ok = h.jam.SeatOf(hashOf(token))
		ok = ok && !h.jam.Banned(seat) && (!inTheOpen || h.seats[seat] != nil && h.seats[seat].open)
		hosts = h.jam.Hosts(seat)
	})
	return hosts && ok, ok && err == nil
}

// call runs f in the house and waits until what it asked for is on disk and answered.
func (h *House) call(ctx context.Context, f func(*batch)) error {
	return h.wait(ctx, func(b *batch, asked func(*batch)) { asked(b) }, f)
}

// callAlone is call for what changes which session this house has: see alone.
func (h *House) callAlone(ctx context.Context, f func(*batch)) error {
	return h.wait(ctx, (*batch).alone, f)
}

func (h *House) wait(ctx context.Context, run func(b *batch, asked func(*batch)), f func(*batch)) error {
	finished := make(chan struct{})
	err := h.post(ctx, func(b *batch) {
		run(b, func(b *batch) {
			f(b)
			b.answer(func(*wire.Error) { close(finished) })
		})
	})
	if err != nil {
		return err
	}
	select {
	case <-finished:
		return nil
	case <-h.done:
		return ErrStopped
	}
}

func hashOf(s identity.Secret) string {
	text, _ := s.Hash().MarshalText() // hex of a fixed size: cannot fail
	return string(text)
}
