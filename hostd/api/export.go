package api

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"soul-jam/shared/wire"
)

// export writes one jam of the past as the host asked for it: json, csv or m3u.
func (a *API) export(w http.ResponseWriter, format string, h wire.HistoryDetail) {
	switch format {
	case "", "json":
		answer(w, http.StatusOK, h)
	case "csv":
		download(w, "text/csv; charset=utf-8", h, "csv", asCSV(h))
	case "m3u":
		download(w, "audio/x-mpegurl; charset=utf-8", h, "m3u8", a.asM3U(h))
	default:
		refuse(w, http.StatusBadRequest, wire.Refusef(wire.CodeBadRequest, "format is json, csv or m3u"))
	}
}

func download(w http.ResponseWriter, mime string, h wire.HistoryDetail, ending string, content []byte) {
	w.Header().Set("Content-Type", mime)
	w.Header().Set("Cache-Control", "no-store")
	// The day and the code make a name that is safe on every system.
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="jam-%s-%s.%s"`, h.CreatedAt.Format(time.DateOnly), h.ShareCode, ending))
	_, _ = w.Write(content) // a client that is gone needs no answer
}

// asCSV is a row a track, in the order in which they played.
func asCSV(h wire.HistoryDetail) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"played_at", "title", "artist", "album", "duration_ms", "added_by", "skipped", "outcome", "upvotes", "added_at"}}
	for _, t := range h.Tracks {
		by := ""
		if t.AddedBy != nil {
			by = *t.AddedBy
		}
		rows = append(rows, []string{
			moment(t.PlayedAt), cell(t.Title), cell(t.Artist), cell(t.Album),
			strconv.FormatInt(t.DurationMS, 10), cell(by), strconv.FormatBool(t.Skipped), string(t.Outcome), strconv.Itoa(t.Upvotes), moment(t.AddedAt),
		})
	}
	_ = w.WriteAll(rows) // to memory: cannot fail
	return b.Bytes()
}

func moment(t wire.Time) string {
	text, _ := t.MarshalJSON() // a time: cannot fail
	return strings.Trim(string(text), `"`)
}

// cell keeps a spreadsheet from reading a title or a guest's name as a formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// asM3U is a playlist of the files, for any player on this machine. A track whose
// file is gone, or lies on a music server, stays in it as a comment.
func (a *API) asM3U(h wire.HistoryDetail) []byte {
	var b bytes.Buffer
	b.WriteString("#EXTM3U\n")
	if h.Name != nil {
		fmt.Fprintf(&b, "#PLAYLIST:%s\n", line(*h.Name))
	}
	for _, t := range h.Tracks {
		title := t.Title
		if t.Artist != "" {
			title = t.Artist + " - " + t.Title
		}
		fmt.Fprintf(&b, "#EXTINF:%d,%s\n", t.DurationMS/1000, line(title))
		if path, err := a.Music.Path(t.TrackID); err == nil && filepath.IsAbs(path) && !strings.ContainsAny(path, "\r\n") {
			fmt.Fprintln(&b, path)
		} else {
			fmt.Fprintln(&b, "# its file is gone")
		}
	}
	return b.Bytes()
}

// line keeps a text on one line.
func line(text string) string { return strings.Join(strings.Fields(text), " ") }
