package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// lose removes the data file, as a person or a program that tidies up might.
func lose(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func TestTheNewestGoodSnapshotTakesThePlaceOfAMissingFile(t *testing.T) {
	dir, path := filled(t, 5)
	good := takeSnapshot(t, dir, 1)
	bad := takeSnapshot(t, dir, 2)
	change(t, bad.Path, cut)
	lose(t, path)
	s, start, err := opening().Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if !start.Restored.Equal(good.At) || start.Damage == "" || start.Kept != "" {
		t.Errorf("the start was %+v", start)
	}
	if r, err := s.Running(); err != nil || len(r.Entries) != 5 || !r.Restored.Equal(good.At) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestAMissingFileWithoutAGoodSnapshotIsTold(t *testing.T) {
	dir, path := filled(t, 5)
	bad := takeSnapshot(t, dir, 1)
	change(t, bad.Path, cut)
	lose(t, path)
	s, start, err := opening().Open(t.Context(), dir)
	if err != nil || start.Damage == "" || start.Kept != "" || !start.Restored.IsZero() {
		t.Fatalf("%+v, %v", start, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// Only what is known to be over is deleted: a file that begins anew knows of no jam.
func TestSnapshotsOfAJamThatTheFileDoesNotKnowStay(t *testing.T) {
	dir, path := filled(t, 5)
	before := takeSnapshot(t, dir, 1)
	lose(t, path)
	synctest.Test(t, func(t *testing.T) {
		s := openStore(t, dir)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		k := Keeper{Store: s, Check: here, Log: slog.New(slog.DiscardHandler)}
		go k.Run(ctx)
		<-time.After(2 * SnapshotEvery)
		commit(t, s, Batch{Jam: "j2", Entries: [][]byte{[]byte("x")}})
		<-time.After(SnapshotEvery)
		synctest.Wait()
		if !exists(before.Path) || len(SnapshotsIn(dir)) < 2 {
			t.Errorf("there is %+v", SnapshotsIn(dir))
		}
		stop()
		synctest.Wait()
	})
}

func TestNoSnapshotKeepsTheLogOfASoloSessionThatEnded(t *testing.T) {
	for name, over := range map[string]Batch{
		"dropped": {Jam: "s1", Solo: true, Dropped: true}, "a jam in its place": {Jam: "j1", Entries: [][]byte{[]byte("x")}},
	} {
		dir := t.TempDir()
		s := openStore(t, dir)
		commit(t, s, Batch{Jam: "s1", Solo: true, Entries: [][]byte{[]byte("x")}})
		snapshot(t, s, spring(1))
		commit(t, s, over)
		snapshot(t, s, spring(2))
		if got := SnapshotsIn(dir); len(got) != 1 || got[0].Session == "s1" {
			t.Errorf("%s: there is %+v", name, got)
		}
	}
}

// What a jam forgets at its end is in no byte of a snapshot, not even in one that nothing leads to.
func TestNoByteOfALogThatIsOverIsInASnapshot(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	secret := []byte("the hash of a token")
	for i := range 200 {
		commit(t, s, Batch{Jam: "j1", Entries: [][]byte{fmt.Appendf(nil, "%s %d %s", secret, i, strings.Repeat("x", 500))}})
	}
	commit(t, s, endJam("j1"))
	snapshot(t, s, spring(1))
	commit(t, s, Batch{Jam: "j2", Entries: [][]byte{[]byte("more")}})
	snapshot(t, s, spring(2))
	all := SnapshotsIn(dir)
	if len(all) != 2 {
		t.Fatalf("there is %+v", all)
	}
	for _, c := range all {
		if content, err := os.ReadFile(c.Path); err != nil || bytes.Contains(content, secret) {
			t.Errorf("%s holds it (%v)", c.Path, err)
		}
	}
}

// A clock that is behind, or that stands still, deletes and overwrites nothing of what was just put aside.
func TestADamagedFileThatWasJustPutAsideIsKept(t *testing.T) {
	dir, path := filled(t, 1)
	if err := os.MkdirAll(filepath.Join(dir, asideName+"0000", "not empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, minute := range []int{30, 31, 32, 33, 33, 5, 5} {
		change(t, path, func([]byte) []byte { return fmt.Appendf(nil, "shopping list %d", i) })
		o := opening()
		o.Now = func() time.Time { return spring(minute) }
		s, start, err := o.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := os.ReadFile(start.Kept); err != nil || string(kept) != fmt.Sprintf("shopping list %d", i) || seen[start.Kept] && minute != 5 {
			t.Errorf("%d: kept is %q (%v) at %s", i, kept, err, start.Kept)
		}
		seen[start.Kept] = true
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	files := 0
	all, err := os.ReadDir(dir)
	for _, e := range all {
		if strings.HasPrefix(e.Name(), asideName) && e.Type().IsRegular() {
			files++
		}
	}
	if files != DamagedKept || err != nil {
		t.Errorf("kept are %d of %v (%v)", files, all, err)
	}
}

func TestADataDirectoryMayHaveAnyName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a[b")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for range DamagedKept + 1 {
		if err := os.WriteFile(filepath.Join(dir, FileName), []byte("a shopping list"), 0o600); err != nil {
			t.Fatal(err)
		}
		s, _, err := opening().Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestASnapshotThatCannotBeReadIsPassedOver(t *testing.T) {
	dir, path := filled(t, 5)
	good := takeSnapshot(t, dir, 1)
	takeSnapshot(t, dir, 2)
	newest := SnapshotsIn(dir)[0]
	change(t, path, cut)
	if err := fromDisk(copyFile(newest.Path, path+"/no/such/folder")); errors.Is(err, errSource) {
		t.Errorf("what cannot be written is no fault of the snapshot: %v", err)
	}
	if err := os.Chmod(newest.Path, 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(newest.Path); err == nil { // root reads everything
		_ = f.Close()
		lose(t, newest.Path)
		if err := copyFile(newest.Path, filepath.Join(dir, draftFile)); !errors.Is(err, errSource) {
			t.Errorf("a snapshot that cannot be opened: %v", err)
		}
	}
	s, start, err := opening().Open(t.Context(), dir)
	if err != nil || !start.Restored.Equal(good.At) {
		t.Fatalf("%+v, %v", start, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// What happened to the file is told until a start has come so far that somebody could hear it.
func TestARestoreIsToldUntilItWasHeard(t *testing.T) {
	dir, path := filled(t, 5)
	takeSnapshot(t, dir, 1)
	change(t, path, cut)
	var first Start
	for i := range 3 {
		s, start, err := opening().Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case i == 0:
			first = start
		case i == 1 && (start != first || start.Damage == ""), i == 2 && start != Start{}:
			t.Errorf("start %d was %+v, the first %+v", i, start, first)
		}
		if i == 1 {
			if err := s.Told(); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
