package library

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// settle is how long a folder must be quiet before it is looked at: files
	// come in pieces. settleMax is the longest that unrest puts it off.
	settle    = 500 * time.Millisecond
	settleMax = 5 * time.Second
	// showArrivals and showDepartures are how long changes are gathered before
	// they are shown.
	showArrivals   = 500 * time.Millisecond
	showDepartures = 20 * time.Millisecond
	// listsPause is how long the playlists wait, while a scan is under way, until
	// the tracks that they name are looked up again.
	listsPause = 5 * time.Second
	// closeTime is how long the last writes to the cache may take.
	closeTime = 2 * time.Second
)

// scanner is the state of Run, which is its only user.
type scanner struct {
	*Library
	watch *watcher

	scopes  map[scope]bool // to be walked
	walking bool
	walks   chan walked

	jobs    chan job
	results chan result
	queue   []job
	reading int // jobs handed out

	back    chan []string // music folders that were gone
	looking bool          // for those

	progress Progress
	folders  map[pathKey]bool // that are watched
	show     *time.Timer      // when to publish
	showing  bool             // show is set
	settled  *time.Timer      // when to walk scopes that events named
	unrest   time.Time        // since when; zero: settled is not set

	servers  *servers
	listings sync.WaitGroup
	listsAt  time.Time           // when playlists were looked up last
	measured map[string]Measured // entered, not yet shown
}

type job struct {
	key   pathKey
	file  walkedFile
	cover *cover
	list  bool // a playlist
}

type result struct {
	job
	found found
	read  m3u
	err   error
}

// Run scans the folders, then watches them until ctx ends, and returns nil. It
// may be called once.
func (l *Library) Run(ctx context.Context) error {
	if l.running.Swap(true) {
		return errors.New("the library runs already")
	}
	s := &scanner{
		Library: l, watch: newWatcher(l.log, len(l.dirs)),
		scopes: make(map[scope]bool), walks: make(chan walked),
		jobs: make(chan job), results: make(chan result), back: make(chan []string),
		progress: l.Progress(), folders: make(map[pathKey]bool),
		show: newStoppedTimer(), settled: newStoppedTimer(),
		servers: newServers(l.cfg.Sources),
	}
	defer s.watch.close()
	defer s.servers.due.Stop()
	inner, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	for range l.cfg.Workers {
		workers.Go(func() { s.work(inner) })
	}
	defer s.listings.Wait()
	defer workers.Wait()
	defer cancel()

	s.scanAll()
	s.listAll(inner)
	s.loop(inner)
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer stop()
	l.save(last)
	return nil
}

func newStoppedTimer() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

func (s *scanner) loop(ctx context.Context) {
	rescan, missing := time.NewTicker(s.cfg.Rescan), time.NewTicker(goneEvery)
	defer rescan.Stop()
	defer missing.Stop()
	for {
		s.advance(ctx)
		var jobs chan job
		var next job
		if len(s.queue) > 0 {
			jobs, next = s.jobs, s.queue[0]
		}
		select {
		case <-ctx.Done():
			return
		case jobs <- next:
			s.queue = s.queue[1:]
			s.reading++
		case r := <-s.results:
			s.take(r)
		case w := <-s.walks:
			s.walked(w)
		case e := <-s.watch.events():
			s.event(e)
		case err := <-s.watch.errors():
			// The usual one is an overflow: events were lost.
			s.log.Warn("watching the music folders", "error", err)
			s.scanAll()
		case <-s.settled.C:
			s.unrest = time.Time{}
		case <-rescan.C:
			s.scanAll()
		case <-missing.C:
			s.lookForGone(ctx)
		case back := <-s.back:
			s.looking = false
			for _, dir := range back {
				s.scopes[scope{dir, ".", true}] = true
			}
		case <-s.servers.due.C:
			s.listAll(ctx)
		case l := <-s.servers.done:
			s.takeListing(ctx, l)
		case <-s.heard.wake:
			s.measured = s.heard.all()
			s.catalog.measure(s.measured)
			s.showSoon(showArrivals)
		case <-s.ask:
			s.scanAll()
			s.listAll(ctx)
		case <-s.show.C:
			s.showNow(ctx)
		}
	}
}

// scanAll puts all folders on the list.
func (s *scanner) scanAll() {
	clear(s.scopes)
	for _, d := range s.dirs {
		s.scopes[scope{d, ".", true}] = true
	}
	s.settled.Stop()
	s.unrest = time.Time{}
}

// advance begins the next walk when the last one is done, and ends the scan
// when all is walked and read.
func (s *scanner) advance(ctx context.Context) {
	if s.walking {
		return
	}
	if len(s.scopes) > 0 && s.unrest.IsZero() {
		if s.progress.State != Scanning {
			s.progress.State, s.progress.Files, s.progress.Total, s.progress.Began = Scanning, 0, 0, time.Now()
			s.tell(s.progress)
		}
		for sc := range s.scopes {
			delete(s.scopes, sc)
			s.walking = true
			// Not waited for: a dead network share may hold it for ever.
			go func() {
				w := walk(ctx, sc, func(rel string) { s.watch.add(sc.dir, rel) })
				select {
				case s.walks <- w:
				case <-ctx.Done():
				}
			}()
			return
		}
	}
	if s.progress.State == Scanning && len(s.queue) == 0 && s.reading == 0 {
		s.progress.State = Idle
		s.firstRun = false
		s.showNow(ctx)
	}
}

// work reads files until ctx ends.
func (s *scanner) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case j := <-s.jobs:
			r := result{job: j}
			if j.list {
				r.read, r.err = s.inspect.readPlaylist(ctx, j.key)
			} else {
				r.found, r.err = s.inspect.read(ctx, j.key.dir, j.key.rel, false)
			}
			select {
			case s.results <- r:
			case <-ctx.Done():
				return
			}
		}
	}
}

// walked takes what a walk has found: what is gone leaves at once, what is new
// or changed is read.
func (s *scanner) walked(w walked) {
	s.walking = false
	if w.canceled {
		return
	}
	s.noteFolder(w)
	if w.err != nil {
		return
	}
	seen := make(map[string]bool, len(w.files))
	for _, f := range w.files {
		seen[f.rel] = true
	}
	for _, f := range w.lists {
		seen[f.rel] = true
	}
	if w.cut {
		s.log.Warn("a music folder has too many files; the rest is left out", "folder", w.dir, "limit", maxFiles)
	}
	s.catalog.keep(w.scope, seen)
	for _, f := range w.folders {
		s.folders[pathKey{w.dir, f}] = true
	}
	for rel, err := range w.unread {
		s.catalog.setBroken(pathKey{w.dir, rel}, brokenFile{reason: reason(err)})
	}
	s.progress.Total += len(w.files)
	for _, f := range w.files {
		k := pathKey{w.dir, f.rel}
		cov := w.covers[folderOf(f.rel)]
		if s.catalog.current(k, f.size, f.mtime) {
			s.catalog.setCover(k, cov)
			s.progress.Files++
			continue
		}
		s.queue = append(s.queue, job{key: k, file: f, cover: cov})
	}
	for _, f := range w.lists {
		if k := (pathKey{w.dir, f.rel}); !s.catalog.knowsList(k, f.size, f.mtime) {
			s.queue = append(s.queue, job{key: k, file: f, list: true})
		}
	}
	s.showSoon(showDepartures)
}

// noteFolder notes whether the music folder itself can be read.
func (s *scanner) noteFolder(w walked) {
	var kept []*FolderError
	for _, e := range s.progress.Unusable {
		if e.Dir != w.dir {
			kept = append(kept, e)
		}
	}
	if w.err != nil {
		if s.catalog.dirs[w.dir] {
			s.log.Warn("a music folder has gone", "error", w.err)
		}
		kept = append(kept, w.err)
	}
	s.progress.Unusable = kept
	s.catalog.setReadable(w.dir, w.err == nil)
	s.showSoon(showDepartures)
}

// take enters what a worker has read.
func (s *scanner) take(r result) {
	s.reading--
	if r.list {
		if r.err == nil {
			s.catalog.setList(r.key, r.file.size, r.file.mtime, r.read)
		}
		s.showSoon(showArrivals)
		return
	}
	s.progress.Files++
	switch {
	case r.err == nil:
		added := time.Now()
		if t := time.Unix(0, r.found.mtime); s.firstRun && t.Before(added) {
			added = t // all is new: the files' age makes better suggestions
		}
		s.catalog.put(r.key, r.found, r.cover, added.UnixMilli())
	case errors.Is(r.err, context.Canceled):
		return
	case errors.Is(r.err, fs.ErrNotExist):
		s.catalog.remove(r.key)
	case errors.Is(r.err, errSlow), errors.Is(r.err, errStorage):
		// What is known stays: it may well play in a minute.
		if s.catalog.byPath[r.key] == "" {
			s.catalog.setBroken(r.key, brokenFile{reason: reason(r.err)})
		}
	case fileItself(r.err):
		s.catalog.setBroken(r.key, brokenFile{r.file.size, r.file.mtime, reason(r.err)})
	default:
		s.catalog.setBroken(r.key, brokenFile{reason: reason(r.err)})
	}
	s.showSoon(showArrivals)
}

// fileItself tells errors that reading the same bytes again would repeat.
func fileItself(err error) bool {
	for _, e := range []error{errEmpty, errCutOff, errNotMusic, errNoLength, errTwoHeads, errTooLong, errTooMuch, errPanic} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// event takes a change: what was removed leaves now, the rest waits until the
// folder is quiet.
func (s *scanner) event(e fsnotify.Event) {
	k, ok := locate(s.dirs, e.Name)
	if !ok {
		return
	}
	gone := e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)
	deep := s.folders[k]
	if gone && k.rel != "." {
		if deep {
			s.catalog.keep(scope{k.dir, k.rel, true}, nil)
			delete(s.folders, k)
		} else {
			s.catalog.remove(k)
		}
		s.showSoon(showDepartures)
	}
	sc := scope{k.dir, folderOf(k.rel), false}
	if !isMusic(k.rel) && !isPlaylist(k.rel) && coverRank(filepath.Base(k.rel)) == 0 {
		// A folder, or nothing of ours: the walk will see.
		sc = scope{k.dir, k.rel, true}
	}
	s.scopes[sc] = true
	now := time.Now()
	if s.unrest.IsZero() {
		s.unrest = now
	}
	s.settled.Reset(max(0, min(settle, settleMax-now.Sub(s.unrest))))
}

// showSoon publishes after d, or earlier.
func (s *scanner) showSoon(d time.Duration) {
	if !s.showing || d < showArrivals {
		s.show.Reset(d)
		s.showing = true
	}
}

func (s *scanner) showNow(ctx context.Context) {
	s.show.Stop()
	s.showing = false
	lists := s.progress.State == Idle || time.Since(s.listsAt) > listsPause
	if s.publish(lists); lists {
		s.listsAt = time.Now()
	}
	s.heard.drop(s.measured)
	s.measured = nil
	s.tellServers()
	s.tell(s.progress)
	s.save(ctx)
}

func folderOf(rel string) string {
	dir := filepath.ToSlash(filepath.Dir(filepath.FromSlash(rel)))
	return dir
}
