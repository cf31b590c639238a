package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// SnapshotsKept is how many copies of the data file are kept in Snapshots, the newest ones.
const SnapshotsKept = 3

// Snapshots is the folder of the copies, within the data directory.
const Snapshots = "snapshots"

// A snapshot is called <number>-<when, in UTC>-<the session in it, or none>.db. The clock may be set back, so the number is what tells
// the newest; the session, which hold the log of a jam, with the hashes of its tokens, and go when it ends.
const (
	snapshotName = "%08d-%s-%s.db"
	snapshotTime = "20060102T150405Z"
	noSession    = "none"
)

// Copy is a snapshot on disk.
type Copy struct {
	Path   string
	Number int
	At     time.Time
	// Session is the id of the jam, or of the solo session, whose log is in it; "" for none.
	Session string
}

// SnapshotsIn lists the copies in a data directory, newest first. What does not have the name of one is passed over.
func SnapshotsIn(dir string) []Copy {
	entries, _ := os.ReadDir(filepath.Join(dir, Snapshots)) // none there, or none to be had: the same
	var all []Copy
	for _, e := range entries {
		if c, isOne := copyCalled(e.Name()); isOne && e.Type().IsRegular() {
			c.Path = filepath.Join(dir, Snapshots, e.Name())
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b Copy) int { return b.Number - a.Number })
	return all
}

func copyCalled(name string) (c Copy, isOne bool) {
	parts := strings.SplitN(strings.TrimSuffix(name, ".db"), "-", 3)
	if len(parts) < 3 {
		return Copy{}, false
	}
	n, noNumber := strconv.Atoi(parts[0])
	at, noTime := time.Parse(snapshotTime, parts[1])
	c = Copy{Number: n, At: at, Session: parts[2]}
	if c.Session == noSession {
		c.Session = ""
	}
	return c, noNumber == nil && noTime == nil && c.name() == name
}

func (c Copy) name() string {
	session := c.Session
	if session == "" {
		session = noSession
	}
	return fmt.Sprintf(snapshotName, c.Number, c.At.UTC().Format(snapshotTime), session)
}

// Snapshot copies the data file as it is now to dir's Snapshots, checks the copy and then lets go of those that are too many, and of
// each that holds the log of a session that is known to be over. Writing and reading go on beside it. A copy that the check finds
// damaged is not kept, and takes no good one's place: the error is ErrDamaged then.
func (s *Store) Snapshot(ctx context.Context, now time.Time, check Checker) (Copy, error) {
	dir := s.dir()
	folder := filepath.Join(dir, Snapshots)
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return Copy{}, fmt.Errorf("make a snapshot: %w", err)
	}
	sweepDrafts(folder)
	draft, err := os.OpenFile(filepath.Join(folder, "draft"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return Copy{}, fmt.Errorf("make a snapshot: %w", err)
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	session, err := s.copyTo(draft)
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return Copy{}, fmt.Errorf("make a snapshot: %w", err)
	}
	compact := filepath.Join(folder, "draft.compact")
	defer func() { _ = os.Remove(compact) }()
	found, err := check(ctx, draft.Name())
	if err == nil && (found.Verdict == Whole || found.Verdict == Worn) {
		// WriteTo copies unused pages too, in which lies what was forgotten.
		if err = compactTo(compact, draft.Name()); err == nil {
			found, err = check(ctx, compact)
		}
	}
	switch {
	case err != nil:
		return Copy{}, fmt.Errorf("make a snapshot: %w", err)
	case found.Verdict != Whole && found.Verdict != Worn:
		return Copy{}, fmt.Errorf("make a snapshot: %w: %s", ErrDamaged, found.Why)
	}
	made := Copy{Number: 1, At: now.UTC().Truncate(time.Second), Session: session}
	if before := SnapshotsIn(dir); len(before) > 0 {
		made.Number += before[0].Number
	}
	made.Path = filepath.Join(folder, made.name())
	if err := os.Rename(compact, made.Path); err != nil {
		return Copy{}, fmt.Errorf("make a snapshot: %w", err)
	}
	return made, errors.Join(syncDir(folder), s.tidy())
}

// copyTo writes what is on disk now, and tells whose log is in it. Nothing waits for it: see mapped.
func (s *Store) copyTo(w io.Writer) (session string, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		if session, err = sessionOf(tx); err != nil {
			return err
		}
		_, err = tx.WriteTo(w)
		return err
	})
	return session, err
}

// tidy removes what the newest snapshot makes superfluous, and the logs of what is over.
func (s *Store) tidy() error {
	var good []Copy
	var failed error
	for _, c := range SnapshotsIn(s.dir()) {
		if c.Session == "" || !s.isOver(c.Session) {
			good = append(good, c)
			continue
		}
		failed = errors.Join(failed, os.Remove(c.Path))
	}
	for _, c := range superfluous(good) {
		failed = errors.Join(failed, os.Remove(c.Path))
	}
	return failed
}

// superfluous are those of them, newest first, that need not be kept: all but the newest. The last place is that of the newest one without a
// session's log, if the others have one: it alone stays when that session ends.
func superfluous(all []Copy) []Copy {
	if len(all) <= SnapshotsKept {
		return nil
	}
	last := SnapshotsKept - 1
	isQuiet := func(c Copy) bool { return c.Session == "" }
	if quiet := slices.IndexFunc(all, isQuiet); quiet > last {
		last = quiet
	}
	kept := all[last]
	return slices.DeleteFunc(slices.Clone(all[SnapshotsKept-1:]), func(c Copy) bool { return c == kept })
}

// sweepDrafts removes what a run that was ended in the middle has left.
func sweepDrafts(folder string) {
	_, _ = os.Remove(filepath.Join(folder, "draft")), os.Remove(filepath.Join(folder, "draft.compact"))
}

// Transaction is the number of the last write: another one means that something changed.
func (s *Store) Transaction() (n int, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		n = tx.ID()
		return nil
	})
	return n, err
}
