package directory

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"soul-jam/shared/code"
	"soul-jam/signaling"
	"soul-jam/signaling/server"
)

func open(t *testing.T, dir string) *Directory {
	t.Helper()
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func newCode(t *testing.T) code.Code {
	t.Helper()
	c, err := code.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func key(letter string) string { return strings.Repeat(letter, 32) }

// start is when the tests begin; rows hold whole seconds.
func start() time.Time { return time.Unix(1_800_000_000, 0) }

// both runs a test with the file and with the memory, which have to do the same.
func both(t *testing.T, test func(*testing.T, server.Directory)) {
	t.Run("file", func(t *testing.T) { test(t, open(t, t.TempDir())) })
	t.Run("memory", func(t *testing.T) { test(t, server.NewMemory()) })
}

func TestACodeIsItsKeysFor24Hours(t *testing.T) {
	both(t, func(t *testing.T, d server.Directory) {
		c, now := newCode(t), start()
		find := func(want server.Holding) {
			t.Helper()
			if got, err := d.Find(c, now); got != want || err != nil {
				t.Errorf("found %+v, %v; want %+v", got, err, want)
			}
		}
		claim := func(k string, want error) {
			t.Helper()
			if err := d.Claim(c, k, now); !errors.Is(err, want) {
				t.Errorf("the claim gave %v, want %v", err, want)
			}
		}
		find(server.Holding{})
		claim(key("a"), nil)
		claim(key("b"), server.ErrTaken)
		if !d.Holds(c, key("a"), now) || d.Holds(c, key("b"), now) || d.Holds(newCode(t), key("a"), now) {
			t.Error("the wrong one holds it")
		}
		now = now.Add(20 * time.Hour)
		_ = d.Seen([]server.Held{{Code: c, Key: key("a")}, {Code: newCode(t), Key: key("a")}}, now)
		now = now.Add(23 * time.Hour)
		_ = d.Seen([]server.Held{{Code: c, Key: key("b")}}, now)
		claim(key("b"), server.ErrTaken)
		find(server.Holding{Key: key("a")})
		_ = d.Release(c, key("b"), "host", now)
		find(server.Holding{Key: key("a")})
		_ = d.Release(c, key("a"), "idle", now)
		find(server.Holding{Key: key("a"), Ended: true, Reason: "idle"})
		now = now.Add(24*time.Hour - time.Second)
		find(server.Holding{Key: key("a"), Ended: true, Reason: "idle"})
		claim(key("b"), server.ErrTaken)
		now = now.Add(time.Second)
		find(server.Holding{})
		claim(key("b"), nil)
		find(server.Holding{Key: key("b")})
		now = now.Add(25 * time.Hour)
		find(server.Holding{})
		claim(key("a"), nil)
	})
}

func TestOneCodeOfAKeyLives(t *testing.T) {
	both(t, func(t *testing.T, d server.Directory) {
		first, second := newCode(t), newCode(t)
		_, _ = d.Claim(first, key("a"), start()), d.Claim(second, key("a"), start())
		if h, _ := d.Find(first, start()); !h.Ended || d.Holds(first, key("a"), start()) {
			t.Errorf("the code of before: %+v", h)
		}
		if h, _ := d.Find(second, start()); h.Ended {
			t.Errorf("the new code: %+v", h)
		}
		if err := d.Claim(first, key("a"), start()); err != nil || !d.Holds(first, key("a"), start()) {
			t.Errorf("back to the first: %v", err)
		}
	})
}

func TestAKeyCannotTakeManyCodes(t *testing.T) {
	both(t, func(t *testing.T, d server.Directory) {
		now, first := start(), newCode(t)
		_ = d.Claim(first, key("a"), now)
		for range server.MaxClaims - 1 {
			now = now.Add(time.Second)
			if err := d.Claim(newCode(t), key("a"), now); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Claim(newCode(t), key("a"), now.Add(time.Second)); !errors.Is(err, server.ErrTooMany) {
			t.Errorf("one more: %v", err)
		}
		if err := d.Claim(first, key("a"), now.Add(time.Second)); err != nil {
			t.Errorf("one that it has: %v", err)
		}
		if err := d.Claim(newCode(t), key("b"), now); err != nil {
			t.Errorf("another key: %v", err)
		}
		if err := d.Claim(newCode(t), key("a"), now.Add(25*time.Hour)); err != nil {
			t.Errorf("the day after: %v", err)
		}
	})
}

func TestItIsKeptOverRestarts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	d, c, gone := open(t, dir), newCode(t), newCode(t)
	_, _ = d.Claim(gone, key("a"), start()), d.Release(gone, key("a"), "host", start())
	_ = d.Claim(c, key("a"), start())
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "running") {
		t.Errorf("opened twice: %v", err)
	}
	_ = d.Close()
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, File): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	d = open(t, dir)
	if err := d.Claim(c, key("b"), start()); !errors.Is(err, server.ErrTaken) || d.Rows() != 2 {
		t.Errorf("a stranger after the restart: %v; %d rows", err, d.Rows())
	}
	if h, _ := d.Find(gone, start()); !h.Ended || h.Reason != "host" {
		t.Errorf("the one that has ended: %+v", h)
	}
}

func TestSweepAndFull(t *testing.T) {
	d := open(t, t.TempDir())
	d.max = 200
	var claims sync.WaitGroup
	for n := range 200 {
		c := newCode(t)
		claims.Go(func() {
			if err := d.Claim(c, strings.Repeat(string(rune('0'+n%60)), 32), start().Add(time.Duration(n%2)*time.Hour)); err != nil {
				t.Error(err)
			}
		})
	}
	claims.Wait()
	if err := d.Claim(newCode(t), key("z"), start()); !errors.Is(err, ErrFull) || d.Rows() != 200 {
		t.Errorf("one too many: %v; %d rows", err, d.Rows())
	}
	if err := d.Sweep(start().Add(24*time.Hour - time.Second)); err != nil || d.Rows() != 200 {
		t.Errorf("swept before the time: %d rows, %v", d.Rows(), err)
	}
	if err := d.Sweep(start().Add(26 * time.Hour)); err != nil || d.Rows() != 0 {
		t.Errorf("%d rows are left, %v", d.Rows(), err)
	}
	if err := d.Claim(newCode(t), key("z"), start()); err != nil {
		t.Error(err)
	}
}

func FuzzRow(f *testing.F) {
	f.Add(row{key: key("a"), claimed: start(), seen: start(), ended: true, reason: "idle"}.encode())
	f.Add(row{key: key("a"), claimed: start(), seen: start()}.encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decode(b)
		if err != nil {
			return
		}
		again, err := decode(r.encode())
		if err != nil || again != r {
			t.Errorf("%+v is read again as %+v, %v", r, again, err)
		}
	})
}

var _ server.Directory = (*Directory)(nil)

func TestCodesAreKeptForAsLongAsTheProtocolSays(t *testing.T) {
	if (row{ended: true}).kept() != signaling.CodeKept || (row{}).kept() < signaling.CodeKept {
		t.Error("rows are kept for another time")
	}
}
