package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

const (
	scanFiles  = 10_000
	idlePeople = 30
	idleFor    = 20 * time.Second
)

// scan measures the most memory that hostd holds while it reads scanFiles files for the first time.
func (b *bench) scan(ctx context.Context) error {
	dir, err := b.files(ctx, scanFiles)
	if err != nil {
		return err
	}
	h, _, err := b.startHost(ctx, filepath.Join(b.work, "scan"), dir)
	if err != nil {
		return err
	}
	defer h.stop()
	before, err := h.peak()
	if err != nil {
		return err
	}
	began := time.Now()
	found, err := h.library(ctx)
	if err != nil {
		return err
	}
	if found.Tracks != scanFiles {
		return fmt.Errorf("%d of %d files became tracks, %d are broken", found.Tracks, scanFiles, found.Broken)
	}
	took := time.Since(began)
	peak, err := h.peak()
	if err != nil {
		return err
	}
	b.table.add(figure{
		name: fmt.Sprintf("%d files scanned in %.0f s: most memory (RSS) on the way", scanFiles, took.Seconds()),
		ours: megabytes(peak), base: megabytes(before) + " at its start", ratio: times(float64(peak) / float64(before)), goal: "≤ 200 MB", met: peak <= 200e6,
	})
	return nil
}

// idle measures the processor time of a jam in which music plays and nobody does
// anything, beside that of a bare host over the same seconds.
func (b *bench) idle(ctx context.Context) error {
	music, err := b.songs(ctx)
	if err != nil {
		return err
	}
	rooms, closeAll, err := b.rooms(ctx, idlePeople, music, `"type":"track_added"`)
	if err != nil {
		return err
	}
	defer closeAll()
	bareRoom, jam := rooms[0], rooms[2]
	if _, err := jam.library(ctx); err != nil {
		return err
	}
	track, err := jam.trackID(ctx)
	if err != nil {
		return err
	}
	if err := jam.addOne(ctx, jam.speaker, track, 0); err != nil {
		return err
	}
	if _, err := jam.tally.next(ctx); err != nil {
		return err
	}
	used, err := cpuOver(ctx, idleFor, jam.child, bareRoom.child)
	if err != nil {
		return err
	}
	share := func(d time.Duration) float64 { return 100 * d.Seconds() / idleFor.Seconds() }
	b.table.add(figure{
		name: fmt.Sprintf("processor time of an idle jam with %d guests, music playing, over %.0f s", idlePeople, idleFor.Seconds()),
		ours: fmt.Sprintf("%.2f %% of a core", share(used[0])), base: fmt.Sprintf("%.2f %% bare loop", share(used[1])), ratio: "", goal: "< 1 %", met: share(used[0]) < 1,
	})
	return nil
}

// cpuOver gives what processes use of the processor in the same time.
func cpuOver(ctx context.Context, span time.Duration, children ...*child) ([]time.Duration, error) {
	used := make([]time.Duration, len(children))
	for i, c := range children {
		before, err := c.cpu()
		if err != nil {
			return nil, err
		}
		used[i] = -before
	}
	select {
	case <-time.After(span):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for i, c := range children {
		after, err := c.cpu()
		if err != nil {
			return nil, err
		}
		used[i] += after
	}
	return used, nil
}
