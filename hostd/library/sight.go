package library

import (
	"math/bits"
	"slices"
)

// sight is who may see what, by slot. It is made when the rules change and kept up
// to date when the music does, never while someone types. Immutable once published.
type sight struct {
	there   slotSet // that have a file in a folder that can be read, or are on a server
	blocked slotSet // for nobody
	refused slotSet // not for guests; blocked ones as well
	// The same with what is not shown, because a better place of it is.
	hiddenAll, hiddenGuests slotSet
	all, shared             int // recordings that hosts and guests can find
}

// verdict is what the rules find in one track, as bits.
type verdict uint8

const (
	isListed   verdict = 1 << iota // in one of the chosen folders, playlists or genres
	isExplicit                     // its tags say so
	isBlocked
)

// newSight judges all tracks of a snapshot.
func newSight(s *snapshot) *sight {
	n := len(s.same.first)
	found := make([]verdict, n)
	there := make([]bool, n)
	s.rules.listed = s.lists.holding(s.rules.playlists)
	s.each(func(t *track) {
		found[t.slot], there[t.slot] = s.rules.judge(t), true
	})
	v := new(sight).grown(n)
	var ring []uint32
	for i := range n {
		if slot := uint32(i); there[i] && s.same.first[i] == slot {
			ring = s.same.ring(slot, ring[:0])
			v.enter(ring, s.rules, func(slot uint32) verdict { return found[slot] })
		}
	}
	v.count()
	return v
}

// enter notes what the tracks of one recording come to: what is said of one of
// them holds for all. ring has the one that is shown first.
func (v *sight) enter(ring []uint32, r *rules, of func(slot uint32) verdict) {
	var sum verdict
	for _, slot := range ring {
		sum |= of(slot)
	}
	blocked, refused := sum&isBlocked != 0, r.refuses(sum)
	for i, slot := range ring {
		v.there.put(slot, true)
		v.blocked.put(slot, blocked)
		v.refused.put(slot, refused)
		v.hiddenAll.put(slot, blocked || i > 0)
		v.hiddenGuests.put(slot, refused || i > 0)
	}
}

// count tells how many recordings hosts and guests can find.
func (v *sight) count() {
	v.all, v.shared = 0, 0
	for i, there := range v.there {
		v.all += bits.OnesCount64(there &^ v.hiddenAll[i])
		v.shared += bits.OnesCount64(there &^ v.hiddenGuests[i])
	}
}

// grown gives a copy with room for n slots.
func (v *sight) grown(n int) *sight {
	c := *v
	for _, set := range []*slotSet{&c.there, &c.blocked, &c.refused, &c.hiddenAll, &c.hiddenGuests} {
		*set = append(slices.Clone(*set), make(slotSet, n/64+1-len(*set))...)
	}
	return &c
}

// after gives the sight of the next snapshot, in which the rings of the touched
// slots are new.
func (v *sight) after(s *snapshot, touched []uint32, now *sameness) *sight {
	if len(touched) == 0 && len(s.same.first) <= 64*len(v.there) {
		return v
	}
	c := v.grown(len(s.same.first))
	for _, slot := range touched {
		for _, set := range []slotSet{c.there, c.blocked, c.refused, c.hiddenAll, c.hiddenGuests} {
			set.put(slot, false)
		}
	}
	var ring []uint32
	for _, slot := range touched {
		if s.same.first[slot] == slot && now.tracks[slot] != nil && s.present(s.same.ids[slot]) != nil {
			ring = s.same.ring(slot, ring[:0])
			c.enter(ring, s.rules, func(slot uint32) verdict { return s.rules.judge(now.tracks[slot]) })
		}
	}
	c.count()
	return c
}

// hiddenFrom gives the tracks that a search must not give.
func (s *snapshot) hiddenFrom(guests bool) slotSet {
	switch {
	case s.sight == nil:
		return nil
	case guests:
		return s.sight.hiddenGuests
	}
	return s.sight.hiddenAll
}

// withheld tells whether a track may not be had by its id either.
func (s *snapshot) withheld(t *track, guests bool) bool {
	switch {
	case s.sight == nil:
		return false
	case guests:
		return s.sight.refused.has(t.slot)
	}
	return s.sight.blocked.has(t.slot)
}

// each gives every track that is there.
func (s *snapshot) each(f func(*track)) {
	for _, t := range s.main.tracks {
		if _, changed := s.changed[t.ID]; !changed {
			f(t)
		}
	}
	for _, t := range s.changed {
		if t != nil {
			f(t)
		}
	}
}
