package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"strings"

	"go.etcd.io/bbolt"
)

// Why something could not be written. Every error of a write wraps one of these; what was there before is still there, and
// reading goes on. The next write may work: the store keeps no grudge, except after ErrBroken.
var (
	// ErrDiskFull: there is no room, or the user's share of it is used up.
	ErrDiskFull = errors.New("the host's disk is full")
	// ErrReadOnly: the file system may not be written (any more).
	ErrReadOnly = errors.New("the host's disk may not be written")
	// ErrAway: the data file is not where it was opened: its folder was deleted, moved or unplugged. Nothing is
	// written into a file that nobody would find again. It is over when the file is back.
	ErrAway = errors.New("the host's data file is not there any more")
	// ErrDisk: the disk failed in another way.
	ErrDisk = errors.New("the host's disk fails")
	// ErrBroken: the file was cut or changed by somebody else, or its disk was torn out, in the middle of a write. Until hostd
	// is started again nothing is written; then the file is checked.
	ErrBroken = errors.New("the host's data file was damaged while it was open")
)

// Unsaved is what a person is told when a write gave this error.
func Unsaved(err error) string {
	for _, known := range []error{ErrDiskFull, ErrReadOnly, ErrAway, ErrBroken} {
		if errors.Is(err, known) {
			return "Not saved: " + known.Error()
		}
	}
	return "Not saved: " + ErrDisk.Error()
}

// fromDisk says which of the above an error of bbolt's commit is.
func fromDisk(err error) error {
	if err == nil || errors.Is(err, ErrBroken) || errors.Is(err, ErrAway) {
		return err
	}
	for _, full := range diskFull() {
		// When bbolt cannot make the file longer it gives the text of the error only.
		if errors.Is(err, full) || strings.HasSuffix(err.Error(), full.Error()) {
			return fmt.Errorf("%w (%w)", ErrDiskFull, err)
		}
	}
	if readOnly := readOnlyDisk(); errors.Is(err, readOnly) || strings.HasSuffix(err.Error(), readOnly.Error()) || errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w (%w)", ErrReadOnly, err)
	}
	return fmt.Errorf("%w (%w)", ErrDisk, err)
}

// update runs f in a transaction that is on disk when it returns nil. An error of f's own comes back as it is.
func (s *Store) update(f func(*bbolt.Tx) error) error {
	if broken := s.broken.Load(); broken != nil {
		return *broken
	}
	if there, err := os.Stat(s.db.Path()); errors.Is(err, fs.ErrNotExist) || err == nil && s.file != nil && !os.SameFile(there, s.file) {
		return fmt.Errorf("%w (%s)", ErrAway, s.db.Path())
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.unsure {
		if err := s.settle(); err != nil {
			return fromDisk(err)
		}
		s.unsure, s.heads = false, nil
	}
	var own error
	err := guarded(func() error {
		return s.db.Update(func(tx *bbolt.Tx) error {
			own = f(tx)
			return own
		})
	})
	if errors.Is(err, ErrBroken) {
		// bbolt may hold its locks for ever now.
		s.broken.Store(&err)
		return err
	}
	if err != nil && own == nil {
		s.unsure, s.heads = true, s.believed()
	}
	if own != nil {
		return own
	}
	return fromDisk(err)
}

// view runs f over what is on disk now.
func (s *Store) view(f func(*bbolt.Tx) error) error {
	return guarded(func() error { return s.db.View(f) })
}

// guarded makes an error of a page that cannot be read: the file is in the memory of the process, where a
// page that is gone, or that its disk cannot give, would end it.
func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w (%v)", ErrBroken, p)
		}
	}()
	return f()
}
