package jam

import (
	"encoding/binary"
	"encoding/hex"
	"io"
	"time"

	"soul-jam/shared/wire"
)

// Step decides one command. Seat is the participant who sent it, "" for the house
// itself; id is the command's id, "" for none. A refusal has changed nothing.
func (j *Jam) Step(now time.Time, seat, id string, c Command) (Entry, *wire.Error) {
	if ack, done := j.Acked(seat, id); done {
		return Entry{Seat: seat, ID: id, Ack: ack, Repeat: true}, nil
	}
	if j.ended != "" {
		return Entry{}, wire.Refuse(wire.CodeSessionEnded)
	}
	if refusal := j.authorise(seat, c); refusal != nil {
		return Entry{}, refusal
	}
	before := j.seq
	j.begin(now)
	j.entry.Seat = seat
	if refusal := c.step(j, now, seat); refusal != nil {
		j.entry = nil
		return Entry{}, refusal
	}
	if j.ended == "" {
		j.stirred(now, c)
		j.recount(now)
	}
	e := j.finish()
	if e.Ack = before; j.seq > before {
		e.Ack++
	}
	if id != "" && e.Seat != "" {
		e.ID = id
		if ack, done := j.people[e.Seat].acks.find(id); done {
			e.Ack = ack // a join or resume that is sent again: only now it is known whose it is
		}
		j.remember(e)
	}
	return e, nil
}

// Acked tells whether a seat's command with that id was done before, and what it was acked with.
func (j *Jam) Acked(seat, id string) (seq uint64, done bool) {
	p := j.people[seat]
	if p == nil || id == "" {
		return 0, false
	}
	return p.acks.find(id)
}

// newID makes a participant's or an item's id: 128 random bits, opaque to everyone.
func (j *Jam) newID() string { return hex.EncodeToString(j.random(16)) }

// fourDigits are those of Guest-7842.
func (j *Jam) fourDigits() int { return int(binary.BigEndian.Uint32(j.random(4)) % 10000) }

func (j *Jam) random(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(j.chance.Entropy, b); err != nil {
		// The system's random source has failed, which Go itself treats as fatal: ids would repeat.
		panic("jam: no randomness: " + err.Error())
	}
	return b
}

// remember keeps the last AcksKept acks of a seat.
func (j *Jam) remember(e Entry) {
	if p := j.people[e.Seat]; p != nil && e.ID != "" {
		p.acks.add(e.ID, e.Ack)
	}
}

// ackRing holds the newest acks of one seat.
type ackRing struct {
	seqs map[string]uint64
	ids  []string // oldest first
}

func (r *ackRing) find(id string) (uint64, bool) {
	seq, ok := r.seqs[id]
	return seq, ok
}

func (r *ackRing) add(id string, seq uint64) {
	if r.seqs == nil {
		r.seqs = map[string]uint64{}
	}
	if _, known := r.seqs[id]; known {
		return
	}
	if len(r.ids) >= wire.AcksKept {
		delete(r.seqs, r.ids[0])
		r.ids = r.ids[1:]
	}
	r.ids = append(r.ids, id)
	r.seqs[id] = seq
}
