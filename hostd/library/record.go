package library

import (
	"encoding/binary"
	"errors"
	"path/filepath"
)

// A record is a track as the cache keeps it:
//
//	byte    recordVersion
//	string  id, title, artist, album, album artist, genres, MusicBrainz recording
//	varint  length in ms, when added in Unix ms, year
//	byte    trackFlags
//	byte    loudnessParts; varint for each: gain; peak; measured LUFS, its peak
//	varint  number of places; for each:
//	        string folder, path inside; varint size, mtime in Unix ns;
//	        string content id, empty when it is the id
//	string  path of the cover; varint size, mtime
//
// Strings are a varint of their length and the bytes: file names need not be
// UTF-8. (JSON took 0.5 s of the start for 100,000 tracks, this takes 0.05.)
// A record of version 1, which had less, is taken as it is, so that ids, which
// queues name, and the time of adding stay; the first scan reads its files
// again. A record of any other version is as good as none.
const recordVersion = 2

// maxPlaces is the most places kept of one track.
const maxPlaces = 64

var errRecord = errors.New("the record is damaged")

func (t *track) encode() []byte {
	b := make([]byte, 0, 256)
	b = append(b, recordVersion)
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	number := func(n int64) { b = binary.AppendVarint(b, n) }
	for _, s := range []string{t.ID, t.Title, t.Artist, t.Album, t.AlbumArtist, t.Genre, t.Recording} {
		text(s)
	}
	number(t.DurationMS)
	number(t.Added)
	number(int64(t.Year))
	b = append(b, byte(t.Flags&^hasCover|flagIf(t.Cover != nil, hasCover)), byte(t.Loud.Has))
	if t.Loud.Has&hasGain != 0 {
		number(int64(t.Loud.Gain))
	}
	if t.Loud.Has&hasPeak != 0 {
		number(int64(t.Loud.Peak))
	}
	if t.Loud.Has&hasMeasured != 0 {
		number(int64(t.Loud.LUFS))
		number(int64(t.Loud.MeasuredPeak))
	}
	places := t.Places[:min(len(t.Places), maxPlaces)]
	number(int64(len(places)))
	for _, p := range places {
		text(p.Dir)
		text(p.Rel)
		number(p.Size)
		number(p.MTime)
		if p.Content == t.ID {
			p.Content = ""
		}
		text(p.Content)
	}
	if t.Cover != nil {
		text(t.Cover.Rel)
		number(t.Cover.Size)
		number(t.Cover.MTime)
	}
	return b
}

// decodeTrack reads a record and refuses one that could name a file outside
// its folder, should the store be damaged. one gives equal strings once, for
// what many tracks share.
func decodeTrack(rec []byte, one func([]byte) string) (*track, error) {
	r := &recordReader{rest: rec, one: one}
	version := r.byte()
	if version != 1 && version != recordVersion {
		return nil, errRecord
	}
	t := &track{ID: r.text(), Title: r.text(), Artist: r.shared(), Album: r.shared()}
	if version == 1 {
		t.DurationMS, t.Added, t.old = r.number(), r.number(), true
		t.Flags = trackFlags(r.byte()) & (embedded | hasCover)
	} else {
		r.facts(t)
	}
	withCover := t.Flags&hasCover != 0
	t.Flags &^= hasCover
	if !validID(t.ID) || !r.places(t) {
		return nil, errRecord
	}
	if withCover {
		t.Cover = &cover{r.text(), r.number(), r.number()}
		if !t.onServer() && !filepath.IsLocal(filepath.FromSlash(t.Cover.Rel)) {
			return nil, errRecord
		}
	}
	if r.bad || len(r.rest) > 0 {
		return nil, errRecord
	}
	return t, nil
}

// facts reads what version 2 has beside the names.
func (r *recordReader) facts(t *track) {
	t.AlbumArtist, t.Genre, t.Recording = r.shared(), r.shared(), r.text()
	t.DurationMS, t.Added, t.Year = r.number(), r.number(), r.small()
	t.Flags, t.Loud.Has = trackFlags(r.byte()), loudnessParts(r.byte())
	if t.Flags&^allTrackFlags != 0 || t.Loud.Has&^allLoudnessParts != 0 {
		r.bad = true
	}
	if t.Loud.Has&hasGain != 0 {
		t.Loud.Gain = r.small()
	}
	if t.Loud.Has&hasPeak != 0 {
		t.Loud.Peak = r.small()
	}
	if t.Loud.Has&hasMeasured != 0 {
		t.Loud.LUFS, t.Loud.MeasuredPeak = r.small(), r.small()
	}
}

// places reads the places; false: there is one that no track can have.
func (r *recordReader) places(t *track) bool {
	n := r.number()
	if n < 1 || n > maxPlaces || r.bad {
		return false
	}
	t.Places = make([]place, n)
	for i := range t.Places {
		p := &t.Places[i]
		*p = place{Dir: r.shared(), Rel: r.text(), Size: r.number(), MTime: r.number(), Content: r.text()}
		if p.Content == "" {
			p.Content = t.ID
		}
		if _, server := p.server(); server {
			if n > 1 || t.old {
				return false // a server's track has one place, and version 1 had none
			}
			continue
		}
		if !filepath.IsLocal(filepath.FromSlash(p.Rel)) {
			return false
		}
		if t.old {
			p.MTime = 0 // as no file has: it is read again
		}
		t.old = t.old || p.MTime == 0
	}
	return true
}

// recordReader takes a record apart. After an error it gives zeros.
type recordReader struct {
	rest []byte
	bad  bool
	one  func([]byte) string // gives equal strings once
}

func (r *recordReader) bytes() []byte {
	n, used := binary.Uvarint(r.rest)
	if r.bad || used <= 0 || n > uint64(len(r.rest)-used) {
		r.bad = true
		return nil
	}
	s := r.rest[used : used+int(n)]
	r.rest = r.rest[used+int(n):]
	return s
}

func (r *recordReader) text() string { return string(r.bytes()) }

func (r *recordReader) shared() string { return r.one(r.bytes()) }

func (r *recordReader) number() int64 {
	n, used := binary.Varint(r.rest)
	if r.bad || used <= 0 {
		r.bad = true
		return 0
	}
	r.rest = r.rest[used:]
	return n
}

// small reads a number of 16 bits.
func (r *recordReader) small() int16 {
	n := r.number()
	if n != int64(int16(n)) {
		r.bad = true
	}
	return int16(n)
}

func (r *recordReader) byte() byte {
	if r.bad || len(r.rest) == 0 {
		r.bad = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}
