// Package directory remembers on disk which host's key holds which share code, so that a restart of soul-server
// gives no code to a stranger. It is one bbolt file; another kind of directory, shared by several soul-servers, has
// to do no more than signaling/server.Directory asks.
package directory

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"soul-jam/shared/code"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
	"soul-jam/signaling/server"
)

// File is the name of the file in the data directory.
const File = "codes.db"

const (
	// MaxRows, codes: a million hosts a day fill about 200 MB. One more claim is refused.
	MaxRows = 1_000_000
	// sweptAtOnce, rows that one transaction of Sweep looks at, so that claims need not wait for long.
	sweptAtOnce = 5000
	// seenLate: a host that is here is told of once an hour, so a killed soul-server knows it an hour less well.
	seenLate = time.Hour
	// seenAgain: a host that comes and goes all the time is written down no more often.
	seenAgain = time.Minute
)

// ErrFull: there is no room for another code.
var ErrFull = errors.New("the directory of codes is full")

// The buckets: rows by code, and which codes a key has (key, then code; no value).
const (
	codesBucket = "codes"
	keysBucket  = "keys"
)

// Directory is the open file. It implements server.Directory.
type Directory struct {
	db   *bbolt.DB
	max  int64
	rows atomic.Int64
}

// Open opens or makes the file in a directory, which is made too (mode 0700).
func Open(dir string) (*Directory, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	path := filepath.Join(dir, File)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("%s is in use: a relay is running on this data directory already", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.MaxBatchDelay = 2 * time.Millisecond // a thousand hosts that come back at once share few writes
	d := &Directory{db: db, max: MaxRows}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{codesBucket, keysBucket} {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		d.rows.Store(int64(tx.Bucket([]byte(codesBucket)).Stats().KeyN))
		return nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), db.Close())
	}
	return d, nil
}

// Close closes the file.
func (d *Directory) Close() error { return d.db.Close() }

// Rows is how many codes are remembered.
func (d *Directory) Rows() int64 { return d.rows.Load() }

// Claim implements server.Directory.
func (d *Directory) Claim(c code.Code, key string, now time.Time) error {
	isNew := false
	err := d.db.Batch(func(tx *bbolt.Tx) error { // may run twice
		b := buckets(tx)
		held, there, err := b.row(c)
		if err != nil {
			return err
		}
		isNew = !there
		switch {
		case isNew && d.rows.Load() >= d.max:
			return ErrFull
		case isNew || held.expired(now):
			held = row{key: key, claimed: now}
			if err := b.mayHaveMore(key, now); err != nil {
				return err
			}
		case held.key != key:
			return server.ErrTaken
		}
		if err := b.endOthers(key, c, now); err != nil {
			return err
		}
		held.ended, held.reason, held.seen = false, "", now
		return b.put(c, held)
	})
	if err == nil && isNew {
		d.rows.Add(1)
	}
	return told("write a claim", err)
}

// told adds what was being done to errors that are not the answer.
func told(doing string, err error) error {
	if err == nil || errors.Is(err, server.ErrTaken) || errors.Is(err, server.ErrTooMany) {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// Holds implements server.Directory.
func (d *Directory) Holds(c code.Code, key string, now time.Time) bool {
	return d.holdsSince(c, key, now.Add(-seenLate))
}

// holdsSince reports whether the key holds the code and its host was seen after that.
func (d *Directory) holdsSince(c code.Code, key string, after time.Time) bool {
	held, there, err := d.look(c)
	return err == nil && there && held.key == key && !held.ended && held.seen.After(after)
}

// Seen implements server.Directory.
func (d *Directory) Seen(all []server.Held, now time.Time) error {
	all = slices.DeleteFunc(slices.Clone(all), func(h server.Held) bool { return d.holdsSince(h.Code, h.Key, now.Add(-seenAgain)) })
	if len(all) == 0 {
		return nil
	}
	return told("note which hosts are here", d.db.Batch(func(tx *bbolt.Tx) error {
		b := buckets(tx)
		for _, h := range all {
			held, there, err := b.row(h.Code)
			if err != nil {
				return err
			}
			if !there || held.key != h.Key || held.ended {
				continue
			}
			held.seen = now
			if err := b.put(h.Code, held); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Release implements server.Directory.
func (d *Directory) Release(c code.Code, key string, reason wire.EndReason, now time.Time) error {
	if held, _, err := d.look(c); err == nil && (held.key != key || held.ended) {
		return nil // nothing is written for those who release what is not theirs
	}
	return told("write a release", d.db.Batch(func(tx *bbolt.Tx) error {
		b := buckets(tx)
		held, there, err := b.row(c)
		if err != nil || !there || held.key != key || held.ended {
			return err
		}
		held.ended, held.reason, held.seen = true, reason, now
		return b.put(c, held)
	}))
}

// Find implements server.Directory.
func (d *Directory) Find(c code.Code, now time.Time) (server.Holding, error) {
	held, there, err := d.look(c)
	if err != nil || !there || held.expired(now) {
		return server.Holding{}, told("look for a code", err)
	}
	return server.Holding{Key: held.key, Ended: held.ended, Reason: held.reason}, nil
}

func (d *Directory) look(c code.Code) (held row, there bool, err error) {
	err = d.db.View(func(tx *bbolt.Tx) error {
		held, there, err = buckets(tx).row(c)
		return err
	})
	return held, there, err
}

// Sweep removes the rows that have expired.
func (d *Directory) Sweep(now time.Time) error {
	var from []byte
	for more := true; more; {
		gone := int64(0)
		err := d.db.Update(func(tx *bbolt.Tx) (err error) {
			from, gone, err = buckets(tx).sweep(from, now)
			return err
		})
		if err != nil {
			return told("sweep the directory of codes", err)
		}
		d.rows.Add(-gone)
		more = from != nil
	}
	return nil
}

// kept is how long a row stays after seen.
func (r row) kept() time.Duration {
	if r.ended {
		return signaling.CodeKept
	}
	return signaling.CodeKept + seenLate
}

func (r row) expired(now time.Time) bool { return now.Sub(r.seen) >= r.kept() }
