package api

import (
	"fmt"
	"hash/crc32"
	"net/http"
	"strconv"

	"soul-jam/hostd/guest"
	"soul-jam/shared/wire"
)

func (a *API) search(w http.ResponseWriter, r *http.Request, music guest.View) {
	limit, refusal := 0, (*wire.Error)(nil)
	if text := r.URL.Query().Get("limit"); text != "" {
		var err error
		if limit, err = strconv.Atoi(text); err != nil {
			refusal = wire.Refuse(wire.CodeBadRequest)
		}
	}
	var tracks []wire.TrackInfo
	if refusal == nil {
		tracks, refusal = a.Door.Search(music, r.URL.Query().Get("q"), limit)
	}
	if refusal != nil {
		a.Door.Counts.Met(refusal.Limit)
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	_ = a.house.Stir(r.Context()) // somebody is there; a host that stops needs not know
	answer(w, http.StatusOK, wire.TrackList{Tracks: tracks})
}

// currentCover is public: the landing page shows it to whoever has the code.
func (a *API) currentCover(w http.ResponseWriter, r *http.Request) {
	if _, refusal := a.find(r); refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	// It changes with the song, so it is asked for anew each time; the tag makes that cheap.
	picture(w, r, a.Music.Everything().Cover, a.house.View().CurrentTrack, "no-cache")
}

func (a *API) cover(w http.ResponseWriter, r *http.Request, music guest.View) {
	picture(w, r, func(track string, large bool) (string, []byte, bool) {
		return guest.Cover(a.Door, music, track, large)
	}, r.PathValue("track"), "private, max-age=86400")
}

func picture(w http.ResponseWriter, r *http.Request, cover func(string, bool) (string, []byte, bool), track, caching string) {
	mime, data, ok := cover(track, r.URL.Query().Get("size") != "small")
	if !ok {
		refuse(w, http.StatusNotFound, wire.Refuse(wire.CodeTrackNotFound))
		return
	}
	h := w.Header()
	h.Set("Content-Type", mime)
	h.Set("Cache-Control", caching)
	h.Set("ETag", fmt.Sprintf(`"%08x-%d"`, crc32.ChecksumIEEE(data), len(data)))
	if r.Header.Get("If-None-Match") == h.Get("ETag") {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(data)
}
