package library

import (
	"strings"
	"unicode/utf8"
)

const (
	// minApartRunes is the shortest part of a word in which a space was left
	// out, in characters.
	minApartRunes = 2
	// maxApartLooks is how many tracks are looked at for one such word.
	maxApartLooks = 256
)

// apart gives the tracks in which word stands with a space in it: "daftpunk".
// The first part must be a word as it stands, the second may be the beginning
// of one, and both follow one another in the same field.
func (x *index) apart(word string) (found []rated) {
	first, _ := utf8.DecodeRuneInString(word)
	runes := utf8.RuneCountInString(word)
	if runes < 2*minApartRunes || runes >= maxWordRunes || isUnspaced(first) {
		return nil
	}
	looks, at := maxApartLooks, 0
	var beginning *scratch // the fields of the first part, by track
	for i := range word {
		if at++; at <= minApartRunes || at > runes-minApartRunes+1 {
			continue
		}
		left := x.from(word[:i], 0, x.size())
		if left == x.size() || x.word(left) != word[:i] {
			continue
		}
		lo, hi := x.prefix(word[i:], 0, x.size())
		if lo == hi {
			continue
		}
		if beginning == nil {
			beginning = x.scratch.Get().(*scratch)
		}
		lefts := x.posts[x.postOff[left]:x.postOff[left+1]]
		for _, p := range lefts {
			beginning.best[p>>fieldBits] = uint8(p & anyField)
		}
		for _, p := range x.posts[x.postOff[lo]:x.postOff[hi]] {
			n := p >> fieldBits
			if beginning.best[n]&uint8(p) == 0 || looks == 0 || !x.inRow(n, uint32(left), uint32(lo), uint32(hi)) {
				continue
			}
			looks--
			if fields := x.holds(n, word); fields != 0 {
				found = append(found, rated{n, points(kindTypo, fields)})
			}
		}
		for _, p := range lefts {
			beginning.best[p>>fieldBits] = 0
		}
	}
	if beginning != nil {
		x.scratch.Put(beginning)
	}
	return found
}

// inRow tells whether track n may have word w with one of [lo, hi) behind it.
// Words that stand in several of its names are in the list but once, so with
// those nothing is sure.
func (x *index) inRow(n, w, lo, hi uint32) bool {
	all := x.trackWords[x.trackOff[n]:x.trackOff[n+1]]
	for i, v := range all {
		fields := v & anyField
		switch one := fields&(fields-1) == 0; {
		case v>>fieldBits == w && (!one || i+1 < len(all) && all[i+1]>>fieldBits >= lo && all[i+1]>>fieldBits < hi):
			return true
		case v>>fieldBits >= lo && v>>fieldBits < hi && !one:
			return true
		}
	}
	return false
}

// holds gives the fields of track n that hold the letters of word in a row, spaces
// or not.
func (x *index) holds(n uint32, word string) (found uint32) {
	t := x.tracks[n]
	var w nameWords
	for _, f := range []struct {
		field uint32
		text  string
	}{{inTitle, t.Title}, {inArtist, t.Artist}, {inAlbum, t.Album}} {
		w.take(foldText(f.text))
		if strings.Contains(strings.Join(w.plain, ""), word) {
			found |= f.field
		}
	}
	return found
}

// together adds to the matches of two words that follow one another what they
// find as one: "cold play".
func (x *index) together(words []string, all []matches) {
	for i := range len(words) - 1 {
		first, _ := utf8.DecodeRuneInString(words[i])
		if isUnspaced(first) {
			continue
		}
		lo, hi := x.prefix(cutWord(words[i]+words[i+1]), 0, x.size())
		if lo < hi {
			one := span{lo, hi, kindTypo}
			all[i].spans = append(all[i].spans, one)
			all[i+1].spans = append(all[i+1].spans, one)
		}
	}
}
