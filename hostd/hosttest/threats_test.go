package hosttest_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the project's, from this package.
const root = "../.."

// failures are the rows of the failure matrix.
func failures() []string {
	return []string{
		"kill -9 mid-write", "power cut, torn write", "disk full", "fsync returns EIO", "corrupt db file", "two hostd on one db", "port in use",
		"no audio device, device unplugged", "track file vanished", "relay restart", "signaling restart mid-join", "guest network switch",
		"host laptop sleeps and wakes", "wall clock changed, skewed guests", "duplicate, replay, reorder", "slow consumer",
		"host back at 4:59, 5:00, 5:01", "host gone 29:59, 30:00", "30 min idle, 24 h cap", "session_ended while guest offline",
		"last participant leaves", "upgrade, downgrade with open session",
	}
}

// rowsOf reads the tables: the first cell of each row, and its last.
func rowsOf(text string) map[string]string {
	rows := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| #") || strings.HasPrefix(line, "| what fails") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		rows[strings.TrimSpace(cells[0])] = strings.TrimSpace(cells[len(cells)-1])
	}
	return rows
}

// exists tells whether what a row names is in the tree.
func exists(t *testing.T, name string) bool {
	t.Helper()
	if pkg, test, isTest := strings.Cut(name, "."); isTest && regexp.MustCompile(`^(Test|Fuzz)[A-Za-z0-9]+$`).MatchString(test) {
		files, err := filepath.Glob(filepath.Join(root, pkg, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			return err == nil && strings.Contains(string(text), "\nfunc "+test+"(")
		})
	}
	at := name
	if !strings.HasPrefix(name, ".ci/") {
		at = "webapp/" + name
	}
	info, err := os.Stat(filepath.Join(root, at))
	return err == nil && info.Mode().IsRegular()
}

// oneLine is a text as a person reads it, wherever its lines end.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestThreats(t *testing.T) {
	text, err := os.ReadFile("THREATS.md")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := rowsOf(string(text))
	want := failures()
	for n := range 27 {
		want = append(want, fmt.Sprintf("T%d", n+1))
	}
	if got := slices.Sorted(maps.Keys(rows)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("the rows are %q, want %q", got, want)
	}
	names, sentences := regexp.MustCompile("`([^`]+)`"), regexp.MustCompile(`README: "([^"]+)"`)
	for row, shown := range rows {
		quoted := sentences.FindAllStringSubmatch(shown, -1)
		named := names.FindAllStringSubmatch(sentences.ReplaceAllString(shown, ""), -1)
		if len(quoted)+len(named) == 0 {
			t.Errorf("%s: nothing shows it, and nothing says why not", row)
		}
		for _, name := range named {
			if !exists(t, name[1]) {
				t.Errorf("%s names %s, which does not exist", row, name[1])
			}
		}
		for _, sentence := range quoted {
			if !strings.Contains(oneLine(string(readme)), oneLine(sentence[1])) {
				t.Errorf("%s: the README does not say %q", row, sentence[1])
			}
		}
	}
}

func TestFound(t *testing.T) {
	text, err := os.ReadFile("FOUND.md")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile("`([^`]+)`")
	found := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 5 || strings.HasPrefix(cells[0], " what ") || strings.HasPrefix(cells[0], "---") {
			continue
		}
		found++
		tests := name.FindAllStringSubmatch(cells[3], -1)
		if len(tests) == 0 {
			t.Errorf("nothing keeps this from coming back: %s", cells[0])
		}
		for _, test := range tests {
			if !exists(t, test[1]) {
				t.Errorf("%s names %s, which does not exist", cells[0], test[1])
			}
		}
	}
	if found == 0 {
		t.Error("the table is empty")
	}
}

// TestOnlyTheseAskOthers: no other package of the programs can make a request, so nothing that a guest says is ever fetched.
func TestOnlyTheseAskOthers(t *testing.T) {
	asks := map[string]string{
		"hostd":                     "asks the running daemon on loopback",
		"hostd/subsonic":            "the music servers that the host has set",
		"hostd/remote":              "the soul-server that the host has set",
		"signaling/client":          "the soul-server that the host has set, or the link that a person opens",
		"hostd/visitor":             "the link that a person opens",
		"hostd/link/ws":             "the address that a person opens",
		"signaling/server/fakehost": "tests",
	}
	request := regexp.MustCompile(`http\.(Get|Post|Head|PostForm|NewRequest|NewRequestWithContext|DefaultClient)\b|&?http\.(Client|Transport)\{|websocket\.Dial\(`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		if d.IsDir() {
			if slices.Contains([]string{"node_modules", ".git", ".ci", "bin", "hosttest", "bench", "subsonictest"}, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if found := request.FindString(string(text)); found != "" && asks[filepath.ToSlash(filepath.Dir(name))] == "" {
			t.Errorf("%s: %s, in a package that asks nobody", name, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
