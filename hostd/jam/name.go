package jam

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"soul-jam/shared/wire"
)

// cleanName makes a name safe to show: NFKC, no control, bidi, zero-width or
// otherwise invisible characters, single spaces. What is then empty or over MaxDisplayName characters
// becomes fallback.
func cleanName(raw, fallback string) string {
	// NFKC can make a text longer by a factor of 18.
	if len(raw) > wire.MaxClientFrame {
		return fallback
	}
	name := cleanText(raw)
	if name == "" || utf8.RuneCountInString(name) > wire.MaxDisplayName {
		return fallback
	}
	return name
}

// NameTooLong tells whether a name is replaced because of its length, for who counts that.
func NameTooLong(raw string) bool {
	return len(raw) > wire.MaxDisplayName && utf8.RuneCountInString(cleanText(raw[:min(len(raw), wire.MaxClientFrame)])) > wire.MaxDisplayName
}

// cleanText is one line of what can be seen.
func cleanText(raw string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(strings.ToValidUTF8(raw, "")) {
		switch {
		case unicode.IsSpace(r) || r == brailleBlank:
			b.WriteByte(' ')
		case !unicode.IsControl(r) && !unicode.In(r, unicode.Cf, unicode.Co, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && r != utf8.RuneError:
			b.WriteRune(r)
		}
	}
	// Normalised again: what was removed may have stood between two parts of one letter.
	return strings.Join(strings.Fields(norm.NFKC.String(b.String())), " ")
}

// cleanSettings makes the jam's own name safe to show too; one of nothing is none.
func cleanSettings(s wire.JamSettings) wire.JamSettings {
	if s.Name == nil {
		return s
	}
	name := cleanText(*s.Name)
	if runes := []rune(name); len(runes) > wire.MaxJamName {
		name = strings.TrimSpace(string(runes[:wire.MaxJamName])) // it was short enough before the clean-up
	}
	if s.Name = &name; name == "" {
		s.Name = nil
	}
	return s
}

// brailleBlank looks like a space and is none.
const brailleBlank = '\u2800'

// freeName gives the cleaned name, Guest-7842 for an empty one, and a number
// behind one that looks like that of somebody present.
func (j *Jam) freeName(name string) string {
	if name == "" {
		name = fmt.Sprintf("Guest-%04d", j.fourDigits())
	}
	free := name
	for n := 2; j.looks[lookOf(free)] > 0; n++ {
		number := fmt.Sprintf(" %d", n)
		room := wire.MaxDisplayName - len(number)
		if runes := []rune(name); len(runes) > room {
			free = string(runes[:room]) + number
			continue
		}
		free = name + number
	}
	return free
}
