package library

import "soul-jam/shared/wire"

// View is the music as somebody may have it: a host or a guest.
type View struct {
	l      *Library
	guests bool
}

// Everything is for the host: all but what is blocked.
func (l *Library) Everything() View { return View{l, false} }

// Shared is for guests, members and autoplay: what the sharing rules leave.
func (l *Library) Shared() View { return View{l, true} }

// Search gives the tracks that match what has been typed so far, best first:
// every word must match, as a whole or as a beginning, in title, artist or
// album, in any order; case, accents and one typo a word are forgiven. Of a
// recording that lies in several places the best one is given. An empty q gives
// what to begin with. limit is at most 100; 0 means 20.
func (v View) Search(q string, limit int) []wire.TrackInfo {
	if limit <= 0 {
		limit = defaultHits
	}
	s := v.l.now.Load()
	return s.search(q, min(limit, maxHits), s.hiddenFrom(v.guests))
}

// Track gives a track by its id; ok is false for one that is kept back, too.
func (v View) Track(id string) (wire.TrackInfo, bool) {
	s := v.l.now.Load()
	t := s.track(id)
	if t == nil || s.withheld(t, v.guests) {
		return wire.TrackInfo{}, false
	}
	return t.info(), true
}

// Art is [Library.Art], and ErrUnknownTrack for what is kept back.
func (v View) Art(id string, size Size) (Art, error) {
	if _, ok := v.Track(id); !ok {
		return Art{}, ErrUnknownTrack
	}
	return v.l.Art(id, size)
}

// Tracks tells how many songs a search can find, each recording once.
func (v View) Tracks() int {
	s := v.l.now.Load()
	if v.guests {
		return s.sight.shared
	}
	return s.sight.all
}
