package library

import (
	"slices"
	"strings"
)

// The order of hits, each rule only where those above it leave two tracks equal:
//
//  1. few words with a typo before many;
//  2. how well the words match, summed up: whole words before beginnings, and in
//     each the title before the artist before the album;
//  3. the whole title typed, with the artist or without; the title of another
//     version (live, a remix); the whole artist. Spaces, "the" and guests do not
//     count, and for rules 1 and 2 all stands in the title as typed;
//  4. played often in this house before never;
//  5. titles that begin with a word of the query;
//  6. short titles before long ones;
//  7. added lately before long ago.

// How a word of the query matches a word of the index, from worst to best.
const (
	kindTypoPrefix = iota
	kindTypo
	kindPrefix
	kindExact
)

// The points of a match: kind*pointsOfKind, pointsOfField for the album, twice
// that for the artist, three times for the title; and 1 for the title's first
// word, which the sum leaves out. No match is 0.
const (
	pointsOfKind  = 8
	pointsOfField = 2
	pointOfFirst  = 1
)

// points rates a match by its best field.
func points(kind uint8, fields uint32) uint8 {
	s := kind*pointsOfKind + pointsOfField
	switch {
	case fields&inTitle != 0:
		s += 2 * pointsOfField
		if fields&inFirst != 0 {
			s += pointOfFirst
		}
	case fields&inArtist != 0:
		s += pointsOfField
	}
	return s
}

// pointsOf gives the points of every set of fields.
func pointsOf(kind uint8) (all [fieldMask + 1]uint8) {
	for fields := range all {
		all[fields] = points(kind, uint32(fields))
	}
	return all
}

// How much of a name was typed, from worst to best.
const (
	wholeNothing = iota
	wholeArtist
	wholeVersion
	wholeTitle
)

// standing is what a track brings to the order by itself.
type standing struct {
	full         uint32 // the hash of the title as it stands, guests left out
	main, artist nameKey
	other        bool // another version of the song
}

// whole tells what of the track was typed when the letters of all that was typed
// have this hash. Artist and title together count as the title.
func (s *standing) whole(typed uint32) uint8 {
	switch {
	case typed == s.full:
		return wholeTitle
	case typed == s.main.hash, typed == s.main.then(s.artist), typed == s.artist.then(s.main):
		if s.other {
			return wholeVersion
		}
		return wholeTitle
	case typed == s.artist.hash:
		return wholeArtist
	}
	return wholeNothing
}

// nameKey stands for the letters of some words, spaces and "the" left out: two
// names are the same when their keys are. (By chance one in four thousand
// million others is, too, and comes a little further up.)
type nameKey struct {
	hash  uint32
	scale uint32 // for then
}

func newNameKey(words []string) nameKey {
	all := words
	if slices.ContainsFunc(words, isNoArticle) {
		all = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !isNoArticle(w) })
	} // else a name like "The The"
	const prime = 16777619
	k := nameKey{0, 1}
	for _, w := range all {
		for i := range len(w) {
			k.hash = k.hash*prime + uint32(w[i]) + 1
			k.scale *= prime
		}
	}
	return k
}

// then gives the hash of both names, one behind the other.
func (k nameKey) then(next nameKey) uint32 { return k.hash*next.scale + next.hash }

func isNoArticle(w string) bool { return w != "the" }

// titleParts takes a folded title apart: main is what people call the song,
// beside what stands with it in brackets or behind a dash, such as the year of a
// remaster or the concert, guests are artists named in it.
func titleParts(folded string) (main, beside, guests string) {
	if strings.IndexFunc(folded, isWordRune) < 0 {
		return folded, "", "" // signs only: all of them are the name
	}
	main, guests = withoutGuests(folded)
	if strings.HasPrefix(main, "(") {
		if closed := strings.Index(main, ") "); closed > 0 {
			main, beside = main[closed+2:], main[:closed]
		}
	}
	for _, mark := range []string{" (", " [", " - "} {
		if at := strings.Index(main, mark); at > 0 {
			main, beside = main[:at], beside+main[at:]
		}
	}
	return main, beside, guests
}

// guestMarks are the words that guests are announced with.
const guestMarks = "feat ft featuring "

// withoutGuests parts "get lucky (feat. pharrell williams)".
func withoutGuests(folded string) (rest, guests string) {
	for _, mark := range []string{"feat. ", "feat ", "ft. ", "featuring "} {
		at := strings.Index(folded, mark)
		if at < 1 || !strings.ContainsRune(" ([", rune(folded[at-1])) {
			continue
		}
		guests = folded[at+len(mark):]
		rest = folded[:at]
		if end := strings.IndexAny(guests, ")]"); end >= 0 {
			rest, guests = rest+guests[end:], guests[:end]
		}
		return rest, guests
	}
	return folded, ""
}

// otherVersion tells whether the words beside a title make it another piece.
func otherVersion(beside []string) bool {
	return slices.ContainsFunc(beside, func(w string) bool {
		switch w {
		case "live", "remix", "mix", "rmx", "acoustic", "unplugged", "instrumental", "karaoke", "demo", "cover",
			"session", "sessions", "dub", "reprise", "rehearsal", "commentary", "nightcore", "sped", "slowed":
			return !slices.Contains(beside, "original")
		}
		return false
	})
}

// coarseBits is how many bits of a rank the rules from 3 on have.
const coarseBits = 40

// rank makes one number of the rules 1 to 6. sum and typos are over the words of
// the query, of which there are at most maxQueryWords; words is the length of
// the title.
func rank(typos, sum uint32, whole uint8, plays uint32, first bool, words uint8) uint64 {
	const enough = 1<<24 - 1 // plays
	r := uint64(maxQueryWords-typos)<<56 | uint64(sum)<<coarseBits | uint64(whole)<<36 | uint64(min(plays, enough))<<12 | uint64(127-min(words, 127))
	if first {
		r |= 1 << 8
	}
	return r
}

func typosIn(points uint8) uint32 {
	if points < kindPrefix*pointsOfKind {
		return 1
	}
	return 0
}
