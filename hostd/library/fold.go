package library

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// apostrophes are the signs that stand for one, by habit or by keyboard. They
// are brought together before normalising, which would take some of them apart.
var apostrophes = strings.NewReplacer("’", "'", "‘", "'", "‛", "'", "′", "'", "´", "'", "ʼ", "'", "ʻ", "'", "ʹ", "'")

// foldText brings text to the form in which it is compared. The text is
// normalised twice: once apart, to drop accents, and once together again, so
// that a voiced kana is one character. Korean stays apart, as its keys are
// typed; see [appendJamo].
func foldText(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	b := make([]byte, 0, len(s)+len(s)/2)
	base := rune(0)
	for _, r := range norm.NFKD.String(apostrophes.Replace(strings.ToValidUTF8(s, " "))) {
		if unicode.Is(unicode.Mn, r) {
			if !dropsMarks(base) {
				b = utf8.AppendRune(b, r)
			}
			continue
		}
		base = r
		b = appendFolded(b, unicode.ToLower(r))
	}
	return string(norm.NFC.Bytes(b))
}

// dropsMarks tells the scripts whose marks people leave out when they type.
// Elsewhere, as in Thai, Hindi or Japanese, a mark makes another letter.
func dropsMarks(base rune) bool {
	return unicode.In(base, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew) || base < 0x80
}

// appendFolded adds a small letter without marks in its plain spelling.
func appendFolded(b []byte, r rune) []byte {
	switch {
	case r < utf8.RuneSelf:
		return append(b, byte(r))
	case r >= 'ァ' && r <= 'ヶ': // katakana as hiragana
		return utf8.AppendRune(b, largeKana(r-'ァ'+'ぁ'))
	case r >= 'ぁ' && r <= 'ゖ':
		return utf8.AppendRune(b, largeKana(r))
	case r >= 0x1100 && r <= 0x11FF:
		return appendJamo(b, r)
	case unicode.IsDigit(r):
		return append(b, asciiDigit(r))
	}
	if s := spelled(r); s != "" {
		return append(b, s...)
	}
	return utf8.AppendRune(b, r)
}

// spelled gives the plain spelling of letters that do not come apart by
// themselves, the Arabic and Persian letters that are typed for one another,
// and drops the Arabic stretch.
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
	case 'ħ':
		return "h"
	case 'ŧ':
		return "t"
	case 'ŋ':
		return "n"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	case 'ґ':
		return "г"
	case 'ٱ':
		return "ا"
	case 'ى', 'ی':
		return "ي"
	case 'ة':
		return "ه"
	case 'ک':
		return "ك"
	case 'ـ':
		return "'"
	}
	return ""
}

// largeKana gives the full-sized kana for a small one: ャ, typed as や.
func largeKana(r rune) rune {
	switch r {
	case 'ぁ', 'ぃ', 'ぅ', 'ぇ', 'ぉ', 'っ', 'ゃ', 'ゅ', 'ょ', 'ゎ':
		return r + 1
	case 'ゕ':
		return 'か'
	case 'ゖ':
		return 'け'
	}
	return r
}

// asciiDigit gives the digit of any script as 0 to 9.
func asciiDigit(r rune) byte {
	for _, runs := range unicode.Nd.R16 {
		if r >= rune(runs.Lo) && r <= rune(runs.Hi) {
			return '0' + byte((r-rune(runs.Lo))%10)
		}
	}
	for _, runs := range unicode.Nd.R32 {
		if r >= rune(runs.Lo) && r <= rune(runs.Hi) {
			return '0' + byte((r-rune(runs.Lo))%10)
		}
	}
	return '0'
}

// The letters of the three parts of a Korean syllable, from U+1100, U+1161 and
// U+11A8 on, by the keys that type them.
var (
	jamoInitials = [...]string{"ㄱ", "ㄲ", "ㄴ", "ㄷ", "ㄸ", "ㄹ", "ㅁ", "ㅂ", "ㅃ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅉ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ"}
	jamoVowels   = [...]string{
		"ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
	}
	jamoFinals = [...]string{
		"ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ",
		"ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
	}
)

// appendJamo adds a part of a Korean syllable as it is typed, one key after the
// other: a final consonant looks like an initial one, and letters made of two
// keys come as two. So "살" on the way to "사랑" is a beginning of it. The
// letters are the compatibility ones, which do not join up again.
func appendJamo(b []byte, r rune) []byte {
	switch i := int(r); {
	case i >= 0x1100 && i < 0x1100+len(jamoInitials):
		return append(b, jamoInitials[i-0x1100]...)
	case i >= 0x1161 && i < 0x1161+len(jamoVowels):
		return append(b, jamoVowels[i-0x1161]...)
	case i >= 0x11A8 && i < 0x11A8+len(jamoFinals):
		return append(b, jamoFinals[i-0x11A8]...)
	}
	return utf8.AppendRune(b, r) // an old letter
}

// isUnspaced tells the scripts that are written without spaces between words.
func isUnspaced(r rune) bool {
	switch {
	case r < 0x0E00:
		return false
	case r < 0x3000:
		return unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー' || r == '々'
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
