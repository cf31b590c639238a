package library

import (
	"strings"
	"unicode/utf8"
)

const (
	// maxQueryRunes is the longest query, in characters. The rest is ignored.
	maxQueryRunes = 200
	// maxQueryWords is the most words of a query that count.
	maxQueryWords = 8
	// maxHits is the most tracks that one search gives.
	maxHits = 100
)

// query is what was typed, folded.
type query struct {
	words []string
	typed uint32 // the hash of the letters, as a nameKey has it
	// character: it is a single character of a script without spaces.
	character bool
}

func parseQuery(q string) query {
	if len(q) > maxQueryRunes {
		n := 0
		for i := range q {
			if n++; n > maxQueryRunes {
				q = q[:i]
				break
			}
		}
	}
	var typed nameWords
	typed.take(foldText(q))
	var words []string
	for _, w := range typed.plain {
		if first, n := utf8.DecodeRuneInString(w); isUnspaced(first) && n < len(w) {
			pairs := appendPairs(nil, w)
			words = append(words, pairs[:len(pairs)-1]...) // the last character alone is implied
			continue
		}
		words = append(words, w)
	}
	return query{dropImplied(words), newNameKey(typed.plain).hash, len(words) == 1 && isLastCharacter(words[0])}
}

// dropImplied removes words that another one begins with, and all over the
// limit: what matches "queen" matches "q".
func dropImplied(words []string) []string {
	var kept []string
	for i, w := range words {
		implied := false
		for j, v := range words {
			if i != j && strings.HasPrefix(v, w) && (v != w || j < i) {
				implied = true
				break
			}
		}
		if !implied && len(kept) < maxQueryWords {
			kept = append(kept, w)
		}
	}
	return kept
}

// isLastCharacter tells a single character of a script without spaces. As a word
// of the index it is the end of a name, which is no better than its beginning.
func isLastCharacter(w string) bool {
	r, n := utf8.DecodeRuneInString(w)
	return n == len(w) && isUnspaced(r)
}
