package terminal

import (
	"fmt"
	"strings"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

// threshold is the screen of somebody who has no seat: not yet, or not any more.
func (s *state) threshold() []row {
	var lines []row
	if s.over {
		lines = s.farewell()
	} else {
		lines = s.waiting()
	}
	if len(s.line.Words) > 0 && !s.over {
		lines = append(lines, row{}, say(strings.Join(s.line.Words, " "), bold))
		if s.line.Verified {
			lines = append(lines, say("The link has shown that this is the host.", faint))
		} else {
			lines = append(lines, s.folded("The host’s screen shows the same four words.", faint)...)
		}
	}
	rows := filled(s.centred(lines...), s.size.y-1)
	return append(rows, inset(row{{"q", bold}, {" quit", faint}}, s.size.x))
}

// folded is a sentence in as many rows as it needs.
func (s *state) folded(text string, l look) []row {
	var rows []row
	for _, line := range wrap(text, min(60, s.size.x-4)) {
		rows = append(rows, say(line, l))
	}
	return rows
}

// waiting is why one is not in the jam yet.
func (s *state) waiting() []row {
	title, text := "Looking for the jam…", ""
	switch s.line.State {
	case visitor.Joining, visitor.Joined:
		title = "Joining…"
	case visitor.Waiting:
		title, text = "Waiting for the host", "The host decides who comes in. This goes on by itself."
	case visitor.Away:
		title, text = "The host doesn’t answer", "Trying again…"
	case visitor.HostAway:
		title, text = "The host is away", "The jam waits for them. This keeps trying."
	}
	lines := []row{say(title, bold)}
	if who := strings.TrimSpace(s.line.Code); who != "" {
		lines = append(lines, say(strings.TrimSpace(s.whose()+"  "+who), faint))
	} else if s.sought != "" {
		lines = append(lines, s.folded("“"+s.sought+"”", faint)...)
	}
	lines = append(lines, row{})
	if text != "" {
		lines = append(lines, s.folded(text, 0)...)
	}
	if s.line.State == visitor.Waiting && s.place > 0 {
		before := "You’re next."
		if s.place > 1 {
			before = fmt.Sprintf("%d %s before you.", s.place-1, plural(s.place-1, "person is", "people are"))
		}
		lines = append(lines, say(before, 0))
	}
	if s.line.Said != "" {
		lines = append(lines, s.folded(s.line.Said, alarm)...)
	}
	return lines
}

func (s *state) whose() string {
	if s.line.HostName == "" {
		return ""
	}
	return s.line.HostName + "’s jam"
}

// farewell is how it ended.
func (s *state) farewell() []row {
	var lines []row
	switch {
	case s.room.Ended != "":
		lines = append(lines, say("This jam has ended", bold), row{})
		lines = append(lines, s.folded(endedSentence(s.room.Ended), 0)...)
	case s.line.Said != "":
		lines = s.folded(s.line.Said, bold)
	default:
		lines = append(lines, say("You are not in the jam any more.", bold))
	}
	if s.reason != "" && sentence(s.reason) != s.line.Said { // not the same twice
		lines = append(lines, row{})
		lines = append(lines, s.folded("“"+s.reason+"”", 0)...)
	}
	if s.room.Recap != nil {
		lines = append(lines, row{})
		for _, text := range recap(s.room.Recap) {
			lines = append(lines, s.folded(text, 0)...)
		}
	}
	return lines
}

func endedSentence(reason wire.EndReason) string {
	switch reason {
	case wire.EndedByHost:
		return "The host ended it. Thanks for the music."
	case wire.EndedGone:
		return "The host was away for too long."
	case wire.EndedIdle:
		return "Nothing had played for half an hour."
	case wire.EndedEmpty:
		return "Everybody had left."
	case wire.EndedMaxDuration:
		return "It had gone on for 24 hours."
	case wire.EndedExpired:
		return "Its time was up."
	}
	return "Thanks for the music."
}

// recap looks back at a jam in a few sentences.
func recap(r *wire.Recap) []string {
	songs := func(n int) string { return fmt.Sprintf("%d %s", n, plural(n, "song", "songs")) }
	minutes := max(0, r.DurationMS/60_000)
	length := fmt.Sprintf("%d min", minutes)
	if minutes >= 60 {
		length = fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
	lines := []string{fmt.Sprintf("%s, %d %s, %s", songs(r.TrackCount), r.ParticipantCount, plural(r.ParticipantCount, "person", "people"), length)}
	if r.TopAdder != nil {
		lines = append(lines, fmt.Sprintf("%s chose the most: %s.", r.TopAdder.Name, songs(r.TopAdder.Tracks)))
	}
	if r.TopTrack != nil {
		lines = append(lines, fmt.Sprintf("Most wanted: “%s”, with %d %s.", r.TopTrack.Title, r.TopTrack.Upvotes, plural(r.TopTrack.Upvotes, "vote", "votes")))
	}
	return lines
}

// info is what there is to know about the connection.
func (s *state) info() []row {
	fact := func(name, value string, l look) row { return row{{"  " + column(name, 8), faint}, {value, l}} }
	path := pathName(s.line.Path)
	if s.clock.rtt >= 0 {
		path += fmt.Sprintf(", %.0f ms", max(1, s.clock.rtt))
	}
	host := s.room.host()
	if host == "" {
		host = s.line.HostName
	}
	if s.line.Known {
		host += ", known from before"
	}
	rows := []row{inset(say("This jam", bold), s.size.x), {},
		fact("Jam", s.name(), 0), fact("Code", s.room.Code, bold), fact("Host", host, 0), fact("Path", path, 0)}
	if len(s.line.Words) > 0 {
		rows = append(rows, fact("Words", strings.Join(s.line.Words, " "), bold))
	}
	text := "The four words stand on the host’s screen, too. If they differ, somebody else answers in the host’s place: leave, and tell them."
	switch {
	case s.line.Verified:
		text = "The jam’s link has shown that this is the host."
	case s.line.Known:
		text = "This is the host that you visited before."
	case len(s.line.Words) == 0:
		text = "Nothing has shown yet that this is the host."
	}
	rows = append(rows, row{})
	for _, line := range wrap(text, s.size.x-4) {
		rows = append(rows, row{{"  " + line, 0}})
	}
	for _, line := range wrap(s.line.Said, s.size.x-4) {
		rows = append(rows, row{{"  " + line, alarm}})
	}
	return append(filled(rows, s.size.y-1), inset(row{{"esc", bold}, {" back", faint}}, s.size.x))
}

// notice is one passing sentence, the newest; or a question.
func (s *state) notice() row {
	switch {
	case s.ask != nil:
		return say(s.ask.text, bold)
	case s.cover == coverReact:
		r := row{}
		for i, one := range reactions() {
			r = append(r, span{fmt.Sprintf("%d ", i+1), bold}, span{one.shown + "  ", 0})
		}
		return r
	case len(s.news) == 0:
		return nil
	}
	n := s.news[len(s.news)-1]
	if n.wrong {
		return say(n.text, alarm)
	}
	return say(n.text, 0)
}

// reaction is a way to say something without words: what is sent, and what is shown of it.
type reaction struct{ emoji, shown string }

func reactions() []reaction {
	return []reaction{{"❤️", "❤ "}, {"🔥", "🔥"}, {"😂", "😂"}, {"👏", "👏"}, {"🎉", "🎉"}, {"💃", "💃"}}
}

// hints are keys with what they do, as many as fit.
func hints(w int, pairs [][2]string) row {
	var r row
	for _, pair := range pairs {
		more := row{{" ", 0}, {pair[0], bold}, {" " + pair[1], faint}}
		if len(r) > 0 {
			more[0].text = "  "
		}
		if r.width()+more.width() <= w {
			r = append(r, more...)
		}
	}
	return r.fit(w)
}

// footer is what the keys do now.
func (s *state) footer(w int) row {
	var pairs [][2]string
	switch {
	case s.ask != nil:
		for _, a := range s.ask.answers {
			pairs = append(pairs, [2]string{a.key, a.label})
		}
		pairs = append(pairs, [2]string{"esc", "no"})
	case s.cover == coverReact:
		pairs = [][2]string{{"1–6", "react"}, {"esc", "back"}}
	case s.typing() && s.page == pageAdd:
		pairs = [][2]string{{"enter", "add"}, {"↑↓", "choose"}, {"esc", "back"}, {"tab", "people"}, {"F1", "help"}}
	case s.typing():
		pairs = [][2]string{{"enter", "send"}, {"esc", "back"}, {"↑↓", "read back"}, {"tab", "queue"}, {"F1", "help"}}
	default:
		must := [][2]string{{"?", "help"}, {"q", "quit"}}
		left := w - len(" ? help  q quit")
		for _, k := range s.likely() {
			if n := width(k.shown()) + width(k.label(s)) + 3; n <= left {
				pairs, left = append(pairs, [2]string{k.shown(), k.label(s)}), left-n
			}
		}
		pairs = append(pairs, must...)
	}
	return hints(w, pairs)
}

// likely are the keys for the last row: those of the page first, then the music's, for who has them.
func (s *state) likely() []key {
	var own, music, others []key
	for _, k := range keys() {
		switch {
		case !k.footer || !k.offered(s) || k.less != nil && k.less(s):
		case k.on != nil && *k.on == pagePeople:
			own = append(own, k)
		case k.group == groupMusic:
			music = append(music, k)
		default:
			others = append(others, k)
		}
	}
	return append(append(own, music...), others...)
}

// help lists the keys that this person may use.
func (s *state) help() []row {
	body := s.helpRows()
	height := s.size.y - 2
	from := max(0, min(s.scroll, len(body)-height))
	rows := []row{inset(spread(s.size.x-2, say("Keys", bold), say("marks: "+markVote+" votes  "+markPinned+" moved by hand", faint)), s.size.x)}
	rows = append(rows, filled(body[from:min(len(body), from+height)], height)...)
	pairs := [][2]string{{"esc", "back"}}
	if len(body) > height {
		pairs = append(pairs, [2]string{"↑↓", "more"})
	}
	return append(rows, hints(s.size.x, pairs))
}

// helpRows are the keys in one column, or in two when they would not fit otherwise and there is room.
func (s *state) helpRows() []row {
	var groups [][]row
	group := ""
	for _, k := range keys() {
		if k.may != nil && k.may(s) != "" {
			continue
		}
		if k.group != group {
			group = k.group
			groups = append(groups, []row{{}, say("  "+group, bold)})
		}
		last := &groups[len(groups)-1]
		*last = append(*last, row{{"  " + figure(k.shown(), 6) + "  ", accent | bold}, {k.about, 0}})
	}
	var rows []row
	for _, g := range groups {
		rows = append(rows, g...)
	}
	if len(rows) <= s.size.y-2 || s.size.x < 78 {
		return rows
	}
	left, right := groups[0], rows[len(groups[0]):]
	rows = nil
	for i := range max(len(left), len(right)) {
		var l, r row
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		rows = append(rows, append(l.fit(min(50, s.size.x/2)), r...))
	}
	return rows
}
