package library

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/library/librarytest"
)

// indexOf makes an index of tracks written as "title|artist|album".
func indexOf(lines ...string) *snapshot {
	var all []*track
	for i, line := range lines {
		p := strings.Split(line+"||", "|")
		all = append(all, &track{ID: fmt.Sprintf("%032x", i), Title: p[0], Artist: p[1], Album: p[2], Added: int64(i)})
	}
	return &snapshot{main: newIndex(all), fresh: newIndex(nil)}
}

func titles(s *snapshot, q string) []string {
	var out []string
	for _, t := range s.search(q, 20, nil) {
		out = append(out, t.Title)
	}
	return out
}

// TestSearchFinds: what is typed on the left finds the title on the right.
func TestSearchFinds(t *testing.T) {
	t.Parallel()
	s := indexOf(
		"Bohemian Rhapsody|Queen|A Night at the Opera", "Für Elise|Beethoven|Piano", "Yes We Can't|The Don'ts|",
		"Back in Black|AC/DC|", "Группа крови|Виктор Цой|Лучшее", "Ёлка|Ирина|", "東京の夜|椎名林檎|無罪モラトリアム",
		"ガラスの部屋|Ｐｅｐｐｉｎｏ|", "أغنية جميلة|فيروز|", "사랑해|아이유|", "Ænima|Tool|Ænima", "Hyperballad|Björk|Post",
		"Σίγουρος|Νότης|", "Straße|Łąki Łan|", "Metalworks|Metallica|", "12:51|The Strokes|", "ภาษาไทย|Thai|",
	)
	for q, want := range map[string]string{
		"bohem": "Bohemian Rhapsody", "queen rhap": "Bohemian Rhapsody", "rhap QUEEN night": "Bohemian Rhapsody",
		"fur elise": "Für Elise", "FÜR": "Für Elise", "cant": "Yes We Can't", "can't": "Yes We Can't", "can’t": "Yes We Can't",
		"acdc": "Back in Black", "ac/dc black": "Back in Black", "группа": "Группа крови", "ЦОЙ": "Группа крови",
		"елка": "Ёлка", "東京": "東京の夜", "京の": "東京の夜", "夜": "東京の夜", "東": "東京の夜", "林檎": "東京の夜",
		"がらす": "ガラスの部屋", "ガラス": "ガラスの部屋", "ｶﾞﾗｽ": "ガラスの部屋", "peppino": "ガラスの部屋",
		"اغنية": "أغنية جميلة", "사랑": "사랑해", "aenima": "Ænima", "bjork": "Hyperballad", "σιγουρος": "Σίγουρος",
		"strasse": "Straße", "laki": "Straße", "12 51": "12:51", "ภาษา": "ภาษาไทย",
		// one typo
		"bohemain": "Bohemian Rhapsody", "quen": "Bohemian Rhapsody", "queeen": "Bohemian Rhapsody",
		"wueen": "Bohemian Rhapsody", "rapsody": "Bohemian Rhapsody", "metalica": "Metalworks", "metalli": "Metalworks",
		"metalic": "Metalworks", "beethovan elise": "Für Elise", "грруппа": "Группа крови", "quee night": "Bohemian Rhapsody",
	} {
		if got := titles(s, q); len(got) == 0 || got[0] != want {
			t.Errorf("%q found %q, want %q first", q, got, want)
		}
	}
	for _, q := range []string{"qzz", "bohemian metallica", "qeun", "bxx", "東夜", "abc", "beethoven queen"} {
		if got := titles(s, q); len(got) != 0 {
			t.Errorf("%q found %q, want nothing", q, got)
		}
	}
}

func TestFoldWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Can’t Stop": "cant stop", "AC/DC": "ac dc acdc", "Été à Łódź": "ete a lodz", "東京Tower": "東京 京 tower",
		"ＦＵＬＬ": "full", "ﬁne ½": "fine 1 2 12", "Йога": "иога", "": "", "...": "...", "ガ": "が",
		"P!nk": "pink", "A$AP!": "asap", "J. S. Bach": "j s bach js", "l’or d'Amour": "lor damour amour", "A & B": "a and b",
		"٢٠": "20", "사랑": "ㅅㅏㄹㅏㅇ", "キャー": "きや やー ー", "آه ليلى": "اه ليلي", "ไทย": "ไท ทย ย", "`Til 'n'": "til and n",
	} {
		var w nameWords
		w.take(foldText(text))
		if s := strings.Join(w.index, " "); s != want {
			t.Errorf("%q gives %q, want %q", text, s, want)
		}
	}
}

// TestSearchRanks: whole names before words of them before beginnings before
// typos, and in each the title before the artist before the album.
func TestSearchRanks(t *testing.T) {
	t.Parallel()
	// In the expected order: equals would come out the other way round, because
	// the later one was added later.
	s := indexOf("love||", "love me||", "a2|love|", "a1||love", "lovers||", "b2|lovers|", "b1||lovers", "lave||", "c2|glove|", "c1||lose")
	got := titles(s, "love")
	want := []string{"love", "a2", "love me", "a1", "lovers", "b2", "b1", "lave", "c2", "c1"}
	if !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
}

func TestSearchEmptyGivesRecent(t *testing.T) {
	t.Parallel()
	s := indexOf("old||", "newer||", "newest||")
	for _, q := range []string{"", "  "} {
		if got := titles(s, q); !slices.Equal(got, []string{"newest", "newer", "old"}) {
			t.Errorf("%q gives %q", q, got)
		}
	}
	if got := titles(s, "!?"); len(got) != 0 {
		t.Errorf("a query without words found %q", got)
	}
}

// TestTyposAgainstBruteForce compares the walk over the dictionary with the
// edit distance to every word.
func TestTyposAgainstBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, 3+r.IntN(5))
		for i := range b {
			b[i] = "abcé"[r.IntN(3)]
		}
		return string(b)
	}
	var lines []string
	for range 400 {
		lines = append(lines, word())
	}
	x := indexOf(lines...).main
	for range 300 {
		q := word()
		if len(q) < minTypoRunes {
			continue
		}
		got := make(map[string]bool)
		for _, s := range x.typos(q) {
			if s.kind == kindTypo {
				got[x.word(s.lo)] = true
			}
		}
		for i := range x.size() {
			w := x.word(i)
			if want := distance(q, w) == 1; want && !got[w] {
				t.Fatalf("%q misses %q", q, w)
			}
			if got[w] && distance(q, w) > 1 {
				t.Fatalf("%q finds %q", q, w)
			}
		}
	}
}

// distance counts edits with swaps of neighbours (optimal string alignment).
func distance(s, t string) int {
	a, b := []rune(s), []rune(t)
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// syntheticTracks gives n made-up tracks. They come as records, so that librarytest cannot drift from the format.
func syntheticTracks(tb testing.TB, n int) []*track {
	tb.Helper()
	all := make([]*track, n)
	for i, song := range librarytest.Songs(n) {
		rec := song.Record("/music")
		t, err := decodeTrack(rec, func(b []byte) string { return string(b) })
		if err != nil || !bytes.Equal(t.encode(), rec) {
			tb.Fatalf("librarytest's record of %+v is read as %+v, %v", song, t, err)
		}
		all[i] = t
	}
	return all
}

// BenchmarkKeystroke searches as someone types, in 100,000 tracks, also with half
// of them hidden, and tells what the index costs.
func BenchmarkKeystroke(b *testing.B) {
	all := syntheticTracks(b, 100_000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	s := &snapshot{main: newIndex(slices.Clone(all)), fresh: newIndex(nil)}
	build := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	queries := librarytest.Keystrokes(librarytest.Songs(len(all)), 400)
	var half slotSet
	r := rand.New(rand.NewPCG(5, 6))
	for n, t := range s.main.tracks {
		t.slot = uint32(n)
		s.main.slots[n] = t.slot
		if r.IntN(2) == 0 {
			half = half.add(t.slot)
		}
	}
	for name, hidden := range map[string]slotSet{"all": nil, "half": half} {
		b.Run(name, func(b *testing.B) {
			times := make([]time.Duration, 0, b.N)
			b.ReportAllocs()
			for i := range b.N {
				t := time.Now()
				s.search(queries[i%len(queries)], 20, hidden)
				times = append(times, time.Since(t))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Nanoseconds())/1e3, "p50-µs")
			b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds())/1e3, "p99-µs")
			b.ReportMetric(float64(times[len(times)-1].Nanoseconds())/1e3, "max-µs")
			b.ReportMetric(float64(build.Milliseconds()), "build-ms")
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "index-MB")
			b.ReportMetric(float64(s.main.size()), "words")
		})
	}
	runtime.KeepAlive(all)
}
