package library

import (
	"encoding/binary"
	"strings"
)

// takeFactMP4 takes an entry of the iTunes list apart.
func takeFactMP4(p *probe, name string, from, to int64, f *facts) error {
	if name == "----" {
		return takeFreeform(p, from, to, f)
	}
	return eachBox(p, from, min(to, from+2*maxFact), func(box string, from, to int64) error {
		b, err := dataOf(p, box, from, to)
		if err != nil || b == nil {
			return err
		}
		switch name {
		case "aART":
			f.take("albumartist", string(b))
		case "\xa9gen":
			f.take("genre", string(b))
		case "\xa9day":
			f.take("date", string(b))
		case "gnre": // the number of ID3v1, and one more
			if len(b) == 2 {
				f.take("genre", numberedGenre(int(binary.BigEndian.Uint16(b))-1))
			}
		case "rtng": // 1 and, of old, 4: explicit; 2: made clean
			f.explicit = f.explicit || len(b) > 0 && (b[0] == 1 || b[0] == 4)
		}
		return nil
	})
}

// takeFreeform reads an entry with a name of its own: the boxes mean, name, data.
func takeFreeform(p *probe, from, to int64, f *facts) error {
	if to-from > 4*maxFact {
		return nil
	}
	mean, name := "", ""
	return eachBox(p, from, to, func(box string, from, to int64) error {
		switch box {
		case "mean", "name":
			if to-from < 4 {
				return nil
			}
			b, err := p.exactly(from+4, int(to-from-4))
			if box == "mean" {
				mean = string(b)
			} else {
				name = freeformName(string(b))
			}
			return err
		}
		b, err := dataOf(p, box, from, to)
		if b != nil && mean == "com.apple.iTunes" {
			f.take(name, string(b))
		}
		return err
	})
}

// freeformName gives the Vorbis name of a freeform entry.
func freeformName(name string) string {
	name = strings.ToLower(name)
	if name == "musicbrainz track id" {
		return "musicbrainz_trackid"
	}
	return name
}

// dataOf reads what a data box holds behind its 8 bytes of kind and language;
// nil for another box, and for one that holds nothing or too much.
func dataOf(p *probe, box string, from, to int64) ([]byte, error) {
	if box != "data" || to-from <= 8 || to-from > maxFact+8 {
		return nil, nil
	}
	return p.exactly(from+8, int(to-from-8))
}

// readCodec gives the four letters of the codec out of a track's minf box.
func readCodec(p *probe, from, to int64) (codec string, err error) {
	err = eachBox(p, from, to, func(name string, from, to int64) error {
		if name != "stbl" {
			return nil
		}
		return eachBox(p, from, to, func(name string, from, to int64) error {
			if name != "stsd" || to-from < 16 {
				return nil
			}
			b, err := p.exactly(from, 16) // version, count, then the first entry's size and letters
			if err == nil {
				codec = string(b[12:])
			}
			return err
		})
	})
	return codec, err
}
