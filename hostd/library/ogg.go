package library

import (
	"bytes"
	"encoding/binary"
)

const (
	// oggTail is how much of the end is searched for the last page, in bytes.
	// A page has at most 65,307.
	oggTail = 160 << 10
	// maxOggHeaderPages is the most pages that the headers may take. 5 MB of
	// picture in base64 take about 110.
	maxOggHeaderPages = 512
	// oggLiveStart: when the first page of sound ends later than this, in
	// seconds, the stream was cut out of a longer one, and what went before
	// does not count. No page holds so much.
	oggLiveStart = 60
)

// oggPage is a page's header (RFC 3533 section 6) and where its data lies.
type oggPage struct {
	granule int64
	goesOn  bool // it begins in the middle of a packet
	serial  uint32
	lacing  []byte
	data    int64 // offset of the data
	end     int64 // offset of the next page
}

// oggStream is what the first packet says.
type oggStream struct {
	serial  uint32
	rate    uint64
	preSkip int64  // samples to drop at the start (Opus, RFC 7845)
	comment string // how the comment packet begins
}

// parseOgg reads Ogg Vorbis and Ogg Opus.
func parseOgg(p *probe, wantPicture bool) (sound, error) {
	var s sound
	first, err := readOggPage(p, 0)
	if err != nil {
		return s, err
	}
	head, err := p.upTo(first.data, 64)
	if err != nil {
		return s, err
	}
	stream, ok := readOggHead(head)
	if !ok {
		return s, errNotMusic
	}
	stream.serial = first.serial
	comment, begins, err := readOggComment(p, first.end, stream)
	if err != nil {
		return s, err
	}
	if comment != nil {
		siftVorbisComment(comment, wantPicture, &s)
	}
	last, err := lastOggGranule(p, stream.serial)
	if err != nil {
		return s, err
	}
	if begins.at > oggLiveStart*int64(stream.rate) {
		last -= begins.at
	} else {
		last -= stream.preSkip
	}
	last += begins.again
	if last <= 0 {
		return s, errNoLength
	}
	s.duration = samples(uint64(last), stream.rate)
	return s, nil
}

func readOggHead(b []byte) (oggStream, bool) {
	switch {
	case len(b) >= 16 && string(b[:7]) == "\x01vorbis":
		rate := binary.LittleEndian.Uint32(b[12:])
		return oggStream{rate: uint64(rate), comment: "\x03vorbis"}, rate > 0
	case len(b) >= 19 && string(b[:8]) == "OpusHead":
		skip := binary.LittleEndian.Uint16(b[10:])
		return oggStream{rate: 48000, preSkip: int64(skip), comment: "OpusTags"}, true
	}
	return oggStream{}, false
}

func readOggPage(p *probe, off int64) (oggPage, error) {
	h, err := p.exactly(off, 27)
	if err != nil {
		return oggPage{}, err
	}
	if string(h[:4]) != "OggS" || h[4] != 0 {
		return oggPage{}, errNotMusic
	}
	g := oggPage{
		granule: int64(binary.LittleEndian.Uint64(h[6:])),
		goesOn:  h[5]&1 != 0,
		serial:  binary.LittleEndian.Uint32(h[14:]),
	}
	if g.lacing, err = p.exactly(off+27, int(h[26])); err != nil {
		return oggPage{}, err
	}
	g.data = off + 27 + int64(len(g.lacing))
	g.end = g.data
	for _, n := range g.lacing {
		g.end += int64(n)
	}
	return g, nil
}

// readOggComment gathers the second packet of the stream, nil when it is too
// big or something else, and looks how the sound begins.
func readOggComment(p *probe, off int64, stream oggStream) (comment []byte, begins oggStart, err error) {
	var packet []byte
	whole := false
	for range maxOggHeaderPages {
		g, err := readOggPage(p, off)
		if err != nil {
			return nil, begins, err
		}
		off = g.end
		if g.serial != stream.serial {
			continue
		}
		if whole && g.granule > 0 {
			return packet, oggStart{g.granule, oggAgain(p, g)}, nil
		}
		if whole {
			if !g.goesOn && isVorbisHead(p, g) {
				return nil, begins, errTwoHeads
			}
			continue
		}
		var part int
		for _, n := range g.lacing {
			part += int(n)
			if whole = n < 255; whole {
				break
			}
		}
		data, err := p.exactly(g.data, part)
		if err != nil {
			return nil, begins, err
		}
		if packet = append(packet, data...); len(packet) > maxPiece {
			return nil, begins, errTooMuch
		}
		if whole {
			var ok bool
			if packet, ok = bytes.CutPrefix(packet, []byte(stream.comment)); !ok {
				return nil, begins, errNotMusic
			}
		}
	}
	return packet, begins, nil
}

// lastOggGranule finds the last page of the stream and gives the position at
// its end. A page must have its right checksum: the letters OggS occur in
// sound, too. In a chain of streams the last one of any serial has to do.
func lastOggGranule(p *probe, serial uint32) (int64, error) {
	b, err := p.upTo(max(0, p.size-oggTail), oggTail)
	if err != nil {
		return 0, err
	}
	other := int64(-1)
	for end := len(b); ; {
		i := bytes.LastIndex(b[:end], []byte("OggS"))
		if i < 0 {
			break
		}
		granule, of, ok := checkOggPage(b[i:])
		if ok && granule >= 0 {
			if of == serial {
				return granule, nil
			}
			other = max(other, granule)
		}
		end = i + 3
	}
	if other < 0 {
		return 0, errNoLength
	}
	return other, nil
}

func checkOggPage(b []byte) (granule int64, serial uint32, ok bool) {
	if len(b) < 27 || len(b) < 27+int(b[26]) {
		return 0, 0, false
	}
	n := 27 + int(b[26])
	for _, l := range b[27:n] {
		n += int(l)
	}
	if n > len(b) {
		return 0, 0, false
	}
	var crc uint32
	for i, c := range b[:n] {
		if i >= 22 && i < 26 {
			c = 0 // the checksum itself
		}
		crc ^= uint32(c) << 24
		for range 8 {
			if crc&(1<<31) != 0 {
				crc = crc<<1 ^ 0x04c11db7
			} else {
				crc <<= 1
			}
		}
	}
	return int64(binary.LittleEndian.Uint64(b[6:])), binary.LittleEndian.Uint32(b[14:]),
		crc == binary.LittleEndian.Uint32(b[22:])
}
