package jam

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"soul-jam/shared/wire"
)

// FuzzChat: what people say is shown without a character that moves, hides or breaks the text around it, and cleaning it twice
// changes nothing.
func FuzzChat(f *testing.F) {
	for _, said := range []string{
		"hello", "\u202eevil\u2066", "a\x00b\r\nc", "e\u0301\u0301\u0301\u0301\u0301", "\ufdfa\ufdfa\ufdfa", "\xff\xfe", "<img src=x onerror=alert(1)>", "👩‍👩‍👧‍👦 \u200d", "\u00ad\u2060", "١٢٣\u061c",
	} {
		f.Add(said)
	}
	f.Fuzz(func(t *testing.T, said string) {
		shown := cleanText(said)
		if again := cleanText(shown); again != shown {
			t.Errorf("%q became %q, and that %q", said, shown, again)
		}
		if !utf8.ValidString(shown) {
			t.Errorf("%q became %q", said, shown)
		}
		for _, r := range shown {
			if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%q became %q with %U", said, shown, r)
			}
		}
	})
}

// FuzzEmoji: a reaction is a few symbols; no letter gets in, so nobody writes with them.
func FuzzEmoji(f *testing.F) {
	for _, said := range []string{"🎉", "👩🏽‍🚀", "#️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "ok", "ⓐ", "\u200d\u200d", "❤\ufe0f", "\xf0\x9f", "1"} {
		f.Add(said)
	}
	f.Fuzz(func(t *testing.T, said string) {
		if !isEmoji(said) {
			return
		}
		if len(said) == 0 || len(said) > wire.MaxEmoji || !utf8.ValidString(said) {
			t.Errorf("%q passes", said)
		}
		for _, r := range said {
			if unicode.IsLetter(r) || unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%q passes with %U", said, r)
			}
		}
	})
}
