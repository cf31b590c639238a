package library

import (
	"cmp"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
)

const (
	// sameRecordingMS is how far apart the lengths of one recording in two files
	// may be, in milliseconds: encoders add silence, and rips differ.
	sameRecordingMS = 2000
	// maxTwins is the most tracks of one name, or of one recording's id, that are
	// compared. Tags that say the same of more of them say nothing.
	maxTwins = 64
	// maxStandIns is how many tracks may stand in for each other in a row.
	maxStandIns = 8
)

// sameness knows which tracks are one recording: both have title and artist from
// tags, these are equal when folded, and the lengths are within sameRecordingMS;
// or they have the same MusicBrainz recording. What is the same as the same is
// the same. It belongs to the catalog and, like it, has one owner.
//
// A group is a ring of slots, the best place first: first[slot] is that one,
// next[slot] the one to try after it, itself at the end. A track alone is a ring
// of one. Slots are never used again, so ids only grows, and its beginning may be
// shared with readers.
type sameness struct {
	twins
	tracks      []*track // by slot; nil: has left
	byName      map[uint64][]uint32
	byRecording map[string][]uint32
	seed        maphash.Seed
	left        []uint32 // slots of tracks that were removed, for regroup
	// standIns names, for the id of a track that was seen and has left, another
	// of its recording. It is shared with readers, so a change makes a new one.
	standIns map[string]string
}

// twins is what readers see of it; it is immutable once published.
type twins struct {
	ids         []string // by slot
	first, next []uint32
	behind      int // how many are not shown, because a better one is
}

func newSameness() *sameness {
	return &sameness{byName: make(map[uint64][]uint32), byRecording: make(map[string][]uint32), seed: maphash.MakeSeed()}
}

// newSlot gives an id that has none its number.
func (s *sameness) newSlot(id string) uint32 {
	n := uint32(len(s.ids))
	s.ids, s.first, s.next, s.tracks = append(s.ids, id), append(s.first, n), append(s.next, n), append(s.tracks, nil)
	return n
}

// set enters a track, or its new state. regroup has to follow.
func (s *sameness) set(t *track) {
	old := s.tracks[t.slot]
	s.tracks[t.slot] = t
	if old != nil && old.Title == t.Title && old.Artist == t.Artist && old.Recording == t.Recording && old.Flags&tagged == t.Flags&tagged {
		return
	}
	if old != nil {
		s.unlist(old)
	}
	if key, ok := s.name(t); ok {
		s.byName[key] = append(s.byName[key], t.slot)
	}
	if t.Recording != "" {
		s.byRecording[t.Recording] = append(s.byRecording[t.Recording], t.slot)
	}
}

// remove forgets a track. regroup has to follow.
func (s *sameness) remove(t *track) {
	if old := s.tracks[t.slot]; old != nil {
		s.unlist(old)
	}
	s.tracks[t.slot] = nil
	s.left = append(s.left, t.slot)
}

func (s *sameness) unlist(t *track) {
	if key, ok := s.name(t); ok {
		without(s.byName, key, t.slot)
	}
	if t.Recording != "" {
		without(s.byRecording, t.Recording, t.slot)
	}
}

func without[K comparable](m map[K][]uint32, key K, slot uint32) {
	left := slices.DeleteFunc(m[key], func(n uint32) bool { return n == slot })
	if len(left) == 0 {
		delete(m, key)
	} else {
		m[key] = left
	}
}

// name gives the key of title and artist, ok false when they are not from tags
// or say nothing.
func (s *sameness) name(t *track) (key uint64, ok bool) {
	if t.Flags&tagged == 0 {
		return 0, false
	}
	title, artist := foldText(t.Title), foldText(t.Artist)
	if saysNothing(title, artist) {
		return 0, false
	}
	var h maphash.Hash
	h.SetSeed(s.seed)
	h.WriteString(title)
	h.WriteByte(0)
	h.WriteString(artist)
	return h.Sum64(), true
}

// saysNothing tells what programs write that do not know better.
func saysNothing(title, artist string) bool {
	switch artist {
	case "", "unknown", "unknown artist", "various", "various artists", "artist":
		return true
	}
	switch word, rest, _ := strings.Cut(title, " "); word {
	case "track", "titel", "piste", "audiotrack", "untitled", "unknown", "title":
		return strings.Trim(rest, " 0123456789#.-") == ""
	}
	return false
}

// mates gives the tracks that are the same recording as t by themselves.
func (s *sameness) mates(t *track, shows func(*track) bool, each func(*track)) {
	if key, ok := s.name(t); ok && len(s.byName[key]) <= maxTwins {
		for _, n := range s.byName[key] {
			if o := s.tracks[n]; shows(o) && max(o.DurationMS-t.DurationMS, t.DurationMS-o.DurationMS) <= sameRecordingMS {
				each(o)
			}
		}
	}
	if t.Recording != "" && len(s.byRecording[t.Recording]) <= maxTwins {
		for _, n := range s.byRecording[t.Recording] {
			if o := s.tracks[n]; shows(o) {
				each(o)
			}
		}
	}
}

// standIn notes who stands in for those of the slots that cannot be seen any
// more. regroup follows, and takes them out of their rings.
func (s *sameness) standIn(slots []uint32, shows func(*track) bool) {
	seen := func(n uint32) bool { return s.tracks[n] != nil && shows(s.tracks[n]) }
	var with map[string]string
	for _, n := range slots {
		ring := s.ring(n, nil)
		i := slices.IndexFunc(ring, seen)
		if i < 0 || seen(n) {
			continue
		}
		if with == nil {
			if with = maps.Clone(s.standIns); with == nil || len(with) >= maxDeparted {
				with = make(map[string]string)
			}
		}
		with[s.ids[n]] = s.ids[ring[i]]
	}
	if with != nil {
		s.standIns = with
	}
}

// regroup makes the rings anew that these slots were in or come into, and gives
// the slots whose ring was looked at. shows tells tracks that can be seen now.
func (s *sameness) regroup(changed []uint32, shows func(*track) bool) []uint32 {
	var todo []uint32
	for _, n := range changed {
		todo = s.ring(n, todo)
	}
	done := make(map[uint32]bool, len(todo))
	touched := make([]uint32, 0, len(todo))
	for i := 0; i < len(todo); i++ {
		n := todo[i]
		if done[n] {
			continue
		}
		var group []*track
		join := func(t *track) {
			if !done[t.slot] {
				done[t.slot] = true
				group = append(group, t)
			}
		}
		t := s.tracks[n]
		if t == nil || !shows(t) {
			done[n] = true
			s.link(n, n, n)
			touched = append(touched, n)
			continue
		}
		join(t)
		for j := 0; j < len(group); j++ {
			s.mates(group[j], shows, join)
		}
		slices.SortFunc(group, betterPlace)
		for j, t := range group {
			s.link(t.slot, group[0].slot, group[min(j+1, len(group)-1)].slot)
			touched = append(touched, t.slot)
		}
	}
	return touched
}

func (s *sameness) link(slot, first, next uint32) {
	if s.first[slot] != slot {
		s.behind--
	}
	if first != slot {
		s.behind++
	}
	s.first[slot], s.next[slot] = first, next
}

// published gives the readers' copy.
func (s *sameness) published() *twins {
	t := s.twins
	t.first, t.next = slices.Clone(t.first), slices.Clone(t.next)
	return &t
}

// ring appends the slots of the group that slot is in, best first.
func (t *twins) ring(slot uint32, to []uint32) []uint32 {
	if t == nil || int(slot) >= len(t.first) {
		return append(to, slot)
	}
	for n := t.first[slot]; ; n = t.next[n] {
		if to = append(to, n); t.next[n] == n {
			return to
		}
	}
}

// betterPlace orders tracks of one recording: a file before a server, what has
// all of the sound before what has not, then the higher bit rate.
func betterPlace(a, b *track) int {
	return cmp.Or(
		yes(a.onServer())-yes(b.onServer()),
		int(b.Flags&lossless)-int(a.Flags&lossless),
		cmp.Compare(b.bitrate(), a.bitrate()),
		strings.Compare(a.ID, b.ID),
	)
}

// bitrate gives kbit/s, of the whole file; 0 when nobody knows its size.
func (t *track) bitrate() int64 { return t.Places[0].Size * 8 / max(t.DurationMS, 1) }

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}
