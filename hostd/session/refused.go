package session

import (
	"fmt"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// refused is what the disk did not take and nobody would say again. It is done, in this order, in the first round
// that the disk takes. What people asked for is not in it: they were told that it did not happen.
type refused struct {
	disk   error            // why the last write failed; nil = it worked
	over   []jam.TrackEnded // songs that are over, in their order
	back   []jam.Return     // who came back to their seat
	astray bool             // what people were told may be less than what is on disk
}

// forgetRefused is for the end of a session: the disk itself may still refuse.
func (h *House) forgetRefused() { h.refused = refused{disk: h.disk} }

// again does what the disk did not take before.
func (b *batch) again() {
	over, back := b.h.over, b.h.back
	b.h.over, b.h.back = nil, nil
	for _, end := range over {
		b.over(end)
	}
	for _, r := range back {
		if b.h.jam != nil && b.h.peers[r.Seat] != nil {
			b.step("", "", r, nil, func(*wire.Error) { b.h.back = append(b.h.back, r) })
		}
	}
}

// over takes a song's end into the jam. The player is on to the next song already, and only it knows of the end, so it is
// kept until it is on disk.
func (b *batch) over(end jam.TrackEnded) {
	if b.h.jam == nil {
		return
	}
	b.step("", "", end, nil, func(*wire.Error) { b.h.over = append(b.h.over, end) })
}

// doubts tells that this round has to write something: the last write failed, and what it left is not on disk for sure
// though it can be read. So nobody is told that it was done before, and the disk is tried now and then.
func (b *batch) doubts() bool {
	return b.h.disk != nil && (b.repeats || !b.now.Before(b.h.retry))
}

// saved notes that a write worked.
func (h *House) saved() {
	if h.disk != nil {
		h.cfg.Log.Info("the disk writes again")
	}
	h.disk = nil
}

// undo throws away what could not be written: the jam is again what the disk
// holds, and everyone who asked is told why. Nobody else has heard of it.
func (b *batch) undo(why error) error {
	h := b.h
	if h.disk == nil { // once, not every second: the log may be on the same disk
		h.cfg.Log.Error("the jam could not be written: nothing of this moment happened", "error", why)
	}
	h.disk, h.retry = why, b.now.Add(retryDisk)
	stepped := h.jam
	if err := h.reload(b.memory); err != nil {
		return fmt.Errorf("the jam can neither be written nor read: %w", err)
	}
	if stepped != nil && h.jam == nil {
		if ended, _ := stepped.Ended(); ended != "" {
			// Only the very last sync failed: the end can be read, and there is nothing left to go on with.
			h.jam = stepped
			b.tell()
			return nil
		}
	}
	if h.jam != nil && h.jam.Seq() > h.View().Seq {
		h.astray = true
	}
	h.publish()
	refusal := wire.Refusef(wire.CodeInternal, "%s", store.Unsaved(why))
	for _, answer := range b.answers {
		answer(refusal)
	}
	return nil
}

// straighten gives everybody the whole jam, when a write that had seemed to fail turned out to be on disk.
func (h *House) straighten() {
	if !h.astray || h.disk != nil || h.jam == nil {
		return
	}
	h.astray = false
	for seat, p := range h.peers {
		p.Outbox.fresh(h.encode(wire.SessionUpdate{Session: h.jam.Session(seat)}))
	}
	for p := range h.tvs {
		p.Outbox.fresh(h.encode(wire.SessionUpdate{Session: h.jam.Session("")}))
	}
}

// due is what the player should be doing: what the jam says or, while the disk does not take the ends of songs, what the
// jam will say when it does. The music goes on through the queue, and one song of autoplay's, though nobody can be told.
func (h *House) due() jam.Sound {
	s := h.jam.Sound()
	if len(h.over) == 0 || s.Current == nil {
		return s
	}
	over, failed := map[string]bool{}, 0
	for _, end := range h.over {
		over[end.Item] = true
		if failed++; !end.Failed {
			failed = 0
		}
	}
	session := h.jam.Session("")
	line := session.Queue[max(0, session.CurrentIndex):]
	if s.Next != nil && len(line) == 1 { // autoplay's
		line = append(line, *s.Next)
	}
	stands := s.Playback
	s.Current, s.Next = nil, nil
	for i := range line {
		switch item := &line[i]; {
		case over[item.ID]:
		case s.Current == nil:
			s.Current = item
		case s.Next == nil:
			s.Next = item
		}
	}
	s.Playback.Playing = stands.Playing && s.Current != nil && failed < restAfter
	return s
}

// restAfter songs in a row that could not be played, the music rests, as in the jam's own rules: a lost disk must not eat the queue.
const restAfter = 3

// position is where what is due begins.
func (h *House) position(s jam.Sound) time.Duration {
	if now := h.jam.Sound().Current; now == nil || s.Current == nil || now.ID != s.Current.ID {
		return 0
	}
	return time.Duration(h.jam.PositionMS(h.cfg.Now())) * time.Millisecond
}

// seatUnwritten lets somebody back to a seat that is theirs although the disk refuses to note it: they see and hear what
// goes on, with the token that they have. It tells whether it did.
func (h *House) seatUnwritten(b *batch, p *Peer, id, seat string, req wire.Resume) bool {
	used := identity.Keep(req.ResumeToken)
	if h.jam == nil || p.Outbox.closing() || h.seated(p) != nil {
		return false
	}
	if owner, known := h.jam.SeatOf(hashOf(used)); !known || owner != seat || h.refuseLost(p, id, seat) {
		return known && owner == seat // refuseLost has answered
	}
	h.welcome(b, p, id, seat, h.jam.Seq(), used)
	h.back = append(h.back, jam.Return{Seat: seat, From: p.From, Key: p.Key, Path: p.Path, Verified: !p.Unverified})
	return true
}
