package p2p

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"soul-jam/hostd/link"
)

const (
	// maxReason of a goodbye, bytes: that of a WebSocket's.
	maxReason = 123
	// A goodbye's codes.
	minCode, maxCode = 4000, 4999
	// goodbyeType is a goodbye's; maxGoodbye is how long it gets, bytes: one of a reason may take six in JSON.
	goodbyeType, maxGoodbye = "goodbye", 1 << 10
	// readBuffer of a stream, bytes: a command is shorter, longer frames are read past it.
	readBuffer = 1024
	// firstPiece is how much room is made for a frame before its bytes come: its length is
	// only claimed.
	firstPiece = 16 << 10
	// lengthBits of a frame's length that are read; libp2p's varints have no more.
	lengthBits = 63
)

// frames reads one side's frames.
type frames struct {
	from  *bufio.Reader
	limit int64
}

func newFrames(from io.Reader, limit int64) frames {
	return frames{bufio.NewReaderSize(from, readBuffer), limit}
}

// next gives a frame, which may be empty, or link.ErrTooLong, or a *link.Closed, or what ended the stream.
func (f frames) next() ([]byte, error) {
	size, err := f.size()
	if err != nil {
		return nil, err
	}
	limit := uint64(f.limit)           //nolint:gosec // a limit of ours
	if size > max(limit, maxGoodbye) { // a goodbye is heard whatever the limit
		return nil, link.ErrTooLong
	}
	frame, err := f.bytes(size)
	if err != nil {
		return nil, err
	}
	if bye := goodbyeIn(frame); bye != nil {
		return nil, bye
	}
	if size > limit {
		return nil, link.ErrTooLong
	}
	return frame, nil
}

// size reads a frame's length. One that is written longer than any may be is too long itself.
func (f frames) size() (uint64, error) {
	var size uint64
	for shift := 0; shift < lengthBits; shift += 7 {
		b, err := f.from.ReadByte()
		if err == io.EOF && shift > 0 { //nolint:errorlint // ReadByte gives it as it is
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, err
		}
		if size |= uint64(b&0x7f) << shift; b < 0x80 {
			return size, nil
		}
	}
	return 0, link.ErrTooLong
}

func (f frames) bytes(size uint64) ([]byte, error) {
	if size <= firstPiece {
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

// goodbye is a frame like others, of a type that other programs do not know and so pass over.
type goodbye struct {
	Type   string `json:"type"`
	Code   int    `json:"code"`
	Reason string `json:"reason"`
}

// goodbyeIn gives the goodbye that a frame is, nil when it is something else.
func goodbyeIn(frame []byte) *link.Closed {
	if len(frame) > maxGoodbye || !bytes.HasPrefix(frame, []byte(`{"type":"`+goodbyeType+`"`)) {
		return nil
	}
	var g goodbye
	if err := json.Unmarshal(frame, &g); err != nil || g.Type != goodbyeType || g.Code < minCode || g.Code > maxCode || len(g.Reason) > maxReason {
		return nil
	}
	return &link.Closed{Code: g.Code, Reason: g.Reason}
}

// appendGoodbye is what next reads as one. A reason that is too long is cut.
func appendGoodbye(b []byte, code int, reason string) ([]byte, error) {
	if code < minCode || code > maxCode {
		return nil, fmt.Errorf("close with %d: not %d to %d", code, minCode, maxCode)
	}
	reason = strings.ToValidUTF8(reason[:min(len(reason), maxReason)], "")
	text, err := json.Marshal(goodbye{goodbyeType, code, reason})
	if err != nil {
		return nil, fmt.Errorf("write the goodbye: %w", err)
	}
	return append(binary.AppendUvarint(b, uint64(len(text))), text...), nil
}
