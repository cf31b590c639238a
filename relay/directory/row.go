package directory

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"go.etcd.io/bbolt"

	"soul-jam/shared/code"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
	"soul-jam/signaling/server"
)

// row is what is remembered of a code.
type row struct {
	key     string // 32 bytes
	claimed time.Time
	seen    time.Time // the host's last sign, or the end
	ended   bool
	reason  wire.EndReason
}

const (
	keySize = 32
	// A row on disk: version (1), CRC-32C of the rest (4), key, ended (1), claimed and seen (8 each, Unix seconds), reason.
	rowVersion = 1
	crcEnd     = 1 + crc32.Size
	rowHead    = crcEnd + keySize + 1 + 8 + 8
)

// ErrDamaged: a row is not what was written.
var ErrDamaged = errors.New("a row of the directory of codes is damaged")

func checksum(content []byte) uint32 {
	return crc32.Checksum(content, crc32.MakeTable(crc32.Castagnoli))
}

func (r row) encode() []byte {
	b := make([]byte, crcEnd, rowHead+len(r.reason))
	b[0] = rowVersion
	b = append(b, r.key...)
	ended := byte(0)
	if r.ended {
		ended = 1
	}
	b = append(b, ended)
	b = binary.BigEndian.AppendUint64(b, uint64(r.claimed.Unix())) //nolint:gosec // read back the same way
	b = binary.BigEndian.AppendUint64(b, uint64(r.seen.Unix()))    //nolint:gosec // as above
	b = append(b, r.reason...)
	binary.BigEndian.PutUint32(b[1:], checksum(b[crcEnd:]))
	return b
}

func decode(b []byte) (row, error) {
	if len(b) < rowHead || b[0] != rowVersion || binary.BigEndian.Uint32(b[1:]) != checksum(b[crcEnd:]) {
		return row{}, fmt.Errorf("%w: %d bytes", ErrDamaged, len(b))
	}
	rest := b[crcEnd+keySize:]
	unix := func(b []byte) time.Time { return time.Unix(int64(binary.BigEndian.Uint64(b)), 0) } //nolint:gosec // see encode
	return row{
		key: string(b[crcEnd : crcEnd+keySize]), ended: rest[0] == 1, claimed: unix(rest[1:]), seen: unix(rest[9:]), reason: wire.EndReason(rest[17:]),
	}, nil
}

// pair is the two buckets within a transaction.
type pair struct{ codes, keys *bbolt.Bucket }

func buckets(tx *bbolt.Tx) pair {
	return pair{tx.Bucket([]byte(codesBucket)), tx.Bucket([]byte(keysBucket))}
}

func (p pair) row(c code.Code) (row, bool, error) {
	b := p.codes.Get([]byte(c))
	if b == nil {
		return row{}, false, nil
	}
	r, err := decode(b)
	return r, err == nil, err
}

// put writes a row and, when it is another key's than before, the key's list.
func (p pair) put(c code.Code, r row) error {
	before, there, err := p.row(c)
	if err != nil {
		return err
	}
	if there && before.key != r.key {
		if err := p.keys.Delete(append([]byte(before.key), c...)); err != nil {
			return err
		}
	}
	if !there || before.key != r.key {
		if err := p.keys.Put(append([]byte(r.key), c...), nil); err != nil {
			return err
		}
	}
	return p.codes.Put([]byte(c), r.encode())
}

// each calls do for every row of a key.
func (p pair) each(key string, do func(code.Code, row) error) error {
	var all []code.Code
	cursor := p.keys.Cursor()
	for k, _ := cursor.Seek([]byte(key)); bytes.HasPrefix(k, []byte(key)); k, _ = cursor.Next() {
		all = append(all, code.Code(k[len(key):]))
	}
	for _, c := range all {
		r, there, err := p.row(c)
		if err != nil {
			return err
		}
		if there {
			if err := do(c, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// mayHaveMore refuses a key that claimed many codes lately: it would take them from others.
func (p pair) mayHaveMore(key string, now time.Time) error {
	claims := 0
	err := p.each(key, func(_ code.Code, r row) error {
		if now.Sub(r.claimed) < signaling.CodeKept {
			claims++
		}
		return nil
	})
	if err == nil && claims >= server.MaxClaims {
		return server.ErrTooMany
	}
	return err
}

// endOthers ends the codes that a key had before: one lives at a time.
func (p pair) endOthers(key string, but code.Code, now time.Time) error {
	return p.each(key, func(c code.Code, r row) error {
		if c == but || r.ended {
			return nil
		}
		r.ended, r.seen = true, now
		return p.put(c, r)
	})
}

// sweep removes expired and damaged rows among the next sweptAtOnce. next is nil at the end.
func (p pair) sweep(from []byte, now time.Time) (next []byte, gone int64, err error) {
	type found struct{ code, key []byte }
	var expired []found
	cursor, looked := p.codes.Cursor(), 0
	k, v := cursor.Seek(from)
	for ; k != nil && looked < sweptAtOnce; k, v = cursor.Next() {
		looked++
		if r, err := decode(v); err != nil || r.expired(now) {
			expired = append(expired, found{bytes.Clone(k), append([]byte(r.key), k...)})
		}
	}
	next = bytes.Clone(k)
	for _, f := range expired {
		if err := errors.Join(p.codes.Delete(f.code), p.keys.Delete(f.key)); err != nil {
			return nil, gone, err
		}
		gone++
	}
	return next, gone, nil
}
