package day

import (
	"encoding/json"
	"fmt"
	"sort"
	"sync"

	"soul-jam/hostd/store"
)

// ledger is what the host has written down, as it wrote it: what people are told is held against it.
type ledger struct {
	mu      sync.Mutex // guards what follows
	seqs    []uint64   // of all events
	acks    map[done]uint64
	entries int
	commits int
	wrong   []string
	ended   bool
}

// done is a command of a seat's.
type done struct{ seat, id string }

func newLedger() *ledger { return &ledger{acks: map[done]uint64{}} }

// kept is the store of one run of the host, with the ledger beside it.
type kept struct {
	*store.Store
	ledger *ledger
}

// Commit writes, and notes what was written.
func (k kept) Commit(b store.Batch) error {
	// Before: whoever is told of it must find it here.
	k.ledger.note(b)
	return k.Store.Commit(b)
}

func (l *ledger) note(b store.Batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.commits++
	for _, line := range b.Entries {
		l.entry(line)
	}
	l.ended = l.ended || b.Ended != nil
}

// entry is one thing that happened. The lock is held.
func (l *ledger) entry(line []byte) {
	var e struct {
		Seat, ID string
		Ack      uint64
		Events   []struct{ Seq uint64 }
	}
	if err := json.Unmarshal(line, &e); err != nil {
		l.wrong = append(l.wrong, fmt.Sprintf("the host writes %.100s: %v", line, err))
		return
	}
	l.entries++
	if e.ID != "" {
		key := done{e.Seat, e.ID}
		if before, twice := l.acks[key]; twice {
			l.wrong = append(l.wrong, fmt.Sprintf("command %s of seat %s is done twice: acked with %d, then with %d", e.ID, e.Seat, before, e.Ack))
		}
		l.acks[key] = e.Ack
	}
	for _, event := range e.Events {
		if n := len(l.seqs); n > 0 && event.Seq != l.seqs[n-1]+1 {
			l.wrong = append(l.wrong, fmt.Sprintf("event %d is written after event %d", event.Seq, l.seqs[n-1]))
		}
		l.seqs = append(l.seqs, event.Seq)
	}
}

// acked tells what a command is acked with; ok is false when it was never done.
func (l *ledger) acked(seat, id string) (seq uint64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	seq, ok = l.acks[done{seat, id}]
	return seq, ok
}

// between gives the first event after one and before another; 0 = there is none, so nothing was missed.
func (l *ledger) between(last, next uint64) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := sort.Search(len(l.seqs), func(i int) bool { return l.seqs[i] > last })
	if i < len(l.seqs) && l.seqs[i] < next {
		return l.seqs[i]
	}
	return 0
}

// same holds what a new run of the host finds on disk against what was written.
func (l *ledger) same(found store.Running) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(found.Entries) != l.entries && !l.ended {
		l.wrong = append(l.wrong, fmt.Sprintf("of %d entries that were written %d are found after a restart", l.entries, len(found.Entries)))
	}
}

// complaints are what was wrong so far.
func (l *ledger) complaints() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.wrong...)
}
