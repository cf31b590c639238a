package api

import (
	"net/http"

	"soul-jam/shared/wire"
)

// What the rules of sharing may hold.
const (
	// maxSharingBody, bytes: room for all that follows, in any script.
	maxSharingBody = 4 << 20
	// maxBlocked tracks, and as many artists.
	maxBlocked = 1000
	// maxChosen folders, playlists and genres, of each.
	maxChosen = 200
	// maxRule, bytes of a name, an id or the path of a folder.
	maxRule = 4096
)

func (a *API) sharing(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, a.Music.Sharing())
}

// share changes what guests may see, all of it at once.
func (a *API) share(w http.ResponseWriter, r *http.Request) {
	var given struct {
		wire.Sharing
		Limited *bool `json:"limited"`
	}
	_, refusal := read(w, r, maxSharingBody, &given)
	if refusal == nil && given.Limited == nil {
		refusal = wire.Refuse(wire.CodeBadRequest) // nothing is not "share all"
	}
	rules := given.Sharing
	if refusal == nil {
		rules.Limited = *given.Limited
		refusal = checkSharing(rules)
	}
	if refusal == nil {
		refusal = a.house.Share(r.Context(), func() *wire.Error { return a.Music.Share(rules) })
	}
	if refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	answer(w, http.StatusOK, a.Music.Sharing())
}

// checkSharing holds the limits.
func checkSharing(rules wire.Sharing) *wire.Error {
	for _, list := range []struct {
		name  string
		names []string
		most  int
	}{
		{"folders", rules.Folders, maxChosen}, {"playlists", rules.Playlists, maxChosen}, {"genres", rules.Genres, maxChosen},
		{"blocked_tracks", rules.BlockedTracks, maxBlocked}, {"blocked_artists", rules.BlockedArtists, maxBlocked},
	} {
		if len(list.names) > list.most {
			return wire.Refusef(wire.CodeBadRequest, "%s: at most %d", list.name, list.most)
		}
		for _, name := range list.names {
			if name == "" || len(name) > maxRule {
				return wire.Refusef(wire.CodeBadRequest, "%s: each has 1 to %d bytes", list.name, maxRule)
			}
		}
	}
	return nil
}
