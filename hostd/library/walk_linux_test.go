package library

import (
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// TestWalkUnreadableFolder walks as a user who may not read one of the folders;
// the tests may run as root, whom no permission stops.
func TestWalkUnreadableFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} { // the latter is for its owner only
		if err := syscall.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "closed", "a.mp3"), nil)
	write(t, filepath.Join(dir, "open", "b.mp3"), nil)
	if err := syscall.Chmod(filepath.Join(dir, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Chmod(filepath.Join(dir, "closed"), 0o700) })
	done := make(chan walked)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		if syscall.Getuid() == 0 {
			if err := syscall.Setfsuid(65534); err != nil {
				t.Error(err)
			}
		}
		done <- walk(t.Context(), scope{dir, ".", true}, func(string) {})
	}()
	w := <-done
	if w.err != nil || len(w.files) != 1 || w.files[0].rel != "open/b.mp3" {
		t.Errorf("files %v, error %v", w.files, w.err)
	}
	if err := w.unread["closed"]; err == nil || reason(err) != "It may not be read by this user." {
		t.Errorf("unread %v", w.unread)
	}
}
