package library

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/library/librarytest"
)

// known makes a library of tracks that need no files: Run is never called.
func known(tb testing.TB, dir string, tracks ...*track) *Library {
	tb.Helper()
	cache := &memory{recs: make(map[string][]byte)}
	for i, t := range tracks {
		if t.ID == "" {
			t.ID = fmt.Sprintf("%032x", i+1)
		}
		if len(t.Places) == 0 {
			t.Places = []place{{Dir: dir, Rel: fmt.Sprint(i, ".mp3"), Size: 1, MTime: 1, Content: t.ID}}
		}
		cache.recs[t.ID] = t.encode()
	}
	l, err := Open(Config{Dirs: []string{dir}, Cache: cache})
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// many is a library of 100,000 tracks.
func many(tb testing.TB, dir string) *Library {
	all := syntheticTracks(tb, 100_000)
	for _, t := range all {
		t.Places[0].Dir = dir
	}
	return known(tb, dir, all...)
}

// seen gives the titles that a view finds, sorted, and checks that it gives the
// others by id neither.
func seen(t *testing.T, l *Library, v View) string {
	t.Helper()
	var titles []string
	for _, h := range v.Search("song", 100) {
		titles = append(titles, strings.TrimPrefix(h.Title, "Song "))
		if _, ok := v.Track(h.TrackID); !ok {
			t.Errorf("%s is found, and not there", h.Title)
		}
	}
	slices.Sort(titles)
	found := strings.Join(titles, "")
	l.now.Load().each(func(tr *track) {
		if _, ok := v.Track(tr.ID); ok != strings.Contains(found, strings.TrimPrefix(tr.Title, "Song ")) {
			t.Errorf("%s by id: %v, found are %s", tr.Title, ok, found)
		}
	})
	if v.Tracks() != len(titles) {
		t.Errorf("%d tracks are counted, %d found", v.Tracks(), len(titles))
	}
	return found
}

// TestSharing: each rule by itself and together, for guests and for hosts.
func TestSharing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(rel string) []place { return []place{{Dir: dir, Rel: rel, Size: 1, MTime: 1, Content: ""}} }
	tr := func(title, artist, genre, rel string, flags trackFlags) *track {
		return &track{ID: hashID(rel), Title: "Song " + title, Artist: artist, Genre: genre, DurationMS: 60_000, Flags: flags, Places: at(rel)}
	}
	other := tr("D", "Simon & Garfunkel", "Folk", "Jazz and more/d.mp3", 0)
	other.AlbumArtist = "Various"
	l := known(t, dir,
		tr("A", "Björk", "Pop; Électro", "Jazz/a.mp3", 0), tr("B", "AC/DC", "Rock", "Jazz/deep/b.mp3", explicit),
		tr("C", "Queen feat. David Bowie", "rock", "c.mp3", 0), other, tr("E", "Anna; BJORK", "", "e.mp3", explicit),
		// The same recording in two places, one of them in a folder that is shared.
		tr("F", "Twin", "Pop", "Jazz/f.mp3", tagged), tr("F", "Twin", "", "f.flac", tagged|lossless))
	l.publishing.Lock()
	withList := *l.now.Load()
	withList.lists = &playlists{byID: map[string][]string{"list": {hashID("c.mp3"), hashID("e.mp3"), "gone"}}}
	l.now.Store(&withList)
	l.publishing.Unlock()
	for _, c := range []struct {
		rules        Sharing
		guests, host string
	}{
		{Sharing{}, "ABCDEF", "ABCDEF"},
		{Sharing{Limited: true}, "", "ABCDEF"},
		{Sharing{Folders: []string{dir + "/Jazz"}}, "ABCDEF", "ABCDEF"}, // not limited
		{Sharing{Limited: true, Folders: []string{dir + "/Jazz/"}}, "ABF", "ABCDEF"},
		{Sharing{Limited: true, Folders: []string{dir + "/Jazz/deep"}}, "B", "ABCDEF"},
		{Sharing{Limited: true, Folders: []string{dir}}, "ABCDEF", "ABCDEF"},
		{Sharing{Limited: true, Folders: []string{dir + "x", "Jazz", "", "/"}}, "ABCDEF", "ABCDEF"}, // all is in /
		{Sharing{Limited: true, Genres: []string{"ROCK"}}, "BC", "ABCDEF"},
		{Sharing{Limited: true, Genres: []string{"electro"}}, "A", "ABCDEF"},
		{Sharing{Limited: true, Playlists: []string{"list", "unknown"}}, "CE", "ABCDEF"},
		{Sharing{Limited: true, Playlists: []string{"list"}, Genres: []string{"folk"}, NoExplicit: true}, "CD", "ABCDEF"},
		{Sharing{NoExplicit: true}, "ACDF", "ABCDEF"},
		{Sharing{BlockedTracks: []string{hashID("f.flac")}}, "ABCDE", "ABCDE"},
		{Sharing{BlockedTracks: []string{hashID("Jazz/f.mp3")}}, "ABCDE", "ABCDE"},
		{Sharing{BlockedArtists: []string{"bjork"}}, "BCDF", "BCDF"},
		{Sharing{BlockedArtists: []string{"ac/dc"}}, "ACDEF", "ACDEF"},
		{Sharing{BlockedArtists: []string{"David  Bowie"}}, "ABDEF", "ABDEF"},
		{Sharing{BlockedArtists: []string{"Queen"}}, "ABDEF", "ABDEF"},
		{Sharing{BlockedArtists: []string{"Simon"}}, "ABCDEF", "ABCDEF"},
		{Sharing{BlockedArtists: []string{"SIMON & GARFUNKEL"}}, "ABCEF", "ABCEF"},
		{Sharing{BlockedArtists: []string{"various"}}, "ABCEF", "ABCEF"},
	} {
		if err := l.Share(c.rules); err != nil {
			t.Fatal(err)
		}
		if got := seen(t, l, l.Shared()); got != c.guests {
			t.Errorf("%+v: guests find %s, want %s", c.rules, got, c.guests)
		}
		if got := seen(t, l, l.Everything()); got != c.host {
			t.Errorf("%+v: hosts find %s, want %s", c.rules, got, c.host)
		}
	}
	if !l.Blocked(hashID("Jazz and more/d.mp3")) || l.Blocked(hashID("c.mp3")) || l.Blocked("nothing") {
		t.Error("Blocked")
	}
	if _, ok := l.Track(hashID("Jazz and more/d.mp3")); !ok {
		t.Error("the host cannot name what is blocked")
	}
	before := l.Sharing()
	if err := l.Share(Sharing{Genres: make([]string, maxSharing+1)}); !errors.Is(err, ErrSharing) || !slices.Equal(l.Sharing().BlockedArtists, before.BlockedArtists) {
		t.Errorf("too many rules: %v", err)
	}
}

// TestSharingKeepsUpWithTheMusic: what comes, changes and goes is judged at once.
func TestSharingKeepsUpWithTheMusic(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &server{name: "s"}
	one, two := listedSong("1", "Song A", "Anna", 60), listedSong("2", "Song B", "Berta", 70)
	two.Genre = "Jazz"
	s.set(nil, one, two)
	librarytest.Tone(t, dir, librarytest.File{Name: "c.mp3", Title: "Song C", Args: []string{"-metadata", "genre=Jazz"}})
	l, stop := start(t, Config{Dirs: []string{dir}, Sources: []Source{s}})
	if err := l.Share(Sharing{Limited: true, Genres: []string{"Jazz"}, BlockedArtists: []string{"Gerda"}}); err != nil {
		t.Fatal(err)
	}
	await(t, l, "all is there", finds(l, "song", 3))
	if got := seen(t, l, l.Shared()); got != "BC" {
		t.Errorf("guests find %s", got)
	}
	one.Genre, two.Artist = "jazz", "Gerda"
	s.set(nil, one, two)
	l.Rescan()
	await(t, l, "B is blocked", finds(l, "song", 2))
	if got := seen(t, l, l.Shared()) + seen(t, l, l.Everything()); got != "ACAC" {
		t.Errorf("after the change %s are found", got)
	}
	librarytest.Tone(t, dir, librarytest.File{Name: "d.mp3", Title: "Song D", Seconds: 2})
	await(t, l, "D came", finds(l, "song", 3))
	if got := seen(t, l, l.Shared()); got != "AC" {
		t.Errorf("guests find %s", got)
	}
	s.set(nil)
	l.Rescan()
	await(t, l, "the server has nothing", finds(l, "song", 2))
	if got := seen(t, l, l.Shared()); got != "C" {
		t.Errorf("guests find %s", got)
	}
	if g := l.Genres(); len(g) != 1 || g[0] != (Count{"Jazz", 1}) {
		t.Errorf("genres %v", g)
	}
	if f := l.Folders(); len(f) != 1 || f[0] != (Count{dir, 2}) {
		t.Errorf("folders %v", f)
	}
	stop()
}

// BenchmarkShare makes other rules hold in 100,000 tracks.
func BenchmarkShare(b *testing.B) {
	dir := b.TempDir()
	l := many(b, dir)
	n := 0
	start := time.Now()
	for b.Loop() {
		n++
		if err := l.Share(Sharing{Limited: true, Genres: []string{"jazz", "rock"}, Folders: []string{dir + "/artist 7"}, BlockedArtists: []string{fmt.Sprint(n)}}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(time.Since(start).Microseconds())/float64(n), "µs/rules")
}
