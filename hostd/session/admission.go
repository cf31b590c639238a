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
			events, kept := h.recent.after(req.LastSeq, h.jam.Seq(), func(m wire.Message) bool { return h.jam.Sees(seat, m) })
			if !kept {
				h.welcome(b, p, id, e, token)
				return
			}
			p.Tell(wire.Resumed{Seq: h.jam.Seq(), Events: events, ResumeToken: token.Reveal()})
			p.Ack(id, e.Ack)
		}, func(refusal *wire.Error) { deny(p, id, refusal) })
	})
}

// admissible turns away whoever asks for a jam that does not run (any more), and
// is deaf to a connection that has had its bye: it must not take a seat any more.
func (b *batch) admissible(p *Peer, id string) bool {
	if p.Outbox.closing() {
		return false
	}
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

// What stays in memory for those who come back, at least this and at most twice
// as much; who missed more gets a snapshot. Twice recentBytes fits a host frame.
const (
	// recentKept events.
	recentKept = 1024
	// recentBytes of events: a long queue that is moved about makes long ones.
	recentBytes = 1 << 20
)

// recent is the newest events as they were sent, for resume.
type recent struct {
	events []recentEvent
	bytes  int
}

// recentEvent is an event with the bytes that everyone got.
type recentEvent struct {
	wire.Event
	encoded []byte
}

// add keeps an event and gives the bytes that everyone gets.
func (r *recent) add(ev wire.Event) ([]byte, error) {
	encoded, err := wire.Encode(ev.Message, ev.Seq)
	if err != nil {
		return nil, err
	}
	r.events = append(r.events, recentEvent{ev, encoded})
	r.bytes += len(encoded)
	if len(r.events) < 2*recentKept && r.bytes < 2*recentBytes {
		return encoded, nil
	}
	drop := 0
	for len(r.events)-drop > recentKept || r.bytes > recentBytes {
		r.bytes -= len(r.events[drop].encoded)
		drop++
	}
	r.events = append([]recentEvent(nil), r.events[drop:]...)
	return encoded, nil
}

// after gives the events after last that this person may see; kept is false when
// the client holds nothing, holds what this jam never sent, or what it misses is
// not kept any more.
func (r *recent) after(last *uint64, newest uint64, sees func(wire.Message) bool) (events []json.RawMessage, kept bool) {
	if last == nil || *last > newest {
		return nil, false
	}
	events = []json.RawMessage{}
	if *last == newest {
		return events, true
	}
	if len(r.events) == 0 || *last+1 < r.events[0].Seq {
		return nil, false
	}
	for _, ev := range r.events {
		if ev.Seq > *last && sees(ev.Message) {
			events = append(events, ev.encoded)
		}
	}
	return events, true
}
