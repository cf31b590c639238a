package librarytest

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
)

// Song is a made-up track of a library that is too large to be made of files.
type Song struct {
	ID, Title, Artist, Album string
	Genre                    string
	Year                     int
	DurationMS, Added        int64
	Rel                      string // path inside the music folder
	Size, MTime              int64  // bytes; Unix nanoseconds
}

// Songs makes n songs, always the same, with a vocabulary as skewed as real
// titles: 30,000 words, of which a few are everywhere.
func Songs(n int) []Song {
	r := rand.New(rand.NewPCG(7, 11))
	syllables := strings.Fields("ba be bi bo bu ca ce ci co da de di do du fa fe fi fo ga ge gi go ha he hi ho ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we za zo st tr ch sh ll th an en in on er ar or el al is us")
	words := make([]string, 30_000)
	for i := range words {
		for range 1 + r.IntN(4) {
			words[i] += syllables[r.IntN(len(syllables))]
		}
	}
	zipf := rand.NewZipf(r, 1.07, 4, uint64(len(words)-1))
	phrases := func(n, longest int) []string {
		made := make([]string, n)
		for i := range made {
			var p []string
			for range 1 + r.IntN(longest) {
				p = append(p, words[zipf.Uint64()])
			}
			made[i] = strings.Join(p, " ")
		}
		return made
	}
	artists, albums, titles := phrases(n/20+1, 3), phrases(n/11+1, 4), phrases(n, 5)
	genres := strings.Fields("Rock Pop Jazz Blues Soul Funk Metal Punk Folk House Techno Ambient Classical Opera Reggae Ska Disco Rap Country Latin")
	all := make([]Song, n)
	for i := range all {
		id := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, r.Uint64()), r.Uint64())
		all[i] = Song{
			ID: hex.EncodeToString(id), Title: titles[i], Artist: artists[r.IntN(len(artists))], Album: albums[r.IntN(len(albums))],
			Genre: genres[i/200*7%len(genres)], Year: 1960 + i/12*13%65,
			DurationMS: int64(r.IntN(400_000)), Added: int64(r.IntN(1 << 30)),
			Rel: fmt.Sprintf("artist %d/album %d/%d.mp3", i/200, i/12, i), Size: int64(i), MTime: int64(i),
		}
	}
	return all
}

// Record is the song as the library's cache keeps it, in the music folder dir. The
// library's own tests hold it to what the library writes.
func (s Song) Record(dir string) []byte {
	b := []byte{2}
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	number := func(n int64) { b = binary.AppendVarint(b, n) }
	const tagged = 16 // title and artist are from tags
	for _, part := range []string{s.ID, s.Title, s.Artist, s.Album, "", s.Genre, ""} {
		text(part)
	}
	number(s.DurationMS)
	number(s.Added)
	number(int64(s.Year))
	b = append(b, tagged, 0) // no picture, nothing of how loud it is
	number(1)                // place
	text(dir)
	text(s.Rel)
	number(s.Size)
	number(s.MTime)
	text("") // its content has the song's id
	return b
}

// Keystrokes gives the queries of people who type: every beginning of a search, of
// one or several words, some with a typo.
func Keystrokes(all []Song, searches int) []string {
	r := rand.New(rand.NewPCG(3, 5))
	var out []string
	for range searches {
		s := all[r.IntN(len(all))]
		q := s.Title
		if r.IntN(2) == 0 {
			q = s.Artist + " " + q
		}
		if len(q) > 6 && r.IntN(3) == 0 {
			i := 1 + r.IntN(len(q)-2)
			q = q[:i] + q[i+1:]
		}
		for i := 1; i <= len(q); i++ {
			out = append(out, q[:i])
		}
	}
	return out
}
