package terminal

import "soul-jam/shared/wire"

// The objects of the wire with their texts cleaned; see [clean]. A name or title of nothing that can be shown gets a word in its place.

func cleanTrack(t wire.TrackInfo) wire.TrackInfo {
	t.Title, t.Artist, t.Album = clean(t.Title), clean(t.Artist), clean(t.Album)
	if t.Title == "" {
		t.Title = "Untitled"
	}
	if t.Artist == "" {
		t.Artist = "Unknown artist"
	}
	return t
}

func cleanItem(i wire.JamQueueItem) wire.JamQueueItem {
	i.TrackInfo = cleanTrack(i.TrackInfo)
	if i.Because != nil {
		because := *i.Because
		because.Name = clean(because.Name)
		i.Because = &because
	}
	return i
}

func cleanLine(l wire.ChatLine) wire.ChatLine {
	l.From, l.Message = clean(l.From), cleanTo(l.Message, mostSaid)
	return l
}

func cleanSettings(s wire.JamSettings) wire.JamSettings {
	if s.Name != nil {
		name := clean(*s.Name)
		s.Name = &name
	}
	return s
}

func cleanRecap(r *wire.Recap) *wire.Recap {
	if r == nil {
		return nil
	}
	c := *r
	c.Tracks = nil // the count says enough here
	if r.TopAdder != nil {
		c.TopAdder = &wire.TopAdder{Name: clean(r.TopAdder.Name), Tracks: r.TopAdder.Tracks}
	}
	if r.TopTrack != nil {
		top := *r.TopTrack
		top.Title, top.Artist = clean(top.Title), clean(top.Artist)
		c.TopTrack = &top
	}
	return &c
}
