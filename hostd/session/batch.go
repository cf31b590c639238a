package session

import (
	"encoding/json"
	"fmt"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// batch is one round: everything that waited, one transaction, then the telling.
type batch struct {
	h         *House
	now       time.Time
	alive     time.Time // when the host was there last, for a round that follows an absence; else zero
	entries   []jam.Entry
	roles     []newRole
	forgotten []string                 // user ids of members whom the console forgets
	vouched   map[string]string        // keys that members showed beside their token, by user id
	taken     map[string]bool          // seats and requests that a new connection takes up in this round
	answers   []func(disk *wire.Error) // in order, after the commit; disk is internal when it failed, else nil
	full      bool                     // nothing more goes into this round
	memory    jam.Memory               // of the jam before the round
	repeats   bool                     // something is answered that was done before
	followed  *followed                // the solo session that ends for a jam
}

// round steps first and everything else that waits, writes it, and tells people.
func (h *House) round(first func(*batch)) error {
	b := &batch{h: h, now: h.cfg.Now()}
	if h.jam != nil {
		b.memory = h.jam.Memory()
	}
	b.again()
	first(b)
	for n := 1; n < roundSize && !b.full && h.deferred == nil; n++ {
		select {
		case next := <-h.mail:
			next(b)
			continue
		default:
		}
		break
	}
	b.dropGone()
	if h.jam != nil {
		b.wake()
		b.letIn()
		b.keep(h.jam.Tick(b.now))
	}
	if err := b.write(); err != nil {
		return b.undo(err)
	}
	b.tell()
	return nil
}

// step runs one command through the rules and tells whether they took it. done runs after the
// commit; refused, when the rules or the disk said no. Either may be nil.
func (b *batch) step(seat, id string, c jam.Command, done func(jam.Entry), refused func(*wire.Error)) (jam.Entry, bool) {
	entry, refusal := b.h.jam.Step(b.now, seat, id, c)
	ok := refusal == nil
	if refusal == nil {
		b.keep(entry)
		b.repeats = b.repeats || entry.Repeat
	}
	b.answer(func(disk *wire.Error) {
		if refusal == nil {
			refusal = disk
		}
		switch {
		case refusal == nil && done != nil:
			done(entry)
		case refusal != nil && refused != nil:
			refused(refusal)
		}
	})
	return entry, ok
}

func (b *batch) answer(f func(disk *wire.Error)) { b.answers = append(b.answers, f) }

func (b *batch) keep(e jam.Entry) {
	if e.Stored() || len(e.Passing) > 0 {
		b.entries = append(b.entries, e)
	}
}

// alone runs f in a round of its own: this one when nothing has happened in it yet, else the next.
func (b *batch) alone(f func(*batch)) {
	b.full = true
	if len(b.answers)+len(b.entries) > 0 {
		b.h.deferred = f
		return
	}
	f(b)
}

// command is one that a joined person sent.
func (b *batch) command(p *Peer, id string, c wire.Command) {
	s := b.h.seated(p)
	if s == nil {
		p.Refuse(id, wire.Refuse(wire.CodeNotAuthorized))
		return
	}
	if list, asks := c.(wire.ListParticipants); asks {
		b.people(p, id, list)
		return
	}
	b.do(s.id, id, c, func(e jam.Entry) {
		p.Ack(id, e.Ack)
		if _, leaves := c.(wire.Leave); leaves {
			b.h.stand(p)
			p.Outbox.Bye(wire.CloseLeft)
		}
	}, func(refusal *wire.Error) { p.Refuse(id, refusal) })
}

// do runs a command of a seat's through the rules. done and refused are as in step.
func (b *batch) do(seat, id string, c wire.Command, done func(jam.Entry), refused func(*wire.Error)) {
	rule, refusal := b.rule(seat, c)
	if refusal != nil {
		refused(refusal)
		return
	}
	b.step(seat, id, rule, func(e jam.Entry) {
		if _, jumps := rule.(jam.Seek); jumps && !e.Repeat {
			b.h.jumps++
		}
		done(e)
	}, refused)
}

// rule is the command with what it needs of the house: the library, a new token, a new identity.
func (b *batch) rule(seat string, c wire.Command) (jam.Command, *wire.Error) {
	switch c := c.(type) {
	case wire.AddTrack:
		return b.h.addition(seat, c), nil
	case wire.ApproveJoin:
		return b.approval(c.ParticipantID)
	case wire.SetRole:
		return b.setRole(c)
	}
	if rule, ok := jam.FromWire(c); ok {
		return rule, nil
	}
	return nil, wire.Refuse(wire.CodeBadRequest)
}

// write puts the round on disk, in one transaction, with the sign of life when it is due.
func (b *batch) write() error {
	h := b.h
	if h.jam == nil {
		return b.writeMembers()
	}
	seen, here := b.seen()
	w := store.Batch{Jam: h.jam.ID(), Solo: h.jam.Solo(), Members: b.members(), Seen: seen}
	for _, e := range b.entries {
		if e.Finished != "" {
			w.Plays = append(w.Plays, e.Finished)
		}
		if !e.Stored() {
			continue
		}
		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode entry: %w", err)
		}
		w.Entries = append(w.Entries, line)
	}
	switch why, _ := h.jam.Ended(); {
	case why == "":
	case h.jam.Solo():
		w.Dropped = true
	default:
		history := h.jam.History()
		w.Ended = &history
	}
	if b.now.Sub(h.marked) >= h.markEvery() || b.doubts() {
		w.Mark = h.mark(b.now)
	}
	if len(w.Entries)+len(w.Members) == 0 && w.Mark == nil {
		return nil
	}
	if err := h.cfg.Store.Commit(w); err != nil {
		return err
	}
	h.saved()
	h.here = here
	if w.Mark != nil {
		h.marked = b.now
	}
	for _, track := range w.Plays {
		h.cfg.Music.Played(track)
	}
	return nil
}

// tell sends events and notices to everyone seated, each encoded once, then the
// answers. The view is published in between: who has an answer must find by REST what it says.
func (b *batch) tell() {
	h := b.h
	h.leaveSolo(b.followed)
	h.fanOut(b.encode())
	ended := false
	if h.jam != nil {
		h.putOut(b.entries)
		why, at := h.jam.Ended()
		if ended = why != ""; ended && !h.jam.Solo() {
			h.addEnded(h.jam.ShareCode(), ending{at, why})
		}
		h.jam.LookAhead(b.now)
	}
	h.publish()
	h.straighten()
	for _, answer := range b.answers {
		answer(nil)
	}
	if ended {
		h.close()
		return
	}
	h.tellCount(b.now)
	h.tellPlaces()
}

// encode makes the bytes of every event and notice of the round, once for all.
func (b *batch) encode() []outgoing {
	var out []outgoing
	for _, e := range b.entries {
		for _, ev := range e.Events {
			encoded, err := b.h.recent.add(ev)
			if err != nil {
				b.h.cfg.Log.Error("an event could not be encoded", "event", ev.MessageType(), "error", err)
				continue
			}
			out = append(out, outgoing{ev.Message, encoded, ""})
		}
		for _, m := range e.Passing {
			out = append(out, outgoing{m.Message, b.h.encode(m.Message), m.To})
		}
	}
	return out
}
