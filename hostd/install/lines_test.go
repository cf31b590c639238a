package install

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const ours = "x-scheme-handler/soul-jam=soul-jam-join.desktop"

// list is a mimeapps.list in a place of its own; "-" = none.
func list(t *testing.T, content string) (spot, Line) {
	t.Helper()
	s := newSpot(t)
	line := JoinLine(filepath.Join(s.root, "config", "mimeapps.list"), "soul-jam-join.desktop")
	if content != "-" {
		if err := os.Mkdir(filepath.Dir(line.Path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(line.Path, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return s, line
}

func (s spot) add(t *testing.T, line Line, want bool) {
	t.Helper()
	if got, err := s.ledger(t).Add(line); err != nil || got != want {
		t.Fatalf("added: %v, want %v; %v", got, want, err)
	}
}

// takeOut uninstalls and gives which files were edited.
func (s spot) takeOut(t *testing.T) []string {
	t.Helper()
	l := s.ledger(t)
	edited, err := l.TakeOut()
	if err != nil {
		t.Fatal(err)
	}
	if _, left, err := l.Remove(false); err != nil || len(left) != 0 {
		t.Fatalf("left %q, %v", left, err)
	}
	return edited
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestLineComesAndGoes(t *testing.T) {
	for before, want := range map[string]string{
		"-":                             "[Default Applications]\n" + ours + "\n",
		"":                              "[Default Applications]\n" + ours + "\n",
		"[Default Applications]\n":      "[Default Applications]\n" + ours + "\n",
		"[Default Applications]":        "[Default Applications]\n" + ours,
		"# mine":                        "# mine\n\n[Default Applications]\n" + ours + "\n",
		"[Added Associations]\na=b\n":   "[Added Associations]\na=b\n\n[Default Applications]\n" + ours + "\n",
		"[Default Applications] \na=b;": "[Default Applications] \n" + ours + "\na=b;",
		"\n\n[Default Applications]\n\n# x\r\na=b\n[Added Associations]\n" + ours + "\n\xff\x00": "\n\n[Default Applications]\n" + ours +
			"\n\n# x\r\na=b\n[Added Associations]\n" + ours + "\n\xff\x00",
		"[Default Applications]\n#" + ours + "\n": "[Default Applications]\n" + ours + "\n#" + ours + "\n",
	} {
		s, line := list(t, before)
		was := tree(t, s.root)
		s.add(t, line, true)
		if got := read(t, line.Path); got != want {
			t.Errorf("%q became %q, want %q", before, got, want)
		}
		s.add(t, line, true) // a second time it stays
		if got := read(t, line.Path); got != want {
			t.Errorf("%q became %q the second time", before, got)
		}
		if edited := s.takeOut(t); !slices.Equal(edited, []string{line.Path}) {
			t.Errorf("edited %q", edited)
		}
		if after := tree(t, s.root); !same(was, after) {
			t.Errorf("%q: not as before: %v", before, after)
		}
	}
}

// TestChoiceOfTheUser: a line that is there for links already is not ours, whatever it says.
func TestChoiceOfTheUser(t *testing.T) {
	for _, choice := range []string{"x-scheme-handler/soul-jam=other.desktop", ours, " x-scheme-handler/soul-jam = other.desktop;soul-jam-join.desktop;", "x-scheme-handler/soul-jam="} {
		content := "[Default Applications]\na=b\n" + choice + "\n"
		s, line := list(t, content)
		was := tree(t, s.root)
		s.add(t, line, false)
		if edited := s.takeOut(t); len(edited) != 0 || !same(was, tree(t, s.root)) {
			t.Errorf("%q: edited %q: %v", choice, edited, tree(t, s.root))
		}
	}
}

// TestWhatOthersWroteSince stays, and our line goes where it is still ours.
func TestWhatOthersWroteSince(t *testing.T) {
	head := "[Default Applications]\n"
	for since, want := range map[string]string{
		head + "a=b\n" + ours + "\n[Other]\nc=d\n":                                head + "a=b\n[Other]\nc=d\n",
		head + ours + ";\na=b\n":                                                  head + "a=b\n",
		head + "a=b\n" + ours:                                                     head + "a=b\n",
		head + "#" + ours + "\na=b\n" + ours + "\n":                               head + "#" + ours + "\na=b\n",
		head + "x-scheme-handler/soul-jam=other.desktop;soul-jam-join.desktop;\n": head + "x-scheme-handler/soul-jam=other.desktop;soul-jam-join.desktop;\n",
		head + ours + "er\n":                                                      head + ours + "er\n",
		"[Other]\n" + ours + "\n":                                                 "[Other]\n" + ours + "\n",
		head:                                                                      head,
		"":                                                                        "",
	} {
		for _, before := range []string{"-", head} {
			s, line := list(t, before)
			s.add(t, line, true)
			if err := os.WriteFile(line.Path, []byte(since), 0o640); err != nil {
				t.Fatal(err)
			}
			edited := s.takeOut(t)
			if got := read(t, line.Path); got != want || (len(edited) == 1) != (since != want) {
				t.Errorf("%q became %q, want %q; edited %q", since, got, want, edited)
			}
		}
	}
	// What was put in, "\n" and the line, is also the start of somebody's longer one.
	s, line := list(t, strings.TrimSpace(head))
	s.add(t, line, true)
	longer := "[Other]\n" + ours + "er\n"
	if err := os.WriteFile(line.Path, []byte(longer+head+ours+"\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	s.takeOut(t)
	if got := read(t, line.Path); got != longer+head {
		t.Errorf("beside a longer line: %q", got)
	}
	s, line = list(t, "-")
	s.add(t, line, true)
	if err := os.Remove(line.Path); err != nil {
		t.Fatal(err)
	}
	if edited := s.takeOut(t); len(edited) != 0 {
		t.Errorf("of a file that is gone: edited %q", edited)
	}
}

// TestLineBehindALink: people link such files into a repository of their own; the link stays one.
func TestLineBehindALink(t *testing.T) {
	s, line := list(t, "-")
	real := filepath.Join(s.root, "there", "dotfiles.list")
	for _, err := range []error{os.WriteFile(real, []byte("# mine\n"), 0o600), os.Mkdir(filepath.Dir(line.Path), 0o700), os.Symlink(real, line.Path)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	was := tree(t, s.root)
	s.add(t, line, true)
	if got := read(t, real); !strings.Contains(got, ours) {
		t.Errorf("it is %q", got)
	}
	s.takeOut(t)
	if after := tree(t, s.root); !same(was, after) {
		t.Errorf("not as before: %v", after)
	}
}

func TestLineWhereNothingCanBeEdited(t *testing.T) {
	s, line := list(t, strings.Repeat("x", maxLedger+1))
	if _, err := s.ledger(t).Add(line); err == nil || !strings.Contains(err.Error(), line.Path) {
		t.Errorf("a huge file: %v", err)
	}
	line.Path = filepath.Join(s.root, "there") // a directory
	if _, err := s.ledger(t).Add(line); err == nil || !strings.Contains(err.Error(), line.Path) {
		t.Errorf("a directory: %v", err)
	}
	line.Path = filepath.Join(s.root, "loop")
	if err := os.Symlink(line.Path, line.Path); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ledger(t).Add(line); err == nil {
		t.Error("a link to itself is edited")
	}
}
