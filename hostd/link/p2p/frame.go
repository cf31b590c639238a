package p2p

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"soul-jam/hostd/link"
)

const (
	// maxReason of a goodbye, bytes: that of a WebSocket's.
	maxReason = 123
	// A goodbye's codes.
	minCode, maxCode = 4000, 4999
	// readBuffer of a stream, bytes: a command is shorter, longer frames are read past it.
	readBuffer = 1024
	// firstPiece is how much room is made for a frame before its bytes come: its length is
	// only claimed.
	firstPiece = 16 << 10
)

// errGoodbye: what announced itself as a goodbye is none, or another program's empty frame.
var errGoodbye = errors.New("the stream ends without a goodbye")

// frames reads one side's frames.
type frames struct {
	from  *bufio.Reader
	limit int64
}

func newFrames(from io.Reader, limit int64) frames {
	return frames{bufio.NewReaderSize(from, readBuffer), limit}
}

// next gives a frame, or link.ErrTooLong, or a *link.Closed, or what ended the stream.
func (f frames) next() ([]byte, error) {
	size, err := binary.ReadUvarint(f.from)
	switch {
	case err != nil:
		return nil, err
	case size == 0:
		return nil, f.goodbye()
	case size > uint64(f.limit): //nolint:gosec // a limit of ours
		return nil, link.ErrTooLong
	case size <= firstPiece:
		frame := make([]byte, size)
		_, err := io.ReadFull(f.from, frame)
		return frame, err
	}
	var frame bytes.Buffer
	frame.Grow(firstPiece)
	if _, err := io.CopyN(&frame, f.from, int64(size)); err != nil { //nolint:gosec // within the limit
		return nil, err
	}
	return frame.Bytes(), nil
}

func (f frames) goodbye() error {
	var head [2]byte
	if _, err := io.ReadFull(f.from, head[:]); err != nil {
		return errGoodbye
	}
	code := int(binary.BigEndian.Uint16(head[:]))
	size, err := binary.ReadUvarint(f.from)
	if err != nil || size > maxReason || code < minCode || code > maxCode {
		return errGoodbye
	}
	reason := make([]byte, size)
	if _, err := io.ReadFull(f.from, reason); err != nil {
		return errGoodbye
	}
	return &link.Closed{Code: code, Reason: string(reason)}
}

// appendGoodbye is what goodbye reads. A reason that is too long is cut.
func appendGoodbye(b []byte, code int, reason string) ([]byte, error) {
	if code < minCode || code > maxCode {
		return nil, fmt.Errorf("close with %d: not %d to %d", code, minCode, maxCode)
	}
	reason = reason[:min(len(reason), maxReason)]
	b = append(b, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(code))
	b = binary.AppendUvarint(b, uint64(len(reason)))
	return append(b, reason...), nil
}
