package visitor

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"soul-jam/shared/identity"
)

func TestVisitsAreKept(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	v, err := OpenVisits(data)
	if err != nil {
		t.Fatal(err)
	}
	hanna := newSomeone(t, theCode)
	want := Known{
		Peer: hanna.peer, HostName: "Hanna", Code: theCode, Link: hanna.link.Reveal(), Server: "https://soul.example", As: "Vera",
		Resume: identity.Keep("seat"), User: identity.Keep("member"), First: time.Unix(1, 0).UTC(), Last: time.Unix(2, 0).UTC(),
	}
	if err := v.Change(hanna.peer, func(k *Known) {
		if !k.First.IsZero() || k.Peer != hanna.peer {
			t.Errorf("before the first visit: %+v", k)
		}
		*k = want
	}); err != nil {
		t.Fatal(err)
	}
	again, err := OpenVisits(data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.Of(hanna.peer)
	if err != nil || got.Resume.Reveal() != "seat" || got.User.Reveal() != "member" || got.record() != want.record() {
		t.Errorf("read %+v, %v", got, err)
	}
	if shown := fmt.Sprintf("%+v %v", got, got); strings.Contains(shown, "seat") || strings.Contains(shown, "member") {
		t.Errorf("the tokens show: %s", shown)
	}
	if all := again.All(); len(all) != 1 || again.NameFor(theCode) != "Vera" || again.NameFor("ABCD-2345") != "Vera" {
		t.Errorf("all %+v", all)
	}
	one, err := again.Key()
	if err != nil {
		t.Fatal(err)
	}
	if two, err := v.Key(); err != nil || two.PeerID() != one.PeerID() {
		t.Errorf("two keys, %v", err)
	}
}

func TestHostilePeerIDsAreNoFiles(t *testing.T) {
	v, err := OpenVisits(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, peer := range []string{"", "../host", "..", "a/b", `a\b`, "host.token", strings.Repeat("1", 300)} {
		if err := v.Change(peer, func(*Known) {}); err == nil {
			t.Errorf("%q was written", peer)
		}
		if _, err := v.Of(peer); err == nil {
			t.Errorf("%q was read", peer)
		}
	}
}

func TestABrokenVisitIsAnErrorAndStays(t *testing.T) {
	v, err := OpenVisits(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	hanna := newSomeone(t, theCode)
	path := filepath.Join(v.dir, hanna.peer+".json")
	for _, content := range []string{"", "{", "[]", strings.Repeat(" ", maxRecord) + "{}"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := v.Change(hanna.peer, func(k *Known) { k.As = "x" }); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%.20q: %v", content, err)
		}
		if left, err := os.ReadFile(path); err != nil || string(left) != content {
			t.Errorf("%.20q was changed", content)
		}
	}
	if len(v.All()) != 0 {
		t.Error("it is among all")
	}
}

func TestManyWritersLoseNothing(t *testing.T) {
	data := t.TempDir()
	hanna := newSomeone(t, theCode)
	var work sync.WaitGroup
	const writers, times = 8, 10
	for range writers {
		work.Go(func() {
			v, err := OpenVisits(data)
			if err != nil {
				t.Error(err)
				return
			}
			for range times {
				if err := v.Change(hanna.peer, func(k *Known) { k.As += "x" }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	v, err := OpenVisits(data)
	if err != nil {
		t.Fatal(err)
	}
	if k, err := v.Of(hanna.peer); err != nil || len(k.As) != writers*times {
		t.Errorf("%d of %d changes are there, %v", len(k.As), writers*times, err)
	}
	files, err := os.ReadDir(v.dir)
	if err != nil || len(files) != 2 { // and the lock
		t.Errorf("left %v, %v", files, err)
	}
}

func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"name":"Hanna","code":"HQRS-2K4M","link":"x","resume_token":"t","first_visit":"2026-01-02T03:04:05Z","last_visit":"2026-01-02T03:04:05Z"}`))
	f.Add([]byte(`{"code":"nonsense"}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := readRecord(path, "x")
		if err == nil && len(content) > maxRecord || k.Code != "" && len(k.Code) != 9 {
			t.Errorf("%+v, %v", k, err)
		}
	})
}

func TestNoTwoVisitsShareKeysOrIDs(t *testing.T) {
	one, other := New(Config{}), New(Config{})
	if one.joinKey == other.joinKey || one.outbox.prefix == other.outbox.prefix {
		t.Error("two visits have one join key or prefix")
	}
}
