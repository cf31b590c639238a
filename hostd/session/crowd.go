package session

import (
	"time"

	"soul-jam/hostd/jam"
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
	to    string // the one seat that it is for; "" = all who may see it
}

// everybody is no participant's id.
const everybody = "*"

// fanOut gives everyone seated what they may see, and those who watch what all see.
func (h *House) fanOut(round []outgoing) {
	all := make([][]byte, 0, len(round))
	about := make([]string, len(round)) // asked once, not for each guest
	for i, m := range round {
		everyone, whom := h.jam.Audience(m.Message)
		if m.to == "" && everyone {
			all, whom = append(all, m.bytes), everybody
		}
		about[i] = whom
	}
	for p := range h.tvs {
		p.Outbox.events(all)
	}
	for id, p := range h.peers {
		if len(all) == len(round) {
			p.Outbox.events(all)
			continue
		}
		var mine [][]byte // mostly nobody else's coming and going concerns this one
		hosts := h.jam.Hosts(id)
		for i, m := range round {
			if m.to == "" && (about[i] == everybody || about[i] == id || hosts) {
				mine = append(mine, m.bytes)
			}
		}
		p.Outbox.events(mine)
		for _, m := range round {
			if m.to == id {
				p.Outbox.Answer(m.bytes) // a new member's token, say: no snapshot would bring it again
			}
		}
	}
	h.keepGrants(round)
}

// countDue is when the next count may be told; zero = there is nothing to tell.
func (h *House) countDue() time.Time {
	if h.jam == nil || (!h.jam.Crowded() && h.crowd.told == 0) || h.jam.Count() == h.crowd.told {
		return time.Time{}
	}
	return h.crowd.at.Add(countEvery)
}

// tellCount tells everyone but the hosts how many there are, when it is due. The
// last one, when the crowd has gone, lets everybody count on from there.
func (h *House) tellCount(now time.Time) {
	if due := h.countDue(); due.IsZero() || now.Before(due) {
		return
	}
	count := h.jam.Count()
	message := [][]byte{h.encode(wire.ParticipantCount{Count: count})}
	for p := range h.tvs {
		p.Outbox.events(message)
	}
	for id, p := range h.peers {
		if !h.jam.Hosts(id) {
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
	if b.h.jam != nil {
		b.step("", "", jam.Stir{}, nil, nil)
	}
	b.answer(func(*wire.Error) {
		if b.h.seated(p) != nil {
			p.Tell(b.h.jam.People(c.Offset))
			p.Ack(id, b.h.jam.Seq())
		}
	})
}
