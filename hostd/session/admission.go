package session

import (
	"context"
	"encoding/json"

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
		DisplayName: req.DisplayName, Host: host, Token: hashOf(token), Path: p.Path,
		// On the LAN there is nobody between guest and host whom a link's key could find out.
		Verified: true,
	}
	if req.JoinKey != "" {
		admit.JoinKey = hashOf(identity.Keep(req.JoinKey))
	}
	return h.call(ctx, func(b *batch) {
		if !b.admissible(p, id) {
			return
		}
		b.step("", id, admit, func(e jam.Entry) { h.welcome(b, p, id, e, token) }, func(refusal *wire.Error) { deny(p, id, refusal) })
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
		if !b.admissible(p, id) {
			return
		}
		seat, known := h.jam.SeatOf(used)
		if !known || (seat == h.jam.HostSeat() && !p.Console) {
			p.Refuse(id, wire.Refuse(wire.CodeNotAuthorized))
			return
		}
		back := jam.Return{Seat: seat, Used: used, Token: hashOf(token), Path: p.Path}
		b.step("", id, back, func(e jam.Entry) {
			h.sit(p, seat)
			events, kept := h.recent.after(req.LastSeq, h.jam.Seq())
			if !kept {
				h.welcome(b, p, id, e, token)
				return
			}
			p.Tell(wire.Resumed{Seq: h.jam.Seq(), Events: events, ResumeToken: token.Reveal()})
			p.Ack(id, e.Ack)
		}, func(refusal *wire.Error) { p.Refuse(id, refusal) })
	})
}

// admissible turns away whoever asks for a jam that does not run (any more).
func (b *batch) admissible(p *Peer, id string) bool {
	v := b.h.View()
	if refusal := v.Find(p.Code, b.now); refusal != nil {
		p.TurnAway(id, refusal)
		return false
	}
	if b.h.jam == nil {
		p.TurnAway(id, wire.Refuse(wire.CodeSessionEnded))
		return false
	}
	return true
}

// welcome seats the connection and gives it the whole jam.
func (h *House) welcome(b *batch, p *Peer, id string, e jam.Entry, token identity.Secret) {
	h.sit(p, e.Seat)
	me, _ := h.jam.Participant(e.Seat)
	p.Tell(wire.Joined{
		Session: h.jam.Session(e.Seat), ParticipantID: e.Seat, Permissions: me.Permissions,
		ResumeToken: token.Reveal(), ServerTimeMS: b.now.UnixMilli(),
	})
	p.Ack(id, e.Ack)
}

// SeatOf tells whose resume token this is, for REST; it does not count as use.
func (h *House) SeatOf(ctx context.Context, token identity.Secret) (seat string, ok bool) {
	err := h.call(ctx, func(*batch) {
		if h.jam != nil {
			seat, ok = h.jam.SeatOf(hashOf(token))
		}
	})
	return seat, ok && err == nil
}

// call runs f in the house and waits until what it asked for is on disk and answered.
func (h *House) call(ctx context.Context, f func(*batch)) error {
	finished := make(chan struct{})
	err := h.post(ctx, func(b *batch) {
		f(b)
		b.answer(func(*wire.Error) { close(finished) })
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

// recentKept events stay in memory for those who come back; older ones come as a snapshot.
const recentKept = 1024

// recent is the newest events as they were sent, for resume.
type recent struct {
	seqs   []uint64
	events []json.RawMessage
}

func (r *recent) add(seq uint64, encoded []byte) {
	r.seqs, r.events = append(r.seqs, seq), append(r.events, encoded)
	if len(r.seqs) >= 2*recentKept {
		drop := len(r.seqs) - recentKept
		r.seqs = append([]uint64(nil), r.seqs[drop:]...)
		r.events = append([]json.RawMessage(nil), r.events[drop:]...)
	}
}

// after gives the events after last, a copy; kept is false when the client holds
// nothing, holds what this jam never sent, or what it misses is not kept any more.
func (r *recent) after(last *uint64, newest uint64) (events []json.RawMessage, kept bool) {
	if last == nil || *last > newest {
		return nil, false
	}
	if *last == newest {
		return []json.RawMessage{}, true
	}
	if len(r.seqs) == 0 || *last+1 < r.seqs[0] {
		return nil, false
	}
	from := 0
	for from < len(r.seqs) && r.seqs[from] <= *last {
		from++
	}
	return append([]json.RawMessage{}, r.events[from:]...), true
}
