package guest

import (
	"encoding/base64"
	"unicode/utf8"

	"soul-jam/shared/wire"
)

// Library is the host's music, as two kinds of people see it.
type Library interface {
	// Everything is for who has the host's rights: all but what is blocked.
	Everything() View
	// Shared is for all others.
	Shared() View
}

// View is the music that somebody may see.
type View interface {
	Search(q string, limit int) []wire.TrackInfo
	// Cover gives a picture in one of two sizes; ok is false when there is none.
	Cover(trackID string, large bool) (mime string, data []byte, ok bool)
}

// sees is the music for this person at this moment: the role may change while they are here.
func (g *Guest) sees() View {
	if g.peer.Hosts() {
		return g.door.Library.Everything()
	}
	return g.door.Library.Shared()
}

// search answers on the guest's own goroutine: the house need not wait for it.
func (g *Guest) search(id string, c wire.Search) {
	tracks, refusal := g.door.Search(g.sees(), c.Q, c.Limit)
	if refusal != nil {
		g.peer.Refuse(id, refusal)
		return
	}
	g.peer.Tell(wire.SearchResults{ID: id, Q: c.Q, Tracks: tracks})
	g.ackHere(id)
}

// Search holds the limits of a search, for messages and REST alike.
func (d *Door) Search(v View, q string, limit int) ([]wire.TrackInfo, *wire.Error) {
	switch {
	case utf8.RuneCountInString(q) > wire.MaxSearchText:
		return nil, wire.Refuse(wire.CodeBadRequest).Because(wire.LimitSearchText)
	case limit < 0:
		return nil, wire.Refuse(wire.CodeBadRequest)
	case limit == 0:
		limit = wire.DefaultSearchResults
	case limit > wire.MaxSearchResults:
		d.Counts.Met(wire.LimitSearchResults)
	}
	tracks := v.Search(q, min(limit, wire.MaxSearchResults))
	if tracks == nil {
		tracks = []wire.TrackInfo{}
	}
	return tracks, nil
}

// art gives the large cover as a message.
func (g *Guest) art(id string, c wire.Art) {
	mime, data, ok := Cover(g.door, g.sees(), c.TrackID, true)
	text := base64.StdEncoding.EncodeToString(data)
	if !ok || len(text) > wire.MaxArtData {
		g.peer.Refuse(id, wire.Refuse(wire.CodeTrackNotFound))
		return
	}
	g.peer.Tell(wire.ArtData{TrackID: c.TrackID, Mime: mime, Data: text})
	g.ackHere(id)
}

// Cover is the picture of a song for who sees v: also that of the song which plays, whoever may
// add it, as everyone hears it.
func Cover(d *Door, v View, trackID string, large bool) (mime string, data []byte, ok bool) {
	if trackID != "" && trackID == d.House.View().CurrentTrack {
		v = d.Library.Everything()
	}
	return v.Cover(trackID, large)
}
