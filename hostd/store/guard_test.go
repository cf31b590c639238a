package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// opening is the daemon's, with a check in this process.
func opening() Opening {
	return Opening{Check: here, Now: func() time.Time { return spring(30) }, Log: slog.New(slog.DiscardHandler)}
}

// filled is a data directory with a jam of so many entries.
func filled(t *testing.T, entries int) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range entries {
		commit(t, s, Batch{Jam: "j1", Entries: [][]byte{fmt.Appendf(nil, `"entry %d"`, i)}})
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, filepath.Join(dir, FileName)
}

// change edits a file that nobody has open.
func change(t *testing.T, path string, f func([]byte) []byte) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, f(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// cut leaves the two heads.
func cut(b []byte) []byte { return b[:2*os.Getpagesize()] }

// takeSnapshot makes one of a directory that nobody has open.
func takeSnapshot(t *testing.T, dir string, minute int) Copy {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := snapshot(t, s, spring(minute))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheNewestGoodSnapshotTakesThePlaceOfADamagedFile(t *testing.T) {
	dir, path := filled(t, 5)
	takeSnapshot(t, dir, 1)
	good := takeSnapshot(t, dir, 2)
	bad := takeSnapshot(t, dir, 3)
	change(t, bad.Path, cut)
	change(t, path, cut)
	damaged, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, start, err := opening().Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if !start.Restored.Equal(good.At) || start.Damage == "" {
		t.Errorf("the start was %+v", start)
	}
	if kept, err := os.ReadFile(start.Kept); err != nil || !bytes.Equal(kept, damaged) {
		t.Errorf("the damaged file is not kept as it was (%v)", err)
	}
	r, err := s.Running()
	if err != nil || len(r.Entries) != 5 || !r.Restored.Equal(good.At) {
		t.Errorf("%+v, %v", r, err)
	}
	// The file says so until the jam goes on, whoever starts meanwhile.
	if err := errors.Join(s.Told(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if s, start, err = opening().Open(t.Context(), dir); err != nil || start != (Start{}) {
		t.Fatalf("the next start was %+v, %v", start, err)
	}
	if r, err := s.Running(); err != nil || !r.Restored.Equal(good.At) {
		t.Errorf("%+v, %v", r, err)
	}
	commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte(`"more"`)}})
	if r, err := s.Running(); err != nil || !r.Restored.IsZero() {
		t.Errorf("%+v, %v", r, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWithoutAGoodSnapshotItBeginsAnew(t *testing.T) {
	dir, path := filled(t, 5)
	bad := takeSnapshot(t, dir, 1)
	change(t, bad.Path, cut)
	change(t, path, func(b []byte) []byte { return []byte("This is my shopping list.\n") })
	s, start, err := opening().Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if start.Damage == "" || start.Kept == "" || !start.Restored.IsZero() {
		t.Errorf("the start was %+v", start)
	}
	if r, err := s.Running(); r.Jam != "" || err != nil {
		t.Errorf("%+v, %v", r, err)
	}
}

// When a hostd is ended, or the power fails, between the steps of a restore, the next start goes on with it.
func TestARestoreThatWasEndedInTheMiddleGoesOn(t *testing.T) {
	dir, path := filled(t, 5)
	if err := os.Rename(path, filepath.Join(dir, draftFile)); err != nil {
		t.Fatal(err)
	}
	s, start, err := opening().Open(t.Context(), dir)
	if err != nil || start != (Start{}) {
		t.Fatalf("%+v, %v", start, err)
	}
	if r, err := s.Running(); len(r.Entries) != 5 || err != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// One that has not come so far is made anew.
	if err := os.WriteFile(filepath.Join(dir, draftFile), []byte("half a copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, start, err = opening().Open(t.Context(), dir); err != nil || start != (Start{}) {
		t.Fatalf("%+v, %v", start, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if exists(filepath.Join(dir, draftFile)) {
		t.Error("the draft is left behind")
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestTheHeadThatIsLeftLeadsToAllButTheLastWrite(t *testing.T) {
	for head := range 2 {
		dir, path := filled(t, 6)
		takeSnapshot(t, dir, 1) // which holds all, and is older
		change(t, path, func(b []byte) []byte { clear(b[head*os.Getpagesize() : (head+1)*os.Getpagesize()]); return b })
		s, start, err := opening().Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := s.Running(); err != nil || len(r.Entries) < 5 || start.Restored.Equal(spring(1)) || r.Restored.IsZero() {
			t.Errorf("head %d: %d entries, %v, %+v", head, len(r.Entries), err, start)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAtMostThreeDamagedFilesAreKept(t *testing.T) {
	dir, path := filled(t, 1)
	for i := range DamagedKept + 2 {
		change(t, path, cut)
		o := opening()
		o.Now = func() time.Time { return spring(i) }
		s, _, err := o.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := filepath.Glob(path + ".damaged-*")
	if err != nil || len(kept) != DamagedKept || !slices.ContainsFunc(kept, func(k string) bool { return k == path+".damaged-20260301T200400Z" }) {
		t.Errorf("kept are %v (%v)", kept, err)
	}
}

func TestANewerFileIsNotDamaged(t *testing.T) {
	dir, path := filled(t, 1)
	takeSnapshot(t, dir, 1)
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	err = s.update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), seal([]byte{0, 0, 0, schema + 1}))
	})
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := opening().Open(t.Context(), dir); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer file: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("it was changed (%v)", err)
	}
}

// A second hostd says so, and leaves alone what the first one is about to write, even while that puts a damaged file aside.
func TestASecondHostdPutsNothingAside(t *testing.T) {
	dir, path := filled(t, 1)
	o := opening()
	checking, goOn := make(chan struct{}), make(chan struct{})
	o.Check = func(ctx context.Context, path string) (Finding, error) {
		if checking != nil {
			close(checking)
			checking = nil
			<-goOn
		}
		return here(ctx, path)
	}
	began := checking
	change(t, path, cut)
	first := make(chan *Store, 1)
	go func() {
		s, _, err := o.Open(t.Context(), dir)
		if err != nil {
			t.Error(err)
		}
		first <- s
	}()
	<-began
	asked := time.Now()
	if _, _, err := opening().Open(t.Context(), dir); !errors.Is(err, ErrRunning) {
		t.Errorf("the second: %v", err)
	}
	if took := time.Since(asked); took > 2*time.Second {
		t.Errorf("it took %v to say so, 2 s at most", took)
	}
	close(goOn)
	s := <-first
	if _, _, err := opening().Open(t.Context(), dir); !errors.Is(err, ErrRunning) {
		t.Errorf("the third: %v", err)
	}
	if kept, _ := filepath.Glob(path + ".damaged-*"); len(kept) != 1 {
		t.Errorf("put aside was %v", kept)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// An older hostd holds the data file alone.
	old := openStore(t, dir)
	if _, _, err := opening().Open(t.Context(), dir); !errors.Is(err, ErrRunning) || old == nil {
		t.Errorf("beside an older hostd: %v", err)
	}
}

func TestACheckThatCannotRunStopsNothing(t *testing.T) {
	dir, _ := filled(t, 3)
	o := opening()
	o.Check = func(context.Context, string) (Finding, error) { return Finding{}, errors.New("no process to be had") }
	s, start, err := o.Open(t.Context(), dir)
	if err != nil || start != (Start{}) {
		t.Fatalf("%+v, %v", start, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRecordsOfSongsThatAreDamagedAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PutTracks(t.Context(), map[string][]byte{"a": []byte("A song"), "b": []byte("B song")}); err != nil {
		t.Fatal(err)
	}
	commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte("x")}, Plays: []string{"a"}})
	err = s.update(func(tx *bbolt.Tx) error {
		return errors.Join(tx.Bucket([]byte("tracks")).Put([]byte("a"), []byte("rotten")), tx.Bucket([]byte("plays")).Put([]byte("b"), []byte("rotten")))
	})
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if found, err := Check(filepath.Join(dir, FileName), nil); found.Verdict != Worn || err != nil {
		t.Errorf("%+v, %v", found, err)
	}
	s, start, err := opening().Open(t.Context(), dir)
	if err != nil || start != (Start{}) {
		t.Fatalf("%+v, %v", start, err)
	}
	if r, err := s.Running(); len(r.Entries) != 1 || err != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if found, err := Check(filepath.Join(dir, FileName), nil); found.Verdict != Whole || err != nil {
		t.Errorf("%+v, %v", found, err)
	}
}
