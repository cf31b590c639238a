package hosttest_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"soul-jam/hostd/hosttest"
)

// folder holds the music of all tests, made once by TestMain.
func folder() string { return os.Getenv(folderVariable) }

const folderVariable = "HOSTTEST_MUSIC"

func TestMain(m *testing.M) {
	if hosttest.HostInstead() {
		return
	}
	dir, err := os.MkdirTemp("", "hosttest-music-")
	if err == nil {
		err = errors.Join(hosttest.MakeMusic(dir), os.Setenv(folderVariable, dir))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

// jam is a world with music and a running jam.
func jam(t *testing.T) *hosttest.World {
	t.Helper()
	t.Parallel()
	return hosttest.New(t, hosttest.Options{Music: []string{folder()}, Start: "Friday"})
}
