package crash

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/store"
)

// roleOf is the environment variable that makes the test binary a child of a test.
const roleOf = "CRASH_TEST_ROLE"

func TestMain(m *testing.M) {
	roles := map[string]func() error{"writer": beWriter, "checker": beChecker, "daemon": beDaemon}
	role, known := roles[os.Getenv(roleOf)]
	if !known {
		role = func() error { return parent(m) }
	}
	if err := role(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// errFailed: a test has said why.
var errFailed = errors.New("not all held")

// parent runs the tests, with one folder of music for all.
func parent(m *testing.M) (err error) {
	dir, err := os.MkdirTemp("", "crash-music-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := errors.Join(hosttest.MakeMusic(dir), os.Setenv(musicOf, dir)); err != nil {
		return err
	}
	if m.Run() != 0 {
		return errFailed
	}
	return nil
}

// musicOf is the environment variable that names the folder of music.
const musicOf = "CRASH_TEST_MUSIC"

func music() []string { return []string{os.Getenv(musicOf)} }

// command starts this test binary again in a role.
func command(t *testing.T, role string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	// The race detector would keep every process for a second after its end.
	cmd.Env = append(append(os.Environ(), roleOf+"="+role, "GORACE=atexit_sleep_ms=0"), env...)
	return cmd
}

// nothing is the number of the batch that only makes sure of what was written before.
const nothing = -1

// order is one line that the writer is told, result what it answers.
type order struct {
	Do   string // open, commit, read, close
	Dir  string // of open
	Seed uint64 // of open: of the script
	N    int    // of commit: which batch
}

type result struct {
	Err   string
	Kinds []string // which of the store's errors Err is
	Held  held     // of read
}

// beWriter is the one that uses the disk: it does one order at a time, so that its parent knows what came before what.
func beWriter() error {
	var s *store.Store
	var steps []step
	orders, answers := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for {
		var o order
		if err := orders.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var r result
		var err error
		switch o.Do {
		case "open":
			steps = script(o.Seed)
			s, err = store.Open(o.Dir)
		case "commit":
			b := store.Batch{}
			if o.N != nothing {
				b = steps[o.N].batch
			}
			err = s.Commit(b)
		case "read":
			r.Held, err = read(s)
		case "close":
			err = s.Close()
		}
		if err != nil {
			r.Err = err.Error()
			for name, kind := range map[string]error{"full": store.ErrDiskFull, "read-only": store.ErrReadOnly, "away": store.ErrAway, "disk": store.ErrDisk, "broken": store.ErrBroken} {
				if errors.Is(err, kind) {
					r.Kinds = append(r.Kinds, name)
				}
			}
		}
		if err := answers.Encode(r); err != nil {
			return err
		}
	}
}

// writer is the parent's end of such a child.
type writer struct {
	t   *testing.T
	in  io.WriteCloser
	out *json.Decoder
	cmd *exec.Cmd
}

func newWriter(t *testing.T) *writer {
	t.Helper()
	cmd := command(t, "writer")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w := &writer{t: t, in: in, out: json.NewDecoder(bufio.NewReader(out)), cmd: cmd}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil && t.Context().Err() == nil {
			t.Errorf("the writer ended with %v", err)
		}
	})
	return w
}

// do gives an order and its result.
func (w *writer) do(o order) (r result) {
	w.t.Helper()
	if err := json.NewEncoder(w.in).Encode(o); err != nil {
		w.t.Fatalf("the writer cannot be told to %s: %v", o.Do, err)
	}
	if err := w.out.Decode(&r); err != nil {
		w.t.Fatalf("the writer is gone after %s %d: %v", o.Do, o.N, err)
	}
	return r
}

// must is do for what has to work.
func (w *writer) must(o order) result {
	w.t.Helper()
	r := w.do(o)
	if r.Err != "" {
		w.t.Fatalf("%s %d: %s", o.Do, o.N, r.Err)
	}
	return r
}
