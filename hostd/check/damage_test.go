package check_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"soul-jam/hostd/store"
	"soul-jam/shared/proof"
)

// seed of every damage below: the same files each time.
const seed = 9

// page is the size of bbolt's pages here.
func page() int { return os.Getpagesize() }

// harm is one way to damage a file; it changes the copy that it is given, and gives what is left.
type harm struct {
	name string
	do   func(e *evening, r *rand.Rand, b []byte) []byte
}

func harms() []harm {
	zero := func(b []byte, n int) []byte {
		clear(b[n*page() : (n+1)*page()])
		return b
	}
	anyPage := func(r *rand.Rand, b []byte) int { return r.IntN(len(b) / page()) }
	return []harm{
		{"a zeroed page", func(_ *evening, r *rand.Rand, b []byte) []byte { return zero(b, anyPage(r, b)) }},
		{"cut off", func(_ *evening, r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] }},
		{"cut off at a page", func(_ *evening, r *rand.Rand, b []byte) []byte { return b[:anyPage(r, b)*page()] }},
		{"flipped bits", func(_ *evening, r *rand.Rand, b []byte) []byte {
			for range 1 + r.IntN(3) {
				b[r.IntN(len(b))] ^= 1 << r.IntN(8)
			}
			return b
		}},
		{"a flipped bit in a record", flipRecord},
		{"swapped pages", func(_ *evening, r *rand.Rand, b []byte) []byte {
			i, j := anyPage(r, b)*page(), anyPage(r, b)*page()
			first := slices.Clone(b[i : i+page()])
			copy(b[i:], b[j:j+page()])
			copy(b[j:], first)
			return b
		}},
		{"the newest head zeroed", func(_ *evening, _ *rand.Rand, b []byte) []byte { return zero(b, newestHead(b)) }},
		{"the older head zeroed", func(_ *evening, _ *rand.Rand, b []byte) []byte { return zero(b, 1-newestHead(b)) }},
		{"no heads", func(_ *evening, _ *rand.Rand, b []byte) []byte { return zero(zero(b, 0), 1) }},
		{"garbage in a page", func(_ *evening, r *rand.Rand, b []byte) []byte {
			garbage(r, b[anyPage(r, b)*page():][:page()])
			return b
		}},
		{"garbage", func(_ *evening, r *rand.Rand, b []byte) []byte { garbage(r, b); return b }},
		{"a header of a page", func(_ *evening, r *rand.Rand, b []byte) []byte {
			garbage(r, b[anyPage(r, b)*page():][:16+r.IntN(64)])
			return b
		}},
		{"empty", func(*evening, *rand.Rand, []byte) []byte { return nil }},
		{"of another program", func(_ *evening, _ *rand.Rand, b []byte) []byte {
			for _, head := range []int{16, page() + 16} {
				b[head] ^= 0xff
			}
			return b
		}},
	}
}

func garbage(r *rand.Rand, b []byte) {
	for i := range b {
		b[i] = byte(r.Uint32())
	}
}

// newestHead is the number of the head page with the greater number of a write.
func newestHead(b []byte) int {
	at := func(n int) []byte { return b[n*page()+16+48:][:8] } // little or big endian, as the machine is; the first byte differs least
	if bytes.Compare(reversed(at(0)), reversed(at(1))) > 0 {
		return 0
	}
	return 1
}

func reversed(b []byte) []byte {
	b = slices.Clone(b)
	slices.Reverse(b)
	return b
}

// flipRecord flips one bit of one live record, its checksum included, wherever that record lies.
func flipRecord(e *evening, r *rand.Rand, b []byte) []byte {
	content := e.records[r.IntN(len(e.records))]
	bit := r.IntN(8 * (len(content) + 5))
	for _, at := range e.places(content) {
		b[at-5+bit/8] ^= 1 << (bit % 8)
	}
	return b
}

// outcome of one damaged file.
type outcome struct{ how, wrong string }

// survive opens the damaged file as the daemon does and looks at what there is then.
func survive(t *testing.T, e *evening, dir string, damaged []byte, r *rand.Rand) outcome {
	if err := os.CopyFS(dir, os.DirFS(e.dir)); err != nil {
		t.Fatal(err)
	}
	damageSnapshots(t, e, dir, r)
	if err := os.WriteFile(filepath.Join(dir, store.FileName), damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s, start, err := opening(&log).Open(t.Context(), dir)
	if err != nil {
		return outcome{wrong: err.Error()}
	}
	defer func() { _ = s.Close() }()
	o := outcome{how: "whole"}
	switch {
	case start.Damage != "" && start.Restored.IsZero(), len(damaged) == 0 && start.Damage == "" && len(store.SnapshotsIn(dir)) == 0:
		o.how = "fresh"
	case start.Damage != "":
		o.how = "restored"
	}
	running, err := s.Running()
	if err != nil {
		o.wrong = err.Error()
	}
	history, err := s.History()
	if err != nil {
		o.wrong = err.Error()
	}
	members, err := s.Members()
	if err != nil {
		o.wrong = err.Error()
	}
	if o.how == "whole" && (len(history) != e.ended || len(members) != e.ended) {
		o.wrong = fmt.Sprintf("%d jams of the past and %d members, and nobody noticed", len(history), len(members))
	}
	for i, entry := range running.Entries {
		if i >= len(e.entries) || e.entries[i] != string(entry) {
			o.wrong = fmt.Sprintf("entry %d is another", i)
		}
	}
	if n := len(running.Entries); o.how == "whole" && n != len(e.entries) {
		o.wrong = fmt.Sprintf("%d of %d entries, and nobody noticed", n, len(e.entries))
	}
	if start.Kept != "" {
		if kept, err := os.ReadFile(start.Kept); err != nil || !bytes.Equal(kept, damaged) {
			o.wrong = fmt.Sprintf("the damaged file was not kept as it was (%v)", err)
		}
	}
	return o
}

// damageSnapshots leaves half of the directories their good snapshots, and none, one or both good ones to the others.
func damageSnapshots(t *testing.T, e *evening, dir string, r *rand.Rand) {
	if r.IntN(2) == 0 {
		return
	}
	for _, c := range store.SnapshotsIn(dir) {
		content, err := os.ReadFile(c.Path)
		if err != nil {
			t.Fatal(err)
		}
		switch r.IntN(4) {
		case 0:
			err = os.Remove(c.Path)
		case 1:
			err = os.WriteFile(c.Path, content[:r.IntN(len(content))], 0o600)
		case 2:
			garbage(r, content[2*page():])
			err = os.WriteFile(c.Path, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPromiseDamagedFilesStopNothing(t *testing.T) {
	e := anEvening(t)
	files := 200
	if proof.Whole() {
		files = 1000
	}
	type job struct {
		n    int
		harm harm
	}
	jobs, dirs := make(chan job), t.TempDir()
	var mu sync.Mutex // guards tally and failed
	tally, failed := map[string]int{}, 0
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for j := range jobs {
				r := rand.New(rand.NewPCG(seed, uint64(j.n)))
				dir := filepath.Join(dirs, fmt.Sprint(j.n))
				got := survive(t, e, dir, j.harm.do(e, r, slices.Clone(e.content)), r)
				_ = os.RemoveAll(dir)
				mu.Lock()
				tally[got.how]++
				if got.wrong != "" {
					failed++
					t.Errorf("file %d (%s): %s", j.n, j.harm.name, got.wrong)
				}
				mu.Unlock()
			}
		})
	}
	for n := range files {
		jobs <- job{n, harms()[n%len(harms())]}
	}
	close(jobs)
	workers.Wait()
	proof.Show(t, "damaged data files: none stops hostd, and none gives it another evening than the one that was",
		fmt.Sprintf("%d files: %d whole, %d restored, %d begun anew; %d failures", files, tally["whole"], tally["restored"], tally["fresh"], failed),
		fmt.Sprintf("%d files, 0 failures", files), failed == 0)
}

func TestPromiseEveryFlippedBitInARecordIsNoticed(t *testing.T) {
	e := anEvening(t)
	flips, missed := 1000, 0
	if proof.Whole() {
		flips = 50_000
	}
	path := filepath.Join(t.TempDir(), store.FileName)
	for n := range flips {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		if err := os.WriteFile(path, flipRecord(e, r, slices.Clone(e.content)), 0o600); err != nil {
			t.Fatal(err)
		}
		// In this process: a flipped bit within a record leads nowhere.
		found, err := store.Check(path, nil)
		if err != nil || found.Verdict != store.Damaged && found.Verdict != store.Worn {
			missed++
			t.Errorf("flip %d: %+v, %v", n, found, err)
		}
	}
	proof.Show(t, "a flipped bit in a record of the data file is noticed", fmt.Sprintf("%d of %d flips missed", missed, flips), "0", missed == 0)
}
