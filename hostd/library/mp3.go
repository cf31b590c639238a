package library

import (
	"encoding/binary"
	"time"
)

const (
	// mp3Search is how far behind the tags the first frame may stand, in bytes.
	mp3Search = 256 << 10
	// mp3Samples is the number of places where the bit rate is looked at to
	// tell constant from changing, and mp3SampleSize how many bytes each.
	mp3Samples    = 8
	mp3SampleSize = 8 << 10
	// maxID3Tags is the most ID3v2 tags in a row at the start of a file.
	maxID3Tags = 4
)

// mpegFrame is the head of a frame (ISO/IEC 11172-3 and 13818-3).
type mpegFrame struct {
	kind    uint32 // version, layer and rate: alike in all frames of a file
	rate    uint64 // samples a second
	samples uint64 // in this frame
	bits    uint64 // bits a second
	size    int64  // bytes
	side    int    // bytes of side information, layer III
}

// mpegBits gives kbit/s by [table][index]; mpegTable chooses the table.
var mpegBits = [...][15]uint64{
	{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448}, // MPEG-1 layer I
	{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},    // MPEG-1 layer II
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},     // MPEG-1 layer III
	{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},    // MPEG-2 layer I
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},         // MPEG-2 layers II, III
}

func mpegTable(mpeg1 bool, layer uint32) int {
	switch {
	case mpeg1:
		return int(layer) - 1
	case layer == 1:
		return 3
	}
	return 4
}

// readMPEG reads the head of a frame. Free format (no stated bit rate) is not
// taken: nobody uses it and any bytes look like it.
func readMPEG(b []byte) (f mpegFrame, ok bool) {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE0 != 0xE0 {
		return f, false
	}
	version, layer := uint32(b[1]>>3&3), 4-uint32(b[1]>>1&3)
	bitIndex, rateIndex := b[2]>>4, b[2]>>2&3
	if version == 1 || layer == 4 || bitIndex == 0 || bitIndex == 15 || rateIndex == 3 || b[3]&3 == 2 {
		return f, false
	}
	mpeg1 := version == 3
	f.kind = version<<8 | layer<<4 | uint32(rateIndex)
	f.rate = [...]uint64{44100, 48000, 32000}[rateIndex]
	switch version {
	case 2:
		f.rate /= 2
	case 0:
		f.rate /= 4
	}
	f.bits = 1000 * mpegBits[mpegTable(mpeg1, layer)][bitIndex]
	pad := int64(b[2] >> 1 & 1)
	switch {
	case layer == 1:
		f.samples = 384
		f.size = (int64(12*f.bits/f.rate) + pad) * 4
	case layer == 3 && !mpeg1:
		f.samples = 576
		f.size = int64(72*f.bits/f.rate) + pad
	default:
		f.samples = 1152
		f.size = int64(144*f.bits/f.rate) + pad
	}
	mono := b[3]>>6 == 3
	switch {
	case mpeg1 && !mono:
		f.side = 32
	case mpeg1 || !mono:
		f.side = 17
	default:
		f.side = 9
	}
	return f, f.size > 4
}

// parseMP3 reads an MPEG audio file with its tags. Some FLAC files carry an
// ID3 tag in front, too.
func parseMP3(p *probe, wantPicture bool) (sound, error) {
	var s sound
	var start int64
	for range maxID3Tags {
		t, ok := readID3(p, start)
		if !ok {
			break
		}
		if s.tags == nil {
			siftID3(p, start, t, wantPicture, &s)
		}
		start += t.size
	}
	if b, err := p.upTo(start, 4); err == nil && string(b) == "fLaC" {
		return parseFLAC(p, start, wantPicture)
	}
	end, v1 := mp3End(p, start)
	if s.tags == nil && v1 != nil {
		s.tags = v1
		takeFactsID3v1(v1, &s.facts)
	}
	first, f, err := firstMPEG(p, start, end)
	if err != nil {
		return s, err
	}
	s.duration, err = mp3Duration(p, first, end, f)
	return s, err
}

// mp3End gives where the sound ends before the tags at the end of the file
// (ID3v1, APEv2), and the ID3v1 tag.
func mp3End(p *probe, start int64) (end int64, v1 []byte) {
	end = p.size
	if b, err := p.exactly(max(start, end-128), 128); err == nil && string(b[:3]) == "TAG" {
		end -= 128
		v1 = b
	}
	if b, err := p.exactly(max(start, end-32), 32); err == nil && string(b[:8]) == "APETAGEX" {
		n := int64(binary.LittleEndian.Uint32(b[12:]))
		if binary.LittleEndian.Uint32(b[20:])&(1<<31) != 0 {
			n += 32 // a head, too
		}
		if n <= end-start {
			end -= n
		}
	}
	return end, v1
}

// firstMPEG finds the first frame that another one of its kind follows.
func firstMPEG(p *probe, start, end int64) (int64, mpegFrame, error) {
	if start >= end {
		return 0, mpegFrame{}, errCutOff
	}
	b, err := p.upTo(start, int(min(end-start, mp3Search)))
	if err != nil {
		return 0, mpegFrame{}, err
	}
	for i := range b {
		if b[i] != 0xFF {
			continue
		}
		f, ok := readMPEG(b[i:])
		if !ok {
			continue
		}
		next, err := p.upTo(start+int64(i)+f.size, 4)
		if err != nil {
			continue
		}
		if g, ok := readMPEG(next); ok && g.kind == f.kind {
			return start + int64(i), f, nil
		}
	}
	return 0, mpegFrame{}, errNotMusic
}

// mp3Duration believes the header frame when the file's size bears it out,
// else looks at the frames.
func mp3Duration(p *probe, first, end int64, f mpegFrame) (time.Duration, error) {
	head, err := p.upTo(first, int(min(f.size, 256)))
	if err != nil {
		return 0, err
	}
	x, ok := readXing(head, f)
	if !ok {
		x, ok = readVBRI(head)
	}
	if !ok {
		n, err := countMPEG(p, first, end, f)
		return samples(n*f.samples, f.rate), err
	}
	n := x.frames
	if !x.plausible(f, end-first) {
		if n, err = countMPEG(p, first+f.size, end, f); err != nil {
			return 0, err
		}
	}
	total := n * f.samples
	if cut := x.delay + x.padding; cut < total {
		total -= cut
	}
	return samples(total, f.rate), nil
}

// xing is what the header frame of an MP3 says (Xing, Info, VBRI; LAME's
// extension has delay and padding in samples).
type xing struct {
	frames, bytes  uint64 // 0: not said
	delay, padding uint64
}

// plausible tells whether the stated frames can be in size bytes of sound. A
// file that was cut off, or to which something was glued, fails.
func (x xing) plausible(f mpegFrame, size int64) bool {
	const smallestFrame = 24 // bytes: 8 kbit/s at 24 kHz
	if x.frames == 0 || x.frames > uint64(size)/smallestFrame+1 {
		return false
	}
	if x.bytes == 0 {
		return true
	}
	slack := size/50 + 2*f.size + 4096
	diff := int64(min(x.bytes, 1<<40)) - size
	return diff <= slack && -diff <= slack
}

func readXing(b []byte, f mpegFrame) (x xing, ok bool) {
	at := 4 + f.side
	if len(b) < at+8 || string(b[at:at+4]) != "Xing" && string(b[at:at+4]) != "Info" {
		return x, false
	}
	flags := binary.BigEndian.Uint32(b[at+4:])
	b = b[at+8:]
	take := func(bit uint32, n int) []byte {
		if flags&bit == 0 || len(b) < n {
			return nil
		}
		v := b[:n]
		b = b[n:]
		return v
	}
	if v := take(1, 4); v != nil {
		x.frames = uint64(binary.BigEndian.Uint32(v))
	}
	if v := take(2, 4); v != nil {
		x.bytes = uint64(binary.BigEndian.Uint32(v))
	}
	take(4, 100)
	take(8, 4)
	if len(b) >= 24 && b[0] != 0 { // the encoder's name begins LAME's extension
		x.delay = uint64(b[21])<<4 | uint64(b[22])>>4
		x.padding = uint64(b[22]&15)<<8 | uint64(b[23])
	}
	return x, true
}

func readVBRI(b []byte) (x xing, ok bool) {
	if len(b) < 36+18 || string(b[36:40]) != "VBRI" {
		return x, false
	}
	x.bytes = uint64(binary.BigEndian.Uint32(b[46:]))
	x.frames = uint64(binary.BigEndian.Uint32(b[50:]))
	return x, true
}

// countMPEG gives the number of frames between from and end. It looks at a few
// places first: where all have one bit rate the size tells the rest, and a
// library on a slow disk need not be read from end to end.
func countMPEG(p *probe, from, end int64, f mpegFrame) (uint64, error) {
	bits, constant := uint64(0), true
	step := (end - from) / mp3Samples
	for i := range int64(mp3Samples) {
		b, err := p.upTo(from+i*step, int(min(mp3SampleSize, max(step, 1))))
		if err != nil {
			return 0, err
		}
		eachMPEG(b, f.kind, func(g mpegFrame) {
			if bits == 0 {
				bits = g.bits
			}
			constant = constant && g.bits == bits
		})
	}
	if !constant || bits == 0 {
		return walkMPEG(p, from, end, f)
	}
	// Frames of a constant rate differ by the padding byte, which evens out.
	size := float64(f.samples) / 8 * float64(bits) / float64(f.rate)
	return uint64(float64(end-from)/size + 0.5), nil
}

// eachMPEG calls f for the frames in b, from the first that another follows.
func eachMPEG(b []byte, kind uint32, f func(mpegFrame)) {
	for i := 0; i+4 <= len(b); {
		g, ok := readMPEG(b[i:])
		if !ok || g.kind != kind {
			i++
			continue
		}
		next := i + int(g.size)
		if next+4 > len(b) {
			return
		}
		if h, ok := readMPEG(b[next:]); !ok || h.kind != kind {
			i++
			continue
		}
		f(g)
		i = next
	}
}

// walkMPEG counts all frames. Over the read limit it takes the rest to be like
// what it has seen.
func walkMPEG(p *probe, from, end int64, f mpegFrame) (n uint64, err error) {
	const chunk = 1 << 20 // bytes
	off := from
	for off+4 <= end {
		b, err := p.upTo(off, int(min(chunk, end-off)))
		if err != nil {
			if n > 0 && p.left < chunk {
				return uint64(float64(n) * float64(end-from) / float64(off-from)), nil
			}
			return 0, err
		}
		i := 0
		for i+4 <= len(b) {
			if g, ok := readMPEG(b[i:]); ok && g.kind == f.kind {
				if off+int64(i)+g.size > end+g.size/2 {
					return n, nil // the last one is cut off
				}
				n++
				i += int(g.size)
			} else {
				i++
			}
		}
		if i == 0 {
			break
		}
		off += int64(i)
	}
	return n, nil
}
