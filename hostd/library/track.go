package library

import "soul-jam/shared/wire"

// track is a piece of music with the places where its file lies. Once published
// it never changes: the catalog makes a changed copy.
type track struct {
	ID         string
	Title      string
	Artist     string
	Album      string
	DurationMS int64
	Embedded   bool   // the file has a picture in it
	Cover      *cover // else the folder's picture
	Added      int64  // Unix milliseconds
	Places     []place
}

// place is one file with the track's content. Rel is inside Dir, with slashes.
type place struct {
	Dir     string
	Rel     string
	Size    int64
	MTime   int64  // Unix nanoseconds
	Content string // content id
}

// cover is a picture file beside the music.
type cover struct {
	Rel   string
	Size  int64
	MTime int64
}

func (t *track) info() wire.TrackInfo {
	return wire.TrackInfo{
		TrackID: t.ID, Title: t.Title, Artist: t.Artist, Album: t.Album,
		DurationMS: t.DurationMS, HasArt: t.Embedded || t.Cover != nil,
	}
}
