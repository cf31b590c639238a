package day

import (
	"fmt"
	"strings"

	"soul-jam/hostd/guest"
	"soul-jam/shared/wire"
)

// songs is how many the host has.
const songs = 120

// shelf is the host's music: songs s0 to s119, of two to five minutes each. It never changes.
type shelf struct{}

func (shelf) Track(id string) (wire.TrackInfo, bool) {
	n := 0
	if _, err := fmt.Sscanf(id, "s%d", &n); err != nil || n < 0 || n >= songs {
		return wire.TrackInfo{}, false
	}
	return wire.TrackInfo{
		TrackID: id, Title: fmt.Sprintf("Song %03d", n), Artist: fmt.Sprintf("Band %02d", n%17), DurationMS: int64(120_000 + 1500*n),
	}, true
}

func (shelf) Shared(string) bool                     { return true }
func (shelf) Blocked(string) bool                    { return false }
func (shelf) Changed() <-chan struct{}               { return nil }
func (shelf) Sound(string) (_, _ float64)            { return -8, 0 }
func (shelf) Played(string)                          {}
func (shelf) Expect([]string)                        {}
func (shelf) Place(id string) (_, _ string, _ error) { return "http://music.example/" + id, "", nil }

// Near gives any song that may be played.
func (s shelf) Near(_ []string, avoid func(wire.TrackInfo) bool) (wire.TrackInfo, wire.Because, bool) {
	for n := range songs {
		if t, _ := s.Track(fmt.Sprint("s", n)); !avoid(t) {
			return t, wire.Because{Reason: wire.BecauseAny}, true
		}
	}
	return wire.TrackInfo{}, wire.Because{}, false
}

// catalogue is the shelf as the guests' door and the pages have it.
type catalogue struct{ shelf }

func (c catalogue) Everything() guest.View                  { return c }
func (c catalogue) Shared() guest.View                      { return c }
func (catalogue) Playlists() []wire.Playlist                { return nil }
func (catalogue) Sharing() wire.SharingStatus               { return wire.SharingStatus{} }
func (catalogue) Share(wire.Sharing) *wire.Error            { return nil }
func (c catalogue) Path(id string) (string, error)          { path, _, err := c.Place(id); return path, err }
func (catalogue) Cover(string, bool) (string, []byte, bool) { return "", nil, false }

func (catalogue) Playlist(string) (wire.Playlist, []string, bool) { return wire.Playlist{}, nil, false }

// Search finds by a part of the title.
func (c catalogue) Search(q string, limit int) (found []wire.TrackInfo) {
	for n := range songs {
		if t, _ := c.Track(fmt.Sprint("s", n)); len(found) < limit && strings.Contains(t.Title, q) {
			found = append(found, t)
		}
	}
	return found
}
