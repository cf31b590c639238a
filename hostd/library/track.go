package library

import (
	"strings"

	"soul-jam/shared/wire"
)

// track is a piece of music with the places where its file lies. Once published
// it never changes: the catalog makes a changed copy.
type track struct {
	ID          string
	Title       string
	Artist      string
	Album       string
	AlbumArtist string
	Genre       string // several with genreSeparator
	Recording   string // MusicBrainz id, empty: unknown
	DurationMS  int64
	Added       int64  // Unix milliseconds
	Cover       *cover // the folder's picture, where none is Embedded; of a server's track its own
	Places      []place
	Loud        loudness
	Year        int16 // 0: unknown
	Flags       trackFlags

	slot uint32 // the id's number, the same in every snapshot; of this process only
	old  bool   // the record is of a former version: its files must be read again
}

// trackFlags are what is yes or no of a track.
type trackFlags uint8

const (
	embedded      trackFlags = 1 << iota // the file has a picture in it
	hasCover                             // in a record: a cover follows
	explicit                             // its tags say so
	lossless                             // nothing of the sound was left out
	tagged                               // title and artist are from tags, not from the path
	allTrackFlags = embedded | hasCover | explicit | lossless | tagged
)

// flagIf gives f when it holds, else none.
func flagIf(holds bool, f trackFlags) trackFlags {
	if holds {
		return f
	}
	return 0
}

// place is one file with the track's content. Rel is inside Dir, with slashes.
// A track of a server has one place, with the server's name behind serverDir and
// its id there as Rel.
type place struct {
	Dir     string
	Rel     string
	Size    int64
	MTime   int64  // Unix nanoseconds
	Content string // content id
}

// serverDir begins the Dir of a server's places. No music folder begins so: they
// are absolute paths.
const serverDir = "server:"

// server gives the name of the server that the place is on, ok false for a file.
func (p place) server() (name string, ok bool) { return strings.CutPrefix(p.Dir, serverDir) }

// onServer tells a server's track from one of files.
func (t *track) onServer() bool {
	_, ok := t.Places[0].server()
	return ok
}

// cover is a picture file beside the music, or, for a server, Rel is the id of
// the picture there.
type cover struct {
	Rel   string
	Size  int64
	MTime int64
}

func (t *track) hasArt() bool { return t.Flags&embedded != 0 || t.Cover != nil }

func (t *track) info() wire.TrackInfo {
	return wire.TrackInfo{
		TrackID: t.ID, Title: t.Title, Artist: t.Artist, Album: t.Album,
		DurationMS: t.DurationMS, HasArt: t.hasArt(),
	}
}
