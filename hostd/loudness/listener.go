package loudness

import (
	"context"
	"errors"
	"slices"
	"time"
)

const (
	// maxWaiting is how many songs wait to be measured at most; then those
	// expected longest ago are forgotten.
	maxWaiting = 200
	// tryAgain is when a song that could not be measured may be tried again.
	tryAgain = time.Hour
	// maxFailed is how many such songs are remembered at most.
	maxFailed = 1000
)

// Music is where songs are and where their loudness is kept. Its methods are
// called by the Listener's goroutine only.
type Music interface {
	// Location is what to measure.
	Location(id string) (Source, error)
	// Known says that the loudness is known, by tags or measured.
	Known(id string) bool
	// Measured keeps it.
	Measured(id string, m Measurement)
}

// Listener measures, one at a time, what is expected to be played.
type Listener struct {
	music   Music
	cfg     Config
	measure func(context.Context, Source, Config) (Measurement, error)
	expects chan []string // the place of one for what was expected last

	// What follows belongs to Run's goroutine.
	waiting []string // newest expectation last
	failed  map[string]time.Time
}

// NewListener makes one that measures while Run runs.
func NewListener(music Music, cfg Config) *Listener {
	return &Listener{
		music: music, cfg: cfg.withDefaults(), measure: Measure,
		expects: make(chan []string, 1),
		failed:  make(map[string]time.Time),
	}
}

// Expect says what is about to be played, soonest first. It never blocks and
// may be called from any goroutine. The newest expectation is measured first.
func (l *Listener) Expect(ids []string) {
	news := slices.Clone(ids[:min(len(ids), maxWaiting)])
	for {
		select {
		case l.expects <- news:
			return
		default:
		}
		select {
		case before := <-l.expects: // not taken in yet: both in one
			news = append(news, before...)
			news = news[:min(len(news), maxWaiting)]
		default:
		}
	}
}

// Run measures until ctx ends.
func (l *Listener) Run(ctx context.Context) {
	for {
		if len(l.waiting) == 0 {
			select {
			case ids := <-l.expects:
				l.take(ids)
			case <-ctx.Done():
				return
			}
		}
		select {
		case ids := <-l.expects:
			l.take(ids)
		default:
		}
		if ctx.Err() != nil {
			return
		}
		if n := len(l.waiting); n > 0 {
			id := l.waiting[n-1]
			l.waiting = l.waiting[:n-1]
			l.listen(ctx, id)
		}
	}
}

// take puts ids before everything that waits.
func (l *Listener) take(ids []string) {
	for _, id := range slices.Backward(ids) {
		l.waiting = slices.DeleteFunc(l.waiting, func(w string) bool { return w == id })
		l.waiting = append(l.waiting, id)
	}
	l.waiting = slices.Delete(l.waiting, 0, max(0, len(l.waiting)-maxWaiting))
}

// listen measures one song.
func (l *Listener) listen(ctx context.Context, id string) {
	if at, ok := l.failed[id]; ok && time.Since(at) < tryAgain || l.music.Known(id) {
		return
	}
	s, err := l.music.Location(id)
	var m Measurement
	if err == nil {
		m, err = l.measure(ctx, s, l.cfg)
	}
	switch {
	case err == nil:
		delete(l.failed, id)
		l.music.Measured(id, m)
		return
	case ctx.Err() != nil:
		return
	case !errors.Is(err, ErrNoLoudness):
		l.cfg.Log.Info("a song's loudness could not be measured, it is played as it is", "track", id, "error", err)
	}
	if len(l.failed) >= maxFailed {
		clear(l.failed)
	}
	l.failed[id] = time.Now()
}
