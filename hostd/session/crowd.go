package session

import (
	"time"

	"soul-jam/shared/wire"
)

// countEvery: in a crowd, joins and leaves are told as a count, at most this often.
const countEvery = time.Second

// crowd is what was told last of how many there are; told is 0 while everyone is told of each.
type crowd struct {
	told int
	at   time.Time
}

// outgoing is a message with the bytes that all who may see it share.
type outgoing struct {
	wire.Message
	bytes []byte
}

// fanOut gives everyone seated what they may see.
func (h *House) fanOut(round []outgoing) {
	all := make([][]byte, 0, len(round))
	for _, m := range round {
		if h.jam.ForAll(m.Message) {
			all = append(all, m.bytes)
		}
	}
	for id, p := range h.peers {
		if len(all) == len(round) {
			p.Outbox.events(all)
			continue
		}
		var mine [][]byte // mostly nobody else's coming and going concerns this one
		for _, m := range round {
			if h.jam.Sees(id, m.Message) {
				mine = append(mine, m.bytes)
			}
		}
		p.Outbox.events(mine)
	}
}

// countDue is when the next count may be told; zero = there is nothing to tell.
func (h *House) countDue() time.Time {
	if h.jam == nil || (!h.jam.Crowded() && h.crowd.told == 0) || h.jam.Count() == h.crowd.told {
		return time.Time{}
	}
	return h.crowd.at.Add(countEvery)
}

// tellCount tells everyone but the host how many there are, when it is due. The
// last one, when the crowd has gone, lets everybody count on from there.
func (h *House) tellCount(now time.Time) {
	if due := h.countDue(); due.IsZero() || now.Before(due) {
		return
	}
	count := h.jam.Count()
	message := [][]byte{h.encode(wire.ParticipantCount{Count: count})}
	for id, p := range h.peers {
		if id != h.jam.HostSeat() {
			p.Outbox.events(message)
		}
	}
	h.crowd = crowd{at: now}
	if h.jam.Crowded() {
		h.crowd.told = count
	}
}

// people answers list_participants.
func (b *batch) people(p *Peer, id string, c wire.ListParticipants) {
	if c.Offset < 0 {
		p.Refuse(id, wire.Refuse(wire.CodeBadRequest))
		return
	}
	b.answer(func(*wire.Error) {
		if b.h.seated(p) != nil {
			p.Tell(b.h.jam.People(c.Offset))
			p.Ack(id, b.h.jam.Seq())
		}
	})
}
