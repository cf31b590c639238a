package library

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Fields of a track, as bits in a posting.
const (
	inTitle  = 1
	inArtist = 2
	inAlbum  = 4
	anyField = inTitle | inArtist | inAlbum
	inFirst  = 8 // it is the first word of the title
	// fieldBits is how many low bits of a posting hold the fields.
	fieldBits = 4
	fieldMask = 1<<fieldBits - 1
)

// index finds tracks by the words in their title, artist and album. It is
// immutable but for the plays: many goroutines search it without locks.
//
// The words stand sorted, one behind the other, in one string, so that all
// words with a prefix are neighbours, and so are their postings: any prefix is
// one piece of the postings array.
type index struct {
	tracks []*track // most recently added first
	byID   map[string]uint32

	words   string
	wordOff []uint32 // word i is words[wordOff[i]:wordOff[i+1]]
	posts   []uint32 // number of the track << fieldBits | fields
	postOff []uint32 // the postings of word i begin at postOff[i]

	// The same by track: number of the word << fieldBits | fields.
	trackWords []uint32
	trackOff   []uint32 // those of track n begin at trackOff[n]

	standing []standing
	lengths  []uint8         // words in the title
	plays    []atomic.Uint32 // how often each was played in this house
	slots    []uint32

	scratch sync.Pool // of *scratch
}

// newIndex builds the index. It sorts tracks in place and keeps them.
func newIndex(tracks []*track) *index {
	slices.SortFunc(tracks, func(a, b *track) int {
		return cmp.Or(cmp.Compare(b.Added, a.Added), strings.Compare(a.ID, b.ID))
	})
	x := &index{
		tracks:   tracks,
		byID:     make(map[string]uint32, len(tracks)),
		standing: make([]standing, len(tracks)),
		lengths:  make([]uint8, len(tracks)),
		plays:    make([]atomic.Uint32, len(tracks)),
		slots:    make([]uint32, len(tracks)),
		trackOff: make([]uint32, 1, len(tracks)+1),
	}
	x.scratch.New = func() any { return &scratch{best: make([]uint8, len(x.tracks))} }
	b := newIndexBuilder(len(tracks))
	for i, t := range tracks {
		x.byID[t.ID] = uint32(i)
		x.slots[i] = t.slot
		x.standing[i], x.lengths[i] = b.add(uint32(i), t)
		x.trackOff = append(x.trackOff, uint32(len(b.pairs)))
	}
	b.finish(x)
	return x
}

// indexBuilder gives words numbers in the order in which they come; finish
// brings them in alphabetical order.
type indexBuilder struct {
	ids    map[string]uint32
	words  []string
	counts []uint32
	pairs  []pair // word and posting, by track
	names  map[string]indexedName
	taken  nameWords
}

type pair struct{ word, post uint32 }

// indexedName is an artist or album, folded once for all its tracks.
type indexedName struct {
	words []uint32
	key   nameKey
}

func newIndexBuilder(n int) *indexBuilder {
	return &indexBuilder{
		ids:   make(map[string]uint32, n/4+16),
		pairs: make([]pair, 0, n*8),
		names: make(map[string]indexedName, n/8+16),
	}
}

// add takes a track's words and gives its standing and the length of its title.
func (b *indexBuilder) add(number uint32, t *track) (s standing, words uint8) {
	start := len(b.pairs)
	main, beside, guests := titleParts(foldText(t.Title))
	b.taken.take(main)
	for i, w := range b.taken.index {
		var field uint32 = inTitle
		if i == 0 || i == 1 && b.taken.index[0] == "the" {
			field |= inFirst
		}
		b.put(start, b.id(w), number, field)
	}
	s.main = newNameKey(b.taken.plain)
	s.full = s.main.hash
	length := len(b.taken.plain)
	if beside != "" {
		b.taken.take(beside)
		for _, w := range b.taken.index {
			b.put(start, b.id(w), number, inTitle)
		}
		s.full = s.main.then(newNameKey(b.taken.plain))
		if s.other = otherVersion(b.taken.plain); s.other {
			length += len(b.taken.plain)
		}
	}
	artist := b.name(t.Artist)
	s.artist = artist.key
	for _, w := range artist.words {
		b.put(start, w, number, inArtist)
	}
	if guests != "" {
		for _, w := range b.name(guestMarks + guests).words { // whichever mark is typed
			b.put(start, w, number, inArtist)
		}
	}
	for _, w := range b.name(t.Album).words {
		b.put(start, w, number, inAlbum)
	}
	return s, uint8(min(length, 127))
}

// put adds a posting, or a field to the track's posting of the same word.
func (b *indexBuilder) put(start int, word, number, field uint32) {
	for i := start; i < len(b.pairs); i++ {
		if b.pairs[i].word == word {
			b.pairs[i].post |= field
			return
		}
	}
	b.pairs = append(b.pairs, pair{word, number<<fieldBits | field})
	b.counts[word]++
}

func (b *indexBuilder) id(w string) uint32 {
	id, ok := b.ids[w]
	if !ok {
		id = uint32(len(b.words))
		w = strings.Clone(w) // not a piece of a longer text that would stay
		b.ids[w] = id
		b.words = append(b.words, w)
		b.counts = append(b.counts, 0)
	}
	return id
}

func (b *indexBuilder) name(text string) indexedName {
	n, ok := b.names[text]
	if !ok {
		folded := foldText(text)
		b.taken.take(folded)
		for _, w := range b.taken.index {
			n.words = append(n.words, b.id(w))
		}
		if main, guests := withoutGuests(folded); guests != "" {
			b.taken.take(main)
		}
		n.key = newNameKey(b.taken.plain)
		b.names[text] = n
	}
	return n
}

func (b *indexBuilder) finish(x *index) {
	order := make([]uint32, len(b.words))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(i, j uint32) int { return strings.Compare(b.words[i], b.words[j]) })
	x.wordOff = make([]uint32, 1, len(order)+1)
	x.postOff = make([]uint32, 1, len(order)+1)
	next := make([]uint32, len(order)) // where the next posting of a word goes
	place := make([]uint32, len(order))
	var words strings.Builder
	var posts uint32
	for i, w := range order {
		place[w] = uint32(i)
		words.WriteString(b.words[w])
		next[w] = posts
		posts += b.counts[w]
		x.wordOff = append(x.wordOff, uint32(words.Len()))
		x.postOff = append(x.postOff, posts)
	}
	x.words = strings.Clone(words.String())
	x.posts = make([]uint32, posts)
	x.trackWords = make([]uint32, posts)
	for i, p := range b.pairs {
		x.trackWords[i] = place[p.word]<<fieldBits | p.post&fieldMask
		x.posts[next[p.word]] = p.post
		next[p.word]++
	}
}

func (x *index) size() int { return len(x.wordOff) - 1 }

// wordsOfTrack is how many words a track has on average, at least 1.
func (x *index) wordsOfTrack() int { return len(x.trackWords)/max(1, len(x.tracks)) + 1 }

func (x *index) word(i int) string { return x.words[x.wordOff[i]:x.wordOff[i+1]] }

// from gives the first word in [lo, hi) that is not less than w.
func (x *index) from(w string, lo, hi int) int { return fromIn(x, w, lo, hi) }

// prefix gives the words in [lo, hi) that begin with p, as a range.
func (x *index) prefix(p string, lo, hi int) (int, int) { return prefixIn(x, p, lo, hi) }

func fromIn[T string | []byte](x *index, w T, lo, hi int) int {
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if x.word(mid) < string(w) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func prefixIn[T string | []byte](x *index, p T, lo, hi int) (int, int) {
	lo = fromIn(x, p, lo, hi)
	end := lo
	for hi > end {
		mid := int(uint(end+hi) >> 1)
		if w := x.word(mid); len(w) >= len(p) && w[:len(p)] == string(p) {
			end = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, end
}
