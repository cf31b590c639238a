package store

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"soul-jam/shared/wire"
)

// History gives the ended jams, newest first.
func (s *Store) History() ([]wire.HistoryRow, error) {
	rows := []wire.HistoryRow{}
	err := s.eachEnded(func(h wire.HistoryDetail) bool {
		rows = append(rows, h.HistoryRow)
		return true
	})
	return rows, err
}

// HistoryOf gives one ended jam; ok is false when there is none of that id.
func (s *Store) HistoryOf(id string) (detail wire.HistoryDetail, ok bool, err error) {
	err = s.eachEnded(func(h wire.HistoryDetail) bool {
		if h.ID == id {
			detail, ok = h, true
		}
		return !ok
	})
	return detail, ok, err
}

// eachEnded calls see for each ended jam, newest first, until it returns false.
func (s *Store) eachEnded(see func(wire.HistoryDetail) bool) error {
	err := s.view(func(tx *bbolt.Tx) error {
		c := tx.Bucket([]byte("history")).Cursor()
		for key, rec := c.Last(); key != nil; key, rec = c.Prev() {
			content, err := open(rec)
			if err != nil {
				return err
			}
			var h wire.HistoryDetail
			if err := json.Unmarshal(content, &h); err != nil {
				return err
			}
			if !see(h) {
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read history: %w", err)
	}
	return nil
}
