package library

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxWordRunes is the longest word in the index, in characters. Longer words
	// are cut, in the query too, so that they still meet.
	maxWordRunes = 32
	// minTailRunes is the shortest rest of a word after an apostrophe that is a
	// word of its own: "amour" of "l'amour", but not "re" of "we're".
	minTailRunes = 3
)

// nameWords is a title, an artist, an album or a query taken apart. It can be
// used again.
type nameWords struct {
	// plain are the words as they stand, in their order: split where neither
	// letter nor digit stands, without apostrophes. A run of a script without
	// spaces is one.
	plain []string
	// index are the words by which the name is found.
	index []string
}

// take fills w with the words of folded text. The index gets the plain words
// and what else people type for them: "AC/DC" gives "ac", "dc" and "acdc",
// "B. B. King" also "bb", "l'amour" also "amour". Scripts without spaces give
// pairs of characters and the last one alone, so that every part is found. A
// name without letters ("!!!") is one word of its signs.
func (w *nameWords) take(folded string) {
	w.plain, w.index = w.plain[:0], w.index[:0]
	initials, run := "", 0
	for chunk := range strings.FieldsSeq(folded) {
		n := len(w.plain)
		w.takeChunk(chunk)
		if len(w.plain) == n+1 && isInitial(w.plain[n]) {
			initials += w.plain[n]
			run++
			continue
		}
		if run > 1 {
			w.index = append(w.index, cutWord(initials))
		}
		initials, run = "", 0
	}
	if run > 1 {
		w.index = append(w.index, cutWord(initials))
	}
	if signs := strings.Join(strings.Fields(folded), ""); len(w.plain) == 0 && signs != "" {
		w.plain = append(w.plain, cutWord(signs))
		w.index = append(w.index, w.plain[0])
	}
}

// isInitial tells a word of one letter or digit.
func isInitial(word string) bool {
	r, n := utf8.DecodeRuneInString(word)
	return n == len(word) && !isUnspaced(r)
}

// takeChunk takes what stands between two spaces.
func (w *nameWords) takeChunk(chunk string) {
	if chunk == "&" || chunk == "+" {
		w.plain, w.index = append(w.plain, "and"), append(w.index, "and")
		return
	}
	if strings.Trim(chunk, "'") == "n" {
		w.index = append(w.index, "and") // guns n' roses
	}
	chunk = spellSigns(chunk)
	joined, n := "", 0
	eachWord(chunk, func(word string) {
		w.plain = append(w.plain, cutWord(word))
		if first, _ := utf8.DecodeRuneInString(word); isUnspaced(first) {
			w.index = appendPairs(w.index, word)
			return
		}
		w.index = append(w.index, cutWord(word))
		if n++; n == 1 {
			joined = word
		} else {
			joined += word
		}
	})
	if n > 1 {
		w.index = append(w.index, cutWord(joined))
	}
	for rest := chunk; ; {
		_, after, found := strings.Cut(rest, "'")
		if !found {
			break
		}
		rest = after
		first := true
		eachWord(rest, func(word string) {
			if first && utf8.RuneCountInString(word) >= minTailRunes {
				w.index = append(w.index, cutWord(word))
			}
			first = false
		})
	}
}

// spellSigns reads the signs that stand for letters: P!nk, Ke$ha, A$AP.
func spellSigns(chunk string) string {
	if !strings.ContainsAny(chunk, "!$") || strings.IndexFunc(chunk, unicode.IsLetter) < 0 {
		return chunk
	}
	runes := []rune(chunk)
	letter := func(i int) bool { return i >= 0 && i < len(runes) && unicode.IsLetter(runes[i]) }
	for i, r := range runes {
		switch {
		case r == '!' && letter(i-1) && letter(i+1):
			runes[i] = 'i'
		case r == '$' && (letter(i-1) || letter(i+1)):
			runes[i] = 's'
		}
	}
	return string(runes)
}

// eachWord gives the runs of letters and digits of a folded chunk.
func eachWord(chunk string, emit func(word string)) {
	start, unspaced, quoted := -1, false, false
	flush := func(end int) {
		if start >= 0 {
			word := chunk[start:end]
			if quoted {
				word = strings.Map(func(r rune) rune {
					if r == '\'' || r == '`' {
						return -1 // don't, rock'n'roll
					}
					return r
				}, word)
			}
			emit(word)
		}
		start, quoted = -1, false
	}
	for i, r := range chunk {
		if r == '\'' || r == '`' {
			quoted = true
			continue
		}
		if !isWordRune(r) {
			flush(i)
			continue
		}
		if u := isUnspaced(r); u != unspaced {
			flush(i)
			unspaced = u
		}
		if start < 0 {
			start, quoted = i, false
		}
	}
	flush(len(chunk))
}

// isWordRune tells what words are made of.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// appendPairs adds the pairs of characters of a run, and its last character.
func appendPairs(words []string, run string) []string {
	for i := 0; i < len(run); {
		_, n := utf8.DecodeRuneInString(run[i:])
		_, m := utf8.DecodeRuneInString(run[i+n:])
		words = append(words, run[i:i+n+m])
		i += n
	}
	return words
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
