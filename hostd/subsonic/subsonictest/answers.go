package subsonictest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// answer does what a method does.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, q Quirks, method string) {
	switch method {
	case "ping":
		h.write(w, q, nil)
	case "getOpenSubsonicExtensions":
		h.extensions(w, q)
	case "search3":
		found := h.search(r, q)
		h.write(w, q, map[string]any{"searchResult3": h.part(q, "song", found)})
	case "getAlbumList2":
		h.write(w, q, map[string]any{"albumList2": h.part(q, "album", page(h.albums(), r, "offset", "size", q.PageLimit))})
	case "getAlbum":
		var songs []any
		for _, s := range h.cfg.Songs {
			if s.AlbumID == r.Form.Get("id") {
				songs = append(songs, describe(s, q))
			}
		}
		h.write(w, q, map[string]any{"album": h.part(q, "song", songs)})
	case "getPlaylists":
		var lists []any
		for _, p := range h.cfg.Playlists {
			lists = append(lists, map[string]any{"id": p.ID, "name": p.Name, "songCount": len(p.Songs)})
		}
		h.write(w, q, map[string]any{"playlists": h.part(q, "playlist", lists)})
	case "getPlaylist":
		h.playlist(w, r, q)
	case "getCoverArt":
		h.cover(w, r, q)
	case "stream", "download":
		h.song(w, r, q, method)
	default:
		http.NotFound(w, r)
	}
}

func (h *Handler) extensions(w http.ResponseWriter, q Quirks) {
	if q.Old {
		h.fail(w, q, 0, "no such method")
		return
	}
	list := []any{map[string]any{"name": "songLyrics", "versions": []int{1}}}
	if !q.NoForms {
		list = append(list, map[string]any{"name": "formPost", "versions": []int{1}})
	}
	if h.cfg.Key != "" {
		list = append(list, map[string]any{"name": "apiKeyAuthentication", "versions": []int{1}})
	}
	h.write(w, q, map[string]any{"openSubsonicExtensions": list})
}

func (h *Handler) search(r *http.Request, q Quirks) (found []any) {
	if _, given := r.Form["query"]; !given || q.NoEmptySearch {
		return nil
	}
	var all []any
	for _, s := range h.cfg.Songs {
		all = append(all, describe(s, q))
	}
	if q.FirstPage {
		r.Form.Set("songOffset", "0")
	}
	return page(all, r, "songOffset", "songCount", q.PageLimit)
}

// page is a part of all as the parameters ask for it, limit at most unless that is 0.
func page(all []any, r *http.Request, offset, count string, limit int) []any {
	from, _ := strconv.Atoi(r.Form.Get(offset))
	n, _ := strconv.Atoi(r.Form.Get(count))
	if n = min(n, 500); limit > 0 {
		n = min(n, limit)
	}
	from = min(max(0, from), len(all))
	return all[from:min(from+max(0, n), len(all))]
}

// part is an object with a list in it, as old servers write it where they are old.
func (h *Handler) part(q Quirks, name string, list []any) any {
	switch {
	case q.Old && len(list) == 0:
		return ""
	case q.Old && len(list) == 1:
		return map[string]any{name: list[0]}
	}
	return map[string]any{name: list}
}

func (h *Handler) albums() (all []any) {
	var ids []string
	for _, s := range h.cfg.Songs {
		if !slices.Contains(ids, s.AlbumID) && s.AlbumID != "" {
			ids = append(ids, s.AlbumID)
			all = append(all, map[string]any{"id": s.AlbumID, "name": s.Album})
		}
	}
	return all
}

// describe is what the API says of a song.
func describe(s Song, q Quirks) map[string]any {
	d := map[string]any{
		"id": s.ID, "title": s.Title, "artist": s.Artist, "album": s.Album, "genre": s.Genre, "year": s.Year,
		"duration": s.Seconds, "created": s.Created, "isDir": false, "isVideo": s.Type == "video", "type": s.Type,
		"path": "music/" + filepath.Base(s.File), "suffix": "flac",
	}
	if s.Type == "" {
		d["type"] = "music"
	}
	if s.Cover != "" {
		d["coverArt"] = "cover-" + s.ID
	}
	if q.Old {
		if n, err := strconv.Atoi(s.ID); err == nil {
			d["id"] = n // as servers do that make their JSON of XML
		}
		return d
	}
	d["displayAlbumArtist"], d["musicBrainzId"], d["explicitStatus"] = s.AlbumArtist, s.Recording, s.ExplicitStatus
	if s.Gain != nil {
		d["replayGain"] = map[string]any{"trackGain": s.Gain, "trackPeak": s.Peak}
	}
	return d
}

func (h *Handler) playlist(w http.ResponseWriter, r *http.Request, q Quirks) {
	for _, p := range h.cfg.Playlists {
		if p.ID != r.Form.Get("id") {
			continue
		}
		var songs []any
		for _, id := range p.Songs {
			if s, ok := h.find(id); ok {
				songs = append(songs, describe(s, q))
			}
		}
		part, _ := h.part(q, "entry", songs).(map[string]any)
		if part == nil {
			part = map[string]any{}
		}
		part["id"], part["name"] = p.ID, p.Name
		h.write(w, q, map[string]any{"playlist": part})
		return
	}
	h.fail(w, q, 70, "no such playlist")
}

func (h *Handler) find(id string) (Song, bool) {
	i := slices.IndexFunc(h.cfg.Songs, func(s Song) bool { return s.ID == id })
	if i < 0 {
		return Song{}, false
	}
	return h.cfg.Songs[i], true
}

func (h *Handler) cover(w http.ResponseWriter, r *http.Request, q Quirks) {
	for _, s := range h.cfg.Songs {
		if s.Cover != "" && "cover-"+s.ID == r.Form.Get("id") {
			http.ServeFile(w, &http.Request{Method: http.MethodGet, URL: r.URL, Header: http.Header{}}, s.Cover)
			return
		}
	}
	h.fail(w, q, 70, "no such cover")
}

// song sends a file.
func (h *Handler) song(w http.ResponseWriter, r *http.Request, q Quirks, method string) {
	s, known := h.find(r.Form.Get("id"))
	switch {
	case !known:
		h.fail(w, q, 70, "no such song")
		return
	case q.NoStream && method == "stream", q.Failing:
		h.fail(w, q, 50, "not allowed")
		return
	case q.Page:
		w.Header().Set("Content-Type", "audio/flac")
		fmt.Fprint(w, "<!DOCTYPE html><title>Sign in</title>")
		return
	}
	content, err := os.ReadFile(s.File)
	info, statErr := os.Stat(s.File)
	if err != nil || statErr != nil {
		http.NotFound(w, r)
		return
	}
	out := &badWriter{ResponseWriter: w, r: r, q: q, from: time.Now(), sum: &h.sent}
	w.Header().Set("Content-Type", "audio/flac")
	w.Header().Set("ETag", fmt.Sprintf(`"%d-%d"`, info.Size(), info.ModTime().UnixNano()))
	from, status := int64(0), http.StatusOK
	if asked := r.Header.Get("Range"); asked != "" && !q.NoRanges {
		to := int64(len(content)) - 1
		if _, err := fmt.Sscanf(asked, "bytes=%d-%d", &from, &to); err != nil {
			to = int64(len(content)) - 1
		}
		if from >= int64(len(content)) {
			http.Error(w, "no such range", http.StatusRequestedRangeNotSatisfiable)
			return
		}
		to = min(to, int64(len(content))-1)
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to, int64(len(content))+q.Lie))
		content, status = content[from:to+1], http.StatusPartialContent
	}
	if !q.NoLength {
		w.Header().Set("Content-Length", strconv.FormatInt(int64(len(content))+q.Lie, 10))
	}
	w.WriteHeader(status)
	out.send(content)
}
