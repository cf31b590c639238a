package library

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"soul-jam/shared/wire"
)

// minFresh is how many changes are kept beside the main index before it is
// built anew; in a big library it is a sixteenth of the tracks.
const minFresh = 1000

func (s *snapshot) track(id string) *track {
	if t, ok := s.changed[id]; ok {
		return t
	}
	if i, ok := s.main.byID[id]; ok {
		return s.main.tracks[i]
	}
	return nil
}

// stale tells a track of the main index that has changed or left since.
func (s *snapshot) stale(t *track) bool {
	_, ok := s.changed[t.ID]
	return ok
}

func (s *snapshot) search(text string, limit int) []wire.TrackInfo {
	q := parseQuery(text)
	var found []*track
	if strings.TrimSpace(text) == "" {
		found = s.recent(limit)
	} else {
		hits := s.main.search(q, limit, s.stale)
		fresh := s.fresh.search(q, limit, func(t *track) bool { return s.changed[t.ID] != t })
		for len(found) < limit && len(hits)+len(fresh) > 0 {
			if len(hits) == 0 || len(fresh) > 0 && fresh[0].rank > hits[0].rank {
				hits, fresh = fresh, hits
			}
			found = append(found, hits[0].track)
			hits = hits[1:]
		}
	}
	out := make([]wire.TrackInfo, len(found))
	for i, t := range found {
		out[i] = t.info()
	}
	return out
}

// recent gives the tracks added last.
func (s *snapshot) recent(limit int) []*track {
	var found []*track
	fresh := s.fresh.tracks
	for _, t := range s.main.tracks {
		for len(fresh) > 0 && fresh[0].Added >= t.Added && len(found) < limit {
			if s.changed[fresh[0].ID] == fresh[0] {
				found = append(found, fresh[0])
			}
			fresh = fresh[1:]
		}
		if len(found) >= limit {
			return found
		}
		if !s.stale(t) {
			found = append(found, t)
		}
	}
	for _, t := range fresh {
		if len(found) < limit && s.changed[t.ID] == t {
			found = append(found, t)
		}
	}
	return found
}

// rebuilt makes a snapshot of all that is known.
func (l *Library) rebuilt() *snapshot {
	all := make([]*track, 0, len(l.catalog.tracks))
	for _, t := range l.catalog.tracks {
		if l.catalog.visible(t) {
			all = append(all, t)
		}
	}
	return &snapshot{main: newIndex(all), fresh: newIndex(nil), broken: l.brokenFiles()}
}

// publish shows the readers what has changed in the catalog.
func (l *Library) publish() {
	old, c := l.now.Load(), l.catalog
	changed := maps.Clone(old.changed)
	if changed == nil {
		changed = make(map[string]*track)
	}
	arrived := false
	for id := range c.changed {
		l.art.drop(id)
		t := c.tracks[id]
		if t != nil && !c.visible(t) {
			t = nil
		}
		_, inMain := old.main.byID[id]
		if t == nil && !inMain {
			delete(changed, id)
			continue
		}
		arrived = arrived || t != nil
		changed[id] = t
	}
	clear(c.changed)
	switch {
	case len(changed) > max(minFresh, len(old.main.tracks)/16):
		l.now.Store(l.rebuilt())
	case arrived:
		var fresh []*track
		for _, t := range changed {
			if t != nil {
				fresh = append(fresh, t)
			}
		}
		l.now.Store(&snapshot{old.main, newIndex(fresh), changed, l.brokenFiles()})
	default:
		l.now.Store(&snapshot{old.main, old.fresh, changed, l.brokenFiles()})
	}
}

func (l *Library) brokenFiles() []BrokenFile {
	var all []BrokenFile
	for k, b := range l.catalog.broken {
		if l.catalog.dirs[k.dir] {
			all = append(all, BrokenFile{filepath.Join(k.dir, filepath.FromSlash(k.rel)), b.reason})
		}
	}
	slices.SortFunc(all, func(a, b BrokenFile) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// tell stores the progress and wakes those who wait for a change.
func (l *Library) tell(p Progress) {
	s := l.now.Load()
	p.Tracks = len(s.main.tracks)
	for id, t := range s.changed {
		_, inMain := s.main.byID[id]
		switch {
		case t == nil && inMain:
			p.Tracks--
		case t != nil && !inMain:
			p.Tracks++
		}
	}
	p.Broken = len(s.broken)
	l.progress.Store(&p)
	next := make(chan struct{})
	close(*l.changed.Swap(&next))
}
