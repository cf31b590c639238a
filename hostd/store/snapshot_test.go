package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"soul-jam/shared/wire"
)

// here checks in this process: these files are good, or damaged in ways that do no harm.
func here(_ context.Context, path string) (Finding, error) { return Check(path, nil) }

// spring is when snapshots of these tests are made.
func spring(minute int) time.Time { return time.Date(2026, 3, 1, 20, minute, 0, 0, time.UTC) }

func snapshot(t *testing.T, s *Store, at time.Time) Copy {
	t.Helper()
	c, err := s.Snapshot(t.Context(), at, here)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// endJam is the batch that ends one.
func endJam(id string) Batch {
	at := wire.At(spring(59))
	return Batch{Jam: id, Ended: &wire.HistoryDetail{HistoryRow: wire.HistoryRow{ID: id, EndedAt: &at}}}
}

func TestTheNewestThreeSnapshotsAreKept(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	var made []Copy
	// The clock may be set back meanwhile: that makes no snapshot an old one.
	for i, minute := range []int{10, 20, 30, 5, 6} {
		commit(t, s, Batch{Jam: "j1", Entries: [][]byte{fmt.Append(nil, i)}})
		made = append(made, snapshot(t, s, spring(minute)))
	}
	got := SnapshotsIn(dir)
	if len(got) != SnapshotsKept || got[0] != made[4] || got[1] != made[3] || got[2] != made[2] {
		t.Errorf("kept are %+v", got)
	}
	if made[4].Session != "j1" || !made[4].At.Equal(spring(6)) {
		t.Errorf("the newest is %+v", made[4])
	}
	for i, c := range got {
		if found, err := Check(c.Path, nil); found.Verdict != Whole || err != nil {
			t.Errorf("snapshot %d: %+v, %v", i, found, err)
		}
		info, err := os.Stat(c.Path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, Snapshots)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, Snapshots)); len(left) != SnapshotsKept {
		t.Errorf("there is %v", left)
	}
}

func TestNoSnapshotKeepsTheLogOfAJamThatEnded(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	snapshot(t, s, spring(0))
	for i := range 5 { // so many that the first would have gone, were it not the only one without a log
		commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte("the hash of a token")}})
		snapshot(t, s, spring(10+i))
	}
	if got := SnapshotsIn(dir); len(got) != SnapshotsKept || got[0].Number != 6 || got[1].Number != 5 || got[2].Number != 1 {
		t.Errorf("while it runs kept are %+v", got)
	}
	commit(t, s, endJam("j1"))
	snapshot(t, s, spring(20))
	got := SnapshotsIn(dir)
	if len(got) != 2 || got[0].Number != 7 || got[1].Number != 1 {
		t.Errorf("kept are %+v", got)
	}
	for _, c := range got {
		db, err := bbolt.Open(c.Path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		copied := &Store{db: db}
		if r, logs := found(t, copied); r.Jam != "" || logs != 0 {
			t.Errorf("%s holds %+v, %d logs", c.Path, r, logs)
		}
		if err := copied.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestADamagedCopyIsNoSnapshot(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte("x")}})
	good := snapshot(t, s, spring(0))
	_, err := s.Snapshot(t.Context(), spring(1), func(context.Context, string) (Finding, error) {
		return Finding{Verdict: Damaged, Why: "a test says so"}, nil
	})
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("a damaged copy: %v", err)
	}
	unsure := errors.New("no process to be had")
	if _, err := s.Snapshot(t.Context(), spring(1), func(context.Context, string) (Finding, error) { return Finding{}, unsure }); !errors.Is(err, unsure) {
		t.Errorf("a check that failed: %v", err)
	}
	if got := SnapshotsIn(dir); len(got) != 1 || got[0] != good {
		t.Errorf("kept are %+v", got)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, Snapshots)); len(left) != 1 {
		t.Errorf("there is %v", left)
	}
}

func TestFilesOfOthersAreNoSnapshots(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, Snapshots, "00000001-20260301T200000Z-none.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"draft", "notes.txt", "00000002-20260301T200000Z-none.db~", "2-20260301T200000Z-none.db", "00000002-today-none.db", "00000002-20260301T200000Z.db", ""} {
		if name != "" {
			if err := os.WriteFile(filepath.Join(dir, Snapshots, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := SnapshotsIn(dir); len(got) != 0 {
			t.Errorf("%q: %+v", name, got)
		}
	}
}

// slowDisk takes the copy only when it is told to.
type slowDisk struct{ began, goOn chan struct{} }

func (d slowDisk) Write(b []byte) (int, error) {
	select {
	case d.began <- struct{}{}:
	default:
	}
	<-d.goOn
	return len(b), nil
}

func TestTheJamGoesOnBesideASnapshot(t *testing.T) {
	s := openStore(t, t.TempDir())
	commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte("x")}})
	disk := slowDisk{began: make(chan struct{}, 1), goOn: make(chan struct{})}
	over := make(chan error)
	go func() {
		_, err := s.copyTo(disk)
		over <- err
	}()
	<-disk.began
	for range 20 {
		commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte("y")}})
	}
	if r, err := s.Running(); len(r.Entries) != 21 || err != nil {
		t.Errorf("%d entries, %v", len(r.Entries), err)
	}
	close(disk.goOn)
	if err := <-over; err != nil {
		t.Error(err)
	}
}

func TestSnapshotsAreMadeWhenSomethingHasChanged(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openStore(t, dir)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		k := Keeper{Store: s, Check: here, Log: slog.New(slog.DiscardHandler)}
		go k.Run(ctx)
		want := func(n int, when string) {
			t.Helper()
			synctest.Wait()
			if got := SnapshotsIn(dir); len(got) != 0 && got[0].Number != n || len(got) == 0 && n != 0 {
				t.Errorf("%s: %+v, want number %d", when, got, n)
			}
		}
		want(0, "at once")
		commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte("x")}})
		<-time.After(firstSnapshot + time.Second)
		want(1, "soon after the start")
		<-time.After(SnapshotEvery)
		want(1, "nothing has changed")
		commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte("x")}})
		want(1, "at once")
		<-time.After(SnapshotEvery)
		want(2, "something has changed")
		commit(t, s, endJam("j1"))
		want(3, "a jam has ended")
		if got := SnapshotsIn(dir); len(got) != 1 {
			t.Errorf("after the end there is %+v", got)
		}
		stop()
		synctest.Wait()
	})
}

// A hostd that was ended between the end of a jam and its snapshot makes it at the next start.
func TestALogThatIsOverLeavesTheSnapshotsAtTheNextStart(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openStore(t, dir)
		commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte("x")}})
		snapshot(t, s, time.Now())
		commit(t, s, endJam("j1"))
		<-s.ended
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		k := Keeper{Store: s, Check: here, Log: slog.New(slog.DiscardHandler)}
		go k.Run(ctx)
		<-time.After(time.Second)
		synctest.Wait()
		if got := SnapshotsIn(dir); len(got) != 1 || got[0].Session != "" {
			t.Errorf("there is %+v", got)
		}
		stop()
		synctest.Wait()
	})
}

func TestASnapshotThatFailsIsLoggedOnceAndTriedAgain(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openStore(t, dir)
		var log strings.Builder
		var fails atomic.Bool
		fails.Store(true)
		k := Keeper{Store: s, Log: slog.New(slog.NewTextHandler(&log, nil)), Check: func(ctx context.Context, path string) (Finding, error) {
			if fails.Load() {
				return Finding{}, io.ErrShortWrite
			}
			return here(ctx, path)
		}}
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go k.Run(ctx)
		<-time.After(4 * SnapshotEvery)
		synctest.Wait()
		if got := strings.Count(log.String(), "no snapshot"); got != 1 || len(SnapshotsIn(dir)) != 0 {
			t.Errorf("told %d times: %s", got, log.String())
		}
		fails.Store(false)
		<-time.After(SnapshotEvery)
		synctest.Wait()
		if got := SnapshotsIn(dir); len(got) != 1 {
			t.Errorf("there is %+v", got)
		}
		stop()
		synctest.Wait()
	})
}
