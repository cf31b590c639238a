package library

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Sharing is what guests may see, add and hear by autoplay, and what nobody may.
// The zero value shares all. It is JSON in the store of whoever keeps it.
//
// It is judged by recording: what holds for one place of a song holds for all of
// them. A blocked artist matches the artist and the album artist of a track as a
// whole, and each of the artists that a ";", a "/" or one of feat., ft. and
// featuring parts; "&" and "," do not part, as they stand in names of bands. Case,
// accents and width do not matter, in genres neither.
type Sharing struct {
	// Limited leaves guests only what lies in one of the Folders, is in one of the
	// Playlists or is of one of the Genres.
	Limited bool `json:"limited,omitempty"`
	// Folders are absolute paths of music folders or of folders in them, and names
	// of servers.
	Folders   []string `json:"folders,omitempty"`
	Playlists []string `json:"playlists,omitempty"` // ids
	Genres    []string `json:"genres,omitempty"`
	// NoExplicit leaves out what its tags say is explicit.
	NoExplicit bool `json:"no_explicit,omitempty"`
	// Blocked songs and artists are for nobody, not for hosts either.
	BlockedTracks  []string `json:"blocked_tracks,omitempty"` // ids
	BlockedArtists []string `json:"blocked_artists,omitempty"`
}

// maxSharing is the most entries in each list of a Sharing, and maxSharingText the
// longest of them, in bytes.
const (
	maxSharing     = 10_000
	maxSharingText = 4096
)

// ErrSharing: a Sharing has too many or too long entries. Nothing has changed.
var ErrSharing = errors.New("too many or too long entries")

// rules are a Sharing made ready. The maps of what was judged already make it
// quick; they are written only where l.publishing is held.
type rules struct {
	Sharing
	folders   []string // with slashes at the end
	servers   map[string]bool
	playlists map[string]bool
	genres    map[string]bool // folded
	tracks    map[string]bool
	artists   map[string]bool // folded
	listed    map[string]bool // ids in the playlists, as they were last looked up

	genreOK   map[string]bool // by the genres of a track
	artistBad map[string]bool // by its artist
}

func newRules(s Sharing) (*rules, error) {
	lists := [][]string{s.Folders, s.Playlists, s.Genres, s.BlockedTracks, s.BlockedArtists}
	for _, list := range lists {
		if len(list) > maxSharing || slices.ContainsFunc(list, func(e string) bool { return len(e) > maxSharingText }) {
			return nil, fmt.Errorf("share the music: %w", ErrSharing)
		}
	}
	s.Folders, s.Playlists, s.Genres = slices.Clone(s.Folders), slices.Clone(s.Playlists), slices.Clone(s.Genres)
	s.BlockedTracks, s.BlockedArtists = slices.Clone(s.BlockedTracks), slices.Clone(s.BlockedArtists)
	r := &rules{
		Sharing: s, servers: setOf(s.Folders, same), playlists: setOf(s.Playlists, same), genres: setOf(s.Genres, foldName),
		tracks: setOf(s.BlockedTracks, same), artists: setOf(s.BlockedArtists, foldName),
		genreOK: make(map[string]bool), artistBad: make(map[string]bool),
	}
	for _, f := range s.Folders {
		if filepath.IsAbs(f) {
			r.folders = append(r.folders, strings.TrimSuffix(filepath.ToSlash(filepath.Clean(f)), "/")+"/")
		}
	}
	return r, nil
}

func same(s string) string { return s }

// foldName folds a name as a whole.
func foldName(s string) string { return strings.Join(strings.Fields(foldText(s)), " ") }

func setOf(list []string, of func(string) string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, e := range list {
		if e = of(e); e != "" {
			m[e] = true
		}
	}
	return m
}

// refuses tells whether guests may not have what was judged so.
func (r *rules) refuses(v verdict) bool {
	return v&isBlocked != 0 || r.NoExplicit && v&isExplicit != 0 || r.Limited && v&isListed == 0
}

// judge looks at one track by itself.
func (r *rules) judge(t *track) (v verdict) {
	if t.Flags&explicit != 0 {
		v |= isExplicit
	}
	if r.tracks[t.ID] || r.blocksArtist(t.Artist) || r.blocksArtist(t.AlbumArtist) {
		v |= isBlocked
	}
	if r.Limited && (r.hasGenre(t.Genre) || slices.ContainsFunc(t.Places, r.hasPlace) || r.listed[t.ID]) {
		v |= isListed
	}
	return v
}

func (r *rules) blocksArtist(name string) bool {
	if len(r.artists) == 0 || name == "" {
		return false
	}
	bad, known := r.artistBad[name]
	if !known {
		folded := foldName(name)
		bad = r.artists[folded] || slices.ContainsFunc(artistsIn(folded), func(a string) bool { return r.artists[a] })
		r.artistBad[name] = bad
	}
	return bad
}

// artistsIn parts a folded artist field into the artists named there.
func artistsIn(folded string) []string {
	for _, word := range []string{" featuring ", " feat. ", " feat ", " ft. ", " ft ", " (feat. ", " (feat ", " (ft. ", " (ft ", " [feat. "} {
		folded = strings.ReplaceAll(folded, word, ";")
	}
	parts := strings.FieldsFunc(folded, func(r rune) bool { return r == ';' || r == '/' })
	for i := range parts {
		parts[i] = strings.Trim(parts[i], " ()[]")
	}
	return parts
}

func (r *rules) hasGenre(genres string) bool {
	if len(r.genres) == 0 || genres == "" {
		return false
	}
	ok, known := r.genreOK[genres]
	if !known {
		for g := range strings.SplitSeq(genres, genreSeparator) {
			ok = ok || r.genres[foldName(g)]
		}
		r.genreOK[genres] = ok
	}
	return ok
}

func (r *rules) hasPlace(p place) bool {
	if name, ok := p.server(); ok {
		return r.servers[name]
	}
	return slices.ContainsFunc(r.folders, func(f string) bool {
		// Dir + "/" + Rel begins with f, without putting them together.
		dir := strings.TrimSuffix(filepath.ToSlash(p.Dir), "/")
		if rest, ok := strings.CutPrefix(f, dir); ok {
			return strings.HasPrefix(rest, "/") && strings.HasPrefix(p.Rel, rest[1:])
		}
		return strings.HasPrefix(dir, f)
	})
}

// Sharing gives the rules as they are.
func (l *Library) Sharing() Sharing { return l.now.Load().rules.Sharing }

// Share makes other rules hold, at once: with the return no search and no look by
// id gives what they keep back. It takes some milliseconds in a big library.
// Unknown ids, folders and genres are no error: they may come. ErrSharing.
func (l *Library) Share(s Sharing) error {
	r, err := newRules(s)
	if err != nil {
		return err
	}
	l.publishing.Lock()
	next := *l.now.Load()
	next.rules = r
	next.sight = newSight(&next)
	l.show(&next)
	l.publishing.Unlock()
	l.wake()
	return nil
}
