package main

import (
	"math/rand/v2"
	"strings"

	"soul-jam/hostd/library/librarytest"
)

const (
	// leastTyped is how many letters of a word are typed at least.
	leastTyped = 3
	// typoWord is the shortest word in which a key is missed.
	typoWord = 4
)

// typist looks for songs, always the same ones in the same order.
type typist struct {
	songs []librarytest.Song
	byID  map[string]*librarytest.Song
	r     *rand.Rand
}

func newTypist(songs []librarytest.Song) *typist {
	t := &typist{songs: songs, byID: make(map[string]*librarytest.Song, len(songs)), r: rand.New(rand.NewPCG(17, 19))}
	for i := range songs {
		t.byID[songs[i].ID] = &songs[i]
	}
	return t
}

// typed is one search: the text that is typed key by key, and which tracks are the
// song looked for.
type typed struct {
	text  string
	right func(id string) bool
}

// keystrokes are the beginnings of the text, the ends of words without the space.
func (s typed) keystrokes() (all []string) {
	for i := 1; i <= len(s.text); i++ {
		if s.text[i-1] != ' ' {
			all = append(all, s.text[:i])
		}
	}
	return all
}

type kind struct {
	name string
	next func() typed
}

func (t *typist) kinds() []kind {
	return []kind{{"prefix", t.prefix}, {"words", t.words}, {"typo", t.typo}}
}

// prefix types a title and stops inside its last word. A song of that title is
// right: more was not said.
func (t *typist) prefix() typed {
	song := t.songs[t.r.IntN(len(t.songs))]
	all := strings.Fields(song.Title)
	all[len(all)-1] = t.beginning(all[len(all)-1])
	return typed{strings.Join(all, " "), func(id string) bool { return t.byID[id].Title == song.Title }}
}

// words types a word of the title and one of the artist, or two and one, in any
// order, none to its end.
func (t *typist) words() typed {
	song := t.songs[t.r.IntN(len(t.songs))]
	title, artist := strings.Fields(song.Title), strings.Fields(song.Artist)
	t.r.Shuffle(len(title), func(i, j int) { title[i], title[j] = title[j], title[i] })
	all := append(title[:min(len(title), 2)], artist[t.r.IntN(len(artist))])
	t.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for i := range all {
		all[i] = t.beginning(all[i])
	}
	return typed{strings.Join(all, " "), t.same(song)}
}

// typo types title and artist with one slip in one word.
func (t *typist) typo() typed {
	for {
		song := t.songs[t.r.IntN(len(t.songs))]
		all := strings.Fields(song.Title + " " + song.Artist)
		i := t.r.IntN(len(all))
		if len(all[i]) < typoWord {
			continue
		}
		all[i] = t.slip(all[i])
		return typed{strings.Join(all, " "), t.same(song)}
	}
}

// same tells tracks that look the same in a list.
func (t *typist) same(song librarytest.Song) func(id string) bool {
	return func(id string) bool { return t.byID[id].Title == song.Title && t.byID[id].Artist == song.Artist }
}

func (t *typist) beginning(word string) string {
	if len(word) <= leastTyped {
		return word
	}
	return word[:leastTyped+t.r.IntN(len(word)-leastTyped+1)]
}

// slip makes one of the four slips of a hand.
func (t *typist) slip(word string) string {
	at := t.r.IntN(len(word) - 1)
	key := string(rune('a' + t.r.IntN(26)))
	switch t.r.IntN(4) {
	case 0:
		return word[:at] + word[at+1:]
	case 1:
		return word[:at] + key + word[at:]
	case 2:
		return word[:at] + key + word[at+1:]
	}
	return word[:at] + word[at+1:at+2] + word[at:at+1] + word[at+2:]
}
