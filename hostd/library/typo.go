package library

import (
	"unicode/utf8"
)

const (
	// minTypoRunes is the shortest word in which a typo is forgiven, in
	// characters: in three letters one edit makes any other word.
	minTypoRunes = 4
	// minTypoPrefix is the shortest word that, with a typo, may be the
	// beginning of a longer one.
	minTypoPrefix = 5
	// maxNextLetters is the most letters tried at one place in a word. It is
	// above every alphabet.
	maxNextLetters = 96
)

// span is a range of words that match, and how well.
type span struct {
	lo, hi int
	kind   uint8
}

// typos gives the words that one edit (a letter wrong, missing, too many, or
// two swapped) turns q into, and for longer q those that begin so. It walks
// down the sorted words as if they were a tree: after each beginning of q it
// tries every letter that some word goes on with, so the cost hangs on the
// alphabet and not on the number of words.
func (x *index) typos(q string) []span {
	runes := []rune(q)
	if len(runes) < minTypoRunes || isCJK(runes[0]) {
		return nil
	}
	w := typoWalk{x: x, prefixes: len(runes) >= minTypoPrefix}
	lo, hi := 0, x.size()
	at := 0 // bytes of q that are in common
	for i, r := range runes {
		rest := string(runes[i:])
		tail := string(runes[i+1:])
		head := q[:at]
		w.try(head+tail, lo, hi) // r is too many
		if i+1 < len(runes) && runes[i+1] != r {
			w.try(head+string(runes[i+1])+string(r)+string(runes[i+2:]), lo, hi)
		}
		x.eachNext(at, lo, hi, func(next string, lo, hi int) {
			if next != string(r) {
				w.try(head+next+tail, lo, hi) // r is wrong
				w.try(head+next+rest, lo, hi) // next is missing
			}
		})
		at += utf8.RuneLen(r)
		if lo, hi = x.prefix(q[:at], lo, hi); lo == hi {
			break
		}
	}
	if lo < hi { // a letter is missing at the end
		x.eachNext(at, lo, hi, func(next string, lo, hi int) { w.try(q+next, lo, hi) })
	}
	return w.found
}

type typoWalk struct {
	x        *index
	prefixes bool
	found    []span
}

// try looks for the word target, or those that begin with it, in [lo, hi).
func (w *typoWalk) try(target string, lo, hi int) {
	lo, hi = w.x.prefix(target, lo, hi)
	if lo == hi {
		return
	}
	if w.prefixes {
		w.found = append(w.found, span{lo, hi, kindTypoPrefix})
	}
	if w.x.word(lo) == target {
		w.found = append(w.found, span{lo, lo + 1, kindTypo})
	}
}

// eachNext gives the letters that follow the first at bytes in the words of
// [lo, hi), which share those bytes, each with its range of words.
func (x *index) eachNext(at, lo, hi int, f func(next string, lo, hi int)) {
	for range maxNextLetters {
		if lo < hi && len(x.word(lo)) == at {
			lo++
		}
		if lo >= hi {
			return
		}
		w := x.word(lo)
		_, n := utf8.DecodeRuneInString(w[at:])
		if r := rune(w[at]); r >= utf8.RuneSelf {
			if c, _ := utf8.DecodeRuneInString(w[at:]); isCJK(c) {
				return // sorted behind all alphabets
			}
		}
		_, end := x.prefix(w[:at+n], lo, hi)
		f(w[at:at+n], lo, end)
		lo = end
	}
}
