package library

import (
	"errors"
	"io"
)

const (
	// maxPiece is the most bytes taken from a file in one read, in bytes. It
	// is the bound on what a length field in a file can make us allocate.
	maxPiece = 8 << 20
	// maxProbe is the most bytes read of one file in all, in bytes. Only an
	// MP3 of changing bit rate without a header comes near it.
	maxProbe = 256 << 20
)

var (
	errCutOff  = errors.New("the file ends in the middle of its header")
	errTooMuch = errors.New("its header asks for more data than any music file needs")
	errSlow    = errors.New("reading it took too long")
)

// probe reads pieces of one file within the limits above. It is used by one
// goroutine at a time.
type probe struct {
	r    io.ReaderAt
	size int64
	left int64        // bytes that may still be read
	stop func() error // not nil: reading must end now, with this error
}

func newProbe(r io.ReaderAt, size int64, stop func() error) *probe {
	return &probe{r: r, size: size, left: maxProbe, stop: stop}
}

// upTo reads n bytes at off, fewer where the file ends before.
func (p *probe) upTo(off int64, n int) ([]byte, error) {
	if err := p.stop(); err != nil {
		return nil, err
	}
	if off < 0 || n < 0 || off >= p.size {
		return nil, errCutOff
	}
	n = int(min(int64(n), p.size-off))
	if n > maxPiece || int64(n) > p.left {
		return nil, errTooMuch
	}
	p.left -= int64(n)
	b := make([]byte, n)
	got, err := p.r.ReadAt(b, off)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b[:got], nil
}

// exactly reads n bytes at off or fails.
func (p *probe) exactly(off int64, n int) ([]byte, error) {
	// Asked before reading, so that a forged length costs no memory.
	if off < 0 || int64(n) > p.size-off {
		return nil, errCutOff
	}
	b, err := p.upTo(off, n)
	if err == nil && len(b) < n {
		err = errCutOff
	}
	return b, err
}
