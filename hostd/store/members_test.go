package store

import (
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"soul-jam/shared/wire"
)

func TestMembersAreFoundByTheHashOfTheirToken(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	alice, bob := Member{ID: "a", Name: "Alice", TokenHash: "hash of a"}, Member{ID: "b", Name: "Bob", TokenHash: "hash of b"}
	if err := s.Commit(Batch{Jam: "j1", Entries: [][]byte{[]byte("x")}, Members: []Member{alice, bob}}); err != nil {
		t.Fatal(err)
	}
	// A member outlives the jam that made them.
	at := wire.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err := s.Commit(Batch{Jam: "j1", Ended: &wire.HistoryDetail{HistoryRow: wire.HistoryRow{ID: "j1", EndedAt: &at}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir)
	if m, ok, err := s.Member("hash of a"); err != nil || !ok || m != alice {
		t.Errorf("alice is %+v, %v, %v", m, ok, err)
	}
	for _, hash := range []string{"", "a", "hash of c"} {
		if m, ok, err := s.Member(hash); ok || err != nil {
			t.Errorf("%q is %+v, %v", hash, m, err)
		}
	}
	again := Member{ID: "b", Name: "Bob", TokenHash: "another hash"}
	if err := s.Commit(Batch{Jam: "j2", Members: []Member{{ID: "a"}, {ID: "never was"}, again}}); err != nil {
		t.Fatal(err)
	}
	for hash, want := range map[string]bool{"hash of a": false, "hash of b": false, "another hash": true} {
		if _, ok, _ := s.Member(hash); ok != want {
			t.Errorf("%q is found: %v, want %v", hash, ok, want)
		}
	}
}

func TestADamagedMemberIsAnErrorAndNoMember(t *testing.T) {
	s := openStore(t, t.TempDir())
	if err := s.Commit(Batch{Jam: "j1", Members: []Member{{ID: "a", TokenHash: "hash"}}}); err != nil {
		t.Fatal(err)
	}
	err := s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("members")).Put([]byte("b"), []byte("not a record"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if m, ok, err := s.Member("hash"); err == nil || ok {
		t.Errorf("%+v, %v, %v", m, ok, err)
	}
}

// What a transaction refuses is not there in part.
func TestAMemberIsMadeWithItsEntryOrNotAtAll(t *testing.T) {
	s := openStore(t, t.TempDir())
	bad := wire.HistoryDetail{} // a jam without an end is no history
	if err := s.Commit(Batch{Jam: "j1", Members: []Member{{ID: "a", TokenHash: "hash"}}, Ended: &bad}); err == nil {
		t.Fatal("it was written")
	}
	if _, ok, err := s.Member("hash"); ok || err != nil {
		t.Errorf("half of it is there: %v, %v", ok, err)
	}
}

// putRaw writes what another version, or a damaged disk, would have left.
func (s *Store) putRaw(t *testing.T, id string, rec []byte) {
	t.Helper()
	err := s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("members")).Put([]byte(id), rec) })
	if err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, s *Store, b Batch) {
	t.Helper()
	if err := s.Commit(b); err != nil {
		t.Fatal(err)
	}
}

func TestAMemberOfTheVersionBeforeIsReadAndSeen(t *testing.T) {
	s := openStore(t, t.TempDir())
	s.putRaw(t, "a", seal([]byte(`{"id":"a","name":"Alice","token_hash":"hash of a"}`)))
	old := Member{ID: "a", Name: "Alice", TokenHash: "hash of a"}
	if m, ok, err := s.Member("hash of a"); err != nil || !ok || m != old {
		t.Errorf("alice is %+v, %v, %v", m, ok, err)
	}
	if _, ok, _ := s.MemberByKey(""); ok {
		t.Error("no key is anybody's")
	}
	at := wire.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	put(t, s, Batch{Jam: "j1", Seen: []Seen{{ID: "a", Name: "Alix", At: at, Key: "key of a"}}})
	want := Member{ID: "a", Name: "Alix", TokenHash: "hash of a", Key: "key of a", LastSeen: at}
	if m, ok, err := s.MemberByKey("key of a"); err != nil || !ok || m != want {
		t.Errorf("alice is %+v, %v, %v; want %+v", m, ok, err, want)
	}
}

func TestWhoIsNoMemberBecomesNoneByBeingSeen(t *testing.T) {
	s := openStore(t, t.TempDir())
	put(t, s, Batch{Jam: "j1", Members: []Member{{ID: "a", TokenHash: "hash"}}})
	put(t, s, Batch{Jam: "j1", Members: []Member{{ID: "a"}}, Seen: []Seen{{ID: "a", Name: "Alice", Key: "key"}, {ID: "b", Name: "Bob"}}})
	if all, err := s.Members(); len(all) != 0 || err != nil {
		t.Errorf("members are %+v, %v", all, err)
	}
}

func TestAKeyIsOfTheFirstWhoHadIt(t *testing.T) {
	s := openStore(t, t.TempDir())
	put(t, s, Batch{Jam: "j1", Members: []Member{
		{ID: "z", Name: "Zoe", TokenHash: "hash of z", Key: "key"}, {ID: "a", Name: "Alice", TokenHash: "hash of a", Key: "key"},
	}})
	put(t, s, Batch{Jam: "j1", Seen: []Seen{{ID: "a", Name: "Alice", Key: "key"}}})
	if m, _, err := s.MemberByKey("key"); m.ID != "z" || err != nil {
		t.Errorf("the key is of %+v, %v", m, err)
	}
	put(t, s, Batch{Jam: "j1", Members: []Member{{ID: "z"}}, Seen: []Seen{{ID: "a", Name: "Alice", Key: "key"}}})
	if m, _, err := s.MemberByKey("key"); m.ID != "a" || err != nil {
		t.Errorf("after the first was taken back the key is of %+v, %v", m, err)
	}
}

// A damaged record is an error for who asks, and no reason to lose the evening.
func TestADamagedMemberDoesNotKeepTheJamFromBeingWritten(t *testing.T) {
	s := openStore(t, t.TempDir())
	s.putRaw(t, "b", []byte("not a record"))
	put(t, s, Batch{
		Jam: "j1", Entries: [][]byte{[]byte("x")}, Members: []Member{{ID: "a", TokenHash: "hash", Key: "key"}}, Seen: []Seen{{ID: "b", Name: "Bob", Key: "key"}},
	})
	if r, err := s.Running(); err != nil || len(r.Entries) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := s.Members(); err == nil {
		t.Error("the list hides that one is damaged")
	}
	put(t, s, Batch{Jam: "j1", Members: []Member{{ID: "b"}}})
	if all, err := s.Members(); err != nil || len(all) != 1 {
		t.Errorf("members are %+v, %v", all, err)
	}
}

func TestMembersAreWrittenWithoutAJam(t *testing.T) {
	s := openStore(t, t.TempDir())
	put(t, s, Batch{Members: []Member{{ID: "a", TokenHash: "hash"}}})
	if r, err := s.Running(); err != nil || r.Jam != "" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, ok, err := s.Member("hash"); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
}
