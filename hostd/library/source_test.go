package library

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/library/librarytest"
	"soul-jam/shared/wire"
)

// server is a Source whose music the test sets.
type server struct {
	name string

	mu     sync.Mutex // guards the rest
	tracks []Listed
	lists  []ListedPlaylist
	fails  error // after the tracks
	asked  int
	cover  []byte
	slow   time.Duration // how long a listing takes
}

func (s *server) Name() string { return s.name }

func (s *server) List(_ context.Context, each func(Listed) error) error {
	<-time.After(s.slow)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	for _, t := range s.tracks {
		if err := each(t); err != nil {
			return err
		}
	}
	return s.fails
}

func (s *server) Playlists(context.Context) ([]ListedPlaylist, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lists, nil
}

func (s *server) Cover(_ context.Context, id string) ([]byte, error) {
	if id != "cover" {
		return nil, errors.New("no such cover")
	}
	return s.cover, nil
}

func (s *server) Location(id string) (string, error) {
	return "http://127.0.0.1:1/" + s.name + "/" + id, nil
}

func (s *server) set(fails error, tracks ...Listed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tracks, s.fails = tracks, fails
}

func listedSong(id, title, artist string, seconds int) Listed {
	return Listed{ID: id, Title: title, Artist: artist, Duration: time.Duration(seconds) * time.Second}
}

// serverListed tells when the last listing is over.
func serverListed(l *Library, tracks int) func() bool {
	return func() bool {
		p := l.Progress()
		return len(p.Servers) == 1 && !p.Servers[0].Listing && p.Servers[0].Tracks == tracks
	}
}

// TestServer: what a server lists is searched with the files, plays, and goes when
// a whole listing has it no more, but not when a listing fails.
func TestServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	librarytest.Tone(t, dir, librarytest.File{Name: "a.mp3", Title: "Common Alpha"})
	s := &server{name: "alex at music.example", cover: librarytest.PNG(t, 300, 200)}
	one, two := listedSong("tr-1", "Common Beta", "Berta", 60), listedSong("tr/../2", "Common Gamma", "Gerda", 70)
	one.CoverID, one.Genre, one.Year = "cover", "Jazz;Soul", 1964
	s.tracks = []Listed{one, two}
	s.lists = []ListedPlaylist{{ID: "p1", Name: "Mixed\x00 \u202ebag", Tracks: []string{"tr/../2", "gone", "tr-1"}}}
	cache := new(memory)
	l, stop := start(t, Config{Dirs: []string{dir}, Sources: []Source{s}, Cache: cache})
	await(t, l, "all are found", finds(l, "common", 3))
	await(t, l, "listed", serverListed(l, 2))
	id := only(t, l, "beta")
	if !validID(id) {
		t.Errorf("id %q", id)
	}
	if p, err := l.Path(id); err != nil || p != "http://127.0.0.1:1/alex at music.example/tr-1" {
		t.Errorf("path %q, %v", p, err)
	}
	if info, _ := l.Track(id); !info.HasArt || info.DurationMS != 60_000 {
		t.Errorf("track %+v", info)
	}
	if art, err := l.Art(id, Small); err != nil || art.MIME != "image/jpeg" {
		t.Errorf("art: %v", err)
	}
	if got := l.now.Load().track(id); got.Genre != "Jazz; Soul" || got.Year != 1964 {
		t.Errorf("facts %+v", got)
	}
	await(t, l, "the playlist", func() bool { p := l.Playlists(); return len(p) == 1 && p[0].Tracks == 2 })
	p, songs, ok := l.Playlist(l.Playlists()[0].ID)
	if !ok || p.Name != "Mixed bag" || p.From != s.name || len(songs) != 2 || songs[0].Title != "Common Gamma" {
		t.Errorf("playlist %+v, %v", p, songs)
	}

	s.set(errors.New("page 2 is broken"), two)
	l.Rescan()
	await(t, l, "a problem", func() bool { p := l.Progress().Servers[0]; return p.Problem != nil && !p.Listing })
	if got := l.Progress().Servers[0].Problem.Error(); got != "the music server alex at music.example cannot be listed: page 2 is broken" {
		t.Errorf("problem %q", got)
	}
	only(t, l, "beta") // as before
	puts := cache.puts
	s.set(nil, one, two)
	l.Rescan()
	await(t, l, "listed", func() bool { p := l.Progress().Servers[0]; return p.Problem == nil && !p.Listing })
	s.set(nil, two)
	l.Rescan()
	await(t, l, "beta left", finds(l, "beta", 0))
	if _, err := l.Path(id); !errors.Is(err, ErrUnknownTrack) {
		t.Errorf("path of what is gone: %v", err)
	}
	stop()
	if cache.puts != puts {
		t.Errorf("%d records were written though nothing has changed", cache.puts-puts)
	}

	// Known before anything is listed; and not when it is configured no more.
	l, err := Open(Config{Dirs: []string{dir}, Sources: []Source{s}, Cache: cache})
	if err != nil {
		t.Fatal(err)
	}
	only(t, l, "gamma")
	if l, err = Open(Config{Dirs: []string{dir}, Cache: cache}); err != nil || len(l.Everything().Search("gamma", 0)) != 0 || len(l.Everything().Search("alpha", 0)) != 1 {
		t.Errorf("without the server: %v, %v", l.Everything().Search("", 0), err)
	}
}

// TestServerListsOnItsOwnInterval: at the start, every 15 minutes, and never twice at once.
func TestServerListsOnItsOwnInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{name: "s", tracks: []Listed{listedSong("1", "Alpha", "A", 60)}, slow: relist / 2}
		l, err := Open(Config{Sources: []Source{s}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- l.Run(ctx) }()
		for want := 1; want < 4; want++ {
			synctest.Wait()
			l.Rescan() // one is under way
			time.Sleep(relist * 3 / 4)
			synctest.Wait()
			s.mu.Lock()
			asked := s.asked
			s.mu.Unlock()
			if asked != want || len(l.Everything().Search("alpha", 0)) != 1 {
				t.Errorf("asked %d times, want %d", asked, want)
			}
			time.Sleep(relist / 4)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestHostileServer: what it says is cleaned or left out.
func TestHostileServer(t *testing.T) {
	t.Parallel()
	nan, huge, ok := math.NaN(), 1e300, -3.5
	good := Listed{ID: "good", Title: "Good\x1b[31m \u202eone", Artist: strings.Repeat("x", 1<<20), Album: "\xff", Genre: strings.Repeat("y", 1<<20), Year: 1 << 40,
		Duration: time.Minute, Gain: &nan, Peak: &huge, Recording: "../..", CoverID: strings.Repeat("c", 300), Added: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	fine := Listed{ID: "fine", Title: "Fine", Duration: time.Minute, Gain: &ok}
	s := &server{name: "s", tracks: []Listed{
		{}, {ID: "no title", Duration: time.Minute}, {ID: "no length", Title: "x"}, {ID: "long", Title: "x", Duration: 25 * time.Hour}, {ID: "neg", Title: "x", Duration: -1},
		{ID: strings.Repeat("i", 300), Title: "x", Duration: time.Minute}, good, good, fine,
	}}
	l, _ := start(t, Config{Sources: []Source{s}})
	await(t, l, "listed", serverListed(l, 2))
	got := l.now.Load().track(only(t, l, "good"))
	if got.Title != "Good[31m one" || len(got.Artist) > maxTextRunes || got.Genre != "" || got.Year != 0 || got.Loud != (loudness{}) || got.Recording != "" || got.Cover != nil || got.Added > time.Now().UnixMilli() {
		t.Errorf("became %+v", got)
	}
	if snd, _ := l.Sound(only(t, l, "fine")); snd.GainDB != ok || !snd.Known {
		t.Errorf("gain %+v", snd)
	}
	if _, err := Open(Config{Sources: []Source{&server{name: "a"}, &server{name: "a"}}}); err == nil {
		t.Error("two servers of one name")
	}
	if _, err := Open(Config{Sources: []Source{&server{name: "a\x00"}}}); err == nil {
		t.Error("a control character in a name")
	}
}

// TestSameRecording: shown once, the best place plays, and every id goes on working.
func TestSameRecording(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	low := librarytest.Tone(t, dir, librarytest.File{Name: "low.mp3", Title: "Same Thing", Artist: "Änna", Seconds: 3, Args: []string{"-b:a", "64k"}})
	high := librarytest.Tone(t, dir, librarytest.File{Name: "high.mp3", Title: "Same thing", Artist: "ANNA", Seconds: 3.5, Args: []string{"-b:a", "192k"}})
	flac := librarytest.Tone(t, dir, librarytest.File{Name: "best.flac", Title: "same thing", Artist: "Anna", Seconds: 4})
	librarytest.Tone(t, dir, librarytest.File{Name: "long.mp3", Title: "Same Thing", Artist: "Anna", Seconds: 9})
	librarytest.Tone(t, dir, librarytest.File{Name: "Anna/Same Thing.mp3", Seconds: 3}) // only by its path
	librarytest.Tone(t, dir, librarytest.File{Name: "other.mp3", Title: "Same Thing", Artist: "Other", Seconds: 3})
	s := &server{name: "s", tracks: []Listed{listedSong("1", "Same Thing", "Anna", 4)}}
	l, stop := start(t, Config{Dirs: []string{dir}, Sources: []Source{s}})
	await(t, l, "4 of 7", idle(l, 4))
	await(t, l, "listed", serverListed(l, 1))
	await(t, l, "4 of 7", finds(l, "same thing", 4))
	ids := make(map[string]string) // by file
	l.now.Load().each(func(t *track) { ids[filepath.Base(t.Places[0].Rel)] = t.ID })
	four := []string{ids["low.mp3"], ids["high.mp3"], ids["best.flac"], ids["1"]}
	plays := func(want string) func() bool {
		return func() bool {
			for _, id := range four {
				if p, err := l.Path(id); err != nil || p != want {
					return false
				}
			}
			return true
		}
	}
	shows := func(id string) func() bool {
		return func() bool {
			hits := l.Everything().Search("same thing anna", 10)
			n := 0
			for _, h := range hits {
				n += yes(slices.Contains(four, h.TrackID))
			}
			return n == 1 && slices.ContainsFunc(hits, func(h wire.TrackInfo) bool { return h.TrackID == id })
		}
	}
	for i, want := range []struct{ file, gone string }{{flac, ""}, {high, flac}, {low, high}, {"http://127.0.0.1:1/s/1", low}} {
		if want.gone != "" {
			if err := os.Remove(want.gone); err != nil {
				t.Fatal(err)
			}
		}
		best := four[[]int{2, 1, 0, 3}[i]]
		await(t, l, "shown is the place "+want.file, shows(best))
		if !plays(want.file)() {
			t.Errorf("not every id plays %s", want.file)
		}
	}
	stop()
}

// TestSameRecordingByID: the MusicBrainz id alone is enough, and the lengths do not count.
func TestSameRecordingByID(t *testing.T) {
	t.Parallel()
	a, b, c := listedSong("1", "One", "Anna", 60), listedSong("2", "Uno", "Ana", 90), listedSong("3", "Uno", "Ana", 91)
	a.Recording, b.Recording = someRecording, strings.ToUpper(someRecording)
	s := &server{name: "s", tracks: []Listed{a, b, c, listedSong("4", "Track 1", "Unknown Artist", 60), listedSong("5", "Track 1", "Unknown Artist", 60)}}
	l, stop := start(t, Config{Sources: []Source{s}})
	await(t, l, "listed", serverListed(l, 5))
	if n := len(l.Everything().Search("", 0)); n != 3 || l.Progress().Tracks != 3 {
		t.Errorf("%d are shown, want 3: %v", n, l.Everything().Search("", 0))
	}
	b.Recording = "" // then 2 and 3 go together, and 1 alone
	s.set(nil, a, b, c)
	l.Rescan()
	await(t, l, "listed", serverListed(l, 3))
	if n := len(l.Everything().Search("", 0)); n != 2 || len(l.Everything().Search("one", 0)) != 1 || len(l.Everything().Search("uno", 0)) != 1 {
		t.Errorf("%d are shown: %v", n, l.Everything().Search("", 0))
	}
	stop()
}
