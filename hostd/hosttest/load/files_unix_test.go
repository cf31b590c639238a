//go:build unix

package load

import (
	"syscall"
	"testing"
)

// files lets this process, and those it starts, have thousands of sockets.
func files(t testing.TB, wanted uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur >= wanted {
		return
	}
	if limit.Max < wanted {
		t.Fatalf("%d files may be open at once, and this test needs %d: ulimit -n %d", limit.Max, wanted, wanted)
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
}
