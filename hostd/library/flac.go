package library

import "encoding/binary"

const (
	// maxFLACBlocks is the most metadata blocks looked at. Real files have
	// under 20.
	maxFLACBlocks = 512
	// flacTail is how much of the end is searched for the last frame, in
	// bytes. A frame of 4096 samples in 24-bit stereo has at most 24 KiB.
	flacTail = 128 << 10
)

// flacInfo is what STREAMINFO says (RFC 9639 section 8.2).
type flacInfo struct {
	minBlock, maxBlock uint64
	rate, total        uint64
}

// parseFLAC reads a FLAC file whose "fLaC" stands at start (RFC 9639).
func parseFLAC(p *probe, start int64, wantPicture bool) (sound, error) {
	var s sound
	var info flacInfo
	off := start + 4
	for range maxFLACBlocks {
		h, err := p.exactly(off, 4)
		if err != nil {
			return s, err
		}
		kind, n := h[0]&0x7F, int(h[1])<<16|int(h[2])<<8|int(h[3])
		off += 4
		switch kind {
		case 0:
			if info, err = readStreamInfo(p, off, n); err != nil {
				return s, err
			}
		case 4:
			if err := readFLACComment(p, off, n, wantPicture, &s); err != nil {
				return s, err
			}
		case 6:
			if err := readFLACPicture(p, off, n, wantPicture, &s); err != nil {
				return s, err
			}
		}
		off += int64(n)
		if h[0]&0x80 != 0 {
			break
		}
	}
	if info.rate == 0 {
		return s, errNotMusic
	}
	total, err := flacSamples(p, off, info)
	if err != nil {
		return s, err
	}
	s.duration = samples(total, info.rate)
	s.facts.lossless = true
	return s, nil
}

func readStreamInfo(p *probe, off int64, n int) (flacInfo, error) {
	if n < 34 {
		return flacInfo{}, errNotMusic
	}
	b, err := p.exactly(off, 18)
	if err != nil {
		return flacInfo{}, err
	}
	packed := binary.BigEndian.Uint64(b[10:])
	return flacInfo{
		minBlock: uint64(binary.BigEndian.Uint16(b)),
		maxBlock: uint64(binary.BigEndian.Uint16(b[2:])),
		rate:     packed >> 44,
		total:    packed & (1<<36 - 1),
	}, nil
}

func readFLACComment(p *probe, off int64, n int, wantPicture bool, s *sound) error {
	if n > maxPiece {
		return nil // too big to be text: the name comes from the path
	}
	b, err := p.exactly(off, n)
	if err != nil {
		return err
	}
	siftVorbisComment(b, wantPicture, s)
	return nil
}

func readFLACPicture(p *probe, off int64, n int, wantPicture bool, s *sound) error {
	if n > maxPicture {
		return nil
	}
	b, err := p.exactly(off, n)
	if err != nil {
		return err
	}
	takePictureBlock(b, wantPicture, s)
	return nil
}

// flacSamples gives the number of samples. The header may say 0 (written to a
// pipe) or lie (the file was cut off), so the last frame has a say.
func flacSamples(p *probe, audio int64, info flacInfo) (uint64, error) {
	from := max(audio, p.size-flacTail)
	if from >= p.size {
		return 0, errCutOff
	}
	tail, err := p.upTo(from, flacTail)
	if err != nil {
		return 0, err
	}
	end := lastFLACFrame(tail, info)
	switch {
	case end == 0 && info.total == 0:
		return 0, errNoLength
	case end == 0:
		return 0, errNotMusic // not one frame: the sound is missing or overwritten
	case info.total == 0 || end < info.total:
		return end, nil
	}
	return info.total, nil
}

// lastFLACFrame gives the sample after the furthest frame that begins in b, 0
// when there is none.
func lastFLACFrame(b []byte, info flacInfo) (end uint64) {
	for i := 0; i+6 < len(b); i++ {
		if b[i] != 0xFF || b[i+1]&0xFE != 0xF8 {
			continue
		}
		at, ok := flacFrameEnd(b[i:min(len(b), i+16)], info)
		if ok && at > end && (info.total == 0 || at <= info.total) {
			end = at
		}
	}
	return end
}

// flacFrameEnd reads a frame header (RFC 9639 section 9.1) and gives the
// number of the sample after the frame.
func flacFrameEnd(b []byte, info flacInfo) (uint64, bool) {
	number, n := flacNumber(b[4:])
	if n == 0 || b[3]&1 != 0 || b[2]>>4 == 0 {
		return 0, false
	}
	i := 4 + n
	var block uint64
	switch code := b[2] >> 4; {
	case code == 1:
		block = 192
	case code <= 5:
		block = 576 << (code - 2)
	case code == 6 && i < len(b):
		block = uint64(b[i]) + 1
		i++
	case code == 7 && i+1 < len(b):
		block = uint64(binary.BigEndian.Uint16(b[i:])) + 1
		i += 2
	case code >= 8:
		block = 256 << (code - 8)
	default:
		return 0, false
	}
	switch b[2] & 15 {
	case 12:
		i++
	case 13, 14:
		i += 2
	case 15:
		return 0, false
	}
	if i >= len(b) || crc8(b[:i]) != b[i] || block > info.maxBlock {
		return 0, false
	}
	if b[1]&1 == 1 { // blocks of changing size: the number counts samples
		return number + block, true
	}
	return number*info.maxBlock + block, true
}

// flacNumber decodes the number that frames carry, in the UTF-8 manner with up
// to 36 bits, and tells how many bytes it took, 0 when it is malformed.
func flacNumber(b []byte) (v uint64, n int) {
	if len(b) == 0 {
		return 0, 0
	}
	first := b[0]
	for n = 0; n < 8 && first&(0x80>>n) != 0; n++ {
	}
	switch {
	case n == 0:
		return uint64(first), 1
	case n == 1 || n == 8 || n > len(b):
		return 0, 0
	}
	v = uint64(first & (0x7F >> n))
	for _, c := range b[1:n] {
		if c&0xC0 != 0x80 {
			return 0, 0
		}
		v = v<<6 | uint64(c&0x3F)
	}
	return v, n
}

// crc8 is the checksum of a frame header: polynomial x^8+x^2+x+1.
func crc8(b []byte) (crc byte) {
	for _, c := range b {
		crc ^= c
		for range 8 {
			if crc&0x80 != 0 {
				crc = crc<<1 ^ 7
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}
