package subsonic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// song is one song of the cache. All of it is guarded by the mutex of its [Streams], but for reading and writing of
// open: pieces are written once, and read only then.
type song struct {
	key   string
	total int64 // bytes; -1: not known yet
	has   pieces
	whole bool // its file has wholeEnding
	used  time.Time

	users   int      // readers and the fetcher; with 0 open is nil
	readers int      // of them, requests of the player
	open    *os.File // for reading and writing, or only reading when whole
	wants   []*want  // of readers that wait, oldest first

	stop      context.CancelFunc // of the fetcher; nil: there is none
	dry       time.Time          // since when no bytes have come
	ended     time.Time          // when the last fetcher gave up
	failed    *Failure           // why the last fetcher gave up
	trouble   *Failure           // why it is trying again
	poke      chan struct{}      // of one: wakes it up
	validator string             // by which the server knows this version of it
	ranges    bool               // the server gives parts
	method    string             // of the API, that gave the song

	news chan struct{} // closed, and made anew, when anything has changed
}

// want is where a reader waits.
type want struct{ at int64 }

func newSong(key string) *song {
	return &song{key: key, total: -1, news: make(chan struct{}), poke: make(chan struct{}, 1)}
}

// file is its name in the cache.
func (o *song) file() string {
	if o.whole {
		return o.key + wholeEnding
	}
	return o.key + partEnding
}

// changed wakes all who wait.
func (o *song) changed() {
	close(o.news)
	o.news = make(chan struct{})
}

// complete: nothing is missing.
func (o *song) complete() bool {
	return o.total >= 0 && o.has.until(0) >= o.total
}

// use opens a song for a reader, and has it fetched when something is missing.
func (s *Streams) use(ctx context.Context, from origin) (*song, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("no more songs are played")
	}
	one, known := s.songs[from.key]
	if known && one.users == 0 && time.Since(one.used) > maxAge { // played all night, for a month
		s.drop(one)
		known = false
	}
	if !known {
		one = newSong(from.key)
	}
	if one.open == nil {
		flags := os.O_RDWR | os.O_CREATE
		if one.whole {
			flags = os.O_RDONLY
		}
		file, err := s.root.OpenFile(one.file(), flags, 0o600)
		if known && one.whole && errors.Is(err, os.ErrNotExist) { // somebody has cleared the cache
			one = newSong(from.key)
			file, err = s.root.OpenFile(one.file(), os.O_RDWR|os.O_CREATE, 0o600)
		}
		if err != nil {
			return nil, fmt.Errorf("open a song of the cache: %w", err)
		}
		one.open = file
	}
	s.songs[from.key] = one
	s.working.Add(1)
	one.users++
	one.readers++
	one.used = time.Now()
	if one.whole {
		_ = s.root.Chtimes(one.file(), one.used, one.used) // only the order of removal hangs on it
	}
	if !one.complete() && one.stop == nil {
		s.startFetch(ctx, from, one)
	}
	select {
	case one.poke <- struct{}{}:
	default:
	}
	return one, nil
}

// leave ends a reader's use.
func (s *Streams) leave(one *song) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one.readers--
	if one.readers == 0 && one.stop != nil {
		time.AfterFunc(linger, func() { s.abandon(one) })
	}
	s.release(one)
	s.working.Done()
}

// abandon ends the fetching of a song that nobody reads.
func (s *Streams) abandon(one *song) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one.readers == 0 && one.stop != nil {
		one.stop()
	}
}

// release ends one use. The last one closes the file, which gets its name when all of it is there. s.mu is held.
func (s *Streams) release(one *song) {
	if one.users--; one.users > 0 {
		return
	}
	var err error
	ready := !one.whole && one.complete()
	if ready { // it may have been longer, before the server changed it
		err = errors.Join(one.open.Truncate(one.total), one.open.Sync())
	}
	err = errors.Join(err, one.open.Close())
	one.open = nil
	if err == nil && ready {
		if err = s.root.Rename(one.key+partEnding, one.key+wholeEnding); err == nil {
			one.whole = true
		}
	}
	if err != nil {
		s.log.Warn("a song cannot be kept in the cache", "err", err)
	}
	if err != nil || len(one.has) == 0 {
		s.drop(one)
	}
	s.trim(0)
}

// head waits until it is known how long the song is, or its first bytes are there. -1: how long is not known.
func (s *Streams) head(ctx context.Context, one *song) (total int64, err error) {
	err = s.await(ctx, one, 0, func() bool { return one.total >= 0 || one.has.until(0) > 0 })
	s.mu.Lock()
	defer s.mu.Unlock()
	return one.total, err
}

// end waits until it is known how long the song is, be it by fetching all of it.
func (s *Streams) end(ctx context.Context, one *song) (total int64, err error) {
	err = s.await(ctx, one, 0, func() bool { return one.total >= 0 })
	s.mu.Lock()
	defer s.mu.Unlock()
	return one.total, err
}

// ready waits until there are bytes at at, and says up to where. io.EOF: the song ends there.
func (s *Streams) ready(ctx context.Context, one *song, at int64) (until int64, err error) {
	err = s.await(ctx, one, at, func() bool {
		until = one.has.until(at)
		return until > at || one.total >= 0 && at >= one.total
	})
	if err == nil && until <= at {
		err = io.EOF
	}
	return until, err
}

// await waits, for the bytes at at or what they tell, until is says that they are there. While nothing comes it is
// patient for so long, and for some time longer while something comes.
func (s *Streams) await(ctx context.Context, one *song, at int64, is func() bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if is() {
		return nil
	}
	w := &want{at}
	one.wants = append(one.wants, w)
	defer func() { one.forget(w) }()
	began := time.Now()
	for !is() {
		if one.failed != nil {
			return one.failed
		}
		patient := one.dry.Add(s.cfg.patience)
		if least := began.Add(s.cfg.patience / graceFactor); least.After(patient) {
			patient = least
		}
		left := min(time.Until(patient), time.Until(began.Add(patienceFactor*s.cfg.patience)))
		if left <= 0 {
			if one.trouble != nil {
				return one.trouble
			}
			return failf(Unreachable, "the server sends nothing of the song, or not soon enough")
		}
		news, timer := one.news, time.NewTimer(left)
		s.mu.Unlock()
		select {
		case <-news:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		s.mu.Lock()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (o *song) forget(w *want) {
	for i, other := range o.wants {
		if other == w {
			o.wants = append(o.wants[:i], o.wants[i+1:]...)
			return
		}
	}
}
