package store

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"soul-jam/shared/wire"
)

// Member is somebody whom the host made one: known in every jam by a token, of
// which only the hash is kept, or by the key of their own program.
type Member struct {
	ID   string `json:"id"`
	Name string `json:"name"` // in the jam where they were last
	// TokenHash "" takes the membership back.
	TokenHash string `json:"token_hash"`
	// Key is the libp2p peer id of their own program; "" for who came with a browser only. No two members have the same.
	Key string `json:"key,omitempty"`
	// MadeAt and LastSeen are zero in what older versions wrote. While somebody is connected LastSeen is when they came.
	MadeAt   wire.Time `json:"made_at,omitzero"`
	LastSeen wire.Time `json:"last_seen,omitzero"`
}

// Seen is a member who came or went. It never makes one.
type Seen struct {
	ID   string
	Name string
	At   wire.Time
	// Key is one that they have shown beside their token: it is kept when they have none and nobody else has it.
	Key string
}

// Member finds who shows the token of that hash; ok is false when it is nobody's.
func (s *Store) Member(tokenHash string) (m Member, ok bool, err error) {
	return s.findMember(func(m Member) bool { return m.TokenHash == tokenHash && tokenHash != "" })
}

// MemberByKey finds whose program has that libp2p peer id; ok is false when it is nobody's.
func (s *Store) MemberByKey(key string) (m Member, ok bool, err error) {
	return s.findMember(func(m Member) bool { return m.Key == key && key != "" })
}

// Members gives all of them, in no order that means anything.
func (s *Store) Members() (all []Member, err error) {
	_, _, err = s.findMember(func(m Member) bool {
		all = append(all, m)
		return false
	})
	return all, err
}

func (s *Store) findMember(is func(Member) bool) (m Member, ok bool, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		return eachMember(tx, func(other Member) {
			if is(other) {
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
		m, err := readMember(rec)
		if err == nil {
			see(m)
		}
		return err
	})
}

func readMember(rec []byte) (m Member, err error) {
	content, err := open(rec)
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(content, &m)
}

// putMembers writes them in this order: one that is taken back leaves its key to those behind it.
func putMembers(tx *bbolt.Tx, members []Member) error {
	for _, m := range members {
		if m.TokenHash == "" {
			if err := tx.Bucket([]byte("members")).Delete([]byte(m.ID)); err != nil {
				return err
			}
			continue
		}
		if err := putMember(tx, m); err != nil {
			return err
		}
	}
	return nil
}

// putMember writes one, without the key if that is another member's: whoever had it first keeps it.
func putMember(tx *bbolt.Tx, m Member) error {
	bucket := tx.Bucket([]byte("members"))
	cursor := bucket.Cursor()
	for id, rec := cursor.First(); id != nil && m.Key != ""; id, rec = cursor.Next() {
		if other, err := readMember(rec); err == nil && other.ID != m.ID && other.Key == m.Key {
			m.Key = ""
		}
	}
	content, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return bucket.Put([]byte(m.ID), seal(content))
}

// putSeen notes who came and went. Who is no member (any more) is passed over, and so is a
// damaged record: it must not keep the jam beside it from being written.
func putSeen(tx *bbolt.Tx, seen []Seen) error {
	for _, s := range seen {
		m, err := readMember(tx.Bucket([]byte("members")).Get([]byte(s.ID)))
		if err != nil {
			continue
		}
		m.Name, m.LastSeen = s.Name, s.At
		if m.Key == "" {
			m.Key = s.Key
		}
		if err := putMember(tx, m); err != nil {
			return err
		}
	}
	return nil
}
