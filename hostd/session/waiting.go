package session

import (
	"context"
	"fmt"

	"soul-jam/hostd/jam"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// waitingRoom is the connections of those who wait to be let in, by request.
type waitingRoom map[string]*Peer

// holds tells whether a connection waits.
func (r waitingRoom) holds(p *Peer) bool { return r.requestOf(p) != "" }

func (r waitingRoom) requestOf(p *Peer) string {
	for id, other := range r {
		if other == p {
			return id
		}
	}
	return ""
}

// leave takes a connection out and tells which request was its.
func (r waitingRoom) leave(p *Peer) string {
	id := r.requestOf(p)
	delete(r, id)
	return id
}

// await puts a connection into the waiting room; an older one of the same request is closed.
func (h *House) await(p *Peer, id string, e jam.Entry) {
	if old := h.room[e.Waits]; old != nil && old != p {
		old.Outbox.Bye(wire.CloseReplaced)
	}
	h.room[e.Waits] = p
	p.place = 0
	h.pending(p, id, e.Ack)
}

// pending tells somebody where they stand.
func (h *House) pending(p *Peer, id string, ack uint64) {
	h.tellPlace(p)
	p.Ack(id, ack)
}

func (h *House) tellPlace(p *Peer) {
	request := h.room.requestOf(p)
	for i, r := range h.jam.Pending() {
		if r.ID != request {
			continue
		}
		p.place = i + 1
		message := "Waiting for the host to let you in"
		if i > 0 {
			message = fmt.Sprintf("%s: %d before you", message, i)
		}
		p.Tell(wire.JoinPending{Message: message, Position: p.place})
	}
}

// tellPlaces tells those who wait when they move up.
func (h *House) tellPlaces() {
	if h.jam == nil || len(h.room) == 0 {
		return
	}
	for i, r := range h.jam.Pending() {
		if p := h.room[r.ID]; p != nil && p.place != i+1 {
			h.tellPlace(p)
		}
	}
}

// approval is approve_join with the token that the newcomer will get.
func (b *batch) approval(request string) (jam.Command, *wire.Error) {
	token, err := identity.New(b.h.cfg.Entropy)
	if err != nil {
		return nil, wire.Refuse(wire.CodeInternal)
	}
	rule := jam.Approve{ParticipantID: request, Token: hashOf(token)}
	b.answer(func(disk *wire.Error) { b.admitted(request, token, disk) })
	return rule, nil
}

// admitted gives who waited their seat, when the rules gave it to them.
func (b *batch) admitted(request string, token identity.Secret, disk *wire.Error) {
	h := b.h
	p := h.room[request]
	if disk != nil || p == nil || h.jam == nil {
		return
	}
	if seat, ok := h.jam.SeatOf(hashOf(token)); !ok || seat != request {
		return
	}
	delete(h.room, request)
	h.welcome(b, p, "", request, h.jam.Seq(), token)
}

// letIn lets in those who need not wait any more: approval was switched off.
func (b *batch) letIn() {
	for _, request := range b.h.jam.Admissible() {
		token, err := identity.New(b.h.cfg.Entropy)
		if err != nil {
			b.h.cfg.Log.Error("nobody could be let in", "error", err)
			return
		}
		b.step("", "", jam.Approve{ParticipantID: request, Token: hashOf(token)}, func(jam.Entry) { b.admitted(request, token, nil) }, nil)
	}
}

// Withdraw takes the request of a connection back; it says goodbye.
func (h *House) Withdraw(ctx context.Context, p *Peer, id string) error {
	return h.post(ctx, func(b *batch) {
		done := func(e jam.Entry) {
			p.Ack(id, e.Ack)
			p.Outbox.Bye(wire.CloseLeft)
		}
		if !b.withdraw(p, done, func(refusal *wire.Error) { p.Refuse(id, refusal) }) {
			p.Refuse(id, wire.Refuse(wire.CodeNotAuthorized))
		}
	})
}

// withdraw takes a connection out of the waiting room, and out of the jam when it is
// just being let in; false when it does not wait. done and refused are as in step.
func (b *batch) withdraw(p *Peer, done func(jam.Entry), refused func(*wire.Error)) bool {
	h := b.h
	request := h.room.requestOf(p)
	if request == "" || h.jam == nil {
		return false
	}
	delete(h.room, request) // who goes by themselves is not told that they were denied
	failed := func(refusal *wire.Error) {
		h.gone = append(h.gone, request) // it has no connection any more; who asks again finds it
		if refused != nil {
			refused(refusal)
		}
	}
	if _, in := h.jam.Participant(request); in {
		b.step(request, "", jam.Leave{}, done, failed)
	} else {
		b.step("", "", jam.Withdraw{Request: request}, done, failed)
	}
	return true
}

// putOut closes the connections of those whom this round took the seat or the place from.
func (h *House) putOut(entries []jam.Entry) {
	for _, e := range entries {
		for _, ev := range e.Events {
			switch m := ev.Message.(type) {
			case wire.ParticipantBanned:
				h.kicked(m.Participant.ID)
			case wire.ParticipantLeft:
				// Who was let in and lost the seat in one round is told that: see welcome.
				_, sat := h.jam.Participant(m.ParticipantID)
				if p := h.room[m.ParticipantID]; p != nil && !sat && !p.Outbox.closing() {
					delete(h.room, m.ParticipantID)
					p.Tell(wire.JoinDenied{Reason: "The host did not let you in"})
					p.Outbox.Bye(wire.CloseDenied)
				}
			case wire.ParticipantUpdated:
				if s := h.seats[m.Participant.ID]; s != nil {
					s.hosts.Store(h.jam.Hosts(s.id))
				}
			}
		}
	}
}

func (h *House) kicked(seat string) {
	p := h.peers[seat]
	if p == nil {
		return
	}
	h.stand(p)
	p.Tell(wire.Kicked{Reason: wire.CodeBanned.Sentence()})
	p.Outbox.Bye(wire.CloseKicked)
}
