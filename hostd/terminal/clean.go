package terminal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of texts of others, in characters: more is cut off before anything else is done with it.
const (
	// mostText is for titles, names and sentences; the widest screen shows less.
	mostText = 300
	// mostSaid is for a line of chat, which the host limits to wire.MaxChat.
	mostSaid = 1000
	// mostMarks that stand on one letter; more reach into the rows above and below.
	mostMarks = 2
)

// clean is a text of others as one line that is safe to show: see [cleanTo].
func clean(s string) string { return strings.TrimSpace(cleanTo(s, mostText)) }

// cleanTo leaves letters, digits, signs and single spaces, at most so many characters. Gone are control and escape
// characters, bidi controls, what joins and what varies emoji (terminals disagree how wide the result is: what is left
// is emoji side by side), marks without a letter and more than mostMarks of them. Letters that can be one character are.
func cleanTo(s string, most int) string {
	if len(s) > most*utf8.UTFMax {
		s = s[:most*utf8.UTFMax]
	}
	var out strings.Builder
	kept, marks, spaced := 0, mostMarks, false
	for _, r := range norm.NFC.String(strings.ToValidUTF8(s, "")) {
		r = seen(r)
		switch {
		case r == 0 || kept == most:
			continue
		case unicode.IsMark(r):
			if marks++; marks > mostMarks {
				continue
			}
		case r == ' ':
			if spaced {
				continue
			}
			marks = mostMarks
		default:
			marks = 0
		}
		spaced = r == ' '
		out.WriteRune(r)
		kept++
	}
	return out.String()
}

// seen is a character as it is shown, 0 for one that is not.
func seen(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case !unicode.IsPrint(r): // control, bidi, joiners, private use, unassigned
		return 0
	case unicode.Is(unicode.Variation_Selector, r), r == '\u20e3', r == '\u034f': // makes an emoji of a sign; keycap; joins marks
		return 0
	case r >= 0x1f3fb && r <= 0x1f3ff: // skin tones
		return 0
	case r >= 0x1f1e6 && r <= 0x1f1ff: // flags are pairs of these letters
		return 'A' + r - 0x1f1e6
	case r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0', r == '\u2800': // letters that are blank
		return ' '
	}
	return r
}

// sentence begins what is said with a capital letter and ends it with a full stop, as sentences on a screen do.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	switch {
	case s == "":
		return ""
	case unicode.IsLetter(last), unicode.IsDigit(last), strings.ContainsRune("`)”\"’", last):
		s += "."
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
