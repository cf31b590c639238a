package hosttest_test

import (
	"fmt"
	"strings"

	"soul-jam/hostd/guest"
	"soul-jam/shared/wire"
)

// songs is a library in which every song has a name.
type songs struct{ cover string }

func (songs) Track(id string) (wire.TrackInfo, bool) {
	return wire.TrackInfo{TrackID: id, Title: "Song " + id, DurationMS: 300_000}, strings.HasPrefix(id, "t")
}
func (songs) Shared(string) bool                            { return true }
func (songs) Blocked(string) bool                           { return false }
func (songs) Place(string) (path, header string, err error) { return "", "", nil }
func (songs) Sound(string) (gain, peak float64)             { return 0, 0 }
func (songs) Played(string)                                 {}
func (songs) Expect([]string)                               {}
func (songs) Changed() <-chan struct{}                      { return nil }

func (songs) Near([]string, func(wire.TrackInfo) bool) (wire.TrackInfo, wire.Because, bool) {
	return wire.TrackInfo{}, wire.Because{}, false
}

// shelf is them as the door shows them, to everybody the same.
type shelf struct{ songs }

func (s shelf) Everything() guest.View { return s.songs }
func (s shelf) Shared() guest.View     { return s.songs }

func (songs) Search(q string, limit int) []wire.TrackInfo {
	var found []wire.TrackInfo
	for i := range limit {
		track, _ := songs{}.Track(fmt.Sprint("t", q, i))
		found = append(found, track)
	}
	return found
}
func (s songs) Cover(string, bool) (mime string, data []byte, ok bool) {
	return "image/jpeg", []byte(s.cover), s.cover != ""
}

// mined is a library with a mistake in it.
type mined struct{ songs }

func (mined) Search(q string, limit int) []wire.TrackInfo {
	if q == "boom" {
		panic("a mistake")
	}
	return songs{}.Search(q, limit)
}

type mineShaft struct{ shelf }

func (mineShaft) Shared() guest.View { return mined{} }
