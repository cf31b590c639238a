package terminal

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// screen is what is shown: rows of exactly the same width, and where the text cursor stands, if it does.
type screen struct {
	rows   []row
	cursor *point
}

// point is a place on the screen, or its size, in columns and rows.
type point struct{ x, y int }

// kit is what a terminal can show.
type kit struct {
	colour  bool // NO_COLOR is not set, and the terminal has colours
	unicode bool // else ASCII only
}

// kitOf reads it from the environment ("NAME=value"). Where nothing says otherwise a terminal shows UTF-8, as nearly all do.
func kitOf(env []string) kit {
	get := func(name string) string {
		for i := len(env) - 1; i >= 0; i-- {
			if value, found := strings.CutPrefix(env[i], name+"="); found {
				return value
			}
		}
		return ""
	}
	k := kit{colour: get("NO_COLOR") == "", unicode: true}
	switch term := get("TERM"); {
	case term == "dumb", strings.HasPrefix(term, "vt"), strings.HasSuffix(term, "-mono"), strings.HasSuffix(term, "-m"):
		k.colour = false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(get(name)); locale != "" {
			k.unicode = strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
			break
		}
	}
	return k
}

// paint writes the screen as a terminal takes it. No control character comes out but those that make the looks and the ends of rows.
func (s screen) paint(k kit) string {
	var out strings.Builder
	for i, r := range s.rows {
		if i > 0 {
			out.WriteByte('\n')
		}
		before := ""
		for _, sp := range r {
			codes := k.codes(sp.look)
			if codes != before && before != "" {
				out.WriteString("\x1b[m")
			}
			if codes != before && codes != "" {
				out.WriteString("\x1b[" + codes + "m")
			}
			before = codes
			out.WriteString(k.spell(sp.text))
		}
		if before != "" {
			out.WriteString("\x1b[m")
		}
	}
	return out.String()
}

// codes are the SGR parameters of a look. Magenta and red are those of the 16 colours that are readable on black and on white alike.
func (k kit) codes(l look) string {
	var codes []string
	for _, one := range []struct {
		look look
		code string
	}{{bold, "1"}, {faint, "2"}, {underline, "4"}, {reverse, "7"}} {
		if l&one.look != 0 {
			codes = append(codes, one.code)
		}
	}
	switch {
	case !k.colour:
	case l&alarm != 0:
		codes = append(codes, "31")
	case l&accent != 0:
		codes = append(codes, "35")
	}
	return strings.Join(codes, ";")
}

// spell is a text in the characters that the terminal has, in as many columns.
func (k kit) spell(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case r < ' ' || r >= 0x7f && r < 0xa0: // never, from wherever it came
			continue
		case r < 0x7f || k.unicode:
			out.WriteRune(r)
		default:
			out.WriteString(asciiFor(r))
		}
	}
	return out.String()
}

// asciiFor stands in for a character in as many columns.
func asciiFor(r rune) string {
	switch r {
	case '━':
		return "="
	case '─', '–', '—', '·':
		return "-"
	case '│':
		return "|"
	case '▲', '△':
		return "^"
	case '▶', '›':
		return ">"
	case '●', '★', '◆', '♪', '•':
		return "*"
	case '○':
		return "o"
	case '…':
		return "~"
	case '’', '‘':
		return "'"
	case '“', '”':
		return `"`
	case '↑':
		return "^"
	case '↓':
		return "v"
	case '←':
		return "<"
	case '→':
		return ">"
	}
	if letter := norm.NFD.String(string(r)); letter[0] < 0x7f { // without its marks
		return letter[:1]
	}
	return strings.Repeat("?", runeWidth(r))
}
