package library

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxTextRunes is the longest title, artist or album, in characters. The
	// rest is cut off.
	maxTextRunes = 200
	// maxMarks is the most combining marks on one letter. Vietnamese and
	// Hebrew need three; towers of them spill over the lines around.
	maxMarks = 4
)

// cleanText makes text from a file fit for a page: valid UTF-8, no control,
// bidi or other invisible characters, single spaces, at most maxTextRunes.
func cleanText(s string) string {
	if plainText(s) {
		return s
	}
	var b strings.Builder
	runes, marks, space := 0, 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = true
			continue
		case r == utf8.RuneError || unicode.IsControl(r) || invisible(r):
			continue
		}
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		if space && b.Len() > 0 {
			if runes++; runes >= maxTextRunes {
				break
			}
			b.WriteByte(' ')
		}
		space = false
		if runes++; runes > maxTextRunes {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plainText tells whether s is already clean, as most text is.
func plainText(s string) bool {
	if len(s) > maxTextRunes {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~':
			return false
		case c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' '):
			return false
		}
	}
	return true
}

// invisible tells format characters (bidi controls, zero width, tags), which
// can turn a line around or hide text. The two joiners stay: Persian words and
// emoji families are made with them.
func invisible(r rune) bool {
	const nonJoiner, joiner = '\u200C', '\u200D'
	if r == nonJoiner || r == joiner {
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point)
}
