package library

import (
	"slices"
	"strings"
)

const (
	// sameLength is how far apart two lengths may be, in milliseconds, for a
	// changed file to count as the same music with edited tags.
	sameLength = 50
	// maxDeparted is how many tracks that left are remembered, so that one
	// that comes back (an editor that deletes and writes anew) keeps its id.
	maxDeparted = 4096
)

// pathKey names a file: a music folder and a path inside it, with slashes.
type pathKey struct{ dir, rel string }

// catalog is all that is known of the music. Its one owner is the goroutine of
// Run; before Run, Open. Readers have the snapshot.
//
// The rules of ids: a file is named by its content; a known path whose file
// changed but lasts as long keeps its id (its tags were edited), unless the
// same track lies in another place too; the same content in two paths is one
// track with two places.
type catalog struct {
	dirs      map[string]bool // the configured folders; true: can be read now
	tracks    map[string]*track
	byPath    map[pathKey]string // id
	byContent map[string]string  // content id to id, where they differ
	broken    map[pathKey]brokenFile
	departed  map[any]departed // by pathKey and by content id
	changed   map[string]bool  // ids for the next snapshot
	unsaved   map[string]bool  // ids for the cache

	same     *sameness
	lists    map[pathKey]*playlistFile   // the playlist files of the folders
	served   map[string][]ListedPlaylist // those of the servers, by name
	newLists bool                        // some playlist has changed, or the tracks it may name
}

type brokenFile struct {
	size, mtime int64 // mtime 0: try again at every scan
	reason      string
}

type departed struct {
	id                string
	added, durationMS int64
}

func newCatalog(dirs []string) *catalog {
	c := &catalog{
		dirs:      make(map[string]bool),
		tracks:    make(map[string]*track),
		byPath:    make(map[pathKey]string),
		byContent: make(map[string]string),
		broken:    make(map[pathKey]brokenFile),
		departed:  make(map[any]departed),
		changed:   make(map[string]bool),
		unsaved:   make(map[string]bool),
		same:      newSameness(),
		lists:     make(map[pathKey]*playlistFile),
		served:    make(map[string][]ListedPlaylist),
	}
	for _, d := range dirs {
		c.dirs[d] = true
	}
	return c
}

// load takes a track from the cache. A path belongs to one track: a place that
// is taken is dropped.
func (c *catalog) load(t *track) {
	t.Places = slices.DeleteFunc(t.Places, func(p place) bool {
		_, taken := c.byPath[pathKey{p.Dir, p.Rel}]
		return taken
	})
	if len(t.Places) == 0 || c.tracks[t.ID] != nil {
		return
	}
	t.slot = c.same.newSlot(t.ID)
	c.tracks[t.ID] = t
	c.same.set(t)
	for _, p := range t.Places {
		c.byPath[pathKey{p.Dir, p.Rel}] = t.ID
		c.setContent(p.Content, t.ID)
	}
}

func (c *catalog) setContent(content, id string) {
	if content != id {
		c.byContent[content] = id
	}
}

// withContent gives the id of the track that has a file with that content,
// empty when there is none.
func (c *catalog) withContent(content string) string {
	if id, ok := c.byContent[content]; ok {
		return id
	}
	t := c.tracks[content]
	if t != nil && slices.ContainsFunc(t.Places, func(p place) bool { return p.Content == content }) {
		return content
	}
	return ""
}

// visible tells whether the track has a file in a folder that can be read.
// Tracks of other folders (unplugged, or not configured this time) are kept.
func (c *catalog) visible(t *track) bool {
	return slices.ContainsFunc(t.Places, func(p place) bool { return c.dirs[p.Dir] })
}

// setReadable notes whether a folder can be read; its tracks come or go.
func (c *catalog) setReadable(dir string, ok bool) {
	if c.dirs[dir] == ok {
		return
	}
	c.dirs[dir] = ok
	for k, id := range c.byPath {
		if k.dir == dir {
			c.changed[id] = true
		}
	}
}

// current tells whether the file is known as it is now, good or broken.
func (c *catalog) current(k pathKey, size, mtime int64) bool {
	if id, ok := c.byPath[k]; ok {
		p := c.tracks[id].place(k)
		return p.Size == size && p.MTime == mtime
	}
	b, ok := c.broken[k]
	return ok && b.size == size && b.mtime == mtime
}

func (t *track) place(k pathKey) place {
	for _, p := range t.Places {
		if p.Dir == k.dir && p.Rel == k.rel {
			return p
		}
	}
	return place{}
}

// put enters what was read of a file. added is for a new track, in Unix
// milliseconds.
func (c *catalog) put(k pathKey, r found, cov *cover, added int64) {
	delete(c.broken, k)
	old := c.byPath[k]
	id, known := c.idOf(k, old, r)
	if old != "" && old != id {
		c.remove(k)
	}
	t := new(track)
	if was := c.tracks[id]; was != nil {
		*t = *was
	} else {
		t.ID, t.Added, t.slot = id, added, c.same.newSlot(id)
		for _, d := range []departed{c.departed[k], c.departed[r.content]} {
			if d.id == id {
				t.Added = d.added
			}
		}
	}
	if !known {
		t.setFound(r)
	}
	was := t.place(k)
	t.Places = slices.DeleteFunc(slices.Clone(t.Places), func(p place) bool { return p.Dir == k.dir && p.Rel == k.rel })
	t.Places = append(t.Places, place{Dir: k.dir, Rel: k.rel, Size: r.size, MTime: r.mtime, Content: r.content})
	if t.Flags&embedded == 0 && (len(t.Places) == 1 || t.Cover == nil) {
		t.Cover = cov
	}
	if was.Content != "" && was.Content != r.content {
		delete(c.byContent, was.Content)
	}
	c.set(t)
	c.newLists = c.newLists || old != id
	c.byPath[k] = id
	c.setContent(r.content, id)
}

// setFound takes what was read of a file. What was measured of another content
// is forgotten.
func (t *track) setFound(r found) {
	t.Title, t.Artist, t.Album = r.text.title, r.text.artist, r.text.album
	t.AlbumArtist, t.Genre = r.facts.albumArtist, strings.Join(r.facts.genres, genreSeparator)
	t.Recording, t.Year = r.facts.recording, int16(r.facts.year)
	t.DurationMS = r.duration.Milliseconds()
	t.Flags = flagIf(r.hasArt, embedded) | flagIf(r.facts.explicit, explicit) | flagIf(r.facts.lossless, lossless) | flagIf(r.tagged, tagged)
	measured := t.Loud
	t.Loud = r.facts.loud
	if slices.ContainsFunc(t.Places, func(p place) bool { return p.Content == r.content }) {
		t.Loud.LUFS, t.Loud.MeasuredPeak = measured.LUFS, measured.MeasuredPeak
		t.Loud.Has |= measured.Has & hasMeasured
	}
	t.Cover, t.old = nil, false
}

// idOf decides which track the file at k is. known: its tags are the track's.
func (c *catalog) idOf(k pathKey, old string, r found) (id string, known bool) {
	if id := c.withContent(r.content); id != "" {
		return id, !c.tracks[id].old
	}
	near := func(ms int64) bool {
		d := r.duration.Milliseconds() - ms
		return -sameLength <= d && d <= sameLength
	}
	if t := c.tracks[old]; t != nil && len(t.Places) == 1 && near(t.DurationMS) {
		return old, false
	}
	for _, d := range []departed{c.departed[r.content], c.departed[k]} {
		if d.id != "" && c.tracks[d.id] == nil && near(d.durationMS) {
			return d.id, false
		}
	}
	// The id may belong to a track whose tags were edited since: the same
	// music as it was before, in a second place.
	return r.content, c.tracks[r.content] != nil && old != r.content
}

// setCover notes the folder's picture for a file that is known already.
func (c *catalog) setCover(k pathKey, cov *cover) {
	t := c.tracks[c.byPath[k]]
	if t == nil || t.Flags&embedded != 0 || t.Places[0].Dir != k.dir || t.Places[0].Rel != k.rel {
		return
	}
	if t.Cover == cov || t.Cover != nil && cov != nil && *t.Cover == *cov {
		return
	}
	n := *t
	n.Cover = cov
	c.set(&n)
}

// setBroken notes that the file at k is no music, and why.
func (c *catalog) setBroken(k pathKey, b brokenFile) {
	c.remove(k)
	c.broken[k] = b
}

// remove forgets the file at k, and the track when that was its last place.
func (c *catalog) remove(k pathKey) {
	delete(c.broken, k)
	if c.lists[k] != nil {
		delete(c.lists, k)
		c.newLists = true
	}
	id, ok := c.byPath[k]
	if !ok {
		return
	}
	delete(c.byPath, k)
	t := *c.tracks[id]
	gone := t.place(k)
	t.Places = slices.DeleteFunc(slices.Clone(t.Places), func(p place) bool { return p.Dir == k.dir && p.Rel == k.rel })
	if !slices.ContainsFunc(t.Places, func(p place) bool { return p.Content == gone.Content }) {
		delete(c.byContent, gone.Content)
	}
	if len(t.Places) > 0 {
		c.set(&t)
		return
	}
	if _, server := gone.server(); !server {
		if len(c.departed) >= maxDeparted {
			clear(c.departed)
		}
		d := departed{id: id, added: t.Added, durationMS: t.DurationMS}
		c.departed[k], c.departed[gone.Content] = d, d
	}
	delete(c.tracks, id)
	c.same.remove(&t)
	c.changed[id], c.unsaved[id] = true, true
}

func (c *catalog) set(t *track) {
	c.tracks[t.ID] = t
	c.same.set(t)
	c.changed[t.ID], c.unsaved[t.ID] = true, true
}

// keep removes the files that the scope covers and a walk has not seen.
func (c *catalog) keep(s scope, seen map[string]bool) {
	var gone []pathKey
	for k := range c.byPath {
		if s.covers(k) && !seen[k.rel] {
			gone = append(gone, k)
		}
	}
	for k := range c.broken {
		if s.covers(k) && !seen[k.rel] {
			gone = append(gone, k)
		}
	}
	for k := range c.lists {
		if s.covers(k) && !seen[k.rel] {
			gone = append(gone, k)
		}
	}
	for _, k := range gone {
		c.remove(k)
	}
}

// scope is a part of a music folder: everything under rel, or, when it is not
// deep, only the files right in it.
type scope struct {
	dir, rel string // rel "." is the whole folder
	deep     bool
}

func (s scope) covers(k pathKey) bool {
	if k.dir != s.dir {
		return false
	}
	rest := k.rel
	if s.rel != "." {
		var ok bool
		if rest, ok = strings.CutPrefix(k.rel, s.rel+"/"); !ok {
			return false
		}
	}
	return s.deep || !strings.Contains(rest, "/")
}
