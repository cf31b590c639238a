package store

import (
	"errors"
	"fmt"
	"os"

	"go.etcd.io/bbolt"
)

// headPages are the file's first: each says where everything is as of one write, and the newer one counts.
const headPages = 2

// errEnough ends a copy once the head pages are there.
var errEnough = errors.New("the head pages are there")

// head takes the first bytes of a copy.
type head struct {
	bytes []byte
	want  int
}

func (h *head) Write(p []byte) (int, error) {
	h.bytes = append(h.bytes, p...)
	if len(h.bytes) >= h.want {
		return len(p), errEnough
	}
	return len(p), nil
}

// believed gives the head pages as bbolt has them in memory, right after a write failed; nil when they cannot be had.
func (s *Store) believed() []byte {
	h := head{want: headPages * s.db.Info().PageSize}
	err := s.view(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(&h)
		return err
	})
	if err == nil || len(h.bytes) != h.want {
		return nil
	}
	return h.bytes
}

// settle makes the disk agree with what bbolt has in memory, after a write that failed: it runs before the next one.
//
// When a write of the head page or its sync fails, the page may be in memory only, and Linux takes it for written: no later sync
// brings it to the disk, and it may be forgotten. The next write would put its own pages where the disk's older head
// still points, and a power cut then leaves a file that is neither the one nor the other.
func (s *Store) settle() (err error) {
	if s.heads == nil {
		if s.heads = s.believed(); s.heads == nil {
			return errors.New("the data file's head cannot be read")
		}
	}
	file, err := os.OpenFile(s.db.Path(), os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("write the data file's head again: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.WriteAt(s.heads, 0); err != nil {
		return fmt.Errorf("write the data file's head again: %w", err)
	}
	if err := file.Sync(); err != nil {
		return fmt.Errorf("sync the data file's head again: %w", err)
	}
	return nil
}
