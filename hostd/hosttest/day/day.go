package day

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"soul-jam/shared/wire"
)

// Result is what became of a day.
type Result struct {
	// Wrong is what was not as it must be, nothing when all is well.
	Wrong []string
	// Early and Late are the bytes in use after an hour, and an hour before the end.
	Early, Late uint64
	// Story is what happened how often, one a line.
	Story string
	// Done is what the host wrote down, Compared how many people's views were held against the host's.
	Done, Compared int
	// Resumed seats, data Channels that carried one, and Restarts of hostd.
	Resumed, Channels, Restarts int
}

// Live has a day of that length happen, in a bubble that has just begun. folder is where the programs keep their files: on a disk
// that is slow to sync a day takes long.
func Live(folder string, seed uint64, length time.Duration) (r Result, err error) {
	// So little is in use that garbage would be looked for all the time.
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	w, err := newWorld(folder, seed, length)
	if err != nil {
		return r, fmt.Errorf("begin the day: %w", err)
	}
	w.plan()
	w.in(time.Hour, func() { r.Early = inUse() })
	w.in(length-time.Hour, func() { r.Late = inUse() })
	w.live(w.began.Add(length + 2*time.Minute))
	if len(w.complaints()) == 0 {
		w.evening()
	}
	w.over()
	r.Wrong, r.Story, r.Done, r.Compared = w.complaints(), w.story(), w.host.ledger.entries, w.compared
	r.Resumed, r.Channels, r.Restarts = w.counts["heard resumed"], w.counts["elsewhere joined direct"], w.counts["hostd restarts"]
	return r, nil
}

// plan writes the agenda. Each person, and each kind of trouble, goes on by itself from then on.
func (w *world) plan() {
	for i, p := range w.people {
		w.in(time.Duration(i)*w.between(100*time.Millisecond, time.Minute), p.come)
		w.again(3*time.Minute, func() { w.act(p) })
		w.again(75*time.Minute, func() { w.cut(p) })
		w.again(4*time.Hour, func() { w.wander(p) })
		if p.away != nil {
			w.again(30*time.Minute, func() { w.roam(p) })
		}
	}
	// Once early, so that a short day has some of everything.
	w.in(w.between(20*time.Minute, 40*time.Minute), w.soulDown)
	w.in(w.between(40*time.Minute, 60*time.Minute), w.hostDown)
	w.in(w.between(90*time.Minute, 100*time.Minute), w.hostOffline)
	w.again(2*time.Hour, w.soulDown)
	w.again(3*time.Hour, w.hostDown)
	w.again(3*time.Hour, w.hostOffline)
	w.every(7*time.Minute, w.look)
	w.in(w.length-4*time.Minute, w.missTheEnd)
}

// every has something happen at even intervals to the end of the day.
func (w *world) every(interval time.Duration, do func()) {
	w.in(interval, func() {
		if w.left() > 0 {
			do()
			w.every(interval, do)
		}
	})
}

// evening is after the end: who was away hears of it, too.
func (w *world) evening() {
	for _, p := range w.people {
		w.mend(p)
		if p.visit != nil && !p.here() && p.misses() {
			p.come()
		}
	}
	pass(5 * time.Minute)
	reason := wire.EndedMaxDuration
	if w.length < wire.MaxDuration {
		reason = wire.EndedExpired
	}
	w.atTheEnd(reason)
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC() // what the first one found to be finalised
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
