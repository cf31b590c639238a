package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"soul-jam/shared/wire"
)

// Verdict is what a data file is found to be. Its number is the exit status of `hostd check`, which scripts may ask:
// 1 and 2 stay what they are for every command.
type Verdict int

const (
	// Whole: every page and every record is as it was written. A file that is not there yet, or empty, is whole.
	Whole Verdict = 0
	// Damaged: something is not what was written.
	Damaged Verdict = 3
	// InUse: a hostd has it open.
	InUse Verdict = 4
	// TooNew: a newer hostd wrote it.
	TooNew Verdict = 5
	// Worn: only records are damaged that hostd makes anew, of songs it reads again and of how often they were played.
	Worn Verdict = 6
)

// Finding is what a check found.
type Finding struct {
	Verdict Verdict
	// Why is half a sentence; "" for Whole.
	Why string
	// Size is the file's, in bytes.
	Size int64
}

// Checker checks a data file. It gives an error when it could not, which says nothing about the file.
type Checker func(ctx context.Context, path string) (Finding, error)

// Replay tells whether the log of the running jam, or of the solo session, can be taken up.
type Replay func(Running) error

// Check reads all of a data file, and changes nothing: the pages with bbolt's own check, the checksum of every record, and what records
// say of each other; replay may be nil. It begins by waiting up to half a second for the file.
//
// Some damage ends the process, since bbolt reads the file as memory: so an unknown file is checked in a process of its own.
func Check(path string, replay Replay) (f Finding, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Finding{}, nil
	case err != nil:
		return Finding{}, fmt.Errorf("check the data file: %w", err)
	case !info.Mode().IsRegular():
		return Finding{}, fmt.Errorf("check the data file: %s is no file", path)
	case info.Size() == 0:
		return Finding{}, nil // hostd was ended while it made the file
	}
	f = Finding{Size: info.Size()}
	err = guarded(func() error { return read(path, replay, &f) })
	switch {
	case errors.Is(err, ErrRunning):
		f.Verdict = InUse
	case errors.Is(err, ErrNewer):
		f.Verdict = TooNew
	case errors.Is(err, fs.ErrPermission):
		return Finding{}, fmt.Errorf("check the data file: %w", err)
	case err != nil:
		f.Verdict = Damaged
	}
	if err != nil {
		f.Why = err.Error()
	}
	return f, nil
}

func read(path string, replay Replay, f *Finding) error {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: lockWait})
	if errors.Is(err, berrors.ErrTimeout) {
		return ErrRunning
	}
	if err != nil {
		return err
	}
	tx, err := db.Begin(false)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	// What is cut off must not be read at all.
	if tx.Size() > f.Size {
		err = fmt.Errorf("%d bytes are missing at its end", tx.Size()-f.Size)
	}
	if err == nil {
		err = knownSchema(tx)
	}
	if err == nil {
		for wrong := range tx.Check() {
			return wrong // bbolt goes on reading, maybe in a circle: the file stays open for it
		}
		err = records(tx, replay, f)
	}
	return errors.Join(err, tx.Rollback(), db.Close())
}

// knownSchema is nil for the layout of doc.go.
func knownSchema(tx *bbolt.Tx) error {
	meta := tx.Bucket([]byte("meta"))
	if meta == nil {
		return errors.New("it is not a data file of hostd")
	}
	content, err := open(meta.Get([]byte("schema")))
	if err != nil || len(content) != 4 {
		return fmt.Errorf("%w: schema number", ErrNotOurs)
	}
	if found := binary.BigEndian.Uint32(content); found > schema {
		return fmt.Errorf("%w (schema %d, this program knows %d)", ErrNewer, found, schema)
	}
	return nil
}

// records checks every value of the buckets that doc.go names, and each key that its value speaks of.
func records(tx *bbolt.Tx, replay Replay, f *Finding) error {
	worn := 0
	for _, name := range names() {
		bucket := tx.Bucket([]byte(name))
		if bucket == nil {
			if isOriginal(name) {
				return fmt.Errorf("its %s are missing", name)
			}
			continue
		}
		err := bucket.ForEach(func(key, rec []byte) error {
			if rec == nil {
				return checkNested(name, key, bucket)
			}
			content, err := open(rec)
			switch {
			case err == nil:
				return checkKey(name, string(key), content)
			case madeAnew(name) && len(key) <= longestKey && len(rec) <= largestRecord:
				worn++
				return nil
			}
			return fmt.Errorf("%s: %w", name, err)
		})
		if err != nil {
			return err
		}
	}
	if worn > 0 {
		f.Verdict, f.Why = Worn, fmt.Sprintf("%d records of songs are damaged, and are made anew", worn)
	}
	r, err := running(tx)
	if err != nil {
		return err
	}
	if r.Jam != "" && replay != nil {
		return replay(r)
	}
	return nil
}

// isOriginal: the buckets that the very first version made.
func isOriginal(name string) bool {
	return name == "meta" || name == "jams" || name == "history" || name == "tracks"
}

// longestKey and largestRecord, in bytes, are more than any song has: what is larger is not a damaged record but a damaged page.
const (
	longestKey    = 1 << 10
	largestRecord = 1 << 16
)

// madeAnew: what a damaged record of is no loss.
func madeAnew(name string) bool { return name == "tracks" || name == "plays" }

// checkNested looks at the log of one jam and what lies beside it.
func checkNested(name string, key []byte, in *bbolt.Bucket) error {
	if name != "jams" {
		return fmt.Errorf("%s hold a bucket that does not belong there", name)
	}
	jam := in.Bucket(key)
	if err := eachValue(jam, func([]byte) error { return nil }); err != nil {
		return err
	}
	log := jam.Bucket([]byte("log"))
	if log == nil {
		return errors.New("a jam has no log")
	}
	n := uint64(0)
	err := eachValue(log, func(key []byte) error {
		if n++; len(key) != 8 || binary.BigEndian.Uint64(key) != n {
			return fmt.Errorf("entry %d of a log is not where it should be", n)
		}
		return nil
	})
	if err == nil && n != log.Sequence() {
		return fmt.Errorf("a log of %d entries holds %d", log.Sequence(), n)
	}
	return err
}

func eachValue(b *bbolt.Bucket, see func(key []byte) error) error {
	return b.ForEach(func(key, rec []byte) error {
		if rec == nil {
			return nil
		}
		if _, err := open(rec); err != nil {
			return err
		}
		return see(key)
	})
}

// checkKey compares a key with what its record says, and tells whether the record can be read.
func checkKey(name, key string, content []byte) error {
	want := key
	switch name {
	case "history":
		var h wire.HistoryDetail
		if err := json.Unmarshal(content, &h); err != nil || h.EndedAt == nil {
			return fmt.Errorf("an ended jam cannot be read (%w)", err)
		}
		want = historyKey(h)
	case "members":
		var m Member
		if err := json.Unmarshal(content, &m); err != nil {
			return fmt.Errorf("a member cannot be read: %w", err)
		}
		want = m.ID
	}
	if key != want {
		return fmt.Errorf("%s: the record of %q lies at %q", name, want, key)
	}
	return nil
}
