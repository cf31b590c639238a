package library

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// slowMatch rates one word against one word of a name by the definition: the word
// itself, its beginning, one edit from it, one edit from its beginning.
func slowMatch(typed, word string) (kind int, ok bool) {
	runes := utf8.RuneCountInString(typed)
	first, _ := utf8.DecodeRuneInString(typed)
	switch {
	case typed == word:
		return kindExact, true
	case strings.HasPrefix(word, typed):
		return kindPrefix, true
	case runes < minTypoRunes || isUnspaced(first):
		return 0, false
	case distance(typed, word) == 1:
		return kindTypo, true
	case runes < minTypoPrefix:
		return 0, false
	}
	for i := range word {
		if distance(typed, word[:i]) == 1 {
			return kindTypoPrefix, true
		}
	}
	return 0, false
}

// slowPoints rates a word of the query against a track, 0: no match.
func slowPoints(typed string, t *track) (best uint8) {
	var w nameWords
	for field, text := range map[uint32]string{inTitle: t.Title, inArtist: t.Artist, inAlbum: t.Album} {
		w.take(foldText(text))
		for _, word := range w.index {
			if kind, ok := slowMatch(typed, word); ok {
				best = max(best, points(uint8(kind), field))
			}
		}
	}
	return best
}

// respaced tells a query that finds the track when spaces do not count.
func respaced(q query, t *track) bool {
	var w nameWords
	for _, text := range []string{t.Title, t.Artist, t.Album} {
		w.take(foldText(text))
		letters := strings.Join(w.plain, "")
		for i, typed := range q.words {
			if strings.Contains(letters, typed) || i > 0 && strings.Contains(letters, q.words[i-1]+typed) {
				return true
			}
		}
	}
	return false
}

// TestSearchAgainstReference makes small catalogues by chance and compares the hits
// with what the definition says of each track: all that match are found, nothing
// else is but what spaces hide, and the order keeps to the first two rules.
func TestSearchAgainstReference(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(23, 29))
	letters := []string{"a", "b", "c", "a", "b", "é", "ж", "'", "東", "京", "0"}
	word := func() string {
		var b strings.Builder
		for range 1 + r.IntN(7) {
			b.WriteString(letters[r.IntN(len(letters))])
		}
		return b.String()
	}
	phrase := func(most int) string {
		var p []string
		for range r.IntN(most + 1) {
			p = append(p, word())
		}
		return strings.Join(p, " ")
	}
	found := 0
	for range 150 {
		var lines []string
		for range 1 + r.IntN(40) {
			lines = append(lines, phrase(3)+"|"+phrase(2)+"|"+phrase(2))
		}
		s := indexOf(lines...)
		for range 20 {
			text := phrase(3)
			if r.IntN(2) == 0 { // something that is there, with a slip
				text = strings.ReplaceAll(lines[r.IntN(len(lines))], "|", " ")
				runes := []rune(text[:len(text)*r.IntN(4)/3])
				if len(runes) > 1 {
					at := r.IntN(len(runes))
					runes = append(runes[:at], runes[at+1:]...)
				}
				text = strings.ToValidUTF8(string(runes), "")
			}
			found += againstReference(t, s, text)
		}
	}
	if found < 1000 {
		t.Errorf("only %d hits were compared", found)
	}
}

func againstReference(t *testing.T, s *snapshot, text string) (found int) {
	t.Helper()
	q := parseQuery(text)
	if len(q.words) == 0 {
		return 0
	}
	hits := s.ranked(q, maxHits, nil)
	last := ^uint64(0)
	for _, h := range hits {
		var typos, sum uint32
		all := true
		for _, w := range q.words {
			p := slowPoints(w, h)
			all = all && p != 0
			typos += typosIn(p)
			sum += uint32(p)
		}
		if !all && !respaced(q, h) {
			t.Fatalf("%q (words %q) finds %q, %q, %q", text, q.words, h.Title, h.Artist, h.Album)
		}
		n := s.main.byID[h.ID]
		if whole := s.main.standing[n].whole(q.typed); !all || whole != wholeNothing || q.character {
			continue // other rules
		}
		coarse := rank(typos, sum, 0, 0, false, 0) >> coarseBits
		if coarse > last {
			t.Fatalf("%q: %q, %q, %q comes too late", text, h.Title, h.Artist, h.Album)
		}
		last = coarse
	}
	for _, tr := range s.main.tracks {
		matches := !slices.ContainsFunc(q.words, func(w string) bool { return slowPoints(w, tr) == 0 })
		if matches && !slices.Contains(hits, tr) {
			t.Fatalf("%q (words %q) misses %q, %q, %q", text, q.words, tr.Title, tr.Artist, tr.Album)
		}
	}
	return len(hits)
}

// TestSearchGivesNothingHiddenOrStale: with any limit the hits are those of a
// search over the rest.
func TestSearchGivesNothingHiddenOrStale(t *testing.T) {
	t.Parallel()
	s := judgedMusic(t, false)
	var hidden slotSet
	kept := make(map[string]bool)
	for n, one := range s.main.tracks {
		switch n % 3 {
		case 0:
			hidden = hidden.add(one.slot)
		case 1:
			s.changed[one.ID] = nil
		default:
			kept[one.ID] = true
		}
	}
	s.mark()
	for _, q := range []string{"", "a", "queen", "the beatles", "love", "東", "heart of", "metalica", "daftpunk", "e"} {
		all := s.search(q, maxHits, hidden)
		for _, limit := range []int{1, 3, 20} {
			some := s.search(q, limit, hidden)
			if !slices.Equal(some, all[:min(limit, len(all))]) && len(all) >= limit {
				t.Errorf("%q: the first %d are %v, want the beginning of %v", q, limit, some, all)
			}
			for _, h := range some {
				if !kept[h.TrackID] {
					t.Errorf("%q gives %q, which is hidden or gone", q, h.Title)
				}
			}
		}
	}
}

// TestPlaysAreATieBreak: below what matches and how, above when it was added.
func TestPlaysAreATieBreak(t *testing.T) {
	t.Parallel()
	s := indexOf("love song||", "love tune||", "a love||", "z|love song|", "lovers||")
	// Added in this order; so the newest is first where nothing else decides.
	set := func(line int, n uint32) { s.main.plays[s.main.byID[fmt.Sprintf("%032x", line)]].Store(n) }
	for _, step := range []struct {
		line  int
		plays uint32
		want  []string
	}{
		{0, 0, []string{"love tune", "love song", "a love", "z", "lovers"}},
		{0, 1, []string{"love song", "love tune", "a love", "z", "lovers"}},
		{2, 2, []string{"a love", "love song", "love tune", "z", "lovers"}},
		{3, 9, []string{"a love", "love song", "love tune", "z", "lovers"}},
		{4, 1 << 30, []string{"a love", "love song", "love tune", "z", "lovers"}},
	} {
		set(step.line, step.plays)
		if got := titles(s, "love"); !slices.Equal(got, step.want) {
			t.Errorf("with %d plays of line %d: %q, want %q", step.plays, step.line, got, step.want)
		}
	}
}
