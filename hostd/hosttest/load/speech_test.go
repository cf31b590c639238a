package load

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"soul-jam/shared/wire"
)

// speech is commands that were sent at known times, and the events that they became.
type speech struct {
	sent  []time.Time     // of each command; the speaker's
	seqs  []atomic.Uint64 // its event, once acked
	heard atomic.Int64    // how many are acked
}

// newSpeech is for at most n commands.
func newSpeech(n int) *speech {
	return &speech{sent: make([]time.Time, 0, n), seqs: make([]atomic.Uint64, n)}
}

// word names a command.
func word(i int) string { return "word-" + strconv.Itoa(i) }

// acked is told of every ack that the crowd gets.
func (s *speech) acked(id string, seq uint64) {
	text, ok := strings.CutPrefix(id, "word-")
	if i, err := strconv.Atoi(text); ok && err == nil && i < len(s.seqs) && s.seqs[i].Swap(seq) == 0 {
		s.heard.Add(1)
	}
}

// eventsPerSecond while a crowd listens.
const eventsPerSecond = 10

// speakers of a crowd talk in turns; the others listen. Each has spoken once before the memory is looked at: who speaks for the first time costs the host
// a larger stack.
const speakers = 100

// speak makes events for that long, in turns the host's hand at the volume and somebody's chat, until all are acked.
func (s *speech) speak(t *testing.T, host *guest, people []*guest, length time.Duration) {
	t.Helper()
	from := len(s.sent)
	tick := time.NewTicker(time.Second / eventsPerSecond)
	defer tick.Stop()
	for range int(length.Seconds() * eventsPerSecond) {
		<-tick.C
		i := len(s.sent)
		s.sent = append(s.sent, time.Now())
		var err error
		if i%2 == 0 {
			err = host.send(t.Context(), wire.SetVolume{Volume: i / 2 % 100}, word(i))
		} else {
			err = people[i/2%min(speakers, len(people))].send(t.Context(), wire.Chat{Message: fmt.Sprint("this is word ", i)}, word(i))
		}
		if err != nil {
			t.Fatalf("word %d cannot be said: %v", i, err)
		}
	}
	s.wait(t, "all is acked", func() bool { return int(s.heard.Load()) == len(s.sent) })
	last := s.last(from)
	s.wait(t, "everybody has heard everything", func() bool {
		return host.last.Load() >= last && !slices.ContainsFunc(people, func(g *guest) bool { return g.last.Load() < last })
	})
}

// last is the newest event of those words from that one on.
func (s *speech) last(from int) (last uint64) {
	for i := from; i < len(s.sent); i++ {
		last = max(last, s.seqs[i].Load())
	}
	return last
}

func (s *speech) wait(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for look := time.NewTicker(5 * time.Millisecond); !is(); {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("not after %v: %s", patience, what)
		}
	}
}

// sentAt gives when each event was asked for.
func (s *speech) sentAt() map[uint64]time.Time {
	at := make(map[uint64]time.Time, len(s.sent))
	for i, when := range s.sent {
		at[s.seqs[i].Load()] = when
	}
	return at
}

// hidden tells that a crowd is not told of this: who comes and goes is a count there.
func hidden(kind string) bool {
	switch kind {
	case "participant_joined", "participant_left", "participant_updated",
		"notification participant_joined", "notification participant_left":
		return true
	}
	return false
}

// check holds what a guest heard after an event against what the host heard, who is told everything, and against what was acked. The
// connections of both must be over.
func (g *guest) check(host *guest, after uint64) (lost, reordered int) {
	heard := map[uint64]bool{}
	before := uint64(0)
	for _, e := range g.told {
		if e.seq <= before {
			reordered++
		}
		before, heard[e.seq] = e.seq, true
		if e.seq > after && hidden(e.kind) {
			g.fault("in a crowd event %d was told: %s", e.seq, e.kind)
		}
	}
	for _, e := range host.told {
		if e.seq > after && !hidden(e.kind) && !heard[e.seq] {
			lost++
			heard[e.seq] = true // once
		}
	}
	for i := range g.said.sent {
		if seq := g.said.seqs[i].Load(); !heard[seq] {
			lost++
		}
	}
	return lost, reordered
}

// latencies are how long everybody waited for each event after one and up to another, from the command on.
func latencies(people []*guest, sent map[uint64]time.Time, after, upTo uint64) []time.Duration {
	var all []time.Duration
	for _, g := range people {
		for _, e := range g.told {
			if asked, ok := sent[e.seq]; ok && e.seq > after && e.seq <= upTo {
				all = append(all, e.at.Sub(asked))
			}
		}
	}
	slices.Sort(all)
	return all
}

// percentile of sorted durations.
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]
}
