package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
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

var (
	// ErrRunning: another process has the file open.
	ErrRunning = errors.New("another hostd is already running on this data directory")
	// ErrNotOurs: the file is no bbolt file, or damaged beyond reading.
	ErrNotOurs = errors.New("the data file cannot be read; move it away to start afresh")
	// ErrNewer: a newer version of the program wrote the file.
	ErrNewer = errors.New("the data file was written by a newer hostd; please use that one")
)

// Store is the open file. Its methods may be called from any goroutine; bbolt lets one writer in at a time.
type Store struct {
	db *bbolt.DB
}

func names() [][]byte {
	return [][]byte{[]byte("meta"), []byte("jams"), []byte("history"), []byte("members"), []byte("tracks"), []byte("plays"), []byte("house")}
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
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("open %s: %w", path, ErrRunning)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, fmt.Errorf("open %s: %w (%w)", path, ErrNotOurs, err)
	case err != nil:
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	s = &Store{db: db}
	if err := db.Update(prepare); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

// prepare makes the buckets of a new file and refuses a newer one.
func prepare(tx *bbolt.Tx) error {
	for _, name := range names() {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return fmt.Errorf("make bucket %s: %w", name, err)
		}
	}
	meta := tx.Bucket([]byte("meta"))
	rec := meta.Get([]byte("schema"))
	if rec == nil {
		return meta.Put([]byte("schema"), seal(binary.BigEndian.AppendUint32(nil, schema)))
	}
	content, err := open(rec)
	if err != nil || len(content) != 4 {
		return fmt.Errorf("%w: schema number", ErrNotOurs)
	}
	if found := binary.BigEndian.Uint32(content); found > schema {
		return fmt.Errorf("%w (schema %d, this program knows %d)", ErrNewer, found, schema)
	}
	return nil
}

// Close lets go of the file.
func (s *Store) Close() error { return s.db.Close() }
