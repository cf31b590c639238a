package jam

import (
	"strings"
	"unicode"
)

// twins are the letters that a phone shows like others, upper case first because
// its shape may be that of another letter than the lower case's. I, l and 1 are one letter here.
var twins = strings.NewReplacer(
	// Cyrillic
	"А", "a", "В", "b", "Е", "e", "Ѕ", "s", "І", "i", "Ї", "i", "Ј", "j", "К", "k", "М", "m", "Н", "h", "О", "o", "Р", "p",
	"С", "c", "Т", "t", "У", "y", "Х", "x", "Ь", "b", "Ԛ", "q", "Ԝ", "w", "Ԁ", "d", "Һ", "h", "Ӏ", "i",
	"а", "a", "е", "e", "ѕ", "s", "і", "i", "ї", "i", "ј", "j", "к", "k", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x",
	"ԁ", "d", "һ", "h", "ԛ", "q", "ԝ", "w", "ӏ", "i", "г", "r", "п", "n",
	// Greek
	"Α", "a", "Β", "b", "Ε", "e", "Ζ", "z", "Η", "h", "Ι", "i", "Κ", "k", "Μ", "m", "Ν", "n", "Ο", "o", "Ρ", "p", "Τ", "t",
	"Υ", "y", "Χ", "x", "α", "a", "ε", "e", "ι", "i", "κ", "k", "ν", "v", "ο", "o", "ρ", "p", "τ", "t", "υ", "u", "χ", "x", "γ", "y", "ω", "w",
	// Armenian, and Latin beyond ASCII
	"օ", "o", "ո", "n", "ս", "u", "ց", "g", "հ", "h", "ı", "i", "ɑ", "a", "ɡ", "g", "ɩ", "i", "ʟ", "l", "ᴀ", "a", "ᴄ", "c", "ᴇ", "e",
	"ᴏ", "o", "ᴠ", "v", "ᴡ", "w", "ᴢ", "z", "ꜱ", "s", "ǀ", "i", "ռ", "n", "⍺", "a",
	// Cherokee, Canadian syllabics and Lisu, whose letters are like Latin capitals
	"Ꭺ", "a", "Ᏼ", "b", "Ꮯ", "c", "Ꭰ", "d", "Ꭼ", "e", "Ꮐ", "g", "Ꮋ", "h", "Ꭻ", "j", "Ꮶ", "k", "Ꮮ", "i", "Ꮇ", "m", "Ꮲ", "p", "Ꭱ", "r", "Ꮪ", "s", "Ꭲ", "t", "Ꮩ", "v", "Ꮃ", "w", "Ꮓ", "z",
	"ᗅ", "a", "ᗷ", "b", "ᑕ", "c", "ᗪ", "d", "ᖴ", "f", "ᕼ", "h", "ᒍ", "j", "ᗰ", "m", "ᑭ", "p", "ᖇ", "r", "ᑌ", "u", "ᐯ", "v", "᙭", "x", "ᒪ", "i",
	"ꓮ", "a", "ꓐ", "b", "ꓚ", "c", "ꓓ", "d", "ꓰ", "e", "ꓝ", "f", "ꓖ", "g", "ꓧ", "h", "ꓲ", "i", "ꓙ", "j", "ꓗ", "k", "ꓡ", "i", "ꓟ", "m", "ꓠ", "n", "ꓳ", "o", "ꓑ", "p", "ꓣ", "r", "ꓢ", "s", "ꓔ", "t", "ꓴ", "u", "ꓦ", "v", "ꓪ", "w", "ꓫ", "x", "ꓬ", "y", "ꓜ", "z",
	// ASCII
	"I", "i", "L", "i", "l", "i", "1", "i", "|", "i", "0", "o",
)

// pairs of letters that look like one, in lower case.
var pairs = strings.NewReplacer("rn", "m", "vv", "w")

// lookOf gives two names that look alike the same text: letters of other scripts
// as their Latin twins, in lower case, without spaces and punctuation. Nobody is ever shown it.
func lookOf(name string) string {
	letters := strings.Map(func(r rune) rune {
		// A mark over a letter is hard to see on a phone; letters that have theirs built in are others.
		if unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.In(r, unicode.Mn, unicode.Me) {
			return -1
		}
		return r
	}, strings.ToLower(twins.Replace(name)))
	return pairs.Replace(letters)
}
