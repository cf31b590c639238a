package library

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// minFresh is how many changes are kept beside the main index before it is
// built anew; in a big library it is a sixteenth of the tracks.
const minFresh = 1000

// rebuilt makes a snapshot of all that is known, as guests may see it by the rules.
func (l *Library) rebuilt(r *rules) *snapshot {
	c := l.catalog
	all := c.allVisible()
	slots := make([]uint32, len(all))
	for i, t := range all {
		slots[i] = t.slot
	}
	c.same.regroup(slots, c.visible)
	c.same.left = nil
	s := l.indexed(all)
	s.same, s.rules, s.lists = c.same.published(), r, c.resolveLists()
	s.sight = newSight(s)
	return s
}

// allVisible gives the tracks that can be seen now.
func (c *catalog) allVisible() []*track {
	all := make([]*track, 0, len(c.tracks))
	for _, t := range c.tracks {
		if c.visible(t) {
			all = append(all, t)
		}
	}
	return all
}

// indexed makes a snapshot with all in its main index.
func (l *Library) indexed(all []*track) *snapshot {
	return &snapshot{main: newIndex(all), fresh: newIndex(nil), broken: l.brokenFiles(), table: new(lazyTable)}
}

// publish shows the readers what has changed in the catalog. With lists the
// playlists are looked up anew, too.
func (l *Library) publish(lists bool) {
	old, c := l.now.Load(), l.catalog
	changed, arrived := l.changesSince(old)
	slots := make([]uint32, 0, len(c.changed))
	for id := range c.changed {
		if t := c.tracks[id]; t != nil {
			slots = append(slots, t.slot)
		}
	}
	slots = append(slots, c.same.left...)
	c.same.left = nil
	c.same.standIn(slots, c.visible)
	touched := c.same.regroup(slots, c.visible)
	clear(c.changed)

	var next *snapshot
	switch {
	case len(changed) > max(minFresh, len(old.main.tracks)/16):
		next = l.indexed(c.allVisible())
	case arrived:
		var fresh []*track
		for _, t := range changed {
			if t != nil {
				fresh = append(fresh, t)
			}
		}
		next = &snapshot{main: old.main, fresh: newIndex(fresh), changed: changed, broken: l.brokenFiles(), table: old.table}
	default:
		next = &snapshot{main: old.main, fresh: old.fresh, changed: changed, broken: l.brokenFiles(), table: old.table}
	}
	next.same, next.lists, next.standIns = old.same, old.lists, c.same.standIns
	if len(touched) > 0 || len(c.same.first) != len(old.same.first) {
		next.same = c.same.published()
	}
	if lists && c.newLists {
		next.lists = c.resolveLists()
	}
	l.publishing.Lock()
	defer l.publishing.Unlock()
	now := l.now.Load() // as old, but perhaps by other rules
	next.rules = now.rules
	if next.lists != old.lists && next.rules.Limited && len(next.rules.playlists) > 0 {
		next.sight = newSight(next)
	} else {
		next.sight = now.sight.after(next, touched, c.same)
	}
	l.show(next)
}

// changesSince gives what differs from the main index of old, and whether any of
// it is new to see.
func (l *Library) changesSince(old *snapshot) (changed map[string]*track, arrived bool) {
	c := l.catalog
	if changed = maps.Clone(old.changed); changed == nil {
		changed = make(map[string]*track)
	}
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
	return changed, arrived
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
	p.Tracks = s.sight.all
	p.Broken = len(s.broken)
	l.progress.Store(&p)
	l.wake()
}

// wake tells those who wait that something has changed.
func (l *Library) wake() {
	next := make(chan struct{})
	close(*l.changed.Swap(&next))
}
