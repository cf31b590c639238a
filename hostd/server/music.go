package server

import (
	"strings"

	"soul-jam/hostd/guest"
	"soul-jam/hostd/library"
	"soul-jam/shared/wire"
)

// usualGain is for a song that begins before it could be measured, in dB: what most records that were made to be loud need.
const usualGain = -8.0

// music shows the library as the session, the guests and the API want to see it.
type music struct {
	*library.Library
	// header goes with the address of a song that lies on a music server.
	header func() string
	// expect is told what is about to be played.
	expect func(ids []string)
	// remember keeps the rules of sharing.
	remember func(name string, content []byte) error
}

func (s *server) music() music {
	return music{Library: s.library, header: s.streamHeader, expect: s.expect, remember: s.store.Remember}
}

// view is one of the library's, as guests and the API want it.
type view struct{ library.View }

// Cover gives a picture in one of two sizes.
func (v view) Cover(trackID string, large bool) (mime string, data []byte, ok bool) {
	size := library.Small
	if large {
		size = library.Large
	}
	art, err := v.Art(trackID, size)
	return art.MIME, art.Data, err == nil
}

// forGuests is music as the guests' door and the API have it.
type forGuests struct{ music }

// Everything is for who has the host's rights.
func (m forGuests) Everything() guest.View { return view{m.Library.Everything()} }

// Shared is for everybody else.
func (m forGuests) Shared() guest.View { return view{m.Library.Shared()} }

// forHouse is music as the session has it.
type forHouse struct{ music }

// Track is what hosts may add.
func (m forHouse) Track(id string) (wire.TrackInfo, bool) { return m.Everything().Track(id) }

// Shared tells whether guests may add it, too.
func (m forHouse) Shared(id string) bool {
	_, ok := m.Library.Shared().Track(id)
	return ok
}

// Place is where the player opens a song.
func (m forHouse) Place(id string) (path, header string, err error) {
	path, err = m.Path(id)
	if err == nil && strings.HasPrefix(path, "http://") {
		header = m.header()
	}
	return path, header, err
}

// Sound is how a song is made as loud as the others.
func (m forHouse) Sound(id string) (gain, peak float64) {
	sound, _ := m.Library.Sound(id)
	if !sound.Known {
		return usualGain, 0
	}
	return sound.GainDB, sound.PeakDB
}

// Expect passes on what is about to be played.
func (m forHouse) Expect(ids []string) { m.expect(ids) }

// Playlists are those of the folders and servers.
func (m forGuests) Playlists() []wire.Playlist {
	all := m.Library.Playlists()
	lists := make([]wire.Playlist, len(all))
	for i, p := range all {
		lists[i] = wire.Playlist(p)
	}
	return lists
}

// Playlist gives the track ids of one, in order.
func (m forGuests) Playlist(id string) (list wire.Playlist, tracks []string, ok bool) {
	p, all, ok := m.Library.Playlist(id)
	for _, t := range all {
		tracks = append(tracks, t.TrackID)
	}
	return wire.Playlist(p), tracks, ok
}
