package store

import (
	"context"
	"log/slog"
	"time"
)

const (
	// SnapshotEvery is how often a copy of the data file is made, when something has changed: at most this much of an evening is lost with
	// the file.
	SnapshotEvery = 10 * time.Minute
	// firstSnapshot is how long after its start hostd makes the first one, at the earliest: it has other things to do.
	firstSnapshot = time.Minute
)

// Keeper makes the snapshots of a store, one every SnapshotEvery and one at the end of each session.
type Keeper struct {
	Store *Store
	// Check looks at each copy before it counts.
	Check Checker
	Log   *slog.Logger

	last    int  // number of the last transaction that is in a snapshot
	failing bool // and the log knows
}

// Run keeps them until ctx is over. What fails is tried again after SnapshotEvery.
func (k *Keeper) Run(ctx context.Context) {
	due := time.NewTimer(k.first())
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-due.C:
		case <-k.Store.ended:
		}
		k.snapshot(ctx)
		due.Reset(SnapshotEvery)
	}
}

// first is how long the first snapshot waits: not at all when one that is there holds the log of a session that is over.
func (k *Keeper) first() time.Duration {
	all := SnapshotsIn(k.Store.dir())
	for _, c := range all {
		if c.Session != "" && k.Store.isOver(c.Session) {
			return 0
		}
	}
	if len(all) == 0 {
		return firstSnapshot
	}
	// A clock that was set back does not put it off.
	return min(max(firstSnapshot, SnapshotEvery-time.Since(all[0].At)), SnapshotEvery)
}

func (k *Keeper) snapshot(ctx context.Context) {
	n, err := k.Store.Transaction()
	if err == nil && n == k.last {
		return
	}
	if err == nil {
		_, err = k.Store.Snapshot(ctx, time.Now(), k.Check)
	}
	switch {
	case ctx.Err() != nil:
	case err == nil:
		k.last, k.failing = n, false
	case !k.failing:
		k.failing = true
		k.Log.Warn("no snapshot of the data file could be made: it is tried again", "every", SnapshotEvery, "error", err)
	}
}
