package library

import (
	"bytes"
	"encoding/binary"
)

const (
	// maxID3Frames is the most frames looked at in one tag. Real tags have
	// under 100.
	maxID3Frames = 1024
	// maxID3Unsync is the biggest tag, in bytes, whose old-style escape bytes
	// (0xFF 0x00) are undone, because that takes the whole tag in memory.
	maxID3Unsync = 6 << 20
)

// id3Tag is the head of an ID3v2 tag (id3.org, 2.2 to 2.4).
type id3Tag struct {
	version byte
	flags   byte
	size    int64 // of the whole tag with its head and foot
}

// readID3 reads the head of a tag at off; ok tells whether there is one.
func readID3(p *probe, off int64) (t id3Tag, ok bool) {
	b, err := p.upTo(off, 10)
	if err != nil || len(b) < 10 || string(b[:3]) != "ID3" || b[3] == 0xFF || b[4] == 0xFF {
		return t, false
	}
	t = id3Tag{version: b[3], flags: b[5], size: 10 + syncSafe(b[6:])}
	if t.version == 4 && t.flags&0x10 != 0 {
		t.size += 10
	}
	return t, true
}

// syncSafe reads four bytes with 7 bits each.
func syncSafe(b []byte) int64 {
	return int64(b[0]&0x7F)<<21 | int64(b[1]&0x7F)<<14 | int64(b[2]&0x7F)<<7 | int64(b[3]&0x7F)
}

// siftID3 takes the wanted frames of the tag at off and packs them as a 2.4
// tag with nothing but those. What is malformed, packed or encrypted is left
// out; the rest counts.
func siftID3(p *probe, off int64, t id3Tag, wantPicture bool, s *sound) {
	if t.version < 2 || t.version > 4 {
		return
	}
	from, to := off+10, min(off+t.size, p.size)
	if t.flags&0x80 != 0 && t.version < 4 {
		if to-from > maxID3Unsync {
			return
		}
		b, err := p.exactly(from, int(to-from))
		if err != nil {
			return
		}
		b = bytes.ReplaceAll(b, []byte{0xFF, 0}, []byte{0xFF})
		p = newProbe(bytes.NewReader(b), int64(len(b)), p.stop)
		from, to = 0, p.size
	}
	if t.flags&0x40 != 0 && t.version > 2 { // an extended head comes first
		b, err := p.exactly(from, 4)
		if err != nil {
			return
		}
		if t.version == 3 {
			from += 4 + int64(binary.BigEndian.Uint32(b))
		} else {
			from += syncSafe(b)
		}
	}
	w := id3Walk{p: p, version: t.version, wantPicture: wantPicture, s: s}
	for range maxID3Frames {
		if from = w.frame(from, to); from == 0 {
			break
		}
	}
	s.tags = packID3(w.kept)
}

type id3Walk struct {
	p           *probe
	version     byte
	wantPicture bool
	s           *sound
	kept        []id3Frame
}

type id3Frame struct {
	name string
	data []byte
}

// frame deals with the frame at off and gives the offset of the next, 0 at the
// end.
func (w *id3Walk) frame(off, to int64) int64 {
	head, letters := int64(10), 4
	if w.version == 2 {
		head, letters = 6, 3
	}
	if off < 0 || to-off <= head {
		return 0
	}
	h, err := w.p.exactly(off, int(head))
	if err != nil || h[0] == 0 {
		return 0 // padding
	}
	size, flags := w.frameSize(h, off, to)
	next := off + head + size
	if size <= 0 || next > to {
		return 0
	}
	name, fact := wantedID3(string(h[:letters])), factID3(string(h[:letters]))
	limit := int64(maxTagText)
	switch name {
	case "APIC":
		limit = maxPicture
	case "":
		limit = maxFact
	}
	if name == "" && fact == "" || size > limit || flags&frameOpaque(w.version) != 0 {
		return next
	}
	b, err := w.p.exactly(off+head, int(size))
	if err != nil {
		return 0
	}
	if b = w.unwrap(b, flags); fact != "" {
		takeFactID3(fact, b, &w.s.facts)
	}
	if name == "APIC" {
		w.picture(b)
	} else if name != "" && len(b) > 1 {
		w.kept = append(w.kept, id3Frame{name, joinValues(b)})
	}
	return next
}

// frameSize reads size and format flags. iTunes has written plain sizes into
// 2.4 tags, where they should be sync-safe: the one that leads to a next frame
// is right.
func (w *id3Walk) frameSize(h []byte, off, to int64) (size int64, flags byte) {
	switch w.version {
	case 2:
		return int64(h[3])<<16 | int64(h[4])<<8 | int64(h[5]), 0
	case 3:
		return int64(binary.BigEndian.Uint32(h[4:])), h[9]
	}
	safe, plain := syncSafe(h[4:]), int64(binary.BigEndian.Uint32(h[4:]))
	if safe != plain && !w.frameAt(off+10+safe, to) && w.frameAt(off+10+plain, to) {
		return plain, h[9]
	}
	return safe, h[9]
}

// frameAt tells whether a frame, padding or the end stands at off.
func (w *id3Walk) frameAt(off, to int64) bool {
	if off >= to {
		return off == to
	}
	b, err := w.p.upTo(off, 4)
	if err != nil || len(b) == 0 {
		return false
	}
	for _, c := range b {
		if b[0] != 0 && (c < '0' || c > 'Z') {
			return false
		}
	}
	return true
}

// frameOpaque gives the flags of frames that are compressed or encrypted.
// Nothing is unpacked here: a tag of 1 kB could hold 1 MB.
func frameOpaque(version byte) byte {
	switch version {
	case 3:
		return 0xC0
	case 4:
		return 0x0C
	}
	return 0
}

// unwrap undoes the harmless wrappings of a frame: group byte, length, escapes.
func (w *id3Walk) unwrap(b []byte, flags byte) []byte {
	skip := 0
	switch {
	case w.version == 3 && flags&0x20 != 0:
		skip = 1
	case w.version == 4:
		if flags&0x40 != 0 {
			skip++
		}
		if flags&0x01 != 0 {
			skip += 4
		}
	}
	b = b[min(skip, len(b)):]
	if w.version == 4 && flags&0x02 != 0 {
		b = bytes.ReplaceAll(b, []byte{0xFF, 0}, []byte{0xFF})
	}
	return b
}

// wantedID3 gives the 2.4 name of a frame that goes to the tag library or is the
// picture, empty for others.
func wantedID3(name string) string {
	switch name {
	case "TIT2", "TT2":
		return "TIT2"
	case "TPE1", "TP1":
		return "TPE1"
	case "TALB", "TAL":
		return "TALB"
	case "TPE2", "TP2":
		return "TPE2"
	case "APIC", "PIC":
		return "APIC"
	}
	return ""
}

// picture takes the picture out of an APIC or PIC frame.
func (w *id3Walk) picture(b []byte) {
	if len(b) < 5 {
		return
	}
	wide := b[0] == 1 || b[0] == 2 // UTF-16: the description ends with two zeros
	if b = b[1:]; w.version == 2 {
		b = b[3:] // the format in three letters
	} else if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[i+1:]
	}
	if len(b) == 0 {
		return
	}
	front := b[0] == 3
	b = b[1:]
	step := 1
	if wide {
		step = 2
	}
	for len(b) >= step && (b[0] != 0 || b[step-1] != 0) {
		b = b[step:]
	}
	takePicture(b[min(step, len(b)):], front, w.wantPicture, w.s)
}

// joinValues puts a comma between the values of a text frame, which 2.4
// separates by zeros and the tag library would glue together. It also cuts the
// odd last byte of UTF-16, which the tag library refuses.
func joinValues(b []byte) []byte {
	enc, text := b[0], b[1:]
	if enc != 1 && enc != 2 {
		text = bytes.ReplaceAll(bytes.TrimRight(text, "\x00"), []byte{0}, []byte(", "))
		return append([]byte{enc}, text...)
	}
	out := []byte{enc}
	little := len(text) > 1 && text[0] == 0xFF && text[1] == 0xFE
	text = text[:len(text)&^1]
	for len(text) > 1 && text[len(text)-1] == 0 && text[len(text)-2] == 0 {
		text = text[:len(text)-2]
	}
	for i := 0; i < len(text); i += 2 {
		switch {
		case text[i] != 0 || text[i+1] != 0:
			out = append(out, text[i], text[i+1])
		case little:
			out = append(out, ',', 0, ' ', 0)
		default:
			out = append(out, 0, ',', 0, ' ')
		}
	}
	return out
}

// packID3 writes a 2.4 tag with the first frame of each name.
func packID3(frames []id3Frame) []byte {
	var body []byte
	seen := make(map[string]bool)
	for _, f := range frames {
		if seen[f.name] || len(f.data) < 2 {
			continue
		}
		seen[f.name] = true
		body = append(appendSyncSafe(append(body, f.name...), len(f.data)), 0, 0)
		body = append(body, f.data...)
	}
	if body == nil {
		return nil
	}
	return append(appendSyncSafe([]byte("ID3\x04\x00\x00"), len(body)), body...)
}

func appendSyncSafe(b []byte, n int) []byte {
	return append(b, byte(n>>21&0x7F), byte(n>>14&0x7F), byte(n>>7&0x7F), byte(n&0x7F))
}
