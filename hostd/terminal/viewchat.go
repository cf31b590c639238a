package terminal

import (
	"fmt"
	"slices"

	"soul-jam/shared/wire"
)

// tellLeft: from so many characters before the end on, the chat tells how many are left.
const tellLeft = 100

// chatRows is what was said, the newest at the bottom, and the field for one's own word.
func (s *state) chatRows(w, height int) ([]row, *point) {
	field, cursor := s.chatField(w)
	room := height - 1
	lines := s.chatLines(w-2, room+s.chat.back)
	end := len(lines) - min(s.chat.back, max(0, len(lines)-room))
	shown := lines[max(0, end-room):end]
	rows := make([]row, 0, height)
	if len(lines) == 0 {
		rows = append(rows, inset(say("Nobody has said anything yet.", faint), w))
	} else {
		rows = append(rows, make([]row, room-len(shown))...)
	}
	for _, r := range shown {
		rows = append(rows, inset(r, w))
	}
	rows = append(filled(rows, room), inset(field, w))
	return rows, cursor.moved(1, room)
}

// chatField is where one writes, or why one does not.
func (s *state) chatField(w int) (row, *point) {
	switch {
	case !s.room.Settings.AllowChat:
		return say("The host turned off the chat.", faint), nil
	case !s.room.Rights.CanChat:
		return say("The host has muted you. You can read what others write.", faint), nil
	case s.page != pageChat:
		return say("c to write", faint), nil
	}
	left := ""
	if n := wire.MaxChat - len(s.chat.editor.text); n <= tellLeft {
		left = fmt.Sprintf(" %d", n)
	}
	text, cursor := s.chat.editor.view(w - 4 - len(left))
	r := row{{markSelected + " ", accent | bold}}
	if text == "" {
		r = append(r, span{"Message", faint})
	} else {
		r = append(r, span{text, 0})
	}
	return spread(w-2, r, say(left, faint)), &point{2 + cursor, 0}
}

// chatLines is what was said, wrapped, the name first: at least so many rows from the end, or all there are.
func (s *state) chatLines(w, least int) []row {
	var said [][]row // newest first
	for n := 0; n < least && len(said) < len(s.room.Chat); {
		rows := s.chatLine(s.room.Chat[len(s.room.Chat)-1-len(said)], w)
		said, n = append(said, rows), n+len(rows)
	}
	var rows []row
	for _, line := range slices.Backward(said) {
		rows = append(rows, line...)
	}
	return rows
}

// chatLine is one line of it: what was said stands beside the name.
func (s *state) chatLine(line wire.ChatLine, w int) []row {
	name, l := cut(line.From, 16), bold
	if line.FromID == s.room.Me {
		name, l = "You", accent|bold
	}
	head := row{{name + "  ", l}}
	if w >= 50 {
		head = append(row{{line.At.In(s.zone).Format("15:04") + " ", faint}}, head...)
	}
	var rows []row
	indent := head.width()
	if indent > w/2 { // a long name on a narrow screen has a row of its own
		rows, head, indent = append(rows, head.fit(w)), say("  ", 0), 2
	}
	for i, text := range wrap(line.Message, w-indent) {
		if i > 0 {
			head = say(blank(indent), 0)
		}
		rows = append(rows, append(head, span{text, 0}).fit(w))
	}
	return rows
}
