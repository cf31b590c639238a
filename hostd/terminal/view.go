package terminal

import (
	"fmt"
	"strings"

	"soul-jam/hostd/visitor"
)

// Sizes, in columns and rows.
const (
	leastWide, leastHigh = 40, 12 // below, the screen asks for more room
	wideFrom             = 104    // from here on the chat stands beside the other pages
	tallFrom             = 18     // from here on there is room for empty rows and a third row for the song
)

// marks are the signs of the screen; help explains them.
const (
	markSelected = "›"
	markVote     = "▲"
	markPinned   = "◆"
	markHere     = "●"
	markAway     = "○"
	markHost     = "★"
	markPerson   = "♪"
	markPlaying  = "▶"
	markPaused   = "="
)

func (s *state) wide() bool { return s.size.x >= wideFrom }
func (s *state) tall() bool { return s.size.y >= tallFrom }

// screen is everything that is shown: exactly size.y rows of exactly size.x columns.
func (s *state) screen() screen {
	var out screen
	switch {
	case s.size.x < leastWide || s.size.y < leastHigh:
		out.rows = s.tooSmall()
	case s.over || !s.room.Seated:
		out.rows = s.threshold()
	case s.cover == coverHelp:
		out.rows = s.help()
	case s.cover == coverInfo:
		out.rows = s.info()
	default:
		out = s.jam()
	}
	rows := make([]row, s.size.y)
	for i := range rows {
		if i < len(out.rows) {
			rows[i] = out.rows[i].fit(s.size.x)
		} else {
			rows[i] = row{}.fit(s.size.x)
		}
	}
	out.rows = rows
	return out
}

// tooSmall asks for more room.
func (s *state) tooSmall() []row {
	return s.centred(say("A larger window, please.", bold), say(fmt.Sprintf("%d columns, %d rows", leastWide, leastHigh), 0))
}

// jam is the screen of somebody who has a seat.
func (s *state) jam() screen {
	w := s.size.x
	rows := []row{s.header()}
	if s.tall() {
		rows = append(rows, say(strings.Repeat("─", w), faint))
	}
	rows = append(rows, s.now3(w)...)
	if s.tall() {
		rows = append(rows, row{})
	}
	for _, banner := range s.bannerRows() {
		rows = append(rows, inset(banner, w))
	}
	rows = append(rows, s.tabs(w))
	if s.tall() {
		rows = append(rows, row{})
	}
	top := len(rows)
	left, right := s.columns()
	page, cursor := s.pageRows(left, s.bodyRows())
	if right == 0 {
		rows = append(rows, page...)
	} else {
		chat, at := s.chatRows(right, len(page))
		if s.page == pageChat {
			cursor = at.moved(left+3, 0)
		}
		for i := range page {
			rows = append(rows, append(append(page[i].fit(left), span{" │ ", faint}), chat[i]...))
		}
	}
	notice := s.notice().wrapped(w - 2)
	notice = firstOf(notice, len(page)) // what needs more than its row lies over the end of the page
	rows = rows[:len(rows)-max(0, len(notice)-1)]
	for _, r := range notice {
		rows = append(rows, inset(r, w))
	}
	out := screen{rows: append(filled(rows, s.size.y-1), s.footer(w))}
	if cursor != nil && s.typing() {
		out.cursor = cursor.moved(0, top)
	}
	return out
}

// columns are the widths of the page and of the chat beside it, 0 when there is none.
func (s *state) columns() (left, right int) {
	if !s.wide() {
		return s.size.x, 0
	}
	right = min(60, max(36, s.size.x/3))
	return s.size.x - right - 3, right
}

// bodyRows is how many rows there are between the tabs, and the notice and keys at the bottom.
func (s *state) bodyRows() int {
	above, below := 1+2+1, 2 // header, song, tabs
	if s.tall() {
		above = 2 + 3 + 1 + 2
	}
	return max(2, s.size.y-above-below-len(s.bannerRows()))
}

// pageRows is the page that is open, and where its field's cursor stands.
func (s *state) pageRows(w, height int) ([]row, *point) {
	var rows []row
	var cursor *point
	switch {
	case s.page == pageAdd:
		rows, cursor = s.addRows(w, height)
	case s.page == pagePeople:
		rows = s.peopleRows(w, height)
	case s.page == pageChat && !s.wide():
		rows, cursor = s.chatRows(w, height)
	default:
		rows = s.queueRows(w, height)
	}
	return filled(rows, height), cursor
}

// filled is exactly so many rows.
func filled(rows []row, n int) []row {
	for len(rows) < n {
		rows = append(rows, row{})
	}
	return rows[:n]
}

// inset leaves one column free on either side.
func inset(r row, w int) row {
	return append(append(row{{" ", 0}}, r.fit(w-2)...), span{" ", 0})
}

func (p *point) moved(x, y int) *point {
	if p == nil {
		return nil
	}
	return &point{p.x + x, p.y + y}
}

// centred stands in the middle of the screen.
func (s *state) centred(lines ...row) []row {
	rows := make([]row, max(0, (s.size.y-len(lines))/2))
	for _, line := range lines {
		rows = append(rows, append(row{{blank((s.size.x - line.width()) / 2), 0}}, line...))
	}
	return rows
}

// name is what the jam is called.
func (s *state) name() string {
	if name := s.room.Settings.Name; name != nil && *name != "" {
		return *name
	}
	if host := s.room.host(); host != "" {
		return host + "’s jam"
	}
	if s.line.HostName != "" {
		return s.line.HostName + "’s jam"
	}
	return "Soul Jam"
}

// header: which jam, and how the host is reached.
func (s *state) header() row {
	badge := s.badge()
	code := s.room.Code
	right := append(badge, span{"  " + code, 0})
	if s.size.x < 60 && width(s.name())+right.width()+4 > s.size.x {
		right = badge
	}
	return inset(spread(s.size.x-2, say(s.name(), bold), right), s.size.x)
}

// badge is how the host is reached, honestly.
func (s *state) badge() row {
	switch s.line.State {
	case visitor.Joined:
		words := row{{markHere + " ", accent}, {pathName(s.line.Path), 0}}
		if s.size.x >= 60 && s.clock.rtt >= 0 {
			words = append(words, span{fmt.Sprintf(" %.0f ms", max(1, s.clock.rtt)), faint})
		}
		return words
	case visitor.HostAway:
		return say(markAway+" Host away", alarm)
	}
	return say(markAway+" Reconnecting…", alarm)
}

func pathName(path string) string {
	switch path {
	case "lan":
		return "Same network"
	case "direct":
		return "Direct"
	case "relayed":
		return "Relayed"
	}
	return "Connected"
}

// tabs are the pages, and what just happened beside them.
func (s *state) tabs(w int) row {
	names := []string{"Queue", "Add", "People", "Chat"}
	counts := [pages]string{count(len(s.room.Upcoming)), "", count(s.room.People.count), ""}
	if n := s.unread(); n > 0 {
		counts[pageChat] = fmt.Sprintf("%d new", n)
	}
	if n := len(s.room.Pending); n > 0 {
		counts[pagePeople] += fmt.Sprintf(" +%d", n)
	}
	r := row{{" ", 0}}
	for p := range pages {
		l := look(0)
		if p == s.page {
			l = bold | reverse
		}
		r = append(r, span{" " + names[p] + " ", l})
		if counts[p] != "" {
			cl := faint
			if p == pageChat || p == pagePeople && len(s.room.Pending) > 0 {
				cl = accent | bold
			}
			r = append(r, span{counts[p] + " ", cl})
		}
	}
	var floats row
	for _, f := range s.floats {
		floats = append(floats, span{f.emoji + " ", 0})
		if s.size.x >= 70 {
			floats = append(floats, span{cut(f.from, 12) + "  ", faint})
		}
	}
	if len(floats) > 0 && r.width()+floats.width() < w {
		return spread(w-1, r, floats)
	}
	return r
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
