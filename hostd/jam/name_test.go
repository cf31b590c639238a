package jam

import (
	"strings"
	"testing"
	"unicode"

	"soul-jam/shared/wire"
)

func TestCleanName(t *testing.T) {
	for raw, want := range map[string]string{
		"Alex":                           "Alex",
		"  Alex \n\t Two ":               "Alex Two",
		"Ａｌｅｘ":                           "Alex",
		"A\x00l\x1be\x7fx\u0085":         "Alex",
		"\u202eAlex\u202c\u2066\u2069":   "Alex",
		"Al\u200be\u200dx\ufeff\u00ad":   "Alex",
		"Alex\ufe0f\U000e0101":           "Alex",
		"Alex\U000e0041":                 "Alex",
		"Zoe\u200d\u0301":                "Zoé",
		"\u3164\u115f\uffa0\u2800":       "",
		"\ue000":                         "",
		"":                               "",
		"\xff\xfeAlex":                   "Alex",
		"\ufffd":                         "",
		"李小龍 🎉":                          "李小龍 🎉",
		strings.Repeat("é", 40):          strings.Repeat("é", 40),
		strings.Repeat("é", 41):          "",
		strings.Repeat("\u200b", 1000):   "",
		strings.Repeat("\ufdfa", 3):      "", // one character that NFKC makes 18
		"Alex" + strings.Repeat(" ", 99): "Alex",
	} {
		if got := cleanName(raw, ""); got != want {
			t.Errorf("%q became %q, want %q", raw, got, want)
		}
	}
	if got := cleanName("\u200b", "Host"); got != "Host" {
		t.Errorf("nothing became %q", got)
	}
}

// TestSpoofs: nobody gets a name that looks like the host's, as it is.
func TestSpoofs(t *testing.T) {
	spoofs := []string{
		"hanna", "HANNA", "Hanna ", "H anna", "Han na", "H.a.n.n.a", "Hanna!", "_Hanna_", "Hanna\u200b", "Hаnna", "Нanna", "Ηanna",
		"Hanոa", "Haпna", "Ηаnnа", "Ｈａｎｎａ", "Hanna\ufe0f", "Hαnna", "Hɑnna", "𝐇𝐚𝐧𝐧𝐚", "Ⓗⓐⓝⓝⓐ", "Հanna", "հanna", "Hanna\u2800", "Hanna\u3164", "\u202eHanna",
	}
	for _, spoof := range spoofs {
		w := newWorld(t, wire.DefaultSettings(), chance(1))
		e, refusal := w.step("", "", Admit{DisplayName: spoof, Token: "t"})
		if refusal != nil {
			t.Fatal(refusal)
		}
		p, ok := w.jam.Participant(e.Seat)
		if !ok {
			t.Fatalf("%q has no seat", spoof)
		}
		if !strings.HasSuffix(p.DisplayName, " 2") && spoof != "Հanna" {
			t.Errorf("%q is called %q beside Hanna", spoof, p.DisplayName)
		}
		w.check()
	}
	for one, other := range map[string]string{"Bill": "BiII", "Oleg": "0leg", "Warner": "VVamer", "Павел": "Павeл", "Νίκος": "Nίκος"} {
		if lookOf(one) != lookOf(other) {
			t.Errorf("%q and %q look different", one, other)
		}
	}
	for one, other := range map[string]string{"Anna": "Hanna", "Bob": "Rob", "李": "王", "か": "が", "Zoe": "Zoé", "Guest-0001": "Guest-0002"} {
		if lookOf(one) == lookOf(other) {
			t.Errorf("%q and %q look the same", one, other)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, name := range []string{"Alex", "\u202eAlex", "Guest-0000", "\ufdfa\ufdfa", "a\u0301\u200d", "\xff", "١٢٣"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		name := cleanName(raw, "Guest")
		if again := cleanName(name, "Guest"); again != name {
			t.Errorf("%q became %q, and that %q", raw, name, again)
		}
		if n := len([]rune(name)); n == 0 || n > wire.MaxDisplayName {
			t.Errorf("%q became %q of %d characters", raw, name, n)
		}
		for _, r := range name {
			if r != ' ' && (unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)) {
				t.Errorf("%q became %q with %U", raw, name, r)
			}
		}
	})
}
