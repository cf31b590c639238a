package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestWhyTheDiskRefusedIsSaid(t *testing.T) {
	for _, one := range []struct {
		err  error
		want error
		said string
	}{
		{&os.PathError{Op: "write", Path: "jam.db", Err: diskFull()[0]}, ErrDiskFull, "Not saved: the host's disk is full"},
		{errors.New("file resize error: " + diskFull()[0].Error()), ErrDiskFull, "Not saved: the host's disk is full"}, // as bbolt says it
		{&os.PathError{Op: "write", Path: "jam.db", Err: readOnlyDisk()}, ErrReadOnly, "Not saved: the host's disk may not be written"},
		{errors.New("file sync error: " + syscall.EIO.Error()), ErrDisk, "Not saved: the host's disk fails"},
		{errors.New("anything else"), ErrDisk, "Not saved: the host's disk fails"},
	} {
		got := fmt.Errorf("write the jam: %w", fromDisk(one.err))
		for _, known := range []error{ErrDiskFull, ErrReadOnly, ErrDisk, ErrAway, ErrBroken} {
			if errors.Is(got, known) != errors.Is(known, one.want) {
				t.Errorf("%v is %v: %v", one.err, known, errors.Is(got, known))
			}
		}
		if Unsaved(got) != one.said {
			t.Errorf("%v is told as %q", one.err, Unsaved(got))
		}
	}
	if fromDisk(nil) != nil {
		t.Error("nothing went wrong")
	}
}

func TestNothingIsWrittenIntoAFileThatIsAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir)
	commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte("a")}})
	refused := func(when string) {
		t.Helper()
		if err := s.Commit(Batch{Jam: "j1", Entries: [][]byte{[]byte("b")}}); !errors.Is(err, ErrAway) {
			t.Errorf("%s: %v", when, err)
		}
		if r, err := s.Running(); len(r.Entries) != 1 || err != nil {
			t.Errorf("%s: %d entries, %v", when, len(r.Entries), err)
		}
	}
	if err := os.Rename(dir, dir+"-elsewhere"); err != nil {
		t.Fatal(err)
	}
	refused("moved away")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, FileName), []byte("another file"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused("another file in its place")
	if err := errors.Join(os.RemoveAll(dir), os.Rename(dir+"-elsewhere", dir)); err != nil {
		t.Fatal(err)
	}
	commit(t, s, Batch{Jam: "j1", Entries: [][]byte{[]byte("b")}})
}

// A file that somebody cuts off while it is open would end the process by a signal.
func TestAFileThatIsCutOffWhileItIsOpenEndsNothing(t *testing.T) {
	dir, path := filled(t, 200)
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Running(); !errors.Is(err, ErrBroken) {
		t.Errorf("read: %v", err)
	}
	for range 2 { // the second must not wait for the first for ever
		if err := s.Commit(Batch{Jam: "j1", Entries: [][]byte{[]byte("b")}}); !errors.Is(err, ErrBroken) {
			t.Errorf("written: %v", err)
		}
	}
	if err := s.Close(); !errors.Is(err, ErrBroken) || !strings.HasPrefix(Unsaved(err), "Not saved: the host's data file was damaged") {
		t.Errorf("closed: %v", err)
	}
}
