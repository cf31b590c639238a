package store

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"soul-jam/shared/wire"
)

func openStore(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func text(entries [][]byte) []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = string(e)
	}
	return out
}

func TestRunningJamComesBackInOrder(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 300 { // more than 256, so that a wrong byte order of the keys shows
		entry := strings.Repeat("x", i%7) + string(rune('a'+i%26))
		want = append(want, entry)
		if err := s.Commit(Batch{Jam: "j1", Entries: [][]byte{[]byte(entry)}, Mark: []byte(entry)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := openStore(t, dir).Running()
	if err != nil {
		t.Fatal(err)
	}
	if got.Jam != "j1" || string(got.Mark) != want[299] || !slices.Equal(text(got.Entries), want) {
		t.Errorf("read back jam %q, mark %q, %d entries", got.Jam, got.Mark, len(got.Entries))
	}
}

func TestEndedJamKeepsHistoryAndForgetsItsLog(t *testing.T) {
	s := openStore(t, t.TempDir())
	for i, id := range []string{"first", "second"} {
		if err := s.Commit(Batch{Jam: id, Entries: [][]byte{[]byte("token-hash-of-" + id)}}); err != nil {
			t.Fatal(err)
		}
		ended := wire.At(time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC))
		h := wire.HistoryDetail{HistoryRow: wire.HistoryRow{ID: id, EndedAt: &ended}}
		if err := s.Commit(Batch{Jam: id, Ended: &h}); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := s.History()
	if err != nil || len(rows) != 2 || rows[0].ID != "second" {
		t.Errorf("history is %v (%v), want second before first", rows, err)
	}
	if _, ok, err := s.HistoryOf("first"); !ok || err != nil {
		t.Errorf("first jam: found %v, %v", ok, err)
	}
	if _, ok, _ := s.HistoryOf("third"); ok {
		t.Error("found a jam that never was")
	}
	if r, err := s.Running(); err != nil || r.Jam != "" {
		t.Errorf("still running: %v, %v", r, err)
	}
	err = s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("jams")).ForEach(func(k, _ []byte) error {
			t.Errorf("jam %s has left its log", k)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryFlippedBitInARecordIsNoticed(t *testing.T) {
	rec := seal([]byte(`{"at":"now"}`))
	if content, err := open(rec); err != nil || string(content) != `{"at":"now"}` {
		t.Fatalf("an untouched record: %q, %v", content, err)
	}
	for bit := range len(rec) * 8 {
		damaged := slices.Clone(rec)
		damaged[bit/8] ^= 1 << (bit % 8)
		if _, err := open(damaged); !errors.Is(err, ErrDamaged) {
			t.Errorf("bit %d flipped: %v", bit, err)
		}
	}
	for n := range len(rec) {
		if _, err := open(rec[:n]); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
}

func TestSecondOpenSaysThatOneIsRunning(t *testing.T) {
	dir := t.TempDir()
	openStore(t, dir)
	began := time.Now()
	_, err := Open(dir)
	if !errors.Is(err, ErrRunning) {
		t.Errorf("second open: %v", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %v to say so, 2 s at most", took)
	}
}

func TestFileThatIsNotOurs(t *testing.T) {
	for name, content := range map[string]string{
		"text":  strings.Repeat("This is my shopping list.\n", 2000),
		"short": "hello",
		"zeros": strings.Repeat("\x00", 64<<10),
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, FileName)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); !errors.Is(err, ErrNotOurs) {
			t.Errorf("%s: %v", name, err)
		}
		if after, _ := os.ReadFile(path); string(after) != content {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

func TestNewerFileRefusesThisProgram(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), seal([]byte{0, 0, 0, schema + 1}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrNewer) {
		t.Errorf("newer schema: %v", err)
	}
}

func TestTracks(t *testing.T) {
	s := openStore(t, t.TempDir())
	if err := s.PutTracks(t.Context(), map[string][]byte{"a": []byte("A"), "b": []byte("B")}); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteTracks(t.Context(), []string{"a", "never"}); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := s.Tracks(func(rec []byte) error {
		got = append(got, string(rec))
		return nil
	})
	if err != nil || !slices.Equal(got, []string{"B"}) {
		t.Errorf("tracks are %v (%v), want only B", got, err)
	}
}

func TestFileIsForItsOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	openStore(t, dir)
	info, err := os.Stat(filepath.Join(dir, FileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v (%v), want 0600", info.Mode(), err)
	}
}
