package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// recordVersion is the first byte of every stored value; the next four are a
// CRC-32C of version and content, big endian; the content follows.
const recordVersion = 1

const recordHead = 1 + crc32.Size

// ErrDamaged: a stored record is not what was written.
var ErrDamaged = errors.New("a stored record is damaged")

func checksum(content []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum([]byte{recordVersion}, table), table, content)
}

// seal makes the record of some content.
func seal(content []byte) []byte {
	rec := make([]byte, recordHead, recordHead+len(content))
	rec[0] = recordVersion
	binary.BigEndian.PutUint32(rec[1:], checksum(content))
	return append(rec, content...)
}

// open gives a copy of the content of a record, which outlives the transaction it was read in.
func open(rec []byte) ([]byte, error) {
	if len(rec) < recordHead {
		return nil, fmt.Errorf("%w: %d bytes", ErrDamaged, len(rec))
	}
	if rec[0] != recordVersion {
		return nil, fmt.Errorf("%w: record version %d", ErrDamaged, rec[0])
	}
	content := append([]byte(nil), rec[recordHead:]...)
	if checksum(content) != binary.BigEndian.Uint32(rec[1:]) {
		return nil, fmt.Errorf("%w: checksum", ErrDamaged)
	}
	return content, nil
}
