package identity

import (
	"slices"
	"strings"
	"testing"
)

func TestWordsAreOfTheWholeBundle(t *testing.T) {
	const text = `{"v":1,"code":"HQRS-2K4M"}`
	words := SignedBundle{Text: text}.Words()
	if want := "couch radio label castle"; strings.Join(words, " ") != want {
		t.Errorf("the words are %q; both ends have to make the same ones in every version: %q", strings.Join(words, " "), want)
	}
	if other := (SignedBundle{Text: text + " "}).Words(); slices.Equal(other, words) {
		t.Errorf("another bundle has the same words: %q", other)
	}
}

func TestWordListTellsWordsApart(t *testing.T) {
	list := strings.Fields(wordList)
	if len(list) != 1<<wordBits {
		t.Fatalf("%d words, want %d", len(list), 1<<wordBits)
	}
	starts := map[string]string{}
	for _, word := range list {
		start := word[:min(4, len(word))]
		if other, twice := starts[start]; twice {
			t.Errorf("%q and %q begin alike", other, word)
		}
		if len(word) > 9 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%q is long, or not plain letters", word)
		}
		starts[start] = word
	}
}

func TestKnockHoldsForOnePairOnly(t *testing.T) {
	bundle := SignedBundle{Text: "the bundle"}
	secret := Keep("0123456789abcdef")
	key := bundle.Link(secret)
	proof := key.Knock(bundle, "host", "visitor")
	for name, ok := range map[string]bool{
		"the same":          bundle.Knocked(secret, "host", "visitor", proof),
		"another visitor":   !bundle.Knocked(secret, "host", "somebody", proof),
		"another host":      !bundle.Knocked(secret, "other", "visitor", proof),
		"another bundle":    !SignedBundle{Text: "another"}.Knocked(secret, "host", "visitor", proof),
		"another secret":    !bundle.Knocked(Keep("0123456789abcdeF"), "host", "visitor", proof),
		"nothing at all":    !bundle.Knocked(secret, "host", "visitor", nil),
		"borders moved":     !bundle.Knocked(secret, "hos", "t\nvisitor", proof),
		"a part of a proof": !bundle.Knocked(secret, "host", "visitor", proof[:16]),
	} {
		if !ok {
			t.Errorf("%s is taken wrongly", name)
		}
	}
}
