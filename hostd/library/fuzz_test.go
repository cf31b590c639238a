package library

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// The kept corpora in testdata/fuzz hold the heads and tails of real files, of
// which the middle was cut out, and what fuzzing has found.

func fuzzParser(f *testing.F, parse func(*probe) (sound, error)) {
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 12 {
			return
		}
		s, err := parse(newProbe(bytes.NewReader(b), int64(len(b)), never))
		if err != nil {
			return
		}
		if s.duration < 0 || s.duration > 2*maxDuration {
			t.Errorf("length %v", s.duration)
		}
		if len(s.picture) > len(b) || len(s.tags) > 4*len(b)+64 {
			t.Errorf("%d bytes of tags and %d of picture out of %d", len(s.tags), len(s.picture), len(b))
		}
		texts := decodeTags(s.tags)
		for _, s := range []string{texts.title, texts.artist, texts.album} {
			if s != cleanText(s) || !utf8.ValidString(s) {
				t.Errorf("unclean %q", s)
			}
		}
	})
}

func FuzzFLAC(f *testing.F) {
	fuzzParser(f, func(p *probe) (sound, error) { return parseFLAC(p, 0, true) })
}

func FuzzOgg(f *testing.F) {
	fuzzParser(f, func(p *probe) (sound, error) { return parseOgg(p, true) })
}

func FuzzMP3(f *testing.F) {
	fuzzParser(f, func(p *probe) (sound, error) { return parseMP3(p, true) })
}

func FuzzMP4(f *testing.F) {
	fuzzParser(f, func(p *probe) (sound, error) { return parseMP4(p, true) })
}

// FuzzSearch: whatever is typed and whatever is in the tags, the search ends,
// and a track is found by its own title.
func FuzzSearch(f *testing.F) {
	f.Fuzz(func(t *testing.T, title, q string) {
		title = cleanText(strings.ReplaceAll(title, "|", " ")) // the bar is indexOf's
		s := indexOf(title+"|Artist|Album", "Other|Artist|Album")
		for _, h := range s.search(q, 10, nil) {
			if h.TrackID == "" {
				t.Error("an empty hit")
			}
		}
		var words nameWords
		words.take(foldText(title))
		for _, w := range words.index {
			if !utf8.ValidString(w) || w == "" || strings.Contains(w, " ") || utf8.RuneCountInString(w) > maxWordRunes {
				t.Errorf("word %q", w)
			}
		}
		if len(words.index) == 0 {
			return
		}
		if hits := s.search(title, 10, nil); len(hits) == 0 {
			t.Errorf("%q (words %q) does not find itself", title, words.index)
		}
	})
}

// FuzzRecord: a damaged record is refused or is a track that can be stored
// again as it is.
func FuzzRecord(f *testing.F) {
	t := &track{ID: strings.Repeat("ab", 16), Title: "T", Artist: "A", Cover: &cover{"c.jpg", 1, 2}, Places: []place{
		{"/music", "a/b.mp3", 3, 4, strings.Repeat("cd", 16)}, {"/music", "\xff.mp3", 3, 4, strings.Repeat("ab", 16)},
	}}
	f.Add(t.encode())
	one := func(b []byte) string { return string(b) }
	f.Fuzz(func(t *testing.T, rec []byte) {
		a, err := decodeTrack(rec, one)
		if err != nil {
			return
		}
		b, err := decodeTrack(a.encode(), one)
		if err != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%+v became %+v (%v)", a, b, err)
		}
	})
}
