package install

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree is what lies under a directory: files with mode and content, directories with their mode.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		found[path] = info.Mode().String()
		if entry.Type().IsRegular() {
			content, readErr := os.ReadFile(path)
			found[path] += " " + string(content)
			err = readErr
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func same(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for path, what := range a {
		if b[path] != what {
			return false
		}
	}
	return true
}

// spot is a place to install into: the files go to two directories, of which one is there.
type spot struct {
	root  string
	files []File
	data  string
}

func newSpot(t *testing.T) spot {
	t.Helper()
	s := spot{root: t.TempDir()}
	if err := os.Mkdir(filepath.Join(s.root, "there"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.data = filepath.Join(s.root, "state", "deep", "data")
	s.files = []File{
		{filepath.Join(s.root, "there", "one"), []byte("first\n")},
		{filepath.Join(s.root, "config", "systemd", "user", "two"), []byte("second\n")},
	}
	return s
}

func (s spot) ledger(t *testing.T) *Ledger {
	t.Helper()
	l, err := OpenLedger(filepath.Join(s.root, "state", "deep", "installed.json"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (s spot) write(t *testing.T) {
	t.Helper()
	if err := s.ledger(t).Write(s.files, []string{s.data}); err != nil {
		t.Fatal(err)
	}
}

func TestTwiceIsOnceAndRemoveUndoesIt(t *testing.T) {
	s := newSpot(t)
	before := tree(t, s.root)
	s.write(t)
	once := tree(t, s.root)
	if got := once[s.files[1].Path]; got != "-rw-r--r-- second\n" {
		t.Errorf("written as %q", got)
	}
	if got := once[s.data]; got != "drwx------" {
		t.Errorf("the data directory is %q", got)
	}
	was, _ := os.Stat(s.files[0].Path)
	s.write(t)
	if !same(tree(t, s.root), once) {
		t.Error("twice is not the same as once")
	}
	if is, _ := os.Stat(s.files[0].Path); !os.SameFile(was, is) {
		t.Error("what was there already is written again")
	}
	removed, left, err := s.ledger(t).Remove(false)
	if err != nil || len(left) != 0 || !slices.Equal(removed, []string{s.files[1].Path, s.files[0].Path}) {
		t.Errorf("removed %q, left %q, %v", removed, left, err)
	}
	if after := tree(t, s.root); !same(after, before) {
		t.Errorf("left over: %v", after)
	}
	if removed, left, err := s.ledger(t).Remove(false); len(removed)+len(left) != 0 || err != nil {
		t.Errorf("again: %q, %q, %v", removed, left, err)
	}
}

// TestANewerVersion: what we wrote ourselves and nobody has changed is replaced.
func TestANewerVersion(t *testing.T) {
	s := newSpot(t)
	s.write(t)
	s.files[0].Content = []byte("newer\n")
	if foreign := s.ledger(t).Foreign(s.files); len(foreign) != 0 {
		t.Errorf("foreign: %q", foreign)
	}
	s.write(t)
	if content, _ := os.ReadFile(s.files[0].Path); string(content) != "newer\n" {
		t.Errorf("still %q", content)
	}
	s.files = s.files[1:] // a version that writes one file less: the other is still ours
	s.write(t)
	if removed, _, err := s.ledger(t).Remove(false); len(removed) != 2 || err != nil {
		t.Errorf("removed %q, %v", removed, err)
	}
}

func TestWhatTheUserChangedStays(t *testing.T) {
	s := newSpot(t)
	s.write(t)
	changed := s.files[1].Path
	if err := os.WriteFile(changed, []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if foreign := s.ledger(t).Foreign(s.files); !slices.Equal(foreign, []string{changed}) {
		t.Errorf("foreign: %q", foreign)
	}
	for range 2 {
		removed, left, err := s.ledger(t).Remove(false)
		if err != nil || !slices.Equal(left, []string{changed}) || slices.Contains(removed, changed) {
			t.Errorf("removed %q, left %q, %v", removed, left, err)
		}
	}
	if content, _ := os.ReadFile(changed); string(content) != "mine\n" {
		t.Errorf("it is now %q", content)
	}
	removed, left, err := s.ledger(t).Remove(true)
	if err != nil || !slices.Equal(removed, []string{changed}) || len(left) != 0 {
		t.Errorf("by force: removed %q, left %q, %v", removed, left, err)
	}
	if after := tree(t, s.root); len(after) != 2 { // root and there
		t.Errorf("left over: %v", after)
	}
}

// TestNothingElseIsTouched: neither a file that was there before, nor a directory that somebody uses, nor
// what a link leads to.
func TestNothingElseIsTouched(t *testing.T) {
	s := newSpot(t)
	if err := os.WriteFile(s.files[0].Path, []byte("older than we\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(s.root, "elsewhere")
	if err := os.WriteFile(elsewhere, s.files[1].Content, 0o644); err != nil {
		t.Fatal(err)
	}
	if foreign := s.ledger(t).Foreign(s.files); !slices.Equal(foreign, []string{s.files[0].Path}) {
		t.Errorf("foreign: %q", foreign)
	}
	if removed, _, err := s.ledger(t).Remove(true); len(removed) != 0 || err != nil {
		t.Errorf("before anything was written: removed %q, %v", removed, err)
	}
	s.files = s.files[1:]
	s.write(t)
	if err := os.Remove(s.files[0].Path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, s.files[0].Path); err != nil {
		t.Fatal(err)
	}
	if _, left, err := s.ledger(t).Remove(false); !slices.Equal(left, []string{s.files[0].Path}) || err != nil {
		t.Errorf("a link in its place: left %q, %v", left, err)
	}
	guest := filepath.Join(s.data, "jam.db")
	if err := os.WriteFile(guest, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.ledger(t).Remove(true); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{elsewhere, guest} {
		if _, err := os.Stat(path); err != nil {
			t.Errorf("touched: %v", err)
		}
	}
}

func TestDamagedLedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "installed.json")
	for _, content := range []string{"", "{", `{"files": 7}`, strings.Repeat(" ", maxLedger+1)} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenLedger(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%.20q: %v", content, err)
		}
	}
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err := OpenLedger(path); err != nil || l.Files == nil {
		t.Errorf("an empty one: %v", err)
	}
}
