package library

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// factID3 gives the Vorbis name of a frame of which facts are taken, "TXXX" for
// a frame with a name of its own, empty for others.
func factID3(name string) string {
	switch name {
	case "TPE2", "TP2":
		return "albumartist"
	case "TCON", "TCO":
		return "genre"
	case "TDRC", "TYER", "TYE":
		return "date"
	case "TDOR", "TORY", "TOR":
		return "originaldate"
	case "UFID", "UFI":
		return "UFID"
	case "TXXX", "TXX":
		return "TXXX"
	}
	return ""
}

// takeFactID3 takes the content of a frame apart.
func takeFactID3(fact string, b []byte, f *facts) {
	if len(b) < 2 || len(b) > maxFact {
		return
	}
	if fact == "UFID" {
		if id, ok := bytes.CutPrefix(b, []byte("http://musicbrainz.org\x00")); ok {
			f.take("musicbrainz_trackid", strings.TrimRight(string(id), "\x00"))
		}
		return
	}
	values := strings.Split(strings.TrimRight(decodeID3(b[0], b[1:]), "\x00"), "\x00")
	switch fact {
	case "TXXX":
		if len(values) > 1 { // the first is its name
			f.take(strings.ToLower(values[0]), values[1])
		}
	case "albumartist":
		f.take(fact, strings.Join(values, ", "))
	default:
		for _, v := range values[:min(len(values), maxGenres)] {
			f.take(fact, v)
		}
	}
}

// decodeID3 decodes the text of a frame by its encoding byte. Each value may
// have a byte order mark of its own, which is dropped.
func decodeID3(encoding byte, b []byte) string {
	switch encoding {
	case 0: // ISO 8859-1
		var s strings.Builder
		for _, c := range b {
			s.WriteRune(rune(c))
		}
		return s.String()
	case 1, 2: // UTF-16, of either order; big-endian without a mark
		little := encoding == 1 && len(b) > 1 && b[0] == 0xFF && b[1] == 0xFE
		units := make([]uint16, 0, len(b)/2)
		for ; len(b) > 1; b = b[2:] {
			u := uint16(b[0])<<8 | uint16(b[1])
			if little {
				u = u<<8 | u>>8
			}
			if u != 0xFEFF {
				units = append(units, u)
			}
		}
		return string(utf16.Decode(units))
	}
	if !utf8.Valid(b) {
		return ""
	}
	return string(b)
}

// takeFactsID3v1 takes year and genre out of the 128 bytes of an ID3v1 tag.
func takeFactsID3v1(b []byte, f *facts) {
	f.take("date", strings.TrimRight(string(b[93:97]), "\x00 "))
	if g := numberedGenre(int(b[127])); g != "" {
		f.take("genre", g)
	}
}
