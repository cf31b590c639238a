package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

const (
	knownTracks = 100_000
	startRounds = 5
)

// coldStart measures the time from starting the process to "listening", with many
// known tracks and with none.
func (b *bench) coldStart(ctx context.Context) error {
	k, err := b.known(ctx, knownTracks)
	if err != nil {
		return err
	}
	var many, none []time.Duration
	for round := range startRounds {
		for _, s := range []struct {
			data, music string
			took        *[]time.Duration
		}{{k.data, k.music, &many}, {filepath.Join(b.work, fmt.Sprintf("none-%d", round)), b.silent, &none}} {
			h, took, err := b.startHost(ctx, s.data, s.music)
			if err != nil {
				return err
			}
			h.stop()
			*s.took = append(*s.took, took)
		}
	}
	b.table.add(figure{
		name: fmt.Sprintf("cold start with %d known tracks until it listens", knownTracks),
		ours: millis(median(many)), base: millis(median(none)) + " without tracks", ratio: times(ratio(many, none)), goal: "< 2 s", met: median(many) < 2*time.Second,
	})
	return nil
}
