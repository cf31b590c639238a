package library

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"soul-jam/shared/wire"
)

// maxPlaylists is the most playlists in the library; the rest is left out.
const maxPlaylists = 2000

// Playlist is a list of songs that the host can queue as a whole.
type Playlist struct {
	ID     string
	Name   string
	From   string // the folder (absolute) or the server that it is in
	Tracks int    // that are in the library
	// Missing are its lines that are not.
	Missing int
}

// playlistFile is an M3U file as it was read.
type playlistFile struct {
	size, mtime int64
	m3u
}

// playlists is what readers see of them. It is immutable.
type playlists struct {
	all  []Playlist // by name
	byID map[string][]string
}

// readPlaylist reads a playlist file under guard.
func (in *inspector) readPlaylist(ctx context.Context, k pathKey) (m3u, error) {
	return guarded(ctx, in, func(stop func() error) (m3u, error) {
		root, err := os.OpenRoot(k.dir)
		if err != nil {
			return m3u{}, err
		}
		defer root.Close()
		f, info, err := openRegular(root, k.rel)
		if err != nil {
			return m3u{}, err
		}
		defer f.Close()
		if info.Size() == 0 {
			return m3u{}, nil
		}
		b, err := newProbe(f, info.Size(), stop).upTo(0, maxPlaylistBytes)
		return parseM3U(b), err
	})
}

// setList enters a playlist file.
func (c *catalog) setList(k pathKey, size, mtime int64, m m3u) {
	if c.lists[k] == nil && len(c.lists) >= maxPlaylists {
		return
	}
	c.lists[k] = &playlistFile{size, mtime, m}
	c.newLists = true
}

// knowsList tells whether the playlist file is known as it is now.
func (c *catalog) knowsList(k pathKey, size, mtime int64) bool {
	f := c.lists[k]
	return f != nil && f.size == size && f.mtime == mtime
}

// resolveLists finds the tracks of all playlists.
func (c *catalog) resolveLists() *playlists {
	c.newLists = false
	p := &playlists{byID: make(map[string][]string)}
	dirs := make([]string, 0, len(c.dirs))
	for d := range c.dirs {
		dirs = append(dirs, d)
	}
	for k, f := range c.lists {
		if c.dirs[k.dir] {
			name := first(f.name, cleanText(strings.TrimSuffix(path.Base(k.rel), path.Ext(k.rel))))
			from := filepath.Join(k.dir, filepath.FromSlash(folderOf(k.rel)))
			p.add(hashID("playlist file", k.dir, k.rel), name, from, c.entries(dirs, k, f.entries), len(f.entries))
		}
	}
	for server, lists := range c.served {
		for _, l := range lists {
			var ids []string
			for _, id := range l.Tracks {
				if id := c.byPath[pathKey{serverDir + server, id}]; id != "" {
					ids = append(ids, id)
				}
			}
			p.add(hashID("playlist", server, l.ID), l.Name, server, ids, len(l.Tracks))
		}
	}
	slices.SortFunc(p.all, func(a, b Playlist) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return p
}

// entries gives the ids of the tracks that a playlist file names. What is not in
// the library is passed over.
func (c *catalog) entries(dirs []string, list pathKey, entries []string) []string {
	ids := make([]string, 0, len(entries))
	for _, e := range entries {
		for _, r := range readings(e) {
			k, ok := entryKey(dirs, list, r)
			if id := c.byPath[k]; ok && id != "" {
				ids = append(ids, id)
				break
			}
		}
	}
	return ids
}

// add enters a playlist of so many lines, of which those tracks are in the library.
func (p *playlists) add(id, name, from string, tracks []string, lines int) {
	p.all = append(p.all, Playlist{ID: id, Name: first(name, "?"), From: from, Tracks: len(tracks), Missing: lines - len(tracks)})
	p.byID[id] = tracks
}

// holding gives the ids of all tracks in the chosen playlists.
func (p *playlists) holding(chosen map[string]bool) map[string]bool {
	ids := make(map[string]bool)
	if p == nil {
		return ids
	}
	for list := range chosen {
		for _, id := range p.byID[list] {
			ids[id] = true
		}
	}
	return ids
}

// hashID names what has no content of its own to be named by. It looks like every
// other id.
func hashID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:idBytes])
}

// Playlists gives the playlists of the music folders and servers, by name.
func (l *Library) Playlists() []Playlist { return slices.Clone(l.now.Load().lists.all) }

// Playlist gives a playlist and its tracks in their order, without those that
// have left or are blocked.
func (l *Library) Playlist(id string) (Playlist, []wire.TrackInfo, bool) {
	s := l.now.Load()
	i := slices.IndexFunc(s.lists.all, func(p Playlist) bool { return p.ID == id })
	if i < 0 {
		return Playlist{}, nil, false
	}
	p := s.lists.all[i]
	tracks := make([]wire.TrackInfo, 0, p.Tracks)
	for _, id := range s.lists.byID[id] {
		if t := s.track(id); t != nil && !s.withheld(t, false) {
			tracks = append(tracks, t.info())
		}
	}
	p.Tracks = len(tracks)
	return p, tracks, true
}
