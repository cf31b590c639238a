package terminal

import "fmt"

// searchRows stand above the songs: the field, and what it found.
const searchRows = 2

// addRows is the search: its field, what it found, the songs.
func (s *state) addRows(w, height int) ([]row, *point) {
	if !s.room.Rights.CanAddToQueue {
		return []row{inset(say("Only the host adds songs in this jam.", 0), w)}, nil
	}
	const label = "Search "
	text, cursor := s.search.editor.view(w - 2 - len(label))
	field := row{{label, bold}}
	if text == "" {
		field = append(field, span{"song, artist or album", faint})
	} else {
		field = append(field, span{text, 0})
	}
	rows := []row{inset(field, w), inset(say(s.foundSentence(), faint), w)}
	for i := s.found.top; i < len(s.search.tracks) && len(rows) < height; i++ {
		rows = append(rows, s.foundRow(i, w))
	}
	return rows, &point{1 + len(label) + cursor, 0}
}

func (s *state) foundRow(i, w int) row {
	track, on := s.search.tracks[i], i == s.found.at
	mark := "   "
	if on {
		mark = " " + markSelected + " "
	}
	state, l := "", look(0)
	if s.queued(track.TrackID) {
		state, l = "Queued", accent
	}
	for _, a := range s.adding {
		if a.track.TrackID == track.TrackID {
			state = "Adding…"
		}
	}
	if w < 64 {
		texts := w - 3 - 9
		return s.chosen(append(append(row{{mark, 0}}, titleArtist(track, texts)...), span{figure(state, 8) + " ", l}).fit(w), on)
	}
	time := ""
	if track.DurationMS > 0 {
		time = clockTime(float64(track.DurationMS))
	}
	texts := w - 3 - 9 - 8 - 2
	title := texts * 3 / 5
	return s.chosen(row{
		{mark, 0}, {column(track.Title, title), 0}, {" ", 0}, {column(track.Artist, texts-title), faint},
		{figure(state, 9), l}, {figure(time, 8), faint}, {" ", 0},
	}.fit(w), on)
}

// foundSentence says what stands below the field.
func (s *state) foundSentence() string {
	answered, found := s.search.answered, len(s.search.tracks)
	switch {
	case answered == nil:
		return "Searching…"
	case *answered == "" && clean(s.search.editor.String()) != "":
		return "Searching…"
	case *answered == "" && found == 0:
		return "There is no music to suggest."
	case *answered == "":
		return "Perhaps one of these"
	case found == 0:
		return fmt.Sprintf("No song here matches “%s”.", *answered)
	}
	return fmt.Sprintf("%d %s found", found, plural(found, "song", "songs"))
}
