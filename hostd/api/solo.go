package api

import (
	"net/http"
	"unicode/utf8"

	"soul-jam/shared/wire"
)

// maxOutputName, characters of the name of an audio device.
const maxOutputName = 1000

// solo gives the session in which the console plays before any jam, and makes it when there is none.
func (a *API) solo(w http.ResponseWriter, r *http.Request) {
	shareCode, running, refusal := a.house.Solo(r.Context())
	switch {
	case refusal == nil:
		answer(w, http.StatusOK, wire.SoloSession{ShareCode: shareCode})
	case refusal.Code == wire.CodeAlreadyActive:
		running.URL = a.WholeLink(running.ShareCode)
		answer(w, http.StatusConflict, alreadyActive{Error: refusal, SessionCreated: running})
	default:
		refuse(w, refusal.Code.Status(), refusal)
	}
}

func (a *API) playlists(w http.ResponseWriter, _ *http.Request) {
	lists := a.Music.Playlists()
	if lists == nil {
		lists = []wire.Playlist{}
	}
	answer(w, http.StatusOK, wire.PlaylistList{Playlists: lists})
}

// queuePlaylist puts a whole playlist into the queue, as the host's.
func (a *API) queuePlaylist(w http.ResponseWriter, r *http.Request) {
	list, tracks, ok := a.Music.Playlist(r.PathValue("id"))
	if !ok {
		refuse(w, http.StatusNotFound, wire.Refusef(wire.CodeTrackNotFound, "There is no such playlist"))
		return
	}
	queued, refusal := a.house.Queue(r.Context(), list.Name, tracks)
	if refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	answer(w, http.StatusOK, queued)
}

func (a *API) outputs(w http.ResponseWriter, r *http.Request) {
	list, err := a.house.Outputs(r.Context())
	if err != nil {
		a.Log.Warn("the audio outputs cannot be listed", "error", err)
		refuse(w, http.StatusInternalServerError, wire.Refuse(wire.CodeInternal))
		return
	}
	answer(w, http.StatusOK, list)
}

func (a *API) chooseOutput(w http.ResponseWriter, r *http.Request) {
	var req wire.ChooseOutput
	given, refusal := read(w, r, maxBody, &req)
	if refusal == nil && (!given || utf8.RuneCountInString(req.Name) > maxOutputName) {
		refusal = wire.Refuse(wire.CodeBadRequest)
	}
	if refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	known, err := a.house.ChooseOutput(r.Context(), req.Name)
	switch {
	case err != nil:
		a.Log.Error("the audio output cannot be chosen", "error", err)
		refuse(w, http.StatusInternalServerError, wire.Refuse(wire.CodeInternal))
	case !known:
		refuse(w, http.StatusNotFound, wire.Refusef(wire.CodeBadRequest, "There is no such audio output"))
	default:
		a.outputs(w, r)
	}
}
