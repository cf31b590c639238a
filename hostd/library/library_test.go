package library

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"soul-jam/hostd/library/librarytest"
)

// memory is a Cache in memory.
type memory struct {
	mu   sync.Mutex // guards recs
	recs map[string][]byte
	puts int // records written in all
}

func (m *memory) Tracks(f func([]byte) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.recs {
		if err := f(r); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) PutTracks(_ context.Context, recs map[string][]byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.recs == nil {
		m.recs = make(map[string][]byte)
	}
	for id, r := range recs {
		m.recs[id] = r
		m.puts++
	}
	return nil
}

func (m *memory) DeleteTracks(_ context.Context, ids []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		delete(m.recs, id)
	}
	return nil
}

// start opens a library and runs it until the test, or stop, ends it.
func start(t *testing.T, cfg Config) (l *Library, stop func()) {
	t.Helper()
	l, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return l, run(t, l)
}

func run(t *testing.T, l *Library) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// await waits until ok holds, woken by the library's changes.
func await(t *testing.T, l *Library, what string, ok func() bool) {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		changed := l.Changed()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("never: %s (%+v, broken %v)", what, l.Progress(), l.Broken())
		}
	}
}

func idle(l *Library, tracks int) func() bool {
	return func() bool {
		p := l.Progress()
		return p.State == Idle && p.Tracks == tracks && p.Files == p.Total && p.Total > 0
	}
}

func finds(l *Library, q string, n int) func() bool {
	return func() bool { return len(l.Everything().Search(q, 0)) == n }
}

func only(t *testing.T, l *Library, q string) string {
	t.Helper()
	hits := l.Everything().Search(q, 0)
	if len(hits) != 1 {
		t.Fatalf("%q found %d tracks, want 1: %v", q, len(hits), hits)
	}
	return hits[0].TrackID
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestScanAndWatch: what is there is found, what comes is found, what goes
// leaves the search.
func TestScanAndWatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	librarytest.Tone(t, dir, librarytest.File{Name: "x.mp3", Title: "Alpha", Artist: "Anna", Album: "Aura"})
	librarytest.Tone(t, dir, librarytest.File{Name: "Some One/Some Disc/03 Third Thing.flac"})
	librarytest.Tone(t, dir, librarytest.File{Name: "Berta - Beta.ogg"})
	librarytest.Tone(t, dir, librarytest.File{Name: ".hidden/no.mp3", Title: "Hidden"})
	l, _ := start(t, Config{Dirs: []string{dir}})
	await(t, l, "3 tracks", idle(l, 3))

	third, _ := l.Track(only(t, l, "thi"))
	if third.Title != "Third Thing" || third.Artist != "Some One" || third.Album != "Some Disc" || third.DurationMS != 1000 {
		t.Errorf("from the path: %+v", third)
	}
	beta, _ := l.Track(only(t, l, "beta"))
	if beta.Artist != "Berta" {
		t.Errorf("from the name: %+v", beta)
	}
	id := only(t, l, "alpha")
	path, err := l.Path(id)
	if err != nil || path != filepath.Join(dir, "x.mp3") {
		t.Errorf("path %q, %v", path, err)
	}

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	await(t, l, "alpha left", finds(l, "alpha", 0))
	if _, err := l.Path(id); !errors.Is(err, ErrUnknownTrack) {
		t.Errorf("path of a deleted file: %v", err)
	}

	librarytest.Tone(t, dir, librarytest.File{Name: "new/folder/late.m4a", Title: "Latecomer", Seconds: 2})
	await(t, l, "latecomer is there", finds(l, "latecomer", 1))
	if err := os.RemoveAll(filepath.Join(dir, "new")); err != nil {
		t.Fatal(err)
	}
	await(t, l, "its folder left", finds(l, "latecomer", 0))
}

// TestPathIsCheckedAtCallTime: no event is needed for a file that has gone, and
// a symlink out of the folder is not followed.
func TestPathIsCheckedAtCallTime(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	file := librarytest.Tone(t, dir, librarytest.File{Name: "in/a.mp3", Title: "Alpha"})
	secret := librarytest.Tone(t, outside, librarytest.File{Name: "a.mp3", Title: "Secret"})
	if err := os.Symlink(secret, filepath.Join(dir, "link.mp3")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "linkdir")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	l, stop := start(t, Config{Dirs: []string{dir}})
	await(t, l, "1 track", idle(l, 1))
	if n := len(l.Everything().Search("secret", 0)); n != 0 {
		t.Errorf("a file outside the folder was found")
	}
	id := only(t, l, "alpha")
	stop() // from here on no event is heard
	if err := os.Rename(filepath.Dir(file), filepath.Join(dir, "moved")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Dir(file)); err != nil {
		t.Fatal(err)
	}
	if p, err := l.Path(id); !errors.Is(err, ErrUnknownTrack) {
		t.Errorf("a symlink out of the folder was followed: %q, %v", p, err)
	}
	for _, bad := range []string{"", "../a.mp3", "..", "a\x00b", `..\a`, "%2e%2e", "CON", "NUL", strings.Repeat("a", 32), "in/a.mp3", file} {
		if _, err := l.Path(bad); !errors.Is(err, ErrUnknownTrack) {
			t.Errorf("Path(%q): %v", bad, err)
		}
		if _, err := l.Art(bad, Small); !errors.Is(err, ErrUnknownTrack) {
			t.Errorf("Art(%q): %v", bad, err)
		}
		if _, ok := l.Track(bad); ok {
			t.Errorf("Track(%q) found", bad)
		}
	}
}

// TestMissingFolder: one sentence that can be told apart, and the others work.
func TestMissingFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	missing := filepath.Join(dir, "usb", "music")
	good := filepath.Join(dir, "good")
	librarytest.Tone(t, good, librarytest.File{Name: "a.mp3", Title: "Alpha"})
	l, err := Open(Config{Dirs: []string{missing, good}})
	var folder *FolderError
	if !errors.As(err, &folder) || folder.Dir != missing {
		t.Fatalf("error %v", err)
	}
	if want := "the music folder " + missing + " does not exist"; folder.Error() != want {
		t.Errorf("says %q", folder)
	}
	run(t, l)
	await(t, l, "1 track", func() bool { return len(l.Everything().Search("alpha", 0)) == 1 && l.Progress().State == Idle })
	if u := l.Progress().Unusable; len(u) != 1 || u[0].Dir != missing {
		t.Errorf("unusable %v", u)
	}
	librarytest.Tone(t, missing, librarytest.File{Name: "b.mp3", Title: "Beta", Seconds: 2}) // nobody says so
	await(t, l, "the folder came back", func() bool {
		return len(l.Everything().Search("beta", 0)) == 1 && len(l.Progress().Unusable) == 0
	})
	if err := os.Rename(filepath.Join(dir, "usb"), filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	l.Rescan()
	await(t, l, "it went again", finds(l, "beta", 0))

	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Config{Dirs: []string{file}}); err == nil || !strings.HasSuffix(err.Error(), "is not a folder") {
		t.Errorf("a file as a folder: %v", err)
	}
}

// TestIds: moved keeps, edited keeps, copied shares, replaced does not keep.
func TestIds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := librarytest.Tone(t, dir, librarytest.File{Name: "a.mp3", Title: "Alpha", Seconds: 1.5})
	cache := new(memory)
	l, stop := start(t, Config{Dirs: []string{dir}, Cache: cache})
	await(t, l, "1 track", idle(l, 1))
	id := only(t, l, "alpha")

	b := filepath.Join(dir, "sub", "b.mp3")
	if err := os.MkdirAll(filepath.Dir(b), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(a, b); err != nil {
		t.Fatal(err)
	}
	await(t, l, "moved", func() bool { p, _ := l.Path(id); return p == b })

	librarytest.Tone(t, dir, librarytest.File{Name: "sub/b.mp3", Title: "Edited", Seconds: 1.5})
	await(t, l, "edited", finds(l, "edited", 1))
	if got := only(t, l, "edited"); got != id {
		t.Errorf("edited tags changed the id")
	}

	// The edited file has another content than its id says: it is known again
	// after a restart, and after a move.
	stop()
	l, stop = start(t, Config{Dirs: []string{dir}, Cache: cache})
	if got := only(t, l, "edited"); got != id {
		t.Errorf("id after a restart %s, want %s", got, id)
	}
	await(t, l, "scanned", idle(l, 1))
	c := filepath.Join(dir, "c.mp3")
	if err := os.Rename(b, c); err != nil {
		t.Fatal(err)
	}
	await(t, l, "moved again", func() bool { p, _ := l.Path(id); return p == c })

	d := filepath.Join(dir, "d.mp3")
	copyFile(t, c, d)
	l.Rescan()
	await(t, l, "copied", func() bool { return l.Progress().State == Idle && l.Progress().Total == 2 })
	if got := only(t, l, "edited"); got != id {
		t.Errorf("the copy is another track")
	}
	if err := os.Remove(c); err != nil {
		t.Fatal(err)
	}
	await(t, l, "the copy plays", func() bool { p, _ := l.Path(id); return p == d })

	librarytest.Tone(t, dir, librarytest.File{Name: "d.mp3", Title: "Another Song", Seconds: 3, Hz: 700})
	await(t, l, "replaced", finds(l, "another", 1))
	if got := only(t, l, "another"); got == id {
		t.Errorf("another song has the id of the one it replaced")
	}
	stop()
	if len(cache.recs) != 1 {
		t.Errorf("cache has %d records, want 1", len(cache.recs))
	}
}

// TestUnchangedFilesAreNotReadAgain: the second start writes nothing, works
// before it scans, and survives damaged records.
func TestUnchangedFilesAreNotReadAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	librarytest.Tone(t, dir, librarytest.File{Name: "a.mp3", Title: "Alpha"})
	librarytest.Tone(t, dir, librarytest.File{Name: "n\xe9.mp3", Title: "Latin", Seconds: 2})
	cache := new(memory)
	l, stop := start(t, Config{Dirs: []string{dir}, Cache: cache})
	await(t, l, "2 tracks", idle(l, 2))
	stop()
	puts := cache.puts
	cache.recs["junk"] = []byte("{")
	escape := &track{ID: strings.Repeat("0", 32), Title: "Escape", Places: []place{{Dir: dir, Rel: "../x.mp3"}}}
	cache.recs["escape"] = escape.encode()

	l, err := Open(Config{Dirs: []string{dir}, Cache: cache})
	if err != nil {
		t.Fatal(err)
	}
	if only(t, l, "alpha") == "" || len(l.Everything().Search("escape", 0)) != 0 {
		t.Error("the cache is not what is searched")
	}
	stop = run(t, l)
	await(t, l, "scanned", idle(l, 2))
	stop()
	if cache.puts != puts {
		t.Errorf("%d records were written anew", cache.puts-puts)
	}
}

// TestManyReaders: searches run beside a scan (for the race detector).
func TestManyReaders(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := librarytest.Tone(t, dir, librarytest.File{Name: "0.mp3", Title: "Many"})
	l, _ := start(t, Config{Dirs: []string{dir}})
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				for _, h := range l.Everything().Search("man", 5) {
					_, _ = l.Path(h.TrackID)
					_, _ = l.Art(h.TrackID, Small)
				}
				_, _ = l.Progress(), l.Broken()
				runtime.Gosched()
			}
		})
	}
	b, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		name := filepath.Join(dir, string(rune('a'+i%26))+string(rune('a'+i/26))+".mp3")
		if err := os.WriteFile(name, append(b, byte(i), byte(i)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	await(t, l, "51 tracks", func() bool { return l.Progress().Tracks == 51 })
	close(stop)
	readers.Wait()
}
