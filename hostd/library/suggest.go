package library

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// housePlays are how often tracks were played in this house. A published one is
// never changed. Who searches does not come here: the indexes hold the numbers,
// too.
type housePlays struct {
	counts map[string]uint32 // by track id
	order  []favourite       // most plays first; of equals the one played last
	turn   uint32            // how often Played was called
}

type favourite struct {
	id    string
	plays uint32
	last  uint32 // the turn in which it was played last; 0: before this start
}

func compareFavourites(a, b favourite) int {
	return cmp.Or(cmp.Compare(b.plays, a.plays), cmp.Compare(b.last, a.last), strings.Compare(a.id, b.id))
}

// SetPlays tells how often each track was played in this house, by track id, in
// place of what was known. The ids of tracks that are not there are kept: these
// may come with the next scan. It may be called from any goroutine; it costs
// about a microsecond a track.
func (l *Library) SetPlays(plays map[string]uint32) {
	h := &housePlays{counts: maps.Clone(plays), order: make([]favourite, 0, len(plays))}
	for id, n := range plays {
		if n > 0 {
			h.order = append(h.order, favourite{id: id, plays: n})
		}
	}
	slices.SortFunc(h.order, compareFavourites)
	l.publishing.Lock()
	defer l.publishing.Unlock()
	l.house.Store(h)
	l.countPlays(l.now.Load(), nil)
}

// Played tells that a track was played in this house once more. It may be called
// from any goroutine.
func (l *Library) Played(id string) {
	l.publishing.Lock()
	defer l.publishing.Unlock()
	old := l.house.Load()
	h := &housePlays{counts: maps.Clone(old.counts), order: slices.Clone(old.order), turn: old.turn + 1}
	if h.counts == nil {
		h.counts = make(map[string]uint32)
	}
	h.counts[id]++
	now := favourite{id, h.counts[id], h.turn}
	h.order = slices.DeleteFunc(h.order, func(f favourite) bool { return f.id == id })
	at, _ := slices.BinarySearchFunc(h.order, now, compareFavourites)
	h.order = slices.Insert(h.order, at, now)
	l.house.Store(h)
	l.now.Load().addPlays(id, 1)
}

// show makes a snapshot the one that is read. publishing is held, but by Open.
func (l *Library) show(next *snapshot) {
	next.mark()
	next.house = &l.house
	l.countPlays(next, l.now.Load())
	l.now.Store(next)
}

// countPlays enters the plays into the indexes of s, except into those that were in
// old with the same recordings and have them already.
func (l *Library) countPlays(s, old *snapshot) {
	for _, x := range []*index{s.main, s.fresh} {
		if old != nil && old.same == s.same && (old.main == x || old.fresh == x) {
			continue
		}
		counts := make([]uint32, len(x.tracks))
		for id, n := range l.house.Load().counts {
			for _, number := range s.numbers(x, id) {
				counts[number] += n
			}
		}
		for number, n := range counts {
			x.plays[number].Store(n)
		}
	}
}

// addPlays counts n more for all that is the same recording as id.
func (s *snapshot) addPlays(id string, n uint32) {
	for _, x := range []*index{s.main, s.fresh} {
		for _, number := range s.numbers(x, id) {
			x.plays[number].Add(n)
		}
	}
}

// numbers gives the tracks of x that are the same recording as id.
func (s *snapshot) numbers(x *index, id string) (numbers []uint32) {
	for _, id := range s.copies(id) {
		if n, ok := x.byID[id]; ok {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// copies gives the ids of all that is the same recording as id, the one that is
// shown first; nothing for a track that is not there.
func (s *snapshot) copies(id string) []string {
	t := s.track(id)
	switch {
	case t == nil:
		return nil
	case s.same == nil:
		return []string{id}
	}
	var ids []string
	for _, slot := range s.same.ring(t.slot, nil) {
		ids = append(ids, s.same.ids[slot])
	}
	return ids
}

// plays is how often t was played in this house.
func (s *snapshot) plays(t *track) uint32 {
	for _, x := range []*index{s.fresh, s.main} {
		if n, ok := x.byID[t.ID]; ok {
			return x.plays[n].Load()
		}
	}
	return 0
}

// suggest gives what to begin with where nothing is typed: what was played most
// in this house and what was added last, by turns, each track once. hidden are
// the slots of those not to be given.
func (s *snapshot) suggest(limit int, hidden slotSet) []*track {
	recent := s.recent(limit, hidden)
	var played []*track
	if s.house != nil {
		played = s.favourites(s.house.Load().order, limit, hidden)
	}
	given := make(map[string]bool, limit)
	var found []*track
	for len(found) < limit && len(played)+len(recent) > 0 {
		for _, list := range []*[]*track{&played, &recent} {
			for len(*list) > 0 {
				t := (*list)[0]
				*list = (*list)[1:]
				if !given[t.ID] {
					given[t.ID] = true
					found = append(found, t)
					break
				}
			}
		}
	}
	return found[:min(len(found), limit)]
}

// favourites gives the tracks of the order that are there and may be shown.
func (s *snapshot) favourites(order []favourite, limit int, hidden slotSet) (found []*track) {
	for _, f := range order {
		if len(found) == limit {
			break
		}
		ids := s.copies(f.id)
		if len(ids) == 0 {
			continue
		}
		if t := s.track(ids[0]); t != nil && !hidden.has(t.slot) {
			found = append(found, t)
		}
	}
	return found
}

// recent gives the tracks added last.
func (s *snapshot) recent(limit int, hidden slotSet) (found []*track) {
	main, fresh := s.main, s.fresh
	m, f := main.next(0, s.mainLeft, hidden), fresh.next(0, s.freshLeft, hidden)
	for len(found) < limit && (m < len(main.tracks) || f < len(fresh.tracks)) {
		if m == len(main.tracks) || f < len(fresh.tracks) && fresh.tracks[f].Added >= main.tracks[m].Added {
			found = append(found, fresh.tracks[f])
			f = fresh.next(f+1, s.freshLeft, hidden)
		} else {
			found = append(found, main.tracks[m])
			m = main.next(m+1, s.mainLeft, hidden)
		}
	}
	return found
}

// next gives the first track from number n on that may be shown.
func (x *index) next(n int, left, hidden slotSet) int {
	for n < len(x.tracks) && (left.has(uint32(n)) || hidden.has(x.slots[n])) {
		n++
	}
	return n
}
