package store

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"
)

// Tracks calls see with each of the library's records. A damaged one is left out:
// the file it stood for is simply read again.
func (s *Store) Tracks(see func(rec []byte) error) error {
	err := s.view(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("tracks")).ForEach(func(_, rec []byte) error {
			content, err := open(rec)
			if err != nil {
				return nil
			}
			return see(content)
		})
	})
	if err != nil {
		return fmt.Errorf("read tracks: %w", err)
	}
	return nil
}

// PutTracks writes records by track id, in one transaction.
func (s *Store) PutTracks(ctx context.Context, recs map[string][]byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.update(func(tx *bbolt.Tx) error {
		for id, rec := range recs {
			if err := tx.Bucket([]byte("tracks")).Put([]byte(id), seal(rec)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write tracks: %w", err)
	}
	return nil
}

// DeleteTracks forgets tracks by id, in one transaction.
func (s *Store) DeleteTracks(ctx context.Context, ids []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.update(func(tx *bbolt.Tx) error {
		for _, id := range ids {
			if err := tx.Bucket([]byte("tracks")).Delete([]byte(id)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete tracks: %w", err)
	}
	return nil
}
