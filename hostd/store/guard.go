package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// Names in the data directory, beside FileName.
const (
	// LockFile is held while a hostd runs: the data file itself may be put aside.
	LockFile = "jam.lock"
	// draftFile is what takes the place of a damaged file; when there is no data file, it is whole.
	draftFile = FileName + ".restored"
	// asideName and the time are what a damaged file is called.
	asideName = FileName + ".damaged-"
)

// DamagedKept is how many damaged files are kept, the newest ones, for whoever wants to look into them.
const DamagedKept = 3

// Opening is how the file of a data directory is opened by the hostd that is to run on it.
type Opening struct {
	// Check looks at a file before this process touches it.
	Check Checker
	Now   func() time.Time
	Log   *slog.Logger
}

// Start is what happened to the data file when it was opened. The zero value is the usual: nothing.
type Start struct {
	// Damage says what was wrong; "" = nothing was.
	Damage string
	// Kept is where the damaged file is now.
	Kept string
	// Restored is of when what took its place is: a snapshot, or the file itself without its last write. Zero = there was no good
	// one, and hostd starts empty.
	Restored time.Time
}

// Open takes the directory for this process, checks the file in it and opens it. A damaged one is put aside, and the newest good
// snapshot takes its place, or none. The errors that a person can do something about are ErrRunning and ErrNewer, and those of the disk.
func (o Opening) Open(ctx context.Context, dir string) (*Store, Start, error) {
	lock, err := takeLock(ctx, dir)
	if err != nil {
		return nil, Start{}, fmt.Errorf("open %s: %w", filepath.Join(dir, FileName), err)
	}
	s, start, err := o.open(ctx, dir)
	if err != nil {
		_ = lock.Close()
		return nil, Start{}, fmt.Errorf("open %s: %w", filepath.Join(dir, FileName), err)
	}
	s.lock = lock
	return s, start, nil
}

// Lock takes a data directory without opening its file: ErrRunning when a hostd has it. Close gives it back.
func Lock(ctx context.Context, dir string) (io.Closer, error) { return takeLock(ctx, dir) }

// takeLock waits up to lockWait: a hostd that was just told to end may still hold it.
func takeLock(ctx context.Context, dir string) (*os.File, error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	again := time.NewTicker(lockWait / 10)
	defer again.Stop()
	for {
		lock, err := tryLock(filepath.Join(dir, LockFile))
		if !errors.Is(err, ErrRunning) {
			return lock, err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil, ErrRunning
		}
	}
}

func (o Opening) open(ctx context.Context, dir string) (*Store, Start, error) {
	path, draft := filepath.Join(dir, FileName), filepath.Join(dir, draftFile)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		// A restore that was ended between its two renames goes on.
		if err := os.Rename(draft, path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, Start{}, err
		}
	}
	_ = os.Remove(draft)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) && len(SnapshotsIn(dir)) > 0 {
		return o.restore(ctx, dir, "it is missing")
	}
	found, err := o.Check(ctx, path)
	switch {
	case ctx.Err() != nil:
		return nil, Start{}, ctx.Err()
	case err != nil:
		o.Log.Warn("the data file could not be checked", "error", err)
	case found.Verdict == InUse:
		return nil, Start{}, ErrRunning
	case found.Verdict == TooNew:
		return nil, Start{}, fmt.Errorf("%w: %s", ErrNewer, found.Why)
	case found.Verdict == Damaged:
		return o.restore(ctx, dir, found.Why)
	case isEmpty(path) && len(SnapshotsIn(dir)) > 0:
		return o.restore(ctx, dir, "it is empty")
	}
	s, err := Open(dir)
	if errors.Is(err, ErrNotOurs) {
		return o.restore(ctx, dir, err.Error())
	}
	if err == nil && found.Verdict == Worn {
		o.Log.Warn("damaged records of songs were left out: the songs are read again", "reason", found.Why)
		if worse := s.dropWorn(); errors.Is(worse, ErrBroken) {
			_ = s.Close()
			return o.restore(ctx, dir, worse.Error())
		}
	}
	if err != nil {
		return nil, Start{}, err
	}
	return s, s.untold(), nil
}

// isEmpty tells that a file is there, and holds nothing.
func isEmpty(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() == 0
}

// restore puts the damaged file aside. Each step leaves what the next start can go on from.
func (o Opening) restore(ctx context.Context, dir, why string) (*Store, Start, error) {
	start := Start{Damage: why, Kept: freeAside(dir, o.Now())}
	path, draft := filepath.Join(dir, FileName), filepath.Join(dir, draftFile)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		start.Kept = ""
	}
	o.Log.Warn("the data file is damaged", "reason", why, "kept", start.Kept)
	for _, from := range o.candidates(dir) {
		told := start
		told.Restored = from.At.UTC()
		err := from.prepare(ctx, o.Check, draft, told)
		if err == nil {
			start = told
			break
		}
		_ = os.Remove(draft)
		if !errors.Is(err, ErrDamaged) {
			return nil, Start{}, err // it may be good: it is not passed over for want of room
		}
		if !from.mend {
			o.Log.Warn("a snapshot is no good either", "snapshot", from.Path, "reason", err)
		}
	}
	if start.Kept != "" {
		if err := os.Rename(path, start.Kept); err != nil {
			return nil, Start{}, err
		}
	}
	if !start.Restored.IsZero() {
		if err := os.Rename(draft, path); err != nil {
			return nil, Start{}, err
		}
	}
	if err := syncDir(dir); err != nil {
		return nil, Start{}, err
	}
	dropOldDamaged(dir, start.Kept, o.Log)
	s, err := Open(dir)
	if err == nil && start.Restored.IsZero() {
		err = s.update(func(tx *bbolt.Tx) error { return putStart(tx, start) })
		if err != nil {
			return nil, Start{}, errors.Join(err, s.Close())
		}
	}
	return s, start, err
}

// candidate is what may take the place of a damaged file.
type candidate struct {
	Copy
	mend bool // it is the damaged file itself, of which only the head may be damaged
}

func (o Opening) candidates(dir string) (all []candidate) {
	path := filepath.Join(dir, FileName)
	if info, err := os.Stat(path); err == nil {
		all = append(all, candidate{Copy{Path: path, At: info.ModTime()}, true})
	}
	for _, c := range SnapshotsIn(dir) {
		all = append(all, candidate{c, false})
	}
	return all
}

// prepare makes a data file of it that knows where it is from. ErrDamaged when it is no good.
func (c candidate) prepare(ctx context.Context, check Checker, draft string, start Start) error {
	if c.mend {
		if mendable, err := headToMend(c.Path); err != nil || !mendable {
			return errors.Join(ErrDamaged, err) // a copy of it would be in vain, and it may claim to be huge
		}
	}
	if err := fromDisk(copyFile(c.Path, draft)); errors.Is(err, ErrDisk) || errors.Is(err, errSource) {
		return fmt.Errorf("%w (%w)", ErrDamaged, err) // it cannot be read: another one may be
	} else if err != nil {
		return err
	}
	if c.mend {
		if mended, err := mendHead(draft); err != nil || !mended {
			return errors.Join(ErrDamaged, err)
		}
	}
	found, err := check(ctx, draft)
	switch {
	case err != nil:
		return err
	case found.Verdict != Whole && found.Verdict != Worn || isEmpty(draft):
		return fmt.Errorf("%w: %s", ErrDamaged, found.Why)
	}
	db, err := bbolt.Open(draft, 0o600, &bbolt.Options{Timeout: lockWait})
	if err != nil {
		return err
	}
	s := &Store{db: db}
	mark := seal([]byte(c.At.UTC().Format(time.RFC3339Nano)))
	err = s.update(func(tx *bbolt.Tx) error {
		return errors.Join(tx.Bucket([]byte("meta")).Put([]byte(keyRestored), mark), putStart(tx, start))
	})
	if err == nil && found.Verdict == Worn {
		err = s.dropWorn()
	}
	if errors.Is(err, ErrBroken) {
		return fmt.Errorf("%w (%w)", ErrDamaged, err) // bbolt does not close any more
	}
	return errors.Join(err, db.Close())
}

// errSource: what is to be copied cannot be opened, which says nothing about where it is to go.
var errSource = errors.New("it cannot be opened")

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("%w (%w)", errSource, err)
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// dropWorn forgets the damaged records that hostd makes anew.
func (s *Store) dropWorn() error {
	return s.update(func(tx *bbolt.Tx) error {
		for _, name := range names() {
			if !madeAnew(name) || tx.Bucket([]byte(name)) == nil {
				continue
			}
			var worn [][]byte
			_ = tx.Bucket([]byte(name)).ForEach(func(key, rec []byte) error { // see never fails
				if _, err := open(rec); err != nil {
					worn = append(worn, slices.Clone(key))
				}
				return nil
			})
			for _, key := range worn {
				if err := tx.Bucket([]byte(name)).Delete(key); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
