package terminal

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi" // which characters are two columns wide: bubbletea counts with it, too
)

// look is how a text stands out.
type look uint8

// The looks. They add up.
const (
	bold look = 1 << iota
	faint
	reverse
	underline
	accent // one's own, and what goes on now
	alarm  // something is wrong
)

// span is a text in one look; row is a line of the screen, or a part of one.
type (
	span struct {
		text string
		look look
	}
	row []span
)

// say is a row of one text.
func say(text string, l look) row { return row{{text, l}} }

// width is how many columns a text takes.
func width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	switch {
	case r >= ' ' && r < 0x7f:
		return 1
	case r >= 0xa0 && r < 0x300: // Latin: nothing wide, no marks
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	}
	return ansi.StringWidthWc(string(r))
}

// cut is the beginning of a text that takes at most n columns; … stands for the rest.
func cut(s string, n int) string {
	if width(s) <= n {
		return s
	}
	if short := strings.TrimRight(s, " "); width(short) <= n { // blanks are no loss
		return short
	}
	if n <= 0 {
		return ""
	}
	var out strings.Builder
	for _, r := range s {
		if n -= runeWidth(r); n < 1 {
			break
		}
		out.WriteRune(r)
	}
	return strings.TrimRight(out.String(), " ") + "…"
}

// column is a text cut or filled to exactly n columns.
func column(s string, n int) string {
	s = cut(s, n)
	return s + blank(n-width(s))
}

// figure is column, but the text stands at the end.
func figure(s string, n int) string {
	s = cut(s, n)
	return blank(n-width(s)) + s
}

func blank(n int) string { return strings.Repeat(" ", max(0, n)) }

func (r row) width() int {
	n := 0
	for _, s := range r {
		n += width(s.text)
	}
	return n
}

// fit is the row cut or filled to exactly n columns.
func (r row) fit(n int) row {
	out := make(row, 0, len(r)+1)
	for _, s := range r {
		w := width(s.text)
		if w > n {
			s.text = cut(s.text, n)
			w = width(s.text)
			out, n = append(out, s, span{blank(n - w), 0}), 0
			break
		}
		out, n = append(out, s), n-w
	}
	if n > 0 {
		out = append(out, span{blank(n), 0})
	}
	return out
}

// spread is n columns with one row at the beginning and one at the end, which stays whole as long as it fits.
func spread(n int, left, right row) row {
	w := right.width()
	if w == 0 || w > n {
		return left.fit(n)
	}
	room := n - w
	if left.width() > room-1 {
		room-- // not without a space between
		return append(append(left.fit(max(0, room)), span{blank(n - w - max(0, room)), 0}), right...)
	}
	return append(left.fit(room), right...)
}

// all is the row in one look, whatever its parts had.
func (r row) all(l look) row {
	out := make(row, len(r))
	for i, s := range r {
		out[i] = span{s.text, l}
	}
	return out
}

// wrapped breaks a row at spaces into rows of at most n columns.
func (r row) wrapped(n int) []row {
	if r.width() <= n {
		return []row{r}
	}
	var rows []row
	var line row
	used := 0
	for _, s := range r {
		for i, word := range strings.SplitAfter(s.text, " ") {
			w := width(strings.TrimRight(word, " "))
			if used > 0 && used+w > n && (i > 0 || strings.HasSuffix(line[len(line)-1].text, " ")) {
				rows, line, used = append(rows, line), nil, 0
			}
			line, used = append(line, span{word, s.look}), used+width(word)
		}
	}
	return append(rows, line)
}

// wrap breaks a text at spaces into lines of at most n columns; what is longer than a line is broken anywhere.
func wrap(s string, n int) []string {
	if n < 2 { // no room for a wide letter
		return nil
	}
	var lines []string
	var line strings.Builder
	used := 0
	end := func() {
		lines, used = append(lines, line.String()), 0
		line.Reset()
	}
	for word := range strings.FieldsSeq(s) {
		if used > 0 && used+1+width(word) > n {
			end()
		}
		if used > 0 {
			line.WriteByte(' ')
			used++
		}
		for _, r := range word {
			w := runeWidth(r)
			if used+w > n {
				end()
			}
			line.WriteRune(r)
			used += w
		}
	}
	if used > 0 || len(lines) == 0 {
		end()
	}
	return lines
}
