package library

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
)

// Fields of a track, as bits in a posting.
const (
	inTitle  = 1
	inArtist = 2
	inAlbum  = 4
	// fieldBits is how many low bits of a posting hold the fields.
	fieldBits = 3
)

// index finds tracks by the words in their title, artist and album. It is
// immutable: many goroutines search it without locks.
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

	titleWords []uint8  // words in each title: of two hits the shorter is better
	titleHash  []uint64 // of the title's words, to know when all of it was typed
	seed       maphash.Seed

	scratch sync.Pool // of *scratch
}

// newIndex builds the index. It sorts tracks in place and keeps them.
func newIndex(tracks []*track) *index {
	slices.SortFunc(tracks, func(a, b *track) int {
		return cmp.Or(cmp.Compare(b.Added, a.Added), strings.Compare(a.ID, b.ID))
	})
	x := &index{
		tracks:     tracks,
		byID:       make(map[string]uint32, len(tracks)),
		titleWords: make([]uint8, len(tracks)),
		titleHash:  make([]uint64, len(tracks)),
		seed:       maphash.MakeSeed(),
	}
	x.scratch.New = func() any { return &scratch{best: make([]uint8, len(x.tracks))} }
	b := newIndexBuilder(len(tracks))
	for i, t := range tracks {
		x.byID[t.ID] = uint32(i)
		x.titleWords[i], x.titleHash[i] = b.add(uint32(i), t, x.seed)
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
	names  map[string][]uint32
	hash   maphash.Hash
}

type pair struct{ word, post uint32 }

func newIndexBuilder(n int) *indexBuilder {
	return &indexBuilder{
		ids:   make(map[string]uint32, n/4+16),
		pairs: make([]pair, 0, n*8),
		names: make(map[string][]uint32, n/8+16),
	}
}

func (b *indexBuilder) add(number uint32, t *track, seed maphash.Seed) (titleWords uint8, titleHash uint64) {
	start := len(b.pairs)
	b.hash.SetSeed(seed)
	n := 0
	foldWords(t.Title, func(w string) {
		n++
		b.hash.WriteString(w)
		b.hash.WriteByte(0)
		b.put(start, b.id(w), number, inTitle)
	})
	titleHash = b.hash.Sum64()
	for _, w := range b.nameWords(t.Artist) {
		b.put(start, w, number, inArtist)
	}
	for _, w := range b.nameWords(t.Album) {
		b.put(start, w, number, inAlbum)
	}
	return uint8(min(n, 127)), titleHash
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

// nameWords folds an artist or album once for all its tracks.
func (b *indexBuilder) nameWords(name string) []uint32 {
	words, ok := b.names[name]
	if !ok {
		foldWords(name, func(w string) { words = append(words, b.id(w)) })
		b.names[name] = words
	}
	return words
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
	var words strings.Builder
	var posts uint32
	for _, w := range order {
		words.WriteString(b.words[w])
		next[w] = posts
		posts += b.counts[w]
		x.wordOff = append(x.wordOff, uint32(words.Len()))
		x.postOff = append(x.postOff, posts)
	}
	x.words = words.String()
	x.posts = make([]uint32, posts)
	for _, p := range b.pairs {
		x.posts[next[p.word]] = p.post
		next[p.word]++
	}
}

func (x *index) size() int { return len(x.wordOff) - 1 }

func (x *index) word(i int) string { return x.words[x.wordOff[i]:x.wordOff[i+1]] }

// from gives the first word in [lo, hi) that is not less than w.
func (x *index) from(w string, lo, hi int) int {
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if x.word(mid) < w {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// prefix gives the words in [lo, hi) that begin with p, as a range.
func (x *index) prefix(p string, lo, hi int) (int, int) {
	lo = x.from(p, lo, hi)
	end := lo
	for hi > end {
		mid := int(uint(end+hi) >> 1)
		if strings.HasPrefix(x.word(mid), p) {
			end = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, end
}
