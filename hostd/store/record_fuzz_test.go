package store

import (
	"bytes"
	"testing"
)

// FuzzRecord: what is read from the disk is what was written, or is refused; one flipped bit anywhere is noticed.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(nil), uint(0))
	f.Add([]byte(`{"type":"chat","seq":7}`), uint(3))
	f.Add(seal([]byte("sealed twice")), uint(41))
	f.Add([]byte{recordVersion, 0, 0, 0, 0}, uint(9))
	f.Add(bytes.Repeat([]byte{0}, 64), uint(500))
	f.Fuzz(func(t *testing.T, content []byte, at uint) {
		rec := seal(content)
		got, err := open(rec)
		if err != nil || !bytes.Equal(got, content) {
			t.Fatalf("%x is read as %x, %v", content, got, err)
		}
		bit := at % uint(8*len(rec))
		rec[bit/8] ^= 1 << (bit % 8)
		if got, err := open(rec); err == nil {
			t.Errorf("with bit %d flipped %x is read as %x", bit, content, got)
		}
		// What stands there may also be anything else.
		if got, err := open(content); err == nil && !bytes.Equal(seal(got), content) {
			t.Errorf("%x is read as %x", content, got)
		}
	})
}
