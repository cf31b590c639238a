package library

import (
	"context"
	"slices"
	"time"
)

// servers is what Run knows of the listings; it is part of the scanner.
type servers struct {
	progress []ServerProgress
	done     chan listing
	due      *time.Ticker
}

func newServers(all []Source) *servers {
	s := &servers{done: make(chan listing), due: time.NewTicker(relist)}
	for _, source := range all {
		s.progress = append(s.progress, ServerProgress{Name: source.Name()})
	}
	return s
}

// listAll begins a listing of every server of which none is under way.
func (s *scanner) listAll(ctx context.Context) {
	for i := range s.servers.progress {
		p := &s.servers.progress[i]
		if p.Listing {
			continue
		}
		p.Listing = true
		source := s.source(p.Name)
		s.listings.Go(func() {
			l := list(ctx, source)
			select {
			case s.servers.done <- l:
			case <-ctx.Done():
			}
		})
	}
	s.tellServers()
	s.tell(s.progress)
}

// takeListing enters what a server has said. An error leaves what was known.
func (s *scanner) takeListing(ctx context.Context, l listing) {
	i := slices.IndexFunc(s.servers.progress, func(p ServerProgress) bool { return p.Name == l.server })
	p := &s.servers.progress[i]
	p.Listing, p.Problem = false, nil
	switch {
	case ctx.Err() != nil:
		return
	case l.err != nil:
		p.Problem = &SourceError{l.server, l.err}
		s.log.Warn("a music server", "problem", p.Problem)
	default:
		s.catalog.enter(l)
		p.Listed = time.Now()
		if l.listsErr != nil {
			p.Problem = &SourceError{l.server, l.listsErr}
			s.log.Warn("a music server's playlists", "problem", p.Problem)
		}
	}
	p.Tracks = s.catalog.onServer(l.server)
	s.showNow(ctx)
}

// tellServers puts the servers' state into the progress, as a copy.
func (s *scanner) tellServers() { s.progress.Servers = slices.Clone(s.servers.progress) }

// enter makes the tracks of a server what a whole listing has said.
func (c *catalog) enter(l listing) {
	seen := make(map[string]bool, len(l.tracks))
	for _, t := range l.tracks {
		k := pathKey{t.Places[0].Dir, t.Places[0].Rel}
		seen[k.rel] = true
		c.byPath[k] = t.ID
		was := c.tracks[t.ID]
		if was == nil {
			t.slot = c.same.newSlot(t.ID)
			c.set(t)
			c.newLists = true
			continue
		}
		t.slot, t.Added = was.slot, was.Added
		t.Loud.LUFS, t.Loud.MeasuredPeak, t.Loud.Has = was.Loud.LUFS, was.Loud.MeasuredPeak, t.Loud.Has|was.Loud.Has&hasMeasured
		if t.DurationMS != was.DurationMS {
			t.Loud.Has &^= hasMeasured // another file stands there now
		}
		if !t.equal(was) {
			c.set(t)
		}
	}
	c.keep(scope{serverDir + l.server, ".", true}, seen)
	if l.listsErr == nil {
		c.served[l.server] = l.playlists
		c.newLists = true
	}
}

// equal tells whether a listing says what is known already, but for the time of
// adding: a server that does not know it says another each time.
func (t *track) equal(o *track) bool {
	cover := t.Cover == nil && o.Cover == nil || t.Cover != nil && o.Cover != nil && *t.Cover == *o.Cover
	return cover && slices.Equal(t.Places, o.Places) &&
		t.Title == o.Title && t.Artist == o.Artist && t.Album == o.Album && t.AlbumArtist == o.AlbumArtist &&
		t.Genre == o.Genre && t.Recording == o.Recording && t.DurationMS == o.DurationMS && t.Year == o.Year &&
		t.Flags == o.Flags && t.Loud == o.Loud
}

// onServer counts the tracks of a server.
func (c *catalog) onServer(name string) int {
	n := 0
	for k := range c.byPath {
		n += yes(k.dir == serverDir+name)
	}
	return n
}
