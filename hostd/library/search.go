package library

import (
	"cmp"
	"slices"
)

// search is one query in one index.
type search struct {
	*index
	q     query
	limit int
	// left are the numbers of tracks that have changed or left since the index
	// was built, hidden the slots of those that this reader may not see.
	left, hidden slotSet
	top          []hit  // the best so far, best first, at most limit
	least        uint64 // what has a lower rank does not come among them
}

// hit is a track found. Higher ranks are better, then lower numbers.
type hit struct {
	rank   uint64
	number uint32
}

// search gives the best hits for q, best first, at most limit. Typos are looked
// for only where the words as typed give fewer than limit: they come last.
func (x *index) search(q query, limit int, left, hidden slotSet) []hit {
	if len(q.words) == 0 || len(x.tracks) == 0 {
		return nil
	}
	s := search{index: x, q: q, limit: limit, left: left, hidden: hidden, top: make([]hit, 0, limit+1)}
	all := make([]matches, len(q.words))
	for i, w := range q.words {
		lo, hi := x.prefix(w, 0, x.size())
		if lo < hi && x.word(lo) == w && !q.character {
			all[i].spans = append(all[i].spans, span{lo, lo + 1, kindExact})
			lo++
		}
		if lo < hi {
			all[i].spans = append(all[i].spans, span{lo, hi, kindPrefix})
		}
	}
	s.find(all)
	if len(s.top) == limit {
		return s.top
	}
	for i, w := range q.words {
		if x.cost(all[i]) < limit { // else it is a word indeed
			all[i].spread = x.apart(w)
		}
		all[i].spans = append(all[i].spans, x.typos(w)...)
	}
	x.together(q.words, all)
	s.top, s.least = s.top[:0], 0
	s.find(all)
	return s.top
}

// matches are the tracks that one word of the query finds: those of some words
// of the index, and some by themselves.
type matches struct {
	spans  []span
	spread []rated
}

// rated is a track and its points.
type rated struct {
	number uint32
	points uint8
}

// cost is how many postings there are, some perhaps twice.
func (x *index) cost(m matches) int {
	n := len(m.spread)
	for _, s := range m.spans {
		n += int(x.postOff[s.hi] - x.postOff[s.lo])
	}
	return n
}

func (s *search) find(all []matches) {
	if len(all) == 1 {
		s.findOne(all[0])
	} else {
		s.findAll(all)
	}
}

// findOne goes through the postings once and keeps the best. What has fewer
// points than the last of the best is passed over at once.
func (s *search) findOne(m matches) {
	for _, sp := range m.spans {
		points := pointsOf(sp.kind)
		var coarse [len(points)]uint64
		for fields, p := range points {
			coarse[fields] = s.mostRank(p)
		}
		for _, p := range s.posts[s.postOff[sp.lo]:s.postOff[sp.hi]] {
			if coarse[p&fieldMask] >= s.least {
				s.offerOne(p>>fieldBits, points[p&fieldMask])
			}
		}
	}
	for _, r := range m.spread {
		s.offerOne(r.number, r.points)
	}
}

// mostRank is the highest rank that a track with these points may have.
func (s *search) mostRank(points uint8) uint64 {
	if s.mayBeName(points) {
		return ^uint64(0)
	}
	return rank(typosIn(points), uint32(points&^pointOfFirst)+1, 0, 0, false, 127) - 1
}

func (s *search) offerOne(n uint32, points uint8) {
	h := hit{s.rate(n, typosIn(points), uint32(points&^pointOfFirst), points&pointOfFirst != 0, s.mayBeName(points)), n}
	if h.rank < s.least {
		return
	}
	if i := slices.IndexFunc(s.top, func(o hit) bool { return o.number == n }); i >= 0 {
		if s.top[i].rank >= h.rank {
			return
		}
		s.top = slices.Delete(s.top, i, i+1)
	}
	s.offer(h)
}

// offer takes a hit among the best, when it is one that may be shown.
func (s *search) offer(h hit) {
	if h.rank < s.least || s.left.has(h.number) || s.hidden.has(s.slots[h.number]) {
		return
	}
	i, _ := slices.BinarySearchFunc(s.top, h, compareHits)
	if i == s.limit {
		return
	}
	if s.top = slices.Insert(s.top, i, h); len(s.top) > s.limit {
		s.top = s.top[:s.limit]
	}
	if len(s.top) == s.limit {
		s.least = s.top[s.limit-1].rank
	}
}

// scratch is the room that one word of a query needs in one index.
type scratch struct {
	best    []uint8 // points by track, all 0 between uses
	touched []uint32
}

// findAll finds the tracks that every word matches, and keeps the best. It
// begins with the rarest word and looks on only among what it has found.
func (s *search) findAll(all []matches) {
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b matches) int { return cmp.Compare(s.cost(a), s.cost(b)) })
	rooms := make([]*scratch, len(order))
	for i, m := range order {
		rooms[i] = s.scratch.Get().(*scratch)
		switch {
		case i == 0:
			s.spread(m, rooms[i], nil)
		case len(rooms[i-1].touched)*(len(m.spans)+1)*s.wordsOfTrack() < s.cost(m):
			s.choose(m, rooms[i], rooms[i-1].touched)
		default:
			s.spread(m, rooms[i], rooms[i-1])
		}
	}
	last := rooms[len(rooms)-1]
	for _, n := range last.touched {
		var sum, typos uint32
		first, name := false, true
		for _, r := range rooms {
			p := r.best[n]
			sum += uint32(p &^ pointOfFirst)
			typos += typosIn(p)
			first = first || p&pointOfFirst != 0
			name = name && s.mayBeName(p)
		}
		s.offer(hit{s.rate(n, typos, sum, first, name), n})
	}
	for _, r := range rooms {
		for _, n := range r.touched {
			r.best[n] = 0
		}
		r.touched = r.touched[:0]
		s.scratch.Put(r)
	}
}

// spread writes down the points of each track that m finds, of those in among.
func (x *index) spread(m matches, r, among *scratch) {
	for _, sp := range m.spans {
		points := pointsOf(sp.kind)
		for _, p := range x.posts[x.postOff[sp.lo]:x.postOff[sp.hi]] {
			if n := p >> fieldBits; among == nil || among.best[n] != 0 {
				r.put(n, points[p&fieldMask])
			}
		}
	}
	for _, s := range m.spread {
		if among == nil || among.best[s.number] != 0 {
			r.put(s.number, s.points)
		}
	}
}

// choose does the same where few tracks are left, by looking at their words.
func (x *index) choose(m matches, r *scratch, left []uint32) {
	for _, n := range left {
		for _, w := range x.trackWords[x.trackOff[n]:x.trackOff[n+1]] {
			for _, sp := range m.spans {
				if word := int(w >> fieldBits); word >= sp.lo && word < sp.hi {
					r.put(n, points(sp.kind, w&fieldMask))
				}
			}
		}
		for _, s := range m.spread {
			if s.number == n {
				r.put(n, s.points)
			}
		}
	}
}

// put keeps the most points of a track.
func (r *scratch) put(n uint32, points uint8) {
	switch old := r.best[n]; {
	case old == 0:
		r.touched = append(r.touched, n)
		r.best[n] = points
	case old < points:
		r.best[n] = points
	}
}

// rate gives the rank of a track whose words were found. name: its whole title
// or artist may have been typed.
func (s *search) rate(n, typos, sum uint32, first, name bool) uint64 {
	var whole uint8 = wholeNothing
	if name {
		if whole = s.standing[n].whole(s.q.typed); whole != wholeNothing {
			// As if all stood in the title; spaces too many or too few are no typo.
			typos, sum = 0, uint32(len(s.q.words))*(kindExact*pointsOfKind+3*pointsOfField)
		}
	}
	return rank(typos, sum, whole, s.plays[n].Load(), first, s.lengths[n])
}

// mayBeName tells whether a word with these points may be a part of a whole name:
// it stands in the index, or does but for spaces.
func (s *search) mayBeName(points uint8) bool {
	return s.q.character || points >= kindExact*pointsOfKind || points < kindPrefix*pointsOfKind
}

func compareHits(a, b hit) int {
	return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.number, b.number))
}
