package library

import (
	"strings"

	"soul-jam/shared/wire"
)

// track gives the track of that id or, when it has left, the one that stands in
// for it: the same recording, so that a song in a queue can still be played.
func (s *snapshot) track(id string) *track {
	for range maxStandIns {
		if t := s.present(id); t != nil {
			return t
		}
		id = s.standIns[id]
	}
	return nil
}

func (s *snapshot) present(id string) *track {
	if t, ok := s.changed[id]; ok {
		return t
	}
	if i, ok := s.main.byID[id]; ok {
		return s.main.tracks[i]
	}
	return nil
}

// stale tells a track of the main index that has changed or left since.
func (s *snapshot) stale(t *track) bool {
	_, ok := s.changed[t.ID]
	return ok
}

// mark notes, by their numbers, the tracks in the indexes that have changed or
// left since these were built. It belongs to making a snapshot.
func (s *snapshot) mark() {
	s.mainLeft, s.freshLeft = nil, nil
	for id := range s.changed {
		if n, ok := s.main.byID[id]; ok {
			s.mainLeft = s.mainLeft.add(n)
		}
	}
	for n, t := range s.fresh.tracks {
		if s.changed[t.ID] != t {
			s.freshLeft = s.freshLeft.add(uint32(n))
		}
	}
}

// search gives the best tracks for what was typed, at most limit, or, where
// nothing is typed, what to begin with. hidden are the slots of the tracks that
// this reader may not see.
func (s *snapshot) search(text string, limit int, hidden slotSet) []wire.TrackInfo {
	var found []*track
	if strings.TrimSpace(text) == "" {
		found = s.suggest(limit, hidden)
	} else {
		found = s.ranked(parseQuery(text), limit, hidden)
	}
	out := make([]wire.TrackInfo, len(found))
	for i, t := range found {
		out[i] = t.info()
	}
	return out
}

// ranked merges what both indexes find.
func (s *snapshot) ranked(q query, limit int, hidden slotSet) (found []*track) {
	main, fresh := s.main.search(q, limit, s.mainLeft, hidden), s.fresh.search(q, limit, s.freshLeft, hidden)
	for len(found) < limit && len(main)+len(fresh) > 0 {
		if len(main) == 0 || len(fresh) > 0 && s.fresher(fresh[0], main[0]) {
			found = append(found, s.fresh.tracks[fresh[0].number])
			fresh = fresh[1:]
		} else {
			found = append(found, s.main.tracks[main[0].number])
			main = main[1:]
		}
	}
	return found
}

// fresher tells whether a hit of fresh comes before one of main.
func (s *snapshot) fresher(fresh, main hit) bool {
	if fresh.rank != main.rank {
		return fresh.rank > main.rank
	}
	return s.fresh.tracks[fresh.number].Added >= s.main.tracks[main.number].Added
}
