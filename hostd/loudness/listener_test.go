package loudness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// songs is Music, and the measuring of it, in memory.
type songs struct {
	known    []string
	broken   []string
	asked    []string // in the order of measuring
	measured []string
}

func (s *songs) Location(id string) (Source, error) {
	if id == "gone" {
		return Source{}, errors.New("gone")
	}
	return Source{Path: "/" + id}, nil
}
func (s *songs) Known(id string) bool              { return slices.Contains(s.known, id) }
func (s *songs) Measured(id string, _ Measurement) { s.measured = append(s.measured, id) }

func (s *songs) measure(ctx context.Context, src Source, _ Config) (Measurement, error) {
	id := src.Path[1:]
	s.asked = append(s.asked, id)
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return Measurement{}, ctx.Err()
	}
	if slices.Contains(s.broken, id) {
		return Measurement{}, errors.New("broken")
	}
	return Measurement{LUFS: -20}, nil
}

// running is a listener that was told to expect something before and runs until stop, which waits for its end.
func running(t *testing.T, s *songs, before ...[]string) (l *Listener, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l = NewListener(s, Config{Log: slog.New(slog.DiscardHandler)})
	l.measure = s.measure
	for _, ids := range before {
		l.Expect(ids)
	}
	done := make(chan struct{})
	go func() { defer close(done); l.Run(ctx) }()
	return l, func() { cancel(); <-done }
}

func TestListenerTakesTheNewestFirst(t *testing.T) {
	s := &songs{known: []string{"b"}}
	synctest.Test(t, func(t *testing.T) {
		l, stop := running(t, s)
		defer stop()
		l.Expect([]string{"a", "b", "c", "d"})
		time.Sleep(time.Second / 2) // a is being measured
		l.Expect([]string{"x", "d"})
		time.Sleep(10 * time.Second)
	})
	if want := []string{"a", "x", "d", "c"}; !slices.Equal(s.measured, want) {
		t.Errorf("measured %q, want %q", s.measured, want)
	}
}

func TestListenerForgetsWhatIsTooMuch(t *testing.T) {
	s := &songs{}
	var all []string
	for i := range 500 {
		all = append(all, fmt.Sprint(i))
	}
	synctest.Test(t, func(t *testing.T) {
		_, stop := running(t, s, all, []string{"last"}) // neither is taken in before both are there
		defer stop()
		time.Sleep(time.Hour)
	})
	if len(s.measured) != maxWaiting || s.measured[0] != "last" || s.measured[1] != "0" {
		t.Errorf("measured %d: %q", len(s.measured), s.measured)
	}
}

func TestListenerTriesAgainAfterAnHour(t *testing.T) {
	s := &songs{broken: []string{"a"}}
	synctest.Test(t, func(t *testing.T) {
		l, stop := running(t, s)
		defer stop()
		for range 6 { // at 0, 20, 40, 60… minutes
			l.Expect([]string{"a", "gone"})
			time.Sleep(20*time.Minute + time.Second)
		}
	})
	if len(s.asked) != 2 || len(s.measured) != 0 {
		t.Errorf("tried %d times in two hours, measured %q", len(s.asked), s.measured)
	}
}

func TestListenerEndsInTheMiddle(t *testing.T) {
	s := &songs{}
	synctest.Test(t, func(t *testing.T) {
		l, stop := running(t, s)
		defer stop()
		l.Expect([]string{"a", "b"})
		time.Sleep(time.Second / 2)
	})
	if len(s.asked) != 1 || len(s.measured) != 0 {
		t.Errorf("asked for %q, measured %q", s.asked, s.measured)
	}
}

// A stream of hostd's own is measured like a file, and its header is not to be
// seen by other users of the machine.
func TestMeasureAStream(t *testing.T) {
	t.Parallel()
	needs(t, "mpv")
	const secret = "Bearer 0a1b2c-secret"
	song := music(t, "song.flac", 2, 44100, 20, 0)
	file, err := Measure(t.Context(), Source{Path: song}, Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != secret {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, path := range lines {
			if b, err := os.ReadFile(path); err == nil && bytes.Contains(b, []byte(secret)) {
				t.Errorf("the header is in %s", path)
			}
		}
		http.ServeFile(w, r, song)
	}))
	defer server.Close()
	got, err := Measure(t.Context(), Source{Path: server.URL + "/stream", Header: "Authorization: " + secret}, Config{})
	if err != nil || got != file {
		t.Errorf("got %+v, %v, want %+v", got, err, file)
	}
	if _, err := Measure(t.Context(), Source{Path: server.URL + "/stream", Header: "Authorization: other"}, Config{}); err == nil {
		t.Error("measured what was refused")
	}
}
