package signaling

import (
	"encoding/binary"
	"fmt"
)

// Frame is one of a guest's frames on its way between guest and host.
type Frame struct {
	Guest uint32
	Text  bool // else binary
	Data  []byte
}

// entryHead is guest (4 bytes, big endian), kind (1: 0 binary, 1 text), length (4).
const entryHead = 9

// Size is what the frame takes in a batch, bytes.
func (f Frame) Size() int { return entryHead + len(f.Data) }

// AppendFrame adds a frame to a batch.
func AppendFrame(batch []byte, f Frame) []byte {
	batch = binary.BigEndian.AppendUint32(batch, f.Guest)
	kind := byte(0)
	if f.Text {
		kind = 1
	}
	batch = append(batch, kind)
	batch = binary.BigEndian.AppendUint32(batch, uint32(len(f.Data))) //nolint:gosec // frames are at most MaxHostFrame
	return append(batch, f.Data...)
}

// Frames calls each for every frame of a batch, in order. The data is part of the batch.
// A batch that is not whole is ErrProtocol, after the frames that are; a frame over limit bytes too.
func Frames(batch []byte, limit int, each func(Frame)) error {
	for len(batch) > 0 {
		if len(batch) < entryHead {
			return fmt.Errorf("%w: a batch ends within a frame's head", ErrProtocol)
		}
		f := Frame{Guest: binary.BigEndian.Uint32(batch), Text: batch[4] == 1}
		kind, size := batch[4], binary.BigEndian.Uint32(batch[5:])
		switch {
		case kind > 1:
			return fmt.Errorf("%w: a frame of kind %d", ErrProtocol, kind)
		case uint64(size) > uint64(max(0, limit)): //nolint:gosec // not negative
			return fmt.Errorf("%w: a frame of %d bytes", ErrProtocol, size)
		case int(size) > len(batch)-entryHead:
			return fmt.Errorf("%w: a batch ends within a frame", ErrProtocol)
		}
		f.Data = batch[entryHead : entryHead+int(size)]
		each(f)
		batch = batch[entryHead+int(size):]
	}
	return nil
}
