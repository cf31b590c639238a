//go:build unix

package player

import (
	"log/slog"
	"slices"
	"syscall"
	"testing"
	"time"
)

// Ten times in an evening, a third of them in a pause.
func TestMPVKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	own := newOwnMPV(t, "--ao=null")
	began := time.Now()
	m := startMPV(t, Config{Path: own.script, Log: slog.New(slog.DiscardHandler), steady: 200 * time.Millisecond})
	ready := time.Since(began)
	l := listener{t, m}
	w := Want{Item: "a", Path: tone(t, "evening.flac", 10*time.Minute), Playing: true}
	m.Want(w)
	l.next(Started, "a")
	var took []time.Duration
	for i := range 10 {
		w.Jump++
		w.Position = time.Duration(i+1) * 50 * time.Second
		w.Playing = i%3 != 2
		m.Want(w)
		r := l.position("a", func(r Report) bool { return r.Position >= w.Position && r.Playing == w.Playing })
		if w.Playing {
			r = l.position("a", func(r Report) bool { return r.Position > w.Position+200*time.Millisecond })
		}
		own.signal(syscall.SIGKILL)
		killed := time.Now()
		back := l.position("a", func(r Report) bool { return r.At.After(killed) })
		took = append(took, back.At.Sub(killed).Round(time.Millisecond))
		expected := r.Position
		if w.Playing {
			expected += killed.Sub(r.At)
		}
		near(t, "the position after", back.Position, expected, 150*time.Millisecond)
		if back.Playing != w.Playing {
			t.Errorf("after kill %d it plays: %t", i, back.Playing)
		}
	}
	t.Logf("back after %v", took)
	if slowest := slices.Max(took); slowest > max(time.Second, 5*ready) { // a second, or what a busy machine makes of it
		t.Errorf("it took %v to be back", slowest)
	}
}

// In a pause nothing of the file is read: whatever kills mpv then, it is not
// the file.
func TestMPVKilledInAPauseKeepsItsItem(t *testing.T) {
	t.Parallel()
	own := newOwnMPV(t, "--ao=null")
	m := startMPV(t, Config{Path: own.script, Log: slog.New(slog.DiscardHandler), steady: time.Millisecond})
	l := listener{t, m}
	w := Want{Item: "a", Path: tone(t, "long.flac", longTone), Position: 7 * time.Second}
	m.Want(w)
	l.next(Started, "a")
	for range maxStrikes + 2 {
		own.signal(syscall.SIGKILL)
		killed := time.Now()
		r := l.position("a", func(r Report) bool { return r.At.After(killed) })
		near(t, "the position after", r.Position, w.Position, 10*time.Millisecond)
	}
}
