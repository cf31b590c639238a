package library

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"soul-jam/shared/wire"
)

const (
	defaultWorkers = 2
	// maxWorkers bounds Config.Workers. More readers make a disk slower.
	maxWorkers    = 8
	defaultRescan = 5 * time.Minute
	// defaultHits is what Search gives for a limit of 0 or less.
	defaultHits = 20
)

// Cache keeps what the library knows between two starts. Keys are track ids,
// values are opaque to the cache. It must not call back into the library.
type Cache interface {
	// Tracks calls f with every record. f does not keep rec.
	Tracks(f func(rec []byte) error) error
	// PutTracks stores records, over older ones, all or none.
	PutTracks(ctx context.Context, recs map[string][]byte) error
	// DeleteTracks removes records. Unknown ids are no error.
	DeleteTracks(ctx context.Context, ids []string) error
}

// Config says what the library is made of. Only Dirs or Sources is needed.
type Config struct {
	Dirs    []string      // music folders; one inside another is scanned once
	Sources []Source      // music servers, at most 16, each with a name of its own
	Cache   Cache         // nil: everything is read anew at every start
	Log     *slog.Logger  // nil: silent
	Workers int           // files read at once, default 2, at most 8
	Rescan  time.Duration // between two looks at all folders, default 5 min
}

// Library is the host's music. All methods but Run may be called from any
// goroutine, before, during and after Run; none of them waits for a scan.
type Library struct {
	cfg     Config
	dirs    []string // absolute
	log     *slog.Logger
	inspect inspector
	art     artCache
	heard   heard

	catalog  *catalog // owned by Open, then by Run
	firstRun bool     // nothing was known at Open

	// publishing is held while a snapshot is made of the last one and stored: by
	// Run when the music changes, and by Share when the rules do; and while plays
	// are counted, which the indexes of the snapshot hold, too.
	publishing sync.Mutex
	now        atomic.Pointer[snapshot]
	house      atomic.Pointer[housePlays] // never nil

	progress atomic.Pointer[Progress]
	changed  atomic.Pointer[chan struct{}]
	ask      chan struct{} // Rescan
	running  atomic.Bool
}

// snapshot is what readers see: an index, and what has changed since it was
// built with an index of its own. It is immutable.
type snapshot struct {
	standIns map[string]string // see sameness
	main     *index
	fresh    *index            // of the tracks in changed
	changed  map[string]*track // nil: has left
	broken   []BrokenFile
	house    *atomic.Pointer[housePlays] // nil: nothing was played

	mainLeft, freshLeft slotSet // the numbers of tracks there that have changed or left since; see mark

	same  *twins     // which tracks are one recording
	rules *rules     // what guests may see
	sight *sight     // what that comes to
	lists *playlists //
	table *lazyTable // of main, for Near
}

// State says what the scanner does.
type State string

// The states.
const (
	Scanning State = "scanning"
	Idle     State = "idle"
)

// Progress is how far the scan is.
type Progress struct {
	State  State
	Began  time.Time // of this scan, or of the last
	Files  int       // of Total, looked at in this scan
	Total  int       // files in this scan
	Tracks int       // that can be searched now
	Broken int       // files that cannot be played
	// Unusable are the music folders that cannot be read now.
	Unusable []*FolderError
	Servers  []ServerProgress
}

// BrokenFile is a file that looks like music and is not in the library.
type BrokenFile struct {
	Path   string // absolute
	Reason string // a sentence for the host
}

// Open loads what the cache knows and builds the index, without a look at the
// music. When a music folder cannot be used the error is, or joins, a
// *[FolderError]; the Library is then not nil and works with the others. Every
// other error comes with a nil Library.
func Open(cfg Config) (*Library, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Workers <= 0 {
		cfg.Workers = defaultWorkers
	}
	cfg.Workers = min(cfg.Workers, maxWorkers)
	if cfg.Rescan <= 0 {
		cfg.Rescan = defaultRescan
	}
	dirs, err := absoluteDirs(cfg.Dirs)
	if err != nil {
		return nil, err
	}
	if err := checkSources(cfg.Sources); err != nil {
		return nil, err
	}
	l := &Library{cfg: cfg, dirs: dirs, log: cfg.Log, catalog: newCatalog(dirs), ask: make(chan struct{}, 1)}
	l.house.Store(new(housePlays))
	l.inspect.limit = inspectTime
	l.art.decoding = make(chan struct{}, 1)
	l.heard.wake = make(chan struct{}, 1)
	ch := make(chan struct{})
	l.changed.Store(&ch)
	if err := l.loadCache(); err != nil {
		return nil, err
	}
	for _, s := range cfg.Sources {
		l.catalog.dirs[serverDir+s.Name()] = true
	}
	l.firstRun = len(l.catalog.tracks) == 0
	var unusable []*FolderError
	var problems []error
	for _, d := range dirs {
		if err := checkFolder(d); err != nil {
			unusable = append(unusable, err)
			problems = append(problems, err)
			l.catalog.dirs[d] = false
		}
	}
	everything, err := newRules(Sharing{})
	if err != nil {
		return nil, err
	}
	l.show(l.rebuilt(everything))
	clear(l.catalog.changed)
	l.progress.Store(&Progress{State: Idle, Tracks: l.now.Load().sight.all, Unusable: unusable})
	return l, errors.Join(problems...)
}

// absoluteDirs makes the folders absolute and leaves out those inside another.
func absoluteDirs(dirs []string) ([]string, error) {
	var out []string
	for _, d := range dirs {
		abs, err := filepath.Abs(d)
		if err != nil {
			return nil, fmt.Errorf("find music folder %s: %w", d, err)
		}
		out = append(out, abs)
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(a, b) })
	var kept []string
	for _, d := range out {
		inside := slices.ContainsFunc(kept, func(k string) bool {
			rel, err := filepath.Rel(k, d)
			return err == nil && filepath.IsLocal(rel)
		})
		if !inside {
			kept = append(kept, d)
		}
	}
	return kept, nil
}

func (l *Library) loadCache() error {
	if l.cfg.Cache == nil {
		return nil
	}
	bad := 0
	names := make(map[string]string) // artists, albums and folders, each kept once
	one := func(b []byte) string {
		if have, ok := names[string(b)]; ok {
			return have
		}
		s := string(b)
		names[s] = s
		return s
	}
	err := l.cfg.Cache.Tracks(func(rec []byte) error {
		t, err := decodeTrack(rec, one)
		if err != nil {
			bad++ // read anew by the scan
			return nil
		}
		l.catalog.load(t)
		return nil
	})
	if err != nil {
		return fmt.Errorf("load the music cache: %w", err)
	}
	if bad > 0 {
		l.log.Warn("records of the music cache were damaged; their files are read anew", "count", bad)
	}
	return nil
}

// Track gives a track by its id, also when it is blocked: a queue or a list of
// what is blocked may name it. [View.Track] keeps to the rules.
func (l *Library) Track(id string) (wire.TrackInfo, bool) {
	t := l.now.Load().track(id)
	if t == nil {
		return wire.TrackInfo{}, false
	}
	return t.info(), true
}

// Path gives what the player opens for a track: an absolute path or, for one of a
// server, its Source's Location. It looks now: the file must be a regular one
// inside its music folder. Where the same recording lies in several places, the
// best of those that are there counts. ErrUnknownTrack, or the Source's error.
func (l *Library) Path(id string) (string, error) {
	s := l.now.Load()
	t := s.track(id)
	if t == nil {
		return "", ErrUnknownTrack
	}
	why := ErrUnknownTrack
	for _, slot := range s.same.ring(t.slot, nil) {
		if t = s.track(s.same.ids[slot]); t == nil {
			continue
		}
		for _, p := range t.Places {
			path, err := l.open(p)
			if err == nil {
				return path, nil
			}
			why = err
		}
	}
	return "", why
}

// open gives what the player opens for one place.
func (l *Library) open(p place) (string, error) {
	if name, ok := p.server(); ok {
		s := l.source(name)
		if s == nil {
			return "", ErrUnknownTrack
		}
		return s.Location(p.Rel)
	}
	if !slices.Contains(l.dirs, p.Dir) || !isRegularInside(p.Dir, p.Rel) {
		return "", ErrUnknownTrack
	}
	return filepath.Join(p.Dir, filepath.FromSlash(p.Rel)), nil
}

func isRegularInside(dir, rel string) bool {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return false
	}
	defer root.Close()
	info, err := root.Stat(filepath.FromSlash(rel))
	return err == nil && info.Mode().IsRegular()
}

// Progress tells how far the scan is.
func (l *Library) Progress() Progress { return *l.progress.Load() }

// Broken lists the files that could not be read, by path.
func (l *Library) Broken() []BrokenFile { return slices.Clone(l.now.Load().broken) }

// Changed gives a channel that is closed at the next change of the music or of
// the progress. Take it first, then look.
func (l *Library) Changed() <-chan struct{} { return *l.changed.Load() }

// Rescan asks Run to look at all folders and servers now.
func (l *Library) Rescan() {
	select {
	case l.ask <- struct{}{}:
	default: // asked already
	}
}
