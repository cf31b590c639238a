package store

import (
	"encoding/binary"
	"fmt"
	"math"

	"go.etcd.io/bbolt"
)

// Remember keeps something for this host and not for one jam, under a name; it is on disk when it returns nil.
func (s *Store) Remember(name string, content []byte) error {
	err := s.update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("house")).Put([]byte(name), seal(content))
	})
	if err != nil {
		return fmt.Errorf("remember the %s: %w", name, err)
	}
	return nil
}

// Remembered gives what Remember kept; nil when there is nothing.
func (s *Store) Remembered(name string) (content []byte, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		rec := tx.Bucket([]byte("house")).Get([]byte(name))
		if rec == nil {
			return nil
		}
		content, err = open(rec)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("recall the %s: %w", name, err)
	}
	return content, nil
}

// Plays tells how often each track was played to its end, by track id. A damaged record is left
// out: that track begins to be counted anew.
func (s *Store) Plays() (map[string]uint32, error) {
	plays := map[string]uint32{}
	err := s.view(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("plays")).ForEach(func(id, rec []byte) error {
			if n := playsIn(rec); n > 0 {
				plays[string(id)] = n
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read how often songs were played: %w", err)
	}
	return plays, nil
}

func playsIn(rec []byte) uint32 {
	if content, err := open(rec); err == nil && len(content) == 4 {
		return binary.BigEndian.Uint32(content)
	}
	return 0
}

func addPlays(tx *bbolt.Tx, tracks []string) error {
	bucket := tx.Bucket([]byte("plays"))
	for _, id := range tracks {
		n := playsIn(bucket.Get([]byte(id)))
		if n == math.MaxUint32 {
			continue
		}
		if err := bucket.Put([]byte(id), seal(binary.BigEndian.AppendUint32(nil, n+1))); err != nil {
			return err
		}
	}
	return nil
}
