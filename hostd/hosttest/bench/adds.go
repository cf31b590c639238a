package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"soul-jam/shared/wire"
)

const (
	addPeople  = 32
	addBatches = 3
	addRounds  = 9 // a batch: a seat may add ten songs at once
)

// adds measures addPeople who add a song at the same moment, against as many bare
// events at the same moment and one fsync.
func (b *bench) adds(ctx context.Context) error {
	music, err := b.songs(ctx)
	if err != nil {
		return err
	}
	var ours, base []time.Duration
	for range addBatches {
		took, err := b.addBatch(ctx, music)
		if err != nil {
			return err
		}
		fsync := took[3]
		for round := range took[2] {
			ours = append(ours, took[2][round])
			base = append(base, min(took[0][round], took[1][round])+median(fsync))
		}
	}
	x := ratio(ours, base)
	b.table.add(figure{
		name: fmt.Sprintf("%d people add at once: from the first send until all hold all %d", addPeople, addPeople),
		ours: millis(median(ours)), base: millis(median(base)) + " bare and one fsync", ratio: times(x), goal: "≤ 1.5x", met: x <= 1.5,
	})
	return nil
}

// addBatch gives the times of both baselines, of ours, and of an fsync.
func (b *bench) addBatch(ctx context.Context, music string) ([][]time.Duration, error) {
	rooms, closeAll, err := b.rooms(ctx, addPeople, music, `"type":"track_added"`)
	if err != nil {
		return nil, err
	}
	defer closeAll()
	jam := rooms[2]
	if _, err := jam.library(ctx); err != nil {
		return nil, err
	}
	track, err := jam.trackID(ctx)
	if err != nil {
		return nil, err
	}
	// One song before, so that something plays: the first add is also a start.
	for _, r := range rooms {
		if err := r.addOne(ctx, r.speaker, track, -1); err != nil {
			return nil, err
		}
		if _, err := r.tally.next(ctx); err != nil {
			return nil, err
		}
	}
	took := make([][]time.Duration, 4)
	for round := range addRounds {
		for turn := range rooms {
			i := (round + turn) % len(rooms)
			d, err := rooms[i].addAll(ctx, track, round)
			if err != nil {
				return nil, err
			}
			took[i] = append(took[i], d)
		}
		d, err := b.fsync()
		if err != nil {
			return nil, err
		}
		took[3] = append(took[3], d)
	}
	return took, nil
}

// addOne adds the track; a baseline says what the host would tell.
func (r *room) addOne(ctx context.Context, p *person, track string, round int) error {
	var words []byte
	var err error
	if id := fmt.Sprintf("add-%d", round); r.bare {
		item := wire.JamQueueItem{ID: track, TrackID: track, TrackInfo: wire.TrackInfo{TrackID: track, Title: "Song 000000", Artist: "The Tones", Album: "Sines"}, AddedBy: &track, AddedAt: wire.At(time.Now())}
		words, err = wire.Encode(wire.TrackAdded{Item: item, By: &track}, 1000)
	} else {
		words, err = wire.EncodeCommand(wire.AddTrack{TrackID: track}, id)
	}
	if err != nil {
		return err
	}
	return p.send(ctx, words)
}

// addAll gives the time from the first send until everyone holds what everyone added.
func (r *room) addAll(ctx context.Context, track string, round int) (time.Duration, error) {
	errs := make([]error, len(r.people))
	var sending sync.WaitGroup
	start := make(chan struct{})
	for i, p := range r.people {
		sending.Go(func() {
			<-start
			errs[i] = r.addOne(ctx, p, track, round)
		})
	}
	began := time.Now()
	close(start)
	sending.Wait()
	var last time.Time
	for range r.people {
		at, err := r.tally.next(ctx)
		if err != nil {
			return 0, errors.Join(append(errs, fmt.Errorf("%s: %w", r.name, err))...)
		}
		if at.After(last) {
			last = at
		}
	}
	return last.Sub(began), errors.Join(errs...)
}

// fsync gives the time to bring one page to the disk where the host keeps its file.
func (b *bench) fsync() (time.Duration, error) {
	f, err := os.OpenFile(filepath.Join(b.work, "page"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	page := make([]byte, os.Getpagesize())
	began := time.Now()
	if _, err := f.Write(page); err != nil {
		return 0, err
	}
	err = f.Sync()
	return time.Since(began), err
}
