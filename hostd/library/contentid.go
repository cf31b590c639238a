package library

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

const (
	// idPiece is how much of either end of a file goes into its id, in bytes.
	idPiece = 64 << 10
	// idBytes is the length of an id in bytes; as text it is twice that.
	idBytes = 16
)

// contentID names a file by what is in it: the first 16 bytes of the SHA-256
// over its size (8 bytes, little endian), its first and its last 64 KiB. A file
// that is moved keeps it; two files with the same content have the same.
func contentID(p *probe) (string, error) {
	if p.size == 0 {
		return "", errEmpty
	}
	h := sha256.New()
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(p.size)))
	for _, off := range []int64{0, max(0, p.size-idPiece)} {
		b, err := p.upTo(off, idPiece)
		if err != nil {
			return "", err
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)[:idBytes]), nil
}

// validID tells whether id could be a track's. Anything else, as a path, names
// no track.
func validID(id string) bool {
	if len(id) != 2*idBytes {
		return false
	}
	_, err := hex.DecodeString(id)
	return err == nil
}
