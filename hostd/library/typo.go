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
	runes := utf8.RuneCountInString(q)
	first, _ := utf8.DecodeRuneInString(q)
	if runes < minTypoRunes || isUnspaced(first) {
		return nil
	}
	w := typoWalk{x: x, prefixes: runes >= minTypoPrefix, target: make([]byte, 0, len(q)+utf8.UTFMax)}
	lo, hi := 0, x.size()
	for at, r := range q {
		n := utf8.RuneLen(r)
		head, letter, tail := q[:at], q[at:at+n], q[at+n:]
		w.try(lo, hi, head, tail) // the letter is too many
		if second, m := utf8.DecodeRuneInString(tail); m > 0 && second != r {
			w.try(lo, hi, head, tail[:m], letter, tail[m:])
		}
		x.eachNext(at, lo, hi, func(next string, lo, hi int) {
			if next != letter {
				w.try(lo, hi, head, next, tail)         // the letter is wrong
				w.try(lo, hi, head, next, letter, tail) // next is missing
			}
		})
		if lo, hi = x.prefix(q[:at+n], lo, hi); lo == hi {
			break
		}
	}
	if lo < hi { // a letter is missing at the end
		x.eachNext(len(q), lo, hi, func(next string, lo, hi int) { w.try(lo, hi, q, next) })
	}
	return w.found
}

type typoWalk struct {
	x        *index
	prefixes bool
	found    []span
	target   []byte
}

// try looks for the word made of the parts, or those that begin with it, in
// [lo, hi).
func (w *typoWalk) try(lo, hi int, parts ...string) {
	w.target = w.target[:0]
	for _, p := range parts {
		w.target = append(w.target, p...)
	}
	lo, hi = prefixIn(w.x, w.target, lo, hi)
	if lo == hi {
		return
	}
	if w.prefixes {
		w.found = append(w.found, span{lo, hi, kindTypoPrefix})
	}
	if w.x.word(lo) == string(w.target) {
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
			if c, _ := utf8.DecodeRuneInString(w[at:]); c > 0x3000 && isUnspaced(c) {
				return // sorted behind all alphabets
			}
		}
		_, end := x.prefix(w[:at+n], lo, hi)
		f(w[at:at+n], lo, end)
		lo = end
	}
}
