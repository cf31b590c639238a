// Package loudness tells how loud a song is, so that all songs of a jam can be
// played equally loud when their tags do not say it.
//
// [Measure] decodes one file by a short-lived mpv, locked down like the one
// that plays (same flags, same form of sound: what is measured is what will be
// heard), and computes in Go what ITU-R BS.1770-4 defines: meter.go. decode.go
// is the process. A [Listener] (listener.go) measures in the background what
// is expected to be played.
package loudness

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"
)

const (
	// timeLimit is how long one measurement may take. Four minutes of music
	// take half a second.
	timeLimit = 60 * time.Second
	// maxLength is how much of a file is decoded at most; what is longer, or
	// never ends, has no loudness.
	maxLength = 4 * time.Hour
)

// Target is how loud songs are made, in LUFS: what ReplayGain 2 means by its 0 dB.
const Target = -18.0

var (
	// ErrNoLoudness is what silence, and what is shorter than 0.4 s, gives
	// beside a Measurement whose Length is right.
	ErrNoLoudness = errors.New("there is nothing in it to be loud")
	// ErrTooLong is a file that goes on after 4 hours.
	ErrTooLong = fmt.Errorf("it is longer than %v", maxLength)
)

// Source is what to measure, as the player takes it, see player.CheckSource.
type Source struct{ Path, Header string }

// Measurement is what was heard.
type Measurement struct {
	// LUFS is the integrated loudness, above -70.
	LUFS float64
	// PeakDB is the true peak, in dBFS: over 0 where the wave between samples
	// is higher than any sample can be.
	PeakDB float64
	// Length is that of the decoded sound, to the sample.
	Length time.Duration
}

// Gain is by how many dB the song is to be made louder than it is.
func (m Measurement) Gain() float64 { return Target - m.LUFS }

// Config is how Measure works; the zero value does.
type Config struct {
	// MPV is its path, or its name to look up in PATH; default "mpv".
	MPV string
	// Log is told what a Listener could not measure; default slog.Default().
	Log *slog.Logger

	limit  time.Duration // for tests; default timeLimit
	length time.Duration // for tests; default maxLength
}

func (c Config) withDefaults() Config {
	if c.MPV == "" {
		c.MPV = "mpv"
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.limit == 0 {
		c.limit = timeLimit
	}
	if c.length == 0 {
		c.length = maxLength
	}
	return c
}

// Measure listens to all of a song. It takes up to a minute and leaves no
// process behind. Where mpv offers no inherited pipe (Windows) it fails.
func Measure(ctx context.Context, s Source, cfg Config) (Measurement, error) {
	cfg = cfg.withDefaults()
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.limit, fmt.Errorf("it takes longer than %v", cfg.limit))
	defer cancel()
	m := newMeter()
	err := decode(ctx, s, cfg, m.add)
	got := Measurement{LUFS: math.Inf(-1), PeakDB: math.Inf(-1), Length: m.length()}
	if err != nil {
		return got, fmt.Errorf("measure the loudness: %w", err)
	}
	got.LUFS, got.PeakDB = m.integrated(), m.peak()
	if math.IsInf(got.LUFS, -1) {
		return got, fmt.Errorf("measure the loudness: %w", ErrNoLoudness)
	}
	return got, nil
}
