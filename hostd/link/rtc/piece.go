package rtc

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"

	"soul-jam/hostd/link"
)

// maxPiece is how long one message on the data channel may be, in bytes with its
// first byte. From the contract; no browser has a lower limit.
const maxPiece = 16 << 10

// The first byte of a piece.
const (
	last   = 0 // the frame ends with this piece
	more   = 1 // the frame goes on in the next
	ending = 2 // goodbye: code and reason
)

// maxReason is how long the reason of a close may be, in bytes: as on a WebSocket.
const maxReason = 123

// The codes that a link is closed with.
const (
	lowestCode  = 4000
	highestCode = 4999
)

// errPiece: the other side does not keep to the framing.
var errPiece = errors.New("malformed piece")

// assembler puts frames together from pieces.
type assembler struct {
	limit int64 // bytes of a frame
	part  []byte
}

// push takes the next message. It gives a frame once that is whole, or an error: a
// *link.Closed for a goodbye, link.ErrTooLong, or errPiece. The frame is the
// caller's; message is not kept.
func (a *assembler) push(message []byte, text bool) (frame []byte, whole bool, err error) {
	if text || len(message) == 0 {
		return nil, false, errPiece
	}
	kind, body := message[0], message[1:]
	switch kind {
	case last, more:
	case ending:
		return nil, false, goodbye(body)
	default:
		return nil, false, errPiece
	}
	if int64(len(a.part))+int64(len(body)) > a.limit {
		a.part = nil
		return nil, false, link.ErrTooLong
	}
	a.part = append(a.part, body...)
	if kind == more {
		return nil, false, nil
	}
	frame, a.part = a.part, nil
	return frame, true, nil
}

func goodbye(body []byte) error {
	if len(body) < 2 || len(body) > 2+maxReason {
		return errPiece
	}
	code := int(binary.BigEndian.Uint16(body))
	if code < lowestCode || code > highestCode {
		return errPiece
	}
	return &link.Closed{Code: code, Reason: strings.ToValidUTF8(string(body[2:]), "")}
}

// closePiece is the message that says goodbye.
func closePiece(code int, reason string) []byte {
	for len(reason) > maxReason {
		_, size := utf8.DecodeLastRuneInString(reason)
		reason = reason[:len(reason)-size]
	}
	piece := binary.BigEndian.AppendUint16([]byte{ending}, uint16(code)) //nolint:gosec // 4000 to 4999
	return append(piece, reason...)
}

// pieces calls send with each message of a frame; the bytes are good until it returns.
func pieces(frame []byte, send func([]byte) error) error {
	message := make([]byte, 0, min(len(frame)+1, maxPiece))
	for {
		n := min(len(frame), maxPiece-1)
		kind := byte(last)
		if n < len(frame) {
			kind = more
		}
		message = append(append(message[:0], kind), frame[:n]...)
		if err := send(message); err != nil {
			return err
		}
		if frame = frame[n:]; kind == last {
			return nil
		}
	}
}
