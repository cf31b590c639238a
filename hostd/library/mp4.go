package library

import "encoding/binary"

// maxBoxes is the most boxes looked at on one level. A song has under 100; a
// file in fragments has two for every few seconds.
const maxBoxes = 20_000

// mp4Times gathers the lengths that an MP4 file gives in various places.
type mp4Times struct {
	movieScale, movieTotal uint64 // mvhd, or mehd for fragments
	mediaScale, mediaTotal uint64 // mdhd of the first audio track
	edited                 uint64 // sum of its edit list, in movieScale
	indexScale, indexed    uint64 // sidx
	audio                  bool
	lossless               bool
}

// parseMP4 reads MPEG-4 audio (ISO/IEC 14496-12; tags as iTunes writes them).
func parseMP4(p *probe, wantPicture bool) (sound, error) {
	var s sound
	var t mp4Times
	err := eachBox(p, 0, p.size, func(name string, from, to int64) error {
		switch name {
		case "moov":
			return parseMoov(p, from, to, wantPicture, &t, &s)
		case "sidx":
			return readSidx(p, from, to, &t)
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	if !t.audio {
		return s, errNotMusic
	}
	s.facts.lossless = t.lossless
	switch {
	case t.edited > 0 && t.movieScale > 0:
		s.duration = samples(t.edited, t.movieScale)
	case t.mediaTotal > 0:
		s.duration = samples(t.mediaTotal, t.mediaScale)
	case t.movieTotal > 0:
		s.duration = samples(t.movieTotal, t.movieScale)
	default:
		s.duration = samples(t.indexed, max(t.indexScale, 1))
	}
	return s, nil
}

// eachBox calls f with the content of every box between from and to. How deep
// it goes is decided by the code that calls it, never by the file.
func eachBox(p *probe, from, to int64, f func(name string, from, to int64) error) error {
	for range maxBoxes {
		if to-from < 8 {
			return nil
		}
		h, err := p.upTo(from, 16)
		if err != nil {
			return err
		}
		if len(h) < 8 {
			return nil
		}
		size, head := int64(binary.BigEndian.Uint32(h)), int64(8)
		switch {
		case size == 0: // to the end
			size = to - from
		case size == 1 && len(h) == 16:
			size, head = int64(binary.BigEndian.Uint64(h[8:])), 16
		}
		if size < head {
			return errNotMusic
		}
		// A box that sticks out is cut: the file may be, too.
		end := to
		if size < to-from {
			end = from + size
		}
		if err := f(string(h[4:8]), from+head, max(end, from+head)); err != nil {
			return err
		}
		from = end
	}
	return nil
}

func parseMoov(p *probe, from, to int64, wantPicture bool, t *mp4Times, s *sound) error {
	return eachBox(p, from, to, func(name string, from, to int64) error {
		switch name {
		case "mvhd":
			return readTimes(p, from, to, &t.movieScale, &t.movieTotal)
		case "trak":
			return parseTrak(p, from, to, t)
		case "mvex":
			return eachBox(p, from, to, func(name string, from, to int64) error {
				if name == "mehd" {
					return readMehd(p, from, to, t)
				}
				return nil
			})
		case "udta":
			return eachBox(p, from, to, func(name string, from, to int64) error {
				if name == "meta" {
					return siftMeta(p, from, to, wantPicture, s)
				}
				return nil
			})
		case "meta":
			return siftMeta(p, from, to, wantPicture, s)
		}
		return nil
	})
}

// parseTrak reads the lengths of a track, and keeps them when it is the first
// that carries sound.
func parseTrak(p *probe, from, to int64, t *mp4Times) error {
	if t.audio {
		return nil
	}
	var scale, total, edited uint64
	sound, codec := false, ""
	err := eachBox(p, from, to, func(name string, from, to int64) error {
		switch name {
		case "mdia":
			return eachBox(p, from, to, func(name string, from, to int64) error {
				switch name {
				case "mdhd":
					return readTimes(p, from, to, &scale, &total)
				case "hdlr":
					b, err := p.exactly(from, 12)
					sound = err == nil && string(b[8:12]) == "soun"
					return err
				case "minf":
					var err error
					codec, err = readCodec(p, from, to)
					return err
				}
				return nil
			})
		case "edts":
			return eachBox(p, from, to, func(name string, from, to int64) error {
				if name != "elst" {
					return nil
				}
				var err error
				edited, err = readEdits(p, from, to)
				return err
			})
		}
		return nil
	})
	if err == nil && sound {
		t.lossless = codec == "alac" || codec == "fLaC"
		t.audio, t.mediaScale, t.mediaTotal, t.edited = true, scale, total, edited
	}
	return err
}

// readTimes reads scale and length of mvhd and mdhd, which begin alike.
func readTimes(p *probe, from, to int64, scale, total *uint64) error {
	b, err := p.upTo(from, int(min(to-from, 32)))
	if err != nil {
		return err
	}
	switch {
	case len(b) >= 20 && b[0] == 0:
		*scale = uint64(binary.BigEndian.Uint32(b[12:]))
		if n := binary.BigEndian.Uint32(b[16:]); n != 1<<32-1 {
			*total = uint64(n)
		}
	case len(b) >= 32 && b[0] == 1:
		*scale = uint64(binary.BigEndian.Uint32(b[20:]))
		if n := binary.BigEndian.Uint64(b[24:]); n != 1<<64-1 {
			*total = n
		}
	default:
		return errCutOff
	}
	return nil
}

func readMehd(p *probe, from, to int64, t *mp4Times) error {
	b, err := p.upTo(from, int(min(to-from, 12)))
	if err != nil {
		return err
	}
	if len(b) >= 12 && b[0] == 1 {
		t.movieTotal = binary.BigEndian.Uint64(b[4:])
	} else if len(b) >= 8 && b[0] == 0 {
		t.movieTotal = uint64(binary.BigEndian.Uint32(b[4:]))
	}
	return nil
}

// readEdits sums the edit list: what of the track is played, that is without
// the encoder's silence at the start and the end. Empty edits count nothing.
func readEdits(p *probe, from, to int64) (sum uint64, err error) {
	b, err := p.upTo(from, int(min(to-from, 8+20*64)))
	if err != nil || len(b) < 8 {
		return 0, err
	}
	n, rest := binary.BigEndian.Uint32(b[4:]), b[8:]
	for range min(n, 64) {
		if b[0] == 1 && len(rest) >= 20 {
			if int64(binary.BigEndian.Uint64(rest[8:])) >= 0 {
				sum += binary.BigEndian.Uint64(rest) & (1<<48 - 1)
			}
			rest = rest[20:]
		} else if b[0] == 0 && len(rest) >= 12 {
			if int32(binary.BigEndian.Uint32(rest[4:])) >= 0 {
				sum += uint64(binary.BigEndian.Uint32(rest))
			}
			rest = rest[12:]
		} else {
			break
		}
	}
	return sum, nil
}

// readSidx sums a segment index, all that some files in fragments have.
func readSidx(p *probe, from, to int64, t *mp4Times) error {
	b, err := p.upTo(from, int(min(to-from, 32+12*4096)))
	if err != nil || len(b) < 24 {
		return err
	}
	t.indexScale = uint64(binary.BigEndian.Uint32(b[8:]))
	rest := b[20:]
	if b[0] == 1 {
		rest = b[min(28, len(b)):]
	}
	if len(rest) < 4 {
		return nil
	}
	n := binary.BigEndian.Uint16(rest[2:])
	rest = rest[4:]
	for range n {
		if len(rest) < 12 {
			break
		}
		t.indexed += uint64(binary.BigEndian.Uint32(rest[4:]))
		rest = rest[12:]
	}
	return nil
}

// siftMeta takes the wanted entries of the iTunes list and packs them behind
// an empty ftyp box, which is all the tag library needs to see.
func siftMeta(p *probe, from, to int64, wantPicture bool, s *sound) error {
	// QuickTime leaves out the four bytes of version and flags.
	if b, err := p.upTo(from, 8); err == nil && len(b) == 8 && string(b[4:]) != "hdlr" {
		from += 4
	}
	return eachBox(p, from, to, func(name string, from, to int64) error {
		if name != "ilst" {
			return nil
		}
		s.tags = []byte("\x00\x00\x00\x08ftyp")
		return eachBox(p, from, to, func(name string, from, to int64) error {
			var err error
			switch name {
			case "\xa9nam", "\xa9ART", "\xa9alb":
				s.tags, err = appendBox(p, s.tags, name, from, to)
			case "aART":
				if s.tags, err = appendBox(p, s.tags, name, from, to); err == nil {
					err = takeFactMP4(p, name, from, to, &s.facts)
				}
			case "\xa9gen", "gnre", "\xa9day", "rtng", "----":
				err = takeFactMP4(p, name, from, to, &s.facts)
			case "covr":
				err = takeCovr(p, from, to, wantPicture, s)
			}
			return err
		})
	})
}

func appendBox(p *probe, to []byte, name string, from, end int64) ([]byte, error) {
	if end-from > maxTagText {
		return to, nil
	}
	b, err := p.exactly(from, int(end-from))
	if err != nil {
		return to, err
	}
	to = binary.BigEndian.AppendUint32(to, uint32(len(b)+8))
	return append(append(to, name...), b...), nil
}

// takeCovr looks whether the entry holds a picture: a data box of 16 bytes of
// header and then the bytes.
func takeCovr(p *probe, from, to int64, wantPicture bool, s *sound) error {
	if to-from > maxPicture || s.hasArt {
		return nil
	}
	n := to - from
	if !wantPicture {
		n = min(n, 32)
	}
	b, err := p.upTo(from, int(n))
	if err != nil || len(b) < 17 {
		return err
	}
	end := max(16, min(int64(binary.BigEndian.Uint32(b)), int64(len(b))))
	takePicture(b[16:end], true, wantPicture, s)
	return nil
}
