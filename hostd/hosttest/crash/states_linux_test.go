package crash

import (
	"bufio"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"soul-jam/hostd/store"
	"soul-jam/shared/proof"
)

// seedOf is the environment variable that sets the seed of a run, to see a failure again.
const seedOf = "CRASH_TEST_SEED"

// seed gives the run's own, and says it.
func seed(t *testing.T) uint64 {
	t.Helper()
	s := rand.Uint64N(1 << 32)
	if given := os.Getenv(seedOf); given != "" {
		n, err := strconv.ParseUint(given, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", seedOf, err)
		}
		s = n
	}
	t.Logf("seed %d (%s=%d shows this run again)", s, seedOf, s)
	return s
}

// recording is what a disk saw of a script, and when the writer had begun and finished each batch.
type recording struct {
	Seed   uint64
	Ops    []op
	Begun  []int // by batch: how many ops there were when it was told to write it
	Acked  []int // by batch: how many there were when it had said that it is written
	States int   // to try
	Parts  int   // each checker does one part of the moments
}

// mistake is what a checker found.
type mistake struct {
	Moment, Try int
	What        string
}

// found is a checker's result.
type found struct {
	States, Distinct, Torn int
	Mistakes               []mistake
}

// beChecker makes every state of its part and opens it with the real store. A fault, which only its parent sees, is a mistake, too.
func beChecker() error {
	file, err := os.Open(os.Getenv("CRASH_TEST_RECORDING"))
	if err != nil {
		return err
	}
	var r recording
	if err := gob.NewDecoder(bufio.NewReader(file)).Decode(&r); err != nil {
		return err
	}
	part, err := strconv.Atoi(os.Getenv("CRASH_TEST_PART"))
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r.check(part, os.Getenv("CRASH_TEST_DIR")))
}

// check tries the states of the moments of one part.
func (r *recording) check(part int, dir string) (f found) {
	steps := script(r.Seed)
	each := r.tries()
	kinds, hash := map[uint64]bool{}, maphash.MakeSeed()
	var now image
	r.Parts = max(1, r.Parts)
	for moment := r.Begun[0]; moment <= len(r.Ops); moment++ {
		if moment == r.Begun[0] {
			for _, o := range r.Ops[:moment] {
				now.do(o)
			}
		} else {
			now.do(r.Ops[moment-1])
		}
		if moment%r.Parts != part {
			continue
		}
		tries := 1
		if now.open() {
			tries = each
		}
		for try := range tries {
			content := now.crash(rand.New(rand.NewPCG(r.Seed, uint64(moment)<<32|uint64(try))))
			f.States++
			if now.open() {
				f.Torn++
			}
			kinds[maphash.Bytes(hash, content)] = true
			if err := inTime(func() error { return r.holds(steps, moment, content, dir) }); err != nil {
				f.Mistakes = append(f.Mistakes, mistake{moment, try, err.Error()})
			}
			if len(f.Mistakes) == 5 { // the rest would tell nothing more
				return f
			}
		}
	}
	f.Distinct = len(kinds)
	return f
}

// inTime is f, or an error when it hangs: bbolt does on some damaged files.
func inTime(f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(10 * time.Second):
		return errors.New("it cannot be opened, checked and closed within 10 s")
	}
}

// tries is how often each moment with open writes has to be tried for States in all.
func (r *recording) tries() int {
	moments := 0
	var now image
	for i, o := range r.Ops {
		if now.do(o); i+1 >= r.Begun[0] && now.open() {
			moments++
		}
	}
	return r.States/max(1, moments) + 1
}

// holds opens one state and compares: all that was acknowledged, and at most the batch that was being written.
func (r *recording) holds(steps []step, moment int, content []byte, dir string) error {
	path := filepath.Join(dir, store.FileName)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	acked := 0
	for acked < len(r.Acked) && r.Acked[acked] <= moment {
		acked++
	}
	s, err := store.Open(dir)
	if err != nil {
		return err
	}
	got, err := read(s)
	if cerr := s.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	want, more := held{Plays: map[string]uint32{}}, ""
	if acked > 0 {
		want = steps[acked-1].after
	}
	if acked < len(r.Begun) && r.Begun[acked] < moment {
		more = steps[acked].after.key()
	}
	if key := got.key(); key != want.key() && key != more {
		return fmt.Errorf("after %d acknowledged batches: jam %q with %d entries, %d in history; want %q with %d, %d",
			acked, got.Jam, len(got.Entries), len(got.History), want.Jam, len(want.Entries), len(want.History))
	}
	return sound(path)
}

// sound has bbolt itself look at every page.
func sound(path string) error {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return db.View(func(tx *bbolt.Tx) error {
		var first error
		for err := range tx.Check() {
			if first == nil {
				first = fmt.Errorf("bbolt check: %w", err)
			}
		}
		return first
	})
}

// verify has children try the states of a recording.
func (r *recording) verify(t *testing.T) (all found) {
	t.Helper()
	dir := memory(t)
	path := filepath.Join(dir, "recording")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	r.Parts = 2
	if err := gob.NewEncoder(file).Encode(r); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	parts := make([]found, r.Parts)
	var checkers sync.WaitGroup
	for part := range parts {
		cmd := command(t, "checker", "CRASH_TEST_RECORDING="+path, "CRASH_TEST_PART="+strconv.Itoa(part), "CRASH_TEST_DIR="+memory(t))
		cmd.Stderr = os.Stderr
		checkers.Go(func() {
			out, err := cmd.Output()
			if err == nil {
				err = json.Unmarshal(out, &parts[part])
			}
			if err != nil {
				t.Errorf("a checker ended with %v: %.300s", err, out)
			}
		})
	}
	checkers.Wait()
	for _, f := range parts {
		all.States, all.Distinct, all.Torn = all.States+f.States, all.Distinct+f.Distinct, all.Torn+f.Torn
		all.Mistakes = append(all.Mistakes, f.Mistakes...)
	}
	for _, m := range all.Mistakes {
		t.Errorf("seed %d, moment %d, try %d: %s", r.Seed, m.Moment, m.Try, m.What)
	}
	return all
}

// recordScript has a writer commit a script; the last sync of the batches in failing is refused once.
func recordScript(t *testing.T, seed uint64, failing map[int]bool) *recording {
	t.Helper()
	d, w := newDisk(t), newWriter(t)
	d.watch()
	w.must(order{Do: "open", Dir: d.dir, Seed: seed})
	r := &recording{Seed: seed}
	for n, step := range script(seed) {
		r.Begun = append(r.Begun, len(d.ops()))
		there := false
		if failing[n] {
			d.set(metaSync())
			if w.do(order{Do: "commit", N: n}).Err == "" {
				t.Fatalf("batch %d is acknowledged, though its sync failed", n)
			}
			d.set(nil)
			there = w.must(order{Do: "read"}).Held.key() == step.after.key()
		}
		if there {
			n = nothing // who asks again is answered once a further write worked, as the session does it
		}
		w.must(order{Do: "commit", N: n})
		r.Acked = append(r.Acked, len(d.ops()))
	}
	w.must(order{Do: "close"})
	r.Ops = d.ops()
	for i, o := range r.Ops {
		if o.File != store.FileName { // other files come and go beside it
			r.Ops[i] = op{Kind: opOther}
		}
	}
	return r
}

// metaSync refuses the sync of a meta page: the one after a write within the first two pages.
func metaSync() func(op) syscall.Errno {
	meta := false
	return func(o op) syscall.Errno {
		if o.File != store.FileName {
			return 0
		}
		if o.Kind == opWrite {
			meta = o.Off < 8192
		}
		if o.Kind == opSync && meta {
			return syscall.EIO
		}
		return 0
	}
}

func TestPromiseAPowerCutLosesNothing(t *testing.T) {
	r := recordScript(t, seed(t), nil)
	r.States = 5000
	if proof.Whole() {
		r.States = 50_000
	}
	f := r.verify(t)
	proof.Show(t, "a power cut in the middle of a write loses nothing that was acknowledged", fmt.Sprintf("%d torn and reordered states (%d different files) of %d writes and syncs, %d wrong",
		f.States, f.Distinct, len(r.Ops), len(f.Mistakes)), "at least 5,000 states, 0 wrong", f.Torn >= 5000 && len(f.Mistakes) == 0)
}

// Linux takes pages for clean once their sync has failed, so no later sync brings them to the disk: what was in them has to be written anew.
func TestPromiseAPowerCutAfterAFailedSyncLosesNothing(t *testing.T) {
	failing := map[int]bool{}
	for n := 3; n < batches; n += 7 {
		failing[n] = true
	}
	r := recordScript(t, seed(t), failing)
	r.States = 2500
	f := r.verify(t)
	proof.Show(t, "a power cut after a sync that failed loses nothing either", fmt.Sprintf("%d states, %d wrong", f.States, len(f.Mistakes)), "at least 2,500 states, 0 wrong", f.Torn >= 2500 && len(f.Mistakes) == 0)
}

// A checker that finds nothing where there is something would prove nothing.
func TestTheCheckerNotices(t *testing.T) {
	r := recordScript(t, seed(t), nil)
	r.States = 500
	for i, o := range r.Ops {
		if o.Kind == opSync { // a disk that only says that it has written
			r.Ops[i] = op{Kind: opOther}
		}
	}
	if mistakes := r.check(0, memory(t)).Mistakes; len(mistakes) == 0 {
		t.Error("a disk that never writes what it should loses nothing")
	}
}
