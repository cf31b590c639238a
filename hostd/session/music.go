package session

import (
	"slices"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/player"
	"soul-jam/shared/wire"
)

// Music is what the house needs of the library. Its methods must be quick and
// safe from any goroutine.
type Music interface {
	// Track is what hosts may add: all but what is blocked.
	Track(id string) (wire.TrackInfo, bool)
	// Shared tells whether guests and members may add it, too.
	Shared(id string) bool
	// Blocked tells whether the host has blocked it; false for what the library does not know.
	Blocked(id string) bool
	// Place is where a track can be opened, checked now: as player.Want has it. An error means that it cannot be played.
	Place(id string) (path, header string, err error)
	// Changed gives what is closed when files may have come, gone or moved.
	Changed() <-chan struct{}
	// Near chooses for autoplay: see jam.Radio.
	Near(seeds []string, avoid func(wire.TrackInfo) bool) (track wire.TrackInfo, because wire.Because, ok bool)
	// Sound is by how much a track is to be made louder, in dB, and how far it reaches, in dBFS; 0 where that is not known (yet).
	Sound(id string) (gain, peak float64)
	// Played says that a song which somebody added came to its end: it is on disk already.
	Played(id string)
	// Expect tells what is about to be played, soonest first, so that it can be measured before.
	Expect(ids []string)
}

// expected upcoming tracks, beside what plays and what follows, are told to Music.Expect.
const expected = 20

// expect tells the library what is about to be played, when that is something else than before.
func (h *House) expect(s jam.Sound) {
	var ids []string
	if s.Current != nil {
		ids = append(ids, s.Current.TrackID)
	}
	if s.Next != nil {
		ids = append(ids, s.Next.TrackID)
	}
	if h.jam != nil {
		for _, id := range h.jam.Upcoming(expected + 1) {
			if s.Next == nil || id != s.Next.TrackID {
				ids = append(ids, id)
			}
		}
	}
	ids = ids[:min(len(ids), expected+2)]
	if !slices.Equal(ids, h.expected) {
		h.expected = ids
		h.cfg.Music.Expect(slices.Clone(ids))
	}
}

// addition looks the track up, so that the rules need no library. Who has host's rights at
// this moment has everything but what is blocked.
func (h *House) addition(seat string, c wire.AddTrack) jam.Add {
	track, ok := h.cfg.Music.Track(c.TrackID)
	if !ok || !h.jam.Hosts(seat) && !h.cfg.Music.Shared(c.TrackID) {
		return jam.Add{}
	}
	return jam.Add{Track: &track}
}

// chance is what the rules get from outside.
func (h *House) chance() jam.Chance {
	return jam.Chance{Entropy: h.cfg.Entropy, Radio: h.cfg.Music.Near}
}

// file is what the player needs to play an item.
type file struct {
	item, path, header string
	gain, peak         float64
}

// moved tells whether files may lie elsewhere than when they were last looked up.
func (h *House) moved() bool {
	select {
	case <-h.shelves:
		h.shelves = h.cfg.Music.Changed()
		return true
	default:
		return false
	}
}

// file looks an item up only when it is new to the wish or may have moved: this runs after every round.
// How loud it is may be measured until it begins, so only what plays keeps that.
func (h *House) file(item *wire.JamQueueItem, moved bool) (file, error) {
	if item == nil {
		return file{}, nil
	}
	was := h.wish
	if item.ID == was.Item && was.Path != "" {
		f := file{item.ID, was.Path, was.Header, was.Gain, was.Peak}
		if !moved {
			return f, nil
		}
		if path, header, err := h.cfg.Music.Place(item.TrackID); err == nil { // else it sounds as long as it can
			f.path, f.header = path, header
		}
		return f, nil
	}
	f := file{item.ID, was.NextPath, was.NextHeader, was.NextGain, was.NextPeak}
	if item.ID != was.Next || moved {
		var err error
		if f.path, f.header, err = h.cfg.Music.Place(item.TrackID); err != nil {
			return f, err
		}
	}
	f.gain, f.peak = h.cfg.Music.Sound(item.TrackID)
	return f, nil
}

// current puts what plays into a wish.
func (f file) current(w *player.Want) {
	w.Item, w.Path, w.Header, w.Gain, w.Peak = f.item, f.path, f.header, f.gain, f.peak
}

// next puts what follows into a wish.
func (f file) next(w *player.Want) {
	w.Next, w.NextPath, w.NextHeader, w.NextGain, w.NextPeak = f.item, f.path, f.header, f.gain, f.peak
}
