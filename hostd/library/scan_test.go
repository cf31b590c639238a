package library

import (
	"path/filepath"
	"testing"

	"github.com/fsnotify/fsnotify"

	"soul-jam/hostd/library/librarytest"
)

// TestRemoveEventNeedsNoWalk: a deleted file leaves with the event itself, not
// with the walk that follows when the folder is quiet.
func TestRemoveEventNeedsNoWalk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := librarytest.Tone(t, dir, librarytest.File{Name: "sub/a.mp3", Title: "Alpha"})
	cache := new(memory)
	l, stop := start(t, Config{Dirs: []string{dir}, Cache: cache})
	await(t, l, "1 track", idle(l, 1))
	stop()
	for _, gone := range []string{file, filepath.Dir(file)} {
		l, err := Open(Config{Dirs: []string{dir}, Cache: cache})
		if err != nil {
			t.Fatal(err)
		}
		s := &scanner{Library: l, servers: newServers(nil), scopes: make(map[scope]bool), show: newStoppedTimer(), settled: newStoppedTimer(),
			folders: map[pathKey]bool{{dir, "."}: true, {dir, "sub"}: true}}
		only(t, l, "alpha")
		s.event(fsnotify.Event{Name: gone, Op: fsnotify.Remove})
		s.showNow(t.Context())
		if n := len(l.Everything().Search("alpha", 0)); n != 0 {
			t.Errorf("%s: still found", gone)
		}
		again, stop := start(t, Config{Dirs: []string{dir}, Cache: cache}) // for the second round
		await(t, again, "back", idle(again, 1))
		stop()
	}
}
