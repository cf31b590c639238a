package subsonic

import (
	"cmp"
	"path"
	"strings"
	"time"

	"soul-jam/hostd/library"
)

const (
	// maxGain bounds a ReplayGain, in dB either way, and maxPeak a peak; others are taken for damaged.
	maxGain = 60
	maxPeak = 100
	// maxSeconds bounds the length of a song: a day.
	maxSeconds = 24 * 60 * 60
)

// isSong tells songs from folders, films and podcasts.
func (s *child) isSong() bool {
	kind := strings.ToLower(string(s.Type))
	return s.ID != "" && !bool(s.IsDir) && !bool(s.IsVideo) && kind != "podcast" && kind != "video" &&
		!strings.EqualFold(string(s.MediaType), "podcast") && !strings.HasPrefix(strings.ToLower(string(s.ContentType)), "video/")
}

// listed is a song as the library wants it.
func (s *child) listed() (library.Listed, bool) {
	if !s.isSong() {
		return library.Listed{}, false
	}
	song := library.Listed{
		ID:          string(s.ID),
		Title:       string(s.Title),
		Artist:      string(cmp.Or(s.DisplayArtist, s.Artist)),
		AlbumArtist: string(cmp.Or(s.DisplayAlbumArtist, s.AlbumArtist, joined(s.AlbumArtists, ", "))),
		Album:       string(s.Album),
		Genre:       string(s.Genre),
		CoverID:     string(s.CoverArt),
		Recording:   recording(string(s.MusicBrainzID)),
		Explicit:    strings.EqualFold(string(s.ExplicitStatus), "explicit"),
		Added:       moment(string(s.Created)),
	}
	if song.Title == "" { // as the library does with files without tags
		file := path.Base(strings.ReplaceAll(string(s.Path), `\`, "/"))
		song.Title = strings.TrimSuffix(file, path.Ext(file))
	}
	if all := joined(s.Genres, ";"); all != "" { // genre is the first of them
		song.Genre = string(all)
	}
	if year := s.Year.int(); year > 0 && year < 3000 {
		song.Year = year
	}
	if seconds := float64(s.Duration); seconds > 0 && seconds <= maxSeconds {
		song.Duration = time.Duration(seconds * float64(time.Second))
	}
	song.Gain, song.Peak = s.ReplayGain.known()
	return song, true
}

func joined(names list[name], between string) text {
	var all []string
	for _, n := range names {
		if n.Name != "" {
			all = append(all, string(n.Name))
		}
	}
	if together := text(strings.Join(all, between)); len(together) <= maxText {
		return together
	}
	return names[0].Name
}

// known gives gain and peak where they are. Some servers write 0 for both where the file has no tag.
func (g *gain) known() (db, peak *float64) {
	if g == nil || g.TrackGain == nil {
		return nil, nil
	}
	level := float64(*g.TrackGain)
	if level < -maxGain || level > maxGain {
		return nil, nil
	}
	if g.TrackPeak != nil {
		if p := float64(*g.TrackPeak); p > 0 && p <= maxPeak {
			peak = &p
		}
	}
	if level == 0 && peak == nil {
		return nil, nil
	}
	return &level, peak
}

// recording is a MusicBrainz id in small letters, or nothing.
func recording(id string) string {
	id = strings.ToLower(strings.TrimSpace(id))
	if len(id) != 36 {
		return ""
	}
	for i, r := range id {
		switch dash := i == 8 || i == 13 || i == 18 || i == 23; {
		case dash && r == '-', !dash && strings.ContainsRune("0123456789abcdef", r):
		default:
			return ""
		}
	}
	return id
}

// moment reads a time as servers write it, some without a zone; what is none, or lies before 1970, is the zero time.
func moment(written string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, written); err == nil && t.Unix() > 0 {
			return t
		}
	}
	return time.Time{}
}
