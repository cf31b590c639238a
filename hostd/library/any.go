package library

import (
	"math/rand/v2"

	"soul-jam/shared/wire"
)

// Any gives a track by chance that avoid does not refuse, each as likely as the
// others while few are refused; ok is false when all are.
func (l *Library) Any(avoid func(wire.TrackInfo) bool) (track wire.TrackInfo, ok bool) {
	return l.now.Load().any(avoid, rand.IntN)
}

// any looks from a place by chance onwards, once around.
func (s *snapshot) any(avoid func(wire.TrackInfo) bool, chance func(n int) int) (wire.TrackInfo, bool) {
	main, fresh := s.main.tracks, s.fresh.tracks
	all := len(main) + len(fresh)
	if all == 0 {
		return wire.TrackInfo{}, false
	}
	for i, from := 0, chance(all); i < all; i++ {
		var t *track
		if at := (from + i) % all; at < len(main) {
			if t = main[at]; s.stale(t) {
				continue
			}
		} else if t = fresh[at-len(main)]; s.changed[t.ID] != t {
			continue
		}
		if info := t.info(); !avoid(info) {
			return info, true
		}
	}
	return wire.TrackInfo{}, false
}
