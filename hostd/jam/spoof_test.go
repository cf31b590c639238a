package jam

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// spoofsOf are ways to write the host's name that a person takes for it.
func spoofsOf(name string) []string {
	var spoofs []string
	letters := []rune(name)
	likes := map[rune][]string{
		'H': {"h", "Н", "Η", "Ｈ", "𝐇", "ℋ", "Ⓗ", "𝖧", "ᕼ", "Ｈ\u0332"},
		'a': {"A", "а", "ɑ", "α", "ａ", "𝐚", "ⓐ", "𝖺", "ａ\u200d", "⍺"},
		'n': {"N", "п", "ո", "ｎ", "𝐧", "ⓝ", "𝗇", "ռ", "n\u034f", "ｎ\ufe0f"},
	}
	for at, letter := range letters {
		for _, like := range likes[letter] {
			spoofs = append(spoofs, string(letters[:at])+like+string(letters[at+1:]))
		}
	}
	for _, unseen := range []string{"\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "\u00ad", "\u202e", "\u2066", "\u3164", "\u2800", "\ufe0f", "\u034f", " ", ".", "_", "-"} {
		for at := range len(letters) + 1 {
			spoofs = append(spoofs, string(letters[:at])+unseen+string(letters[at:]))
		}
	}
	return append(spoofs, strings.ToUpper(name), strings.ToLower(name), "  "+name+"\n", "Ｈａｎｎａ", "𝐇𝐚𝐧𝐧𝐚", "Ⓗⓐⓝⓝⓐ", "Ηаnnа")
}

func TestPromiseNobodyLooksLikeTheHost(t *testing.T) {
	passed, spoofs := 0, spoofsOf("Hanna")
	for _, spoof := range spoofs {
		w := newWorld(t, wire.DefaultSettings(), chance(1))
		e, refusal := w.step("", "", Admit{DisplayName: spoof, Token: "t"})
		if refusal != nil {
			t.Fatal(refusal)
		}
		p, _ := w.jam.Participant(e.Seat)
		numbered := strings.HasSuffix(p.DisplayName, " 2")
		hidden := strings.ContainsFunc(p.DisplayName, func(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) })
		if !numbered || hidden {
			passed++
			t.Errorf("%+q is called %+q beside Hanna", spoof, p.DisplayName)
		}
	}
	proof.Show(t, "Nobody gets a name that looks like the host's", fmt.Sprintf("%d of %d spoofs passed", passed, len(spoofs)), "0 of 100 or more", passed == 0 && len(spoofs) >= 100)
}
