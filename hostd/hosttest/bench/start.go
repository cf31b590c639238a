package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"soul-jam/hostd/library/librarytest"
	"soul-jam/shared/wire"
)

const (
	knownTracks = 100_000
	startRounds = 5
	keystrokes  = 4000
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

// search measures each keystroke's search over a WebSocket, beside a ping on the same one.
func (b *bench) search(ctx context.Context) error {
	k, err := b.known(ctx, knownTracks)
	if err != nil {
		return err
	}
	h, _, err := b.startHost(ctx, k.data, k.music)
	if err != nil {
		return err
	}
	defer h.stop()
	found, err := h.library(ctx)
	if err != nil {
		return err
	}
	if found.Tracks != knownTracks {
		return fmt.Errorf("hostd knows %d tracks", found.Tracks)
	}
	if err := h.beginJam(ctx); err != nil {
		return err
	}
	p, err := h.speaker(ctx) // a guest may not type that fast
	if err != nil {
		return err
	}
	defer p.close()
	var searches, pings []time.Duration
	for i, q := range librarytest.Keystrokes(k.songs, 400) {
		if i == keystrokes {
			break
		}
		took, err := p.asks(ctx, wire.Search{Q: q}, `"type":"search_results"`)
		if err != nil {
			return err
		}
		searches = append(searches, took)
		if took, err = p.asks(ctx, wire.Ping{}, `"type":"pong"`); err != nil {
			return err
		}
		pings = append(pings, took)
	}
	worst := quantile(searches, 0.99)
	b.table.add(figure{
		name: fmt.Sprintf("search keystroke over %d tracks, through the WebSocket, p99 (p50 %s)", knownTracks, millis(median(searches))),
		ours: millis(worst), base: millis(quantile(pings, 0.99)) + " a ping, p99", ratio: times(float64(worst) / float64(quantile(pings, 0.99))),
		goal: "< 5 ms", met: worst < 5*time.Millisecond,
	})
	return nil
}

// asks gives the time from a command until its answer has been read.
func (p *person) asks(ctx context.Context, c wire.Command, answer string) (time.Duration, error) {
	words, err := wire.EncodeCommand(c, "")
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := p.send(ctx, words); err != nil {
		return 0, err
	}
	err = p.until(ctx, answer)
	return time.Since(began), err
}
