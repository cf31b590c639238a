package library

import (
	"bytes"

	"github.com/dhowden/tag"
)

// texts is what a listener reads of a track.
type texts struct{ title, artist, album string }

// decodeTags has the tag library decode the small stream that the parsers
// packed. A field that makes it panic is an empty field.
func decodeTags(stream []byte) (t texts) {
	if stream == nil {
		return t
	}
	defer func() { _ = recover() }() // a panic while reading: as if without tags
	// The error does not matter: what was read until then is there.
	m, _ := tag.ReadFrom(bytes.NewReader(stream))
	if m == nil {
		return t
	}
	t.title = cleanText(field(m.Title))
	t.album = cleanText(field(m.Album))
	if t.artist = cleanText(field(m.Artist)); t.artist == "" {
		t.artist = cleanText(field(m.AlbumArtist))
	}
	return t
}

// field calls a getter of the tag library, which asserts types that a file
// decides.
func field(get func() string) (s string) {
	defer func() {
		if recover() != nil {
			s = ""
		}
	}()
	return get()
}
