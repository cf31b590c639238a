package store

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"go.etcd.io/bbolt"
)

// droppedKept is how many ids of solo sessions that are over the file remembers: more than there are snapshots that could hold one.
const droppedKept = 16

// noteDropped remembers that a solo session is over, of which nothing else stays.
func noteDropped(tx *bbolt.Tx, id []byte) error {
	meta := tx.Bucket([]byte("meta"))
	var ids []string
	if content, err := open(meta.Get([]byte(keyDropped))); err == nil {
		ids = strings.Fields(string(content))
	}
	ids = append(ids, string(id))
	ids = ids[max(0, len(ids)-droppedKept):]
	return meta.Put([]byte(keyDropped), seal([]byte(strings.Join(ids, " "))))
}

// isOver tells whether a session is known to have ended: it is in the history, or was dropped. One that the file has never heard of is not: the
// file may be a new one, or an old one that took the place of a damaged one.
func (s *Store) isOver(session string) (over bool) {
	err := s.view(func(tx *bbolt.Tx) error {
		if now, err := sessionOf(tx); err != nil || now == session {
			return err
		}
		if content, err := open(tx.Bucket([]byte("meta")).Get([]byte(keyDropped))); err == nil && slices.Contains(strings.Fields(string(content)), session) {
			over = true
			return nil
		}
		cursor := tx.Bucket([]byte("history")).Cursor()
		for key, _ := cursor.Last(); key != nil && !over; key, _ = cursor.Prev() {
			over = bytes.HasSuffix(key, []byte(" "+session)) // see historyKey
		}
		return nil
	})
	return over && err == nil
}

// compactTo copies what a data file says now, and no byte that is left in it of what was deleted. The copy is on disk when it gives nil.
func compactTo(to, from string) error {
	return guarded(func() error {
		src, err := bbolt.Open(from, 0o600, &bbolt.Options{ReadOnly: true, Timeout: lockWait})
		if err != nil {
			return err
		}
		dst, err := bbolt.Open(to, 0o600, &bbolt.Options{Timeout: lockWait, NoSync: true})
		if err != nil {
			return errors.Join(err, src.Close())
		}
		return errors.Join(bbolt.Compact(dst, src, allocated), dst.Sync(), dst.Close(), src.Close())
	})
}
