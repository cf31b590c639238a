package store

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
)

// unpack makes a data directory of a file in testdata, each of which the store of its time wrote: one jam that ended, and a jam or a
// solo session that runs with a few songs.
func unpack(t *testing.T, name string) (dir string) {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", name+".db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = packed.Close() }() // it was only read
	file, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, FileName), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func bucketsOf(t *testing.T, path string) (all []string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it was only read
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, _ *bbolt.Bucket) error { all = append(all, string(name)); return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFilesOfEveryEarlierLayoutAreOpened(t *testing.T) {
	for name, of := range map[string]struct {
		had     []string
		members int
		plays   int
		entries int
	}{
		"first":   {[]string{"history", "jams", "meta", "tracks"}, 0, 0, 5},
		"members": {[]string{"history", "jams", "members", "meta", "tracks"}, 1, 0, 5},
		"house":   {[]string{"history", "house", "jams", "members", "meta", "plays", "tracks"}, 1, 1, 5},
		"solo":    {[]string{"history", "house", "jams", "members", "meta", "plays", "tracks"}, 0, 0, 4},
	} {
		t.Run(name, func(t *testing.T) {
			dir := unpack(t, name)
			path := filepath.Join(dir, FileName)
			if had := bucketsOf(t, path); !slices.Equal(had, of.had) {
				t.Fatalf("testdata holds %v, not %v", had, of.had)
			}
			if found, err := Check(path, nil); found.Verdict != Whole || err != nil {
				t.Errorf("the check says %+v, %v", found, err)
			}
			s, start, err := opening().Open(t.Context(), dir)
			if err != nil || start != (Start{}) {
				t.Fatalf("%+v, %v", start, err)
			}
			defer func() { _ = s.Close() }()
			rows, err := s.History()
			if err != nil || len(rows) != 1 || rows[0].ID != "ended" {
				t.Errorf("history is %v (%v)", rows, err)
			}
			r, err := s.Running()
			if err != nil || r.Jam != "running" || len(r.Entries) != of.entries || r.Mark == nil || !r.Restored.IsZero() {
				t.Errorf("running is %q with %d entries (%v)", r.Jam, len(r.Entries), err)
			}
			members, err := s.Members()
			if err != nil || len(members) != of.members {
				t.Errorf("members are %v (%v)", members, err)
			}
			if plays, err := s.Plays(); err != nil || len(plays) != of.plays {
				t.Errorf("plays are %v (%v)", plays, err)
			}
			commit(t, s, Batch{Jam: "running", Solo: name == "solo", Entries: [][]byte{[]byte("{}")}, Members: []Member{{ID: "u2", TokenHash: "h"}}, Plays: []string{"t2"}})
			if r, err := s.Running(); err != nil || len(r.Entries) != of.entries+1 {
				t.Errorf("it goes on with %d entries (%v)", len(r.Entries), err)
			}
		})
	}
}
