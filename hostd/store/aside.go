package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// freeAside gives a name for a damaged file that no other has: a clock may stand still, or be set back.
func freeAside(dir string, now time.Time) string {
	name := filepath.Join(dir, asideName+now.UTC().Format(snapshotTime))
	for n, free := 2, name; ; n++ {
		if _, err := os.Lstat(free); errors.Is(err, fs.ErrNotExist) {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// dropOldDamaged lets go of those that are too many, and never of the one that was just put aside. That none can be removed is no reason
// not to start.
func dropOldDamaged(dir, just string, log *slog.Logger) {
	entries, err := os.ReadDir(dir) // in the order of their names, which hold the time
	if err != nil {
		log.Warn("old damaged files could not be looked for", "error", err)
	}
	var others []string
	for _, e := range entries {
		if path := filepath.Join(dir, e.Name()); strings.HasPrefix(e.Name(), asideName) && e.Type().IsRegular() && path != just {
			others = append(others, path)
		}
	}
	for ; len(others) > DamagedKept-1; others = others[1:] {
		if err := os.Remove(others[0]); err != nil {
			log.Warn("an old damaged file could not be removed", "error", err)
		}
	}
}

// putStart notes in a file that takes the place of another what happened, until Told.
func putStart(tx *bbolt.Tx, start Start) error {
	content, err := json.Marshal(start)
	if err != nil {
		return err
	}
	house, err := tx.CreateBucketIfNotExists([]byte("house")) // files of the first versions have none
	if err != nil {
		return err
	}
	return house.Put([]byte(keyStart), seal(content))
}

// untold is what happened at a start that nobody has heard of; the zero value when there is nothing, or it cannot be read.
func (s *Store) untold() (start Start) {
	if content, err := s.Remembered(keyStart); err != nil || content == nil || json.Unmarshal(content, &start) != nil {
		return Start{}
	}
	return start
}

// Told notes that what Opening gave as the Start has been said: the next start does not say it again.
func (s *Store) Told() error {
	if s.untold() == (Start{}) {
		return nil
	}
	err := s.update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("house")).Delete([]byte(keyStart)) })
	if err != nil {
		return fmt.Errorf("note that the restore was told: %w", err)
	}
	return nil
}
