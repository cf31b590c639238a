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
