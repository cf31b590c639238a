package library

import (
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/fsnotify/fsnotify"
)

// maxWatches is the most folders watched. Linux allows a user 8,192 or more in
// all. In the others changes are found by the rescan.
const maxWatches = 8000

// watcher hears of changes in the folders. Where the system offers none, or no
// more, the rescan alone has to do.
type watcher struct {
	notify *fsnotify.Watcher // nil: nothing is watched
	log    *slog.Logger
	count  atomic.Int32
	full   atomic.Bool // said once
}

func newWatcher(log *slog.Logger, folders int) *watcher {
	w := &watcher{log: log}
	if folders == 0 {
		return w
	}
	n, err := fsnotify.NewWatcher()
	if err != nil {
		log.Warn("changes in the music folders are found by rescans only", "error", err)
		return w
	}
	w.notify = n
	return w
}

func (w *watcher) close() {
	if w.notify != nil {
		_ = w.notify.Close() // nothing is lost
	}
}

// add watches the folder rel of dir. Safe for the goroutine of a walk.
func (w *watcher) add(dir, rel string) {
	if w.notify == nil || w.full.Load() {
		return
	}
	err := w.notify.Add(filepath.Join(dir, filepath.FromSlash(rel)))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	// The count goes up for folders watched before, too. When it is over the
	// limit the list, which is slow to make, tells the truth.
	if err == nil && w.count.Add(1) >= maxWatches {
		w.count.Store(int32(len(w.notify.WatchList())))
	}
	if err == nil && w.count.Load() < maxWatches || w.full.Swap(true) {
		return
	}
	w.log.Warn("not all music folders can be watched; the others are looked at by rescans", "error", err)
}

func (w *watcher) events() <-chan fsnotify.Event {
	if w.notify == nil {
		return nil
	}
	return w.notify.Events
}

func (w *watcher) errors() <-chan error {
	if w.notify == nil {
		return nil
	}
	return w.notify.Errors
}

// locate says which music folder an event's path is in; ok is false for paths
// with a hidden part.
func locate(dirs []string, name string) (k pathKey, ok bool) {
	for _, d := range dirs {
		rel, err := filepath.Rel(d, name)
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		rel = filepath.ToSlash(rel)
		for part := range strings.SplitSeq(rel, "/") {
			if strings.HasPrefix(part, ".") && part != "." {
				return k, false
			}
		}
		return pathKey{d, rel}, true
	}
	return k, false
}
