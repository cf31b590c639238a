package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// FileName of the store within the data directory.
const FileName = "jam.db"

// schema is the layout of doc.go. Raise it with a migration when the layout changes.
const schema = 1

// lockWait is how long Open waits for another process to let go of the file:
// within the 2 s in which a second hostd must say that one is running.
const lockWait = 500 * time.Millisecond

// allocated is by how much the file grows beyond what a write needs, in bytes.
const allocated = 256 << 10

// mapped is how much of the process's addresses the file may grow into, in bytes, before bbolt has to map it anew, for which a write waits until
// nobody reads: it would wait for a snapshot. Windows gives the file itself that size, so there it is what bbolt chooses.
func mapped() int {
	if runtime.GOOS == "windows" {
		return 0
	}
	return 128 << 20
}

var (
	// ErrRunning: another process has the file open.
	ErrRunning = errors.New("another hostd is already running on this data directory")
	// ErrNotOurs: the file is no bbolt file, or damaged beyond reading.
	ErrNotOurs = errors.New("the data file cannot be read")
	// ErrNewer: a newer version of the program wrote the file.
	ErrNewer = errors.New("the data file was written by a newer hostd; please use that one")
)

// Store is the open file. Its methods may be called from any goroutine; bbolt lets one writer in at a time.
type Store struct {
	db     *bbolt.DB
	file   os.FileInfo           // what was opened; nil for a draft
	lock   *os.File              // the directory's; nil when Opening did not open it
	broken atomic.Pointer[error] // set once a write died half-way: see ErrBroken

	ended chan struct{} // holds one token when a session is over: its log is to leave the snapshots too

	writing sync.Mutex // guards the next two: bbolt lets the next writer in before the last one knows its error
	unsure  bool       // the last write failed: see settle
	heads   []byte     // what settle has to write; nil = not known yet
}

func names() []string {
	return []string{"meta", "jams", "history", "members", "tracks", "plays", "house"}
}

// Open opens or makes the file in dir, which must exist. The errors that a person
// can do something about are ErrRunning, ErrNotOurs and ErrNewer.
func Open(dir string) (s *Store, err error) {
	path := filepath.Join(dir, FileName)
	defer func() {
		// bbolt panics on some damaged files rather than returning an error.
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("open %s: %w (%v)", path, ErrNotOurs, p)
		}
	}()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait, InitialMmapSize: mapped()})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("open %s: %w", path, ErrRunning)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, fmt.Errorf("open %s: %w (%w)", path, ErrNotOurs, err)
	case err != nil:
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.AllocSize = allocated
	file, err := os.Stat(path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	s = &Store{db: db, file: file, ended: make(chan struct{}, 1)}
	if err := s.prepare(); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

// prepare makes what a new or older file lacks and refuses a newer one. A file that lacks nothing is not written: hostd starts on a full disk.
func (s *Store) prepare() error {
	lacking := false
	err := s.view(func(tx *bbolt.Tx) error {
		for _, name := range names() {
			lacking = lacking || tx.Bucket([]byte(name)) == nil
		}
		if meta := tx.Bucket([]byte("meta")); meta == nil || meta.Get([]byte("schema")) == nil {
			lacking = true
			return nil
		}
		return knownSchema(tx)
	})
	if err != nil || !lacking {
		return err
	}
	return s.update(func(tx *bbolt.Tx) error {
		for _, name := range names() {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return fmt.Errorf("make bucket %s: %w", name, err)
			}
		}
		meta := tx.Bucket([]byte("meta"))
		if meta.Get([]byte("schema")) != nil {
			return nil
		}
		return meta.Put([]byte("schema"), seal(binary.BigEndian.AppendUint32(nil, schema)))
	})
}

// dir is the data directory.
func (s *Store) dir() string { return filepath.Dir(s.db.Path()) }

// Close lets go of the file. After ErrBroken it leaves that to the end of the process, because bbolt would wait for the write that died.
func (s *Store) Close() error {
	if broken := s.broken.Load(); broken != nil {
		return *broken
	}
	err := s.db.Close()
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}
