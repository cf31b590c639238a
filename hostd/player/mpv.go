package player

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

const (
	// startLimit is how long the first mpv may take until it has opened an
	// audio output. With or without one it takes 0.1 to 0.3 s; only a busy
	// machine needs more (4 s were seen), and that is no reason to stay silent
	// all evening.
	startLimit = 8 * time.Second
	// steadyAfter is how long an mpv has to live for its end not to count as
	// one more in a row.
	steadyAfter = 30 * time.Second
	// firstPause and longestPause bound the wait before mpv is started again
	// when it ended before, doubling from one to the other. The first time in
	// a row there is no wait.
	firstPause   = 250 * time.Millisecond
	longestPause = 5 * time.Second
	// lostAfter is how many ends in a row are reported as a lost output.
	lostAfter = 4
)

// Config is how NewMPV works; the zero value does.
type Config struct {
	// Log is told what goes wrong; default slog.Default().
	Log *slog.Logger
	// Path is mpv's, or its name to look up in PATH; default "mpv".
	Path string

	args   []string      // further arguments, for tests
	steady time.Duration // for tests; default steadyAfter
}

// MPV plays through one mpv process, which is started again when it dies.
type MPV struct {
	wants  wishes
	asks   chan chan<- outputs
	out    *outbox
	cancel context.CancelFunc
	done   chan struct{}
}

// NewMPV starts mpv and returns when it has opened an audio output. It fails
// when there is no mpv, when mpv ends or does not answer, and with ErrNoOutput.
// ctx bounds the start only; Close ends the player.
func NewMPV(ctx context.Context, cfg Config) (*MPV, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Path == "" {
		cfg.Path = "mpv"
	}
	if cfg.steady == 0 {
		cfg.steady = steadyAfter
	}
	run, cancel := context.WithCancel(context.Background())
	proc, err := startProcess(run, cfg)
	if err != nil {
		cancel()
		return nil, err
	}
	m := &MPV{wants: newWishes(), asks: make(chan chan<- outputs), out: newOutbox(), cancel: cancel, done: make(chan struct{})}
	d := &deck{log: cfg.Log, out: m.out, asks: m.asks}
	limit, cancelLimit := context.WithTimeout(ctx, startLimit)
	defer cancelLimit()
	stop := context.AfterFunc(limit, cancel) // ends every wait in try
	err = d.try(proc.ipc)
	if !stop() && err == nil {
		err = errClosing
	}
	if err == nil {
		go m.run(run, cfg, d, proc)
		return m, nil
	}
	cancel()
	proc.end()
	m.out.close()
	if errors.Is(err, errClosing) {
		return nil, fmt.Errorf("try mpv's audio output: %w", context.Cause(limit))
	}
	if words := proc.lastWords(); words != "" && errors.Is(err, errGone) {
		return nil, fmt.Errorf("try mpv's audio output: %w: %q", err, words)
	}
	return nil, fmt.Errorf("try mpv's audio output: %w", err)
}

// Want implements Player.
func (m *MPV) Want(w Want) { m.wants.put(w) }

// Reports implements Player.
func (m *MPV) Reports() <-chan Report { return m.out.out }

// Close implements Player. It takes up to 0.3 s if mpv does not quit by itself.
func (m *MPV) Close() error {
	m.cancel()
	<-m.done
	return nil
}

// run plays with one process after the other until ctx ends.
func (m *MPV) run(ctx context.Context, cfg Config, d *deck, proc *process) {
	defer close(m.done)
	defer m.out.close()
	pause := time.Duration(0)
	for row := 0; ; {
		began := time.Now()
		err := d.play(proc.ipc, m.wants)
		proc.end()
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > cfg.steady {
			row, pause = 0, 0
		}
		cfg.Log.Warn("mpv ended and is started again", "err", err, "words", proc.lastWords(), "in", pause)
		d.died()
		for {
			if row++; row >= lostAfter {
				d.lose(fmt.Errorf("mpv does not stay: %w", err))
			}
			if !wait(ctx, pause) {
				return
			}
			pause = min(max(2*pause, firstPause), longestPause)
			if proc, err = startProcess(ctx, cfg); err == nil {
				break
			}
			d.lose(err)
			cfg.Log.Warn("mpv could not be started again", "err", err, "in", pause)
		}
	}
}

// wait returns false when ctx ended first.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
