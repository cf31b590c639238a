package check_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// evening is a data directory as an evening leaves it: jams that ended, members, songs and their plays, a jam that runs, and snapshots.
type evening struct {
	dir       string
	jam       string   // id of the one that runs
	entries   []string // of its log
	records   [][]byte // contents of live records, of every bucket but the counts of plays
	content   []byte   // of the data file
	snapshots int
	ended     int // jams of the past, and members
}

func (e *evening) path() string { return filepath.Join(e.dir, store.FileName) }

func (e *evening) write(t testing.TB, content []byte) {
	t.Helper()
	if err := os.WriteFile(e.path(), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// zeros makes every evening the same.
type zeros struct{ n byte }

func (z *zeros) Read(b []byte) (int, error) {
	for i := range b {
		z.n = z.n*5 + 1
		b[i] = z.n ^ byte(i)
	}
	return len(b), nil
}

func anEvening(t testing.TB) *evening {
	t.Helper()
	e := &evening{dir: t.TempDir(), jam: "jam-of-tonight"}
	s, err := store.Open(e.dir)
	if err != nil {
		t.Fatal(err)
	}
	commit := func(b store.Batch) {
		t.Helper()
		if err := s.Commit(b); err != nil {
			t.Fatal(err)
		}
	}
	tracks := map[string][]byte{}
	for i := range 200 {
		tracks[fmt.Sprintf("track-%03d", i)] = fmt.Appendf(nil, `{"track_id":"track-%03d","title":"Song %d","artist":"The %d"}`, i, i, i%17)
	}
	if err := s.PutTracks(t.Context(), tracks); err != nil {
		t.Fatal(err)
	}
	for _, rec := range tracks {
		e.records = append(e.records, rec)
	}
	for i := range 5 {
		at := wire.At(time.Date(2026, 1, 1+i, 23, 0, 0, 0, time.UTC))
		name := fmt.Sprintf("Evening %d", i)
		h := wire.HistoryDetail{HistoryRow: wire.HistoryRow{ID: fmt.Sprintf("jam-%d", i), Name: &name, EndedAt: &at}}
		m := store.Member{ID: fmt.Sprintf("user-%d", i), Name: fmt.Sprintf("Member %d", i), TokenHash: fmt.Sprintf("hash of %d", i)}
		commit(store.Batch{Jam: h.ID, Entries: [][]byte{[]byte("{}")}})
		commit(store.Batch{Jam: h.ID, Ended: &h, Members: []store.Member{m}, Plays: []string{"track-001", fmt.Sprintf("track-%03d", i)}})
		e.records = append(e.records, encode(t, h), encode(t, m))
		e.ended++
	}
	if err := s.Remember("sharing", []byte(`{"music":true}`)); err != nil {
		t.Fatal(err)
	}
	e.records = append(e.records, []byte(`{"music":true}`))
	for i, lines := range e.party(t) {
		mark := fmt.Appendf(nil, `{"at":"2026-01-09T20:00:%02dZ","item":"","position_ms":%d}`, i%60, i)
		commit(store.Batch{Jam: e.jam, Entries: lines, Mark: mark})
		if i == 30 || i == 60 {
			if _, err := s.Snapshot(t.Context(), time.Date(2026, 1, 9, 20, i, 0, 0, time.UTC), apart()); err != nil {
				t.Fatal(err)
			}
			e.snapshots++
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if e.content, err = os.ReadFile(e.path()); err != nil {
		t.Fatal(err)
	}
	return e
}

// party is the log of the jam that runs, as the rules write it, by transaction.
func (e *evening) party(t testing.TB) (rounds [][][]byte) {
	t.Helper()
	now := time.Date(2026, 1, 9, 20, 0, 0, 0, time.UTC)
	j, entry := jam.Found(now, jam.Founding{ID: e.jam, ShareCode: "HQRS-2K4M", Settings: wire.DefaultSettings()}, "Hanna", jam.Chance{Entropy: &zeros{}})
	keep := func(entry jam.Entry) {
		line := encode(t, entry)
		e.entries, e.records = append(e.entries, string(line)), append(e.records, line)
		rounds = append(rounds, [][]byte{line})
	}
	step := func(seat, id string, c jam.Command) jam.Entry {
		now = now.Add(time.Second)
		entry, refusal := j.Step(now, seat, id, c)
		if refusal != nil {
			t.Fatalf("%T: %v", c, refusal)
		}
		keep(entry)
		return entry
	}
	keep(entry)
	var seats []string
	for i := range 5 {
		joined := step("", "", jam.Admit{DisplayName: fmt.Sprintf("Guest %d", i), Token: fmt.Sprintf("hash of token %d", i), Path: wire.PathLAN, Verified: true})
		seats = append(seats, joined.Keys.Seat)
	}
	for i := range 85 {
		track := wire.TrackInfo{TrackID: fmt.Sprintf("track-%03d", i), Title: fmt.Sprintf("Song %d", i), DurationMS: 200_000}
		step(seats[i%5], fmt.Sprintf("c%d", i), jam.Add{Track: &track})
	}
	return rounds
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	line, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// places are where in the file a live record with that content lies, and what older pages have left of it.
func (e *evening) places(content []byte) (at []int) {
	for from := 0; ; {
		i := bytes.Index(e.content[from:], content)
		if i < 0 {
			return at
		}
		at = append(at, from+i)
		from += i + 1
	}
}
