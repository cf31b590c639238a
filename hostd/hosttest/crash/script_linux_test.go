package crash

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// batches in a script: the file grows several times, jams end and begin.
const batches = 60

// held is all that the store has, as far as a script writes it.
type held struct {
	Jam     string
	Entries []string
	Mark    string
	History []string // ids, oldest first
	Plays   map[string]uint32
	Members []string
}

// key is the same for the same content.
func (h held) key() string {
	text, _ := json.Marshal(h) // texts and numbers only: cannot fail
	return string(text)
}

// step is one batch and what has to be in the file after it, if nothing but the batches before was written.
type step struct {
	batch store.Batch
	after held
}

// script is what a writer commits, from a seed: small and big entries, signs of life, members, ends of jams.
func script(seed uint64) []step {
	chance := rand.New(rand.NewPCG(seed, 1))
	steps := make([]step, batches)
	now := held{Plays: map[string]uint32{}}
	jams := 0
	for n := range steps {
		if now.Jam == "" {
			jams++
			now.Jam = fmt.Sprintf("jam-%d", jams)
		}
		b := store.Batch{Jam: now.Jam}
		for range 1 + chance.IntN(5) {
			size := 100 + chance.IntN(400)
			if chance.IntN(12) == 0 {
				size = 2000 + chance.IntN(20_000)
			}
			entry := fmt.Sprintf("%d %d ", n, len(now.Entries)) + strings.Repeat(string(rune('a'+n%26)), size)
			b.Entries = append(b.Entries, []byte(entry))
			now.Entries = append(now.Entries, entry)
		}
		if chance.IntN(2) == 0 {
			now.Mark = fmt.Sprintf("mark %d", n)
			b.Mark = []byte(now.Mark)
		}
		if chance.IntN(4) == 0 {
			track := fmt.Sprintf("track-%d", chance.IntN(5))
			b.Plays = []string{track}
			now.Plays = maps.Clone(now.Plays)
			now.Plays[track]++
		}
		if chance.IntN(6) == 0 {
			id := fmt.Sprintf("user-%03d", n)
			b.Members = []store.Member{{ID: id, Name: "Somebody", TokenHash: "hash of " + id}}
			now.Members = append(slices.Clone(now.Members), id)
		}
		if n%17 == 16 {
			ended := wire.At(time.UnixMilli(1_700_000_000_000 + int64(n)))
			b.Ended = &wire.HistoryDetail{HistoryRow: wire.HistoryRow{ID: now.Jam, EndedAt: &ended}}
			now.History = append(slices.Clone(now.History), now.Jam)
			now.Jam, now.Entries, now.Mark = "", nil, ""
		}
		steps[n] = step{b, now}
		steps[n].after.Entries = slices.Clone(now.Entries)
	}
	return steps
}

// read gives all that a store has.
func read(s *store.Store) (h held, err error) {
	running, err := s.Running()
	if err != nil {
		return h, err
	}
	h.Jam, h.Mark = running.Jam, string(running.Mark)
	for _, e := range running.Entries {
		h.Entries = append(h.Entries, string(e))
	}
	rows, err := s.History()
	if err != nil {
		return h, err
	}
	for _, row := range slices.Backward(rows) {
		h.History = append(h.History, row.ID)
	}
	if h.Plays, err = s.Plays(); err != nil {
		return h, err
	}
	members, err := s.Members()
	for _, m := range members {
		h.Members = append(h.Members, m.ID)
	}
	slices.Sort(h.Members)
	return h, err
}
