package store

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// Member is somebody whom the host made one: known in every jam by a token, of
// which only the hash is kept.
type Member struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// TokenHash "" takes the membership back.
	TokenHash string `json:"token_hash"`
}

// Member finds who shows the token of that hash; ok is false when it is nobody's.
func (s *Store) Member(tokenHash string) (m Member, ok bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		return eachMember(tx, func(other Member) {
			if other.TokenHash == tokenHash && tokenHash != "" {
				m, ok = other, true
			}
		})
	})
	if err != nil {
		return Member{}, false, fmt.Errorf("read the members: %w", err)
	}
	return m, ok, nil
}

func eachMember(tx *bbolt.Tx, see func(Member)) error {
	return tx.Bucket([]byte("members")).ForEach(func(_, rec []byte) error {
		content, err := open(rec)
		if err != nil {
			return err
		}
		var m Member
		if err := json.Unmarshal(content, &m); err != nil {
			return err
		}
		see(m)
		return nil
	})
}

func putMembers(tx *bbolt.Tx, members []Member) error {
	bucket := tx.Bucket([]byte("members"))
	for _, m := range members {
		if m.TokenHash == "" {
			if err := bucket.Delete([]byte(m.ID)); err != nil {
				return err
			}
			continue
		}
		content, err := json.Marshal(m)
		if err != nil {
			return err
		}
		if err := bucket.Put([]byte(m.ID), seal(content)); err != nil {
			return err
		}
	}
	return nil
}
