package library

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWordRunes is the longest word in the index, in characters. Longer words
// are cut, in the query too, so that they still meet.
const maxWordRunes = 32

// foldWords splits text into the words that the index holds: without case,
// accents, width and apostrophes, split where neither letter nor digit stands.
// A chunk like "AC/DC" also gives the words joined ("acdc"). Chinese and
// Japanese, which have no spaces, give pairs of characters and the last one
// alone, so that every beginning of a query is found.
func foldWords(text string, emit func(string)) {
	for chunk := range strings.FieldsSeq(foldText(text)) {
		var joined strings.Builder
		n := 0
		eachWord(chunk, func(w string, cjk bool) {
			if cjk {
				eachPair(w, emit)
				return
			}
			n++
			joined.WriteString(w)
			emit(cutWord(w))
		})
		if n > 1 {
			emit(cutWord(joined.String()))
		}
	}
}

// foldText brings text to the form in which it is compared. The text is
// normalised twice: once apart, to drop accents, and once together again, so
// that a Korean syllable or a Japanese voiced kana is one character.
func foldText(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	base := rune(0)
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		if unicode.Is(unicode.Mn, r) {
			if !dropsMarks(base) {
				b.WriteRune(r)
			}
			continue
		}
		base = r
		switch r = unicode.ToLower(r); {
		case r == '’' || r == 'ʼ' || r == 'ʻ' || r == '`':
			b.WriteByte('\'')
		case r >= 'ァ' && r <= 'ヶ': // katakana as hiragana
			b.WriteRune(r - 'ァ' + 'ぁ')
		default:
			if s := spelled(r); s != "" {
				b.WriteString(s)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return norm.NFC.String(b.String())
}

// dropsMarks tells the scripts whose marks people leave out when they type.
// Elsewhere, as in Thai, Hindi or Japanese, a mark makes another letter.
func dropsMarks(base rune) bool {
	return unicode.In(base, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew) || base < 0x80
}

// spelled gives the plain spelling of letters that do not come apart by
// themselves, and drops the Arabic stretch.
func spelled(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	case 'ـ':
		return "'"
	}
	return ""
}

// eachWord gives the runs of letters and digits in a folded chunk, and whether
// a run is written without spaces between words.
func eachWord(chunk string, emit func(word string, cjk bool)) {
	var word []byte
	wasCJK := false
	flush := func() {
		if len(word) > 0 {
			emit(string(word), wasCJK)
			word = word[:0]
		}
	}
	for _, r := range chunk {
		if r == '\'' {
			continue // don't, rock'n'roll
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			flush()
			continue
		}
		if cjk := isCJK(r); cjk != wasCJK {
			flush()
			wasCJK = cjk
		}
		word = utf8.AppendRune(word, r)
	}
	flush()
}

func isCJK(r rune) bool {
	if r < 0x3000 {
		return false
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー' || r == '々'
}

// eachPair gives the pairs of characters of a run, and its last character.
func eachPair(run string, emit func(string)) {
	for i := 0; i < len(run); {
		_, n := utf8.DecodeRuneInString(run[i:])
		_, m := utf8.DecodeRuneInString(run[i+n:])
		emit(run[i : i+n+m])
		i += n
	}
}

// cutWord limits a word to maxWordRunes.
func cutWord(w string) string {
	if len(w) <= maxWordRunes {
		return w
	}
	n := 0
	for i := range w {
		if n++; n > maxWordRunes {
			return w[:i]
		}
	}
	return w
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
