package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"soul-jam/shared/wire"
)

// What meta names: the running jam, and the solo session, under a key of its own so that a
// program that knows of none does not take it for a jam.
const (
	keyRunning  = "running"
	keySolo     = "solo"
	keyRestored = "restored"
	keyDropped  = "dropped"
	keyStart    = "start" // in house
)

// Batch is what one transaction writes about the running jam or the solo session: all of it or nothing.
type Batch struct {
	Jam     string              // "" when none runs and only members are written
	Solo    bool                // Jam is the solo session's id. A jam that is written takes the place of a solo session
	Entries [][]byte            // appended to its log
	Mark    []byte              // replaces the host's last sign of life; nil leaves it
	Members []Member            // made, or taken back
	Seen    []Seen              // members who came or went
	Plays   []string            // track ids that were played to their end once more
	Ended   *wire.HistoryDetail // set when these entries end the jam: its log goes, its history stays
	Dropped bool                // these entries end the solo session: nothing of it stays
}

// Commit writes a batch, on disk when it returns nil. After an error nothing of it
// is there, or, if the very last sync failed, perhaps all: read back what the file holds.
func (s *Store) Commit(b Batch) error {
	err := s.update(func(tx *bbolt.Tx) error {
		if err := putMembers(tx, b.Members); err != nil {
			return err
		}
		if err := putSeen(tx, b.Seen); err != nil {
			return err
		}
		if err := addPlays(tx, b.Plays); err != nil {
			return err
		}
		if !b.Solo && b.Jam != "" || b.Dropped {
			if err := dropSolo(tx); err != nil {
				return err
			}
		}
		switch {
		case b.Dropped:
			return tx.Bucket([]byte("meta")).Delete([]byte(keyRestored))
		case b.Ended != nil:
			return finish(tx, b.Jam, *b.Ended)
		case b.Jam == "":
			return nil
		}
		return add(tx, b)
	})
	if err != nil {
		return fmt.Errorf("write the jam: %w", err)
	}
	if b.Ended != nil || b.Dropped {
		select {
		case s.ended <- struct{}{}:
		default:
		}
	}
	return nil
}

func add(tx *bbolt.Tx, b Batch) error {
	key := keyRunning
	if b.Solo {
		key = keySolo
	}
	if err := errors.Join(tx.Bucket([]byte("meta")).Put([]byte(key), seal([]byte(b.Jam))), tx.Bucket([]byte("meta")).Delete([]byte(keyRestored))); err != nil {
		return err
	}
	jam, err := tx.Bucket([]byte("jams")).CreateBucketIfNotExists([]byte(b.Jam))
	if err != nil {
		return err
	}
	log, err := jam.CreateBucketIfNotExists([]byte("log"))
	if err != nil {
		return err
	}
	log.FillPercent = 0.9 // keys only grow, so pages need no room in their middle
	for _, entry := range b.Entries {
		n, err := log.NextSequence()
		if err != nil {
			return err
		}
		if err := log.Put(binary.BigEndian.AppendUint64(nil, n), seal(entry)); err != nil {
			return err
		}
	}
	if b.Mark == nil {
		return nil
	}
	return jam.Put([]byte("mark"), seal(b.Mark))
}

// finish keeps what history tells and forgets the log, and with it every hash of a token.
func finish(tx *bbolt.Tx, id string, h wire.HistoryDetail) error {
	content, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if h.EndedAt == nil {
		return errors.New("a jam without an end is not history")
	}
	if err := tx.Bucket([]byte("history")).Put([]byte(historyKey(h)), seal(content)); err != nil {
		return err
	}
	for _, key := range []string{keyRunning, keyRestored} {
		if err := tx.Bucket([]byte("meta")).Delete([]byte(key)); err != nil {
			return err
		}
	}
	return dropLog(tx, []byte(id))
}

// historyKey puts ended jams in the order of their ends.
func historyKey(h wire.HistoryDetail) string {
	return h.EndedAt.UTC().Format("20060102T150405.000") + " " + h.ID
}

func dropLog(tx *bbolt.Tx, id []byte) error {
	jams := tx.Bucket([]byte("jams"))
	if err := jams.DeleteBucket(id); err != nil && jams.Bucket(id) != nil {
		return err
	}
	return nil
}

// dropSolo forgets the solo session, if there is one.
func dropSolo(tx *bbolt.Tx) error {
	meta := tx.Bucket([]byte("meta"))
	rec := meta.Get([]byte(keySolo))
	if rec == nil {
		return nil
	}
	// A damaged record must not keep the jam from being written: then its log is left behind.
	if id, err := open(rec); err == nil {
		if err := errors.Join(dropLog(tx, id), noteDropped(tx, id)); err != nil {
			return err
		}
	}
	return meta.Delete([]byte(keySolo))
}

// Keep stores something beside the running jam, which goes with it when it ends. An error when that jam does not run.
func (s *Store) Keep(jam, name string, content []byte) error {
	err := s.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte("jams")).Bucket([]byte(jam))
		if b == nil {
			return errors.New("it does not run")
		}
		return b.Put([]byte(name), seal(content))
	})
	if err != nil {
		return fmt.Errorf("keep the %s of a jam: %w", name, err)
	}
	return nil
}

// Kept gives what Keep stored; nil when there is nothing.
func (s *Store) Kept(jam, name string) (content []byte, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte("jams")).Bucket([]byte(jam))
		if b == nil || b.Get([]byte(name)) == nil {
			return nil
		}
		content, err = open(b.Get([]byte(name)))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the %s of a jam: %w", name, err)
	}
	return content, nil
}

// Running is the jam that was running when the file was last written, or the solo session; its ID is "" when there was neither.
type Running struct {
	Jam     string
	Entries [][]byte
	Mark    []byte // nil when none was written yet
	// Restored is when the snapshot was made that the file has come from, until the next write of a jam; zero for one that was always
	// there. What people saw of the jam after that time is not in it, so that numbers may have been used that it does not hold.
	Restored time.Time
}

// Running reads the running jam, whole.
func (s *Store) Running() (r Running, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		r, err = running(tx)
		return err
	})
	if err != nil {
		return Running{}, fmt.Errorf("read the running jam: %w", err)
	}
	return r, nil
}

// sessionOf gives the id of the running jam, or of the solo session; "" when there is neither.
func sessionOf(tx *bbolt.Tx) (string, error) {
	for _, key := range []string{keyRunning, keySolo} {
		if rec := tx.Bucket([]byte("meta")).Get([]byte(key)); rec != nil {
			id, err := open(rec)
			return string(id), err
		}
	}
	return "", nil
}

func running(tx *bbolt.Tx) (r Running, err error) {
	if r.Jam, err = sessionOf(tx); err != nil || r.Jam == "" {
		return Running{}, err
	}
	jam := tx.Bucket([]byte("jams")).Bucket([]byte(r.Jam))
	if jam == nil || jam.Bucket([]byte("log")) == nil {
		return Running{}, fmt.Errorf("%w: the running jam has no log", ErrDamaged)
	}
	if rec := tx.Bucket([]byte("meta")).Get([]byte(keyRestored)); rec != nil {
		at, err := open(rec)
		if err == nil {
			r.Restored, err = time.Parse(time.RFC3339Nano, string(at))
		}
		if err != nil {
			return Running{}, err
		}
	}
	if mark := jam.Get([]byte("mark")); mark != nil {
		if r.Mark, err = open(mark); err != nil {
			return Running{}, err
		}
	}
	err = jam.Bucket([]byte("log")).ForEach(func(_, rec []byte) error {
		entry, err := open(rec)
		r.Entries = append(r.Entries, entry)
		return err
	})
	return r, err
}
