package store

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"soul-jam/shared/wire"
)

func commit(t *testing.T, s *Store, b Batch) {
	t.Helper()
	if err := s.Commit(b); err != nil {
		t.Fatal(err)
	}
}

// found is what there is to take up again, and how many logs lie in the file.
func found(t *testing.T, s *Store) (r Running, logs int) {
	t.Helper()
	r, err := s.Running()
	if err != nil {
		t.Fatal(err)
	}
	err = s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("jams")).ForEachBucket(func([]byte) error { logs++; return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, logs
}

func TestAJamTakesThePlaceOfTheSoloSessionAtOnce(t *testing.T) {
	s := openStore(t, t.TempDir())
	commit(t, s, Batch{Jam: "solo", Solo: true, Entries: [][]byte{[]byte("a"), []byte("b")}, Mark: []byte("m")})
	if r, _ := found(t, s); r.Jam != "solo" || len(r.Entries) != 2 || string(r.Mark) != "m" {
		t.Errorf("there is %+v", r)
	}
	// What fails on its way leaves all of the solo session.
	if err := s.Commit(Batch{Jam: "jam", Entries: [][]byte{[]byte("c")}, Plays: []string{"t"}, Ended: &wire.HistoryDetail{}}); err == nil {
		t.Fatal("an end without a time was written")
	}
	if r, logs := found(t, s); r.Jam != "solo" || len(r.Entries) != 2 || logs != 1 {
		t.Errorf("after a failure there is %+v of %d logs", r, logs)
	}
	if plays, _ := s.Plays(); len(plays) != 0 {
		t.Errorf("after a failure counted are %v", plays)
	}
	commit(t, s, Batch{Jam: "jam", Entries: [][]byte{[]byte("c")}})
	if r, logs := found(t, s); r.Jam != "jam" || fmt.Sprintf("%s", r.Entries) != "[c]" || r.Mark != nil || logs != 1 {
		t.Errorf("there is %+v of %d logs", r, logs)
	}
	now := wire.At(time.Unix(1000, 0))
	commit(t, s, Batch{Jam: "jam", Ended: &wire.HistoryDetail{HistoryRow: wire.HistoryRow{ID: "jam", EndedAt: &now}}})
	if r, logs := found(t, s); r.Jam != "" || logs != 0 {
		t.Errorf("after the end there is %+v of %d logs", r, logs)
	}
}

func TestADroppedSoloSessionLeavesNothing(t *testing.T) {
	s := openStore(t, t.TempDir())
	commit(t, s, Batch{Jam: "solo", Solo: true, Entries: [][]byte{[]byte("a")}})
	commit(t, s, Batch{Jam: "solo", Solo: true, Dropped: true, Plays: []string{"t1"}})
	rows, err := s.History()
	if r, logs := found(t, s); r.Jam != "" || logs != 0 || len(rows) != 0 || err != nil {
		t.Errorf("there is %+v of %d logs, and history %v (%v)", r, logs, rows, err)
	}
	if plays, _ := s.Plays(); plays["t1"] != 1 {
		t.Errorf("counted are %v", plays)
	}
}

// A program that knows of no solo session finds none: it does not take it for a jam.
func TestTheSoloSessionIsNoRunningJam(t *testing.T) {
	s := openStore(t, t.TempDir())
	commit(t, s, Batch{Jam: "solo", Solo: true, Entries: [][]byte{[]byte("a")}})
	err := s.db.View(func(tx *bbolt.Tx) error {
		if rec := tx.Bucket([]byte("meta")).Get([]byte("running")); rec != nil {
			t.Errorf("meta/running is %q", rec)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestPlaysAreCounted(t *testing.T) {
	s := openStore(t, t.TempDir())
	commit(t, s, Batch{Plays: []string{"t1", "t2", "t1"}})
	commit(t, s, Batch{Jam: "jam", Entries: [][]byte{[]byte("a")}, Plays: []string{"t1"}})
	plays, err := s.Plays()
	if err != nil || len(plays) != 2 || plays["t1"] != 3 || plays["t2"] != 1 {
		t.Errorf("counted are %v (%v)", plays, err)
	}
	// A damaged count is begun anew, and keeps nothing else from being written.
	err = s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("plays")).Put([]byte("t1"), []byte("rotten")) })
	if err != nil {
		t.Fatal(err)
	}
	if plays, err = s.Plays(); err != nil || fmt.Sprint(plays) != "map[t2:1]" {
		t.Errorf("beside a damaged one counted are %v (%v)", plays, err)
	}
	commit(t, s, Batch{Plays: []string{"t1"}})
	if plays, err = s.Plays(); err != nil || plays["t1"] != 1 {
		t.Errorf("counted are %v (%v)", plays, err)
	}
}

func TestWhatTheHouseRemembers(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Remembered("sharing"); got != nil || err != nil {
		t.Errorf("nothing is %q (%v)", got, err)
	}
	for _, content := range []string{"first", "second"} {
		if err := s.Remember("sharing", []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, err := s.Remembered("sharing"); !bytes.Equal(got, []byte("second")) || err != nil {
		t.Errorf("remembered is %q (%v)", got, err)
	}
	err = s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("house")).Put([]byte("sharing"), []byte("rotten!")) })
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Remembered("sharing"); err == nil {
		t.Errorf("a damaged record is %q", got)
	}
}

// A file of before has no buckets for what came later: it is opened as it is, and nothing in it is lost.
func TestAFileOfAnEarlierVersionOpens(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, Batch{Jam: "jam", Entries: [][]byte{[]byte("a")}})
	err = s.db.Update(func(tx *bbolt.Tx) error {
		for _, later := range []string{"plays", "house"} {
			if err := tx.DeleteBucket([]byte(later)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || s.Close() != nil {
		t.Fatal(err)
	}
	if s, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if r, _ := found(t, s); r.Jam != "jam" {
		t.Errorf("there is %+v", r)
	}
	if plays, err := s.Plays(); err != nil || len(plays) != 0 {
		t.Errorf("counted are %v (%v)", plays, err)
	}
}
