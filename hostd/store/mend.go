package store

import (
	"encoding/binary"
	"hash/fnv"
	"io"
	"os"
)

// A bbolt file begins with two head pages, of which a write replaces the older one. Each is a page header of 16 bytes (its number, what it
// is), then the head: magic, version, page size, ..., the number of the transaction, an FNV-1a of all that. When the newest is
// damaged, as after a power cut on a disk that lies, the other still leads to everything but the very last write.
const (
	headerLen = 16
	flagsAt   = 8 // in the header; the page's number comes first
	headFlag  = 0x04

	headLen   = 64
	headMagic = 0xED0CDAED // comes first
	pageAt    = 8          // the size of a page
	writeAt   = 48         // the number of the transaction
	sumAt     = 56

	smallestPage = 512
	largestPage  = 64 << 10
)

// mendHead writes the good one of the two heads over the damaged one, as the write before the last would have left it. It tells
// whether there was one to mend and one to mend it from; bbolt has no part in it, so that no damage can end the process.
func mendHead(path string) (mended bool, err error) {
	return headOf(path, os.O_RDWR)
}

// headToMend tells whether mendHead would mend one, and changes nothing.
func headToMend(path string) (mendable bool, err error) { return headOf(path, os.O_RDONLY) }

func headOf(path string, how int) (mended bool, err error) {
	f, err := os.OpenFile(path, how, 0)
	if err != nil {
		return false, err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	for size := int64(smallestPage); size <= largestPage; size *= 2 {
		good, page := -1, make([]byte, headerLen+headLen)
		for i := range 2 {
			_, err := f.ReadAt(page, int64(i)*size)
			switch {
			case err == io.EOF || err == nil && !isHead(page, i, size):
				continue
			case err != nil:
				return false, err
			case good >= 0:
				return false, nil // both are good
			}
			good = i
		}
		if good < 0 {
			continue
		}
		if _, err := f.ReadAt(page, int64(good)*size); err != nil {
			return false, err
		}
		if how == os.O_RDONLY {
			return true, nil
		}
		other := 1 - good
		native := binary.NativeEndian
		native.PutUint64(page, uint64(other))
		head := page[headerLen:]
		native.PutUint64(head[writeAt:], native.Uint64(head[writeAt:])-1)
		native.PutUint64(head[sumAt:], headSum(head))
		if _, err := f.WriteAt(page, int64(other)*size); err != nil {
			return false, err
		}
		return true, f.Sync()
	}
	return false, nil
}

// isHead tells whether that is the good head of this number in a file with pages of that size.
func isHead(page []byte, number int, size int64) bool {
	native, head := binary.NativeEndian, page[headerLen:]
	return native.Uint64(page) == uint64(number) && native.Uint16(page[flagsAt:]) == headFlag && native.Uint32(head) == headMagic &&
		int64(native.Uint32(head[pageAt:])) == size && native.Uint64(head[sumAt:]) == headSum(head)
}

func headSum(head []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(head[:sumAt]) // never fails
	return h.Sum64()
}
