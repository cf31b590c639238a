package library

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"soul-jam/shared/wire"
)

const (
	// nearSeeds is how many of the songs heard last say what is near.
	nearSeeds = 3
	// artistRow is the most songs by one artist in a row.
	artistRow = 2
	// maxFavourites is how many of the songs played most often one is chosen of.
	maxFavourites = 200
)

// Near gives a song that goes with what was heard lately, and why: by the same
// artist; else of the same genre and decade; of the same genre; of the same year;
// played often in this house; any. seeds are the ids of what was heard, the newest
// first. Nothing that avoid refuses, and only what guests may have; ok is false when
// that leaves none. While anything else is left, none of the seeds themselves, the
// newest least of all, and not the same artist for a third time in a row.
func (l *Library) Near(seeds []string, avoid func(wire.TrackInfo) bool) (track wire.TrackInfo, because wire.Because, ok bool) {
	return l.now.Load().near(seeds, avoid, rand.IntN)
}

func (s *snapshot) near(seeds []string, avoid func(wire.TrackInfo) bool, chance func(n int) int) (wire.TrackInfo, wire.Because, bool) {
	n := &nearby{snapshot: s, avoid: avoid, chance: chance}
	n.main, n.new = s.table.of(s.main.tracks), newTraits(s.fresh.tracks)
	n.hear(seeds)
	for recent := len(n.heard); ; recent /= 2 {
		n.leaveOut(n.heard[:recent])
		if t, because := n.nearest(); t != nil {
			return t.info(), because, true
		}
		if n.enough != 0 { // one artist's library goes on, too
			n.enough = 0
			if t, because := n.nearest(); t != nil {
				return t.info(), because, true
			}
		}
		if recent == 0 {
			return wire.TrackInfo{}, wire.Because{}, false
		}
	}
}

// hear takes in what was heard, the newest first.
func (n *nearby) hear(ids []string) {
	for _, id := range ids {
		if t := n.track(id); t != nil {
			n.heard = append(n.heard, seed{t, newTraits([]*track{t})[0]})
		}
	}
	n.seeds = n.heard[:min(len(n.heard), nearSeeds)]
	if len(n.heard) < artistRow || slices.ContainsFunc(n.heard[:artistRow], func(s seed) bool { return s.artist != n.heard[0].artist }) {
		return
	}
	n.enough = n.heard[0].artist
}

// leaveOut keeps these out of the choice, and what guests may not have.
func (n *nearby) leaveOut(heard []seed) {
	n.out = slices.Clone(n.hiddenFrom(true))
	for _, s := range heard {
		for _, slot := range n.same.ring(s.track.slot, nil) {
			n.out = n.out.add(slot)
		}
	}
}

// nearest gives what is as near as possible.
func (n *nearby) nearest() (*track, wire.Because) {
	for _, step := range []func() (*track, wire.Because){n.sameArtist, n.sameGenreAndDecade, n.sameGenre, n.sameYear, n.favourite, n.any} {
		if t, because := step(); t != nil {
			return t, because
		}
	}
	return nil, wire.Because{}
}

// nearby is the state of one choice.
type nearby struct {
	*snapshot
	main, new []traits
	heard     []seed  // the newest first
	seeds     []seed  // those that say what is near
	out       slotSet // what guests may not have, and what was heard
	refused   slotSet // by avoid
	enough    uint32  // the artist who has had a row
	avoid     func(wire.TrackInfo) bool
	chance    func(int) int
}

type seed struct {
	track *track
	traits
}

func (n *nearby) sameArtist() (*track, wire.Because) {
	for _, s := range n.seeds {
		if s.artist == 0 || s.artist == n.enough {
			continue
		}
		name := foldName(s.track.Artist)
		t := n.pick(func(o traits) bool { return o.artist == s.artist }, func(t *track) bool { return foldName(t.Artist) == name })
		if t != nil {
			return t, wire.Because{Reason: wire.BecauseArtist, Name: s.track.Artist}
		}
	}
	return nil, wire.Because{}
}

func (n *nearby) sameGenreAndDecade() (*track, wire.Because) {
	return n.genre(func(a, b traits) bool { return a.year/10 == b.year/10 }, func(s seed) bool { return s.year != 0 })
}

func (n *nearby) sameGenre() (*track, wire.Because) {
	return n.genre(func(a, b traits) bool { return true }, func(s seed) bool { return true })
}

func (n *nearby) genre(close func(a, b traits) bool, fit func(seed) bool) (*track, wire.Because) {
	for _, s := range n.seeds {
		if s.genres == 0 || !fit(s) {
			continue
		}
		shared := ""
		t := n.pick(func(o traits) bool { return o.genres&s.genres != 0 && close(o, s.traits) }, func(t *track) bool {
			shared = sharedGenre(s.track.Genre, t.Genre)
			return shared != ""
		})
		if t != nil {
			return t, wire.Because{Reason: wire.BecauseGenre, Name: shared}
		}
	}
	return nil, wire.Because{}
}

func (n *nearby) sameYear() (*track, wire.Because) {
	for _, s := range n.seeds {
		if s.year == 0 {
			continue
		}
		if t := n.pick(func(o traits) bool { return o.year == s.year }, nil); t != nil {
			return t, wire.Because{Reason: wire.BecauseYear, Year: int(s.year)}
		}
	}
	return nil, wire.Because{}
}

// favourite chooses of the songs that were played most often in this house.
func (n *nearby) favourite() (*track, wire.Because) {
	if n.house == nil {
		return nil, wire.Because{}
	}
	list := n.favourites(n.house.Load().order, maxFavourites, n.out)
	for len(list) > 0 {
		i, last := n.chance(len(list)), len(list)-1
		t := list[i]
		list[i] = list[last]
		list = list[:last]
		if n.accepts(t) {
			return t, wire.Because{Reason: wire.BecauseFavourite}
		}
	}
	return nil, wire.Because{}
}

func (n *nearby) any() (*track, wire.Because) {
	return n.pick(func(traits) bool { return true }, nil), wire.Because{Reason: wire.BecauseAny}
}

// pick gives a track by chance of those that might do by their traits and, when it
// is not nil, by sure.
func (n *nearby) pick(might func(traits) bool, sure func(*track) bool) *track {
	var list []uint32
	for i, o := range n.main {
		if might(o) {
			list = append(list, uint32(i))
		}
	}
	for i, o := range n.new {
		if might(o) {
			list = append(list, uint32(len(n.main)+i))
		}
	}
	return n.draw(list, sure)
}

// draw takes one after the other by chance, until one is good.
func (n *nearby) draw(list []uint32, sure func(*track) bool) *track {
	for len(list) > 0 {
		i, last := n.chance(len(list)), len(list)-1
		t := n.at(int(list[i]))
		list[i] = list[last]
		list = list[:last]
		if t != nil && !n.out.has(t.slot) && (sure == nil || sure(t)) && n.accepts(t) {
			return t
		}
	}
	return nil
}

// accepts asks avoid about a track, and never again when it refuses.
func (n *nearby) accepts(t *track) bool {
	if n.refused.has(t.slot) || t.Artist != "" && n.enough != 0 && traitHash(t.Artist) == n.enough {
		return false
	}
	if n.avoid(t.info()) {
		n.refused = n.refused.add(t.slot)
		return false
	}
	return true
}

// at gives the track in a place of main or fresh, nil when it is stale.
func (n *nearby) at(i int) *track {
	if i < len(n.main) {
		if t := n.snapshot.main.tracks[i]; !n.stale(t) {
			return t
		}
		return nil
	}
	if t := n.fresh.tracks[i-len(n.main)]; n.changed[t.ID] == t {
		return t
	}
	return nil
}

// traits are what makes tracks near, in few bytes, so that all of a big library
// are looked through in a moment. Artist and genres are hashes: what might fit is
// looked at again.
type traits struct {
	genres uint64 // a bit for each
	artist uint32 // 0: unknown
	year   uint16
}

func newTraits(tracks []*track) []traits {
	all := make([]traits, len(tracks))
	artists, genres := make(map[string]uint32), make(map[string]uint64)
	for i, t := range tracks {
		artist, ok := artists[t.Artist]
		if !ok {
			artist = traitHash(t.Artist)
			artists[t.Artist] = artist
		}
		bits, ok := genres[t.Genre]
		if !ok {
			for g := range strings.SplitSeq(t.Genre, genreSeparator) {
				if h := traitHash(g); h != 0 {
					bits |= 1 << (h % 64)
				}
			}
			genres[t.Genre] = bits
		}
		all[i] = traits{bits, artist, uint16(t.Year)}
	}
	return all
}

// traitHash gives the same number for the same folded name, 0 for none.
func traitHash(name string) uint32 {
	folded := foldName(name)
	if folded == "" {
		return 0
	}
	const prime = 16777619 // FNV-1a
	h := uint32(2166136261)
	for i := range len(folded) {
		h = (h ^ uint32(folded[i])) * prime
	}
	return max(h, 1)
}

// sharedGenre gives a genre that both lists have, as the first writes it.
func sharedGenre(a, b string) string {
	for g := range strings.SplitSeq(a, genreSeparator) {
		for h := range strings.SplitSeq(b, genreSeparator) {
			if foldName(g) == foldName(h) {
				return g
			}
		}
	}
	return ""
}

// lazyTable holds the traits of a main index; they are made when they are needed.
type lazyTable struct {
	once   sync.Once
	traits []traits
}

func (l *lazyTable) of(tracks []*track) []traits {
	if l == nil {
		return newTraits(tracks)
	}
	l.once.Do(func() { l.traits = newTraits(tracks) })
	return l.traits
}
