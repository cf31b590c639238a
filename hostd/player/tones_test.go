package player

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// needs fails the test when a program is missing: a test that is skipped shows
// nothing.
func needs(t testing.TB, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%s is missing: install the Debian package %s", program, program)
	}
}

// rate is the sample rate of all tones, which are stereo.
const rate = 44100

// tone makes a FLAC file of exactly that length.
func tone(t testing.TB, name string, length time.Duration) string {
	t.Helper()
	needs(t, "ffmpeg")
	path := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i",
		fmt.Sprintf("sine=frequency=440:sample_rate=%d:duration=%.3f", rate, length.Seconds()),
		"-ac", "2", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make a tone: %v: %s", err, out)
	}
	return path
}

// wrapper writes an executable script and returns its path.
func wrapper(t testing.TB, script string) string {
	t.Helper()
	needs(t, "mpv")
	path := filepath.Join(t.TempDir(), "mpv")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// nullMPV is mpv without a device, in real time.
func nullMPV(t testing.TB) *MPV {
	t.Helper()
	return startMPV(t, Config{args: []string{"--ao=null"}})
}

func startMPV(t testing.TB, cfg Config) *MPV {
	t.Helper()
	needs(t, "mpv")
	m, err := NewMPV(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// listener waits for what a player reports.
type listener struct {
	t testing.TB
	p Player
}

// reportLimit is how long a report may take beyond the time it needs.
const reportLimit = 8 * time.Second

// next waits for the next report that is no position.
func (l *listener) next(kind Kind, item string) Report {
	l.t.Helper()
	return l.wait(fmt.Sprint(kind, " ", item), func(r Report) (is, wrong bool) {
		if r.Kind == kind && r.Item == item {
			return true, false
		}
		return false, r.Kind != Position && r.Kind != OutputAway && r.Kind != OutputHome
	})
}

// position waits for a position that ok accepts.
func (l *listener) position(item string, ok func(Report) bool) Report {
	l.t.Helper()
	return l.wait("a position of "+item, func(r Report) (is, wrong bool) {
		if r.Kind != Position {
			return false, r.Kind != OutputAway && r.Kind != OutputHome
		}
		return r.Item == item && ok(r), false
	})
}

func (l *listener) wait(what string, check func(Report) (is, wrong bool)) Report {
	l.t.Helper()
	limit := time.NewTimer(reportLimit)
	defer limit.Stop()
	for {
		select {
		case r, open := <-l.p.Reports():
			if !open {
				l.t.Fatalf("the reports ended before %s", what)
			}
			is, wrong := check(r)
			if is {
				return r
			}
			if wrong {
				l.t.Fatalf("waiting for %s, got %+v", what, r)
			}
		case <-limit.C:
			l.t.Fatalf("waited %v for %s", reportLimit, what)
		}
	}
}

// near says that got is want give or take off.
func near(t testing.TB, what string, got, want, off time.Duration) {
	t.Helper()
	if got < want-off || got > want+off {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, off)
	}
}
