package guest

import (
	"unicode/utf8"

	"soul-jam/shared/wire"
)

// search answers on the guest's own goroutine: the house need not wait for it.
func (g *Guest) search(id string, c wire.Search) {
	tracks, refusal := Search(g.door.Library, c.Q, c.Limit)
	if refusal != nil {
		g.peer.Refuse(id, refusal)
		return
	}
	g.peer.Tell(wire.SearchResults{ID: id, Q: c.Q, Tracks: tracks})
	g.ackHere(id)
}

// Search holds the limits of a search, for messages and REST alike.
func Search(l Library, q string, limit int) ([]wire.TrackInfo, *wire.Error) {
	if utf8.RuneCountInString(q) > wire.MaxSearchText || limit < 0 {
		return nil, wire.Refuse(wire.CodeBadRequest)
	}
	if limit == 0 {
		limit = wire.DefaultSearchResults
	}
	tracks := l.Search(q, min(limit, wire.MaxSearchResults))
	if tracks == nil {
		tracks = []wire.TrackInfo{}
	}
	return tracks, nil
}

func (g *Guest) art(id string, c wire.Art) {
	art, ok := g.door.Library.ArtData(c.TrackID)
	if !ok {
		g.peer.Refuse(id, wire.Refuse(wire.CodeTrackNotFound))
		return
	}
	g.peer.Tell(art)
	g.ackHere(id)
}
