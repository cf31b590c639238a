package library

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
)

const (
	// maxQueryRunes is the longest query, in characters. The rest is ignored.
	maxQueryRunes = 200
	// maxQueryWords is the most words of a query that count.
	maxQueryWords = 8
	// maxHits is the most tracks that one search gives.
	maxHits = 100
)

// How a word of the query matches a word of the index, from worst to best.
const (
	kindTypoPrefix = iota
	kindTypo
	kindPrefix
	kindExact
)

// score rates a match: the kind counts first, then the field, of which the
// best counts.
func score(kind uint8, fields uint32) uint8 {
	s := kind*4 + 1
	switch {
	case fields&inTitle != 0:
		s += 2
	case fields&inArtist != 0:
		s++
	}
	return s
}

// query is what was typed, folded.
type query struct {
	words []string
	title []string // all the words as a title would give them
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
	var p query
	foldWords(q, func(w string) { p.title = append(p.title, w) })
	for chunk := range strings.FieldsSeq(foldText(q)) {
		eachWord(chunk, func(w string, cjk bool) {
			if cjk {
				p.words = appendPairs(p.words, w)
			} else {
				p.words = append(p.words, cutWord(w))
			}
		})
	}
	p.words = dropImplied(p.words)
	return p
}

// appendPairs adds the pairs of a run; the last character alone only when
// there is nothing else.
func appendPairs(words []string, run string) []string {
	n := len(words)
	eachPair(run, func(w string) { words = append(words, w) })
	if len(words) > n+1 {
		words = words[:len(words)-1]
	}
	return words
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

// hit is a track found. Higher ranks are better.
type hit struct {
	rank   uint32
	number uint32
	track  *track
}

// scratch is the room that one search needs in one index.
type scratch struct {
	best    []uint8 // score by track, all 0 between uses
	touched []uint32
}

// matches is how one word of the query scores, track by track.
type matches struct {
	word string
	*scratch
}

func (m *matches) add(x *index, s span) {
	for _, p := range x.posts[x.postOff[s.lo]:x.postOff[s.hi]] {
		n, points := p>>fieldBits, score(s.kind, p&(1<<fieldBits-1))
		switch old := m.best[n]; {
		case old == 0:
			m.touched = append(m.touched, n)
			m.best[n] = points
		case old < points:
			m.best[n] = points
		}
	}
}

// search gives the best hits for q, best first, at most limit. dead tells
// tracks that have left since the index was built. Typos are looked for only
// where the words as typed give fewer than limit.
func (x *index) search(q query, limit int, dead func(*track) bool) []hit {
	if len(q.words) == 0 || len(x.tracks) == 0 {
		return nil
	}
	all := make([]matches, len(q.words))
	for i, w := range q.words {
		all[i] = matches{w, x.scratch.Get().(*scratch)}
		lo, hi := x.prefix(w, 0, x.size())
		if lo == hi {
			continue
		}
		if x.word(lo) == w {
			all[i].add(x, span{lo, lo + 1, kindExact})
			lo++
		}
		all[i].add(x, span{lo, hi, kindPrefix})
	}
	hits := x.best(q, all, limit, dead)
	if len(hits) < limit {
		for i := range all {
			for _, s := range x.typos(all[i].word) {
				all[i].add(x, s)
			}
		}
		hits = x.best(q, all, limit, dead)
	}
	for _, m := range all {
		for _, n := range m.touched {
			m.best[n] = 0
		}
		m.touched = m.touched[:0]
		x.scratch.Put(m.scratch)
	}
	return hits
}

// best gives the tracks that every word matches, best first.
func (x *index) best(q query, all []matches, limit int, dead func(*track) bool) []hit {
	rarest := slices.MinFunc(all, func(a, b matches) int { return cmp.Compare(len(a.touched), len(b.touched)) })
	var h maphash.Hash
	h.SetSeed(x.seed)
	for _, w := range q.title {
		h.WriteString(w)
		h.WriteByte(0)
	}
	typed := h.Sum64()
	top := make([]hit, 0, limit+1)
next:
	for _, n := range rarest.touched {
		var sum uint32
		for i := range all {
			points := all[i].best[n]
			if points == 0 {
				continue next
			}
			sum += uint32(points)
		}
		rank := sum<<8 | uint32(127-min(x.titleWords[n], 127))
		if x.titleHash[n] == typed {
			rank |= 1 << 7
		}
		c := hit{rank, n, x.tracks[n]}
		if len(top) == limit && !better(c, top[limit-1]) || dead(c.track) {
			continue
		}
		i, _ := slices.BinarySearchFunc(top, c, compareHits)
		if top = slices.Insert(top, i, c); len(top) > limit {
			top = top[:limit]
		}
	}
	return top
}

func better(a, b hit) bool { return compareHits(a, b) < 0 }

func compareHits(a, b hit) int {
	return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.number, b.number))
}
