package identity

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// wantModes holds threat T22: nobody but the owner gets at the token.
func wantModes(t *testing.T, dir string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // has no such modes
	}
	if got := mode(t, dir); got != 0o700 {
		t.Errorf("directory mode %o, want 700", got)
	}
	if got := mode(t, filepath.Join(dir, "host.token")); got != 0o600 {
		t.Errorf("file mode %o, want 600", got)
	}
}

func TestTokenFileIsMadeOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "soul-jam")
	made, err := LoadOrCreateFile(dir, "host.token")
	if err != nil {
		t.Fatal(err)
	}
	wantModes(t, dir)
	read, err := LoadOrCreateFile(dir, "host.token")
	if err != nil || !read.Equal(made) {
		t.Errorf("read again: %v, same: %v", err, read.Equal(made))
	}
	content, err := os.ReadFile(filepath.Join(dir, "host.token"))
	if err != nil || string(content) != made.Reveal()+"\n" {
		t.Errorf("the file holds %q, %v", content, err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("left beside it: %v, %v", files, err)
	}
	other, err := LoadOrCreateFile(filepath.Join(dir, "other"), "host.token")
	if err != nil || other.Equal(made) {
		t.Errorf("two directories have one token, or %v", err)
	}
}

func TestLooseModesAreTightened(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "host.token")
	const token = "uYtkF3nqPbVJmXwR7c2aZ_"
	if err := os.WriteFile(path, []byte(token+"\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]fs.FileMode{dir: 0o755, path: 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	read, err := LoadOrCreateFile(dir, "host.token")
	if err != nil || read.Reveal() != token {
		t.Errorf("read %q, %v", read.Reveal(), err)
	}
	wantModes(t, dir)
}

func TestBadTokenFilesAreErrorsAndStay(t *testing.T) {
	const good = "uYtkF3nqPbVJmXwR7c2aZ_"
	for content, says := range map[string]string{
		"":                         "it is empty; remove it",
		" \n\n":                    "it is empty; remove it",
		"short\n":                  "does not hold a token",
		good[1:]:                   "does not hold a token",
		good + "\n" + good:         "does not hold a token",
		good + " ":                 "does not hold a token",
		"uYtkF3nqPbVJm\x00wR7c2aZ": "does not hold a token",
		strings.Repeat("a", 129):   "does not hold a token",
		strings.Repeat("a", 1<<20): "does not hold a token",
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "host.token")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		token, err := LoadOrCreateFile(dir, "host.token")
		if err == nil || !token.IsZero() || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%.60q: %q", content, err)
		} else if strings.Contains(err.Error(), good[2:]) {
			t.Errorf("the error shows the content: %v", err)
		}
		if left, err := os.ReadFile(path); err != nil || string(left) != content {
			t.Errorf("%.60q was changed", content)
		}
	}
}

func TestTokenFileThatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "host.token"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateFile(dir, "host.token"); err == nil || !strings.Contains(err.Error(), "not a plain file") {
		t.Errorf("a directory as the file: %v", err)
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, []byte("uYtkF3nqPbVJmXwR7c2aZ_"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(dir, "host.token")); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateFile(dir, "host.token"); err == nil || !strings.Contains(err.Error(), "not a plain file") {
		t.Errorf("a symbolic link as the file: %v", err)
	}
}

// TestSharedDirectoriesAreRefused: closing /tmp or / to everybody but the owner
// would break the machine, which matters when hostd runs as root.
func TestSharedDirectoriesAreRefused(t *testing.T) {
	sticky := t.TempDir()
	if err := os.Chmod(sticky, 0o777|fs.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if err := secureDir(sticky); err == nil || !strings.Contains(err.Error(), "belongs to everybody") {
		t.Errorf("a sticky directory: %v", err)
	}
	if got := mode(t, sticky); got != 0o777 {
		t.Errorf("its mode is now %o", got)
	}
	// Only asked, never tried: a mistake here would close the machine's root.
	root := filepath.VolumeName(sticky) + string(filepath.Separator)
	if !everybodys(root, 0o755) || everybodys(filepath.Join(root, "data"), 0o755) {
		t.Error("the root of the file system is not taken for everybody's, or its children are")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateFile(file, "host.token"); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a file as the directory: %v", err)
	}
}
