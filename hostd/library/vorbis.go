package library

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// maxComments is the most Vorbis comments looked at. Real files have under 100.
const maxComments = 4096

// siftVorbisComment takes the wanted fields out of a Vorbis comment (the tags
// of FLAC, Ogg Vorbis and Opus) and packs them as a FLAC stream with nothing
// but those. Several values of a field become one, with commas. What is
// malformed is left out; the rest counts.
func siftVorbisComment(b []byte, wantPicture bool, s *sound) {
	fields := make(map[string]string)
	next := func() ([]byte, bool) {
		if len(b) < 4 {
			return nil, false
		}
		n := binary.LittleEndian.Uint32(b)
		if uint64(n) > uint64(len(b)-4) {
			return nil, false
		}
		v := b[4 : 4+n]
		b = b[4+n:]
		return v, true
	}
	if _, ok := next(); !ok || len(b) < 4 { // the vendor
		return
	}
	count := min(binary.LittleEndian.Uint32(b), maxComments)
	b = b[4:]
	for range count {
		c, ok := next()
		if !ok {
			break
		}
		takeComment(string(c), fields, wantPicture, s)
	}
	s.tags = packComment(fields)
}

func takeComment(c string, fields map[string]string, wantPicture bool, s *sound) {
	key, value, ok := strings.Cut(c, "=")
	if !ok {
		return
	}
	key = strings.ToLower(key)
	s.facts.take(key, value)
	switch key {
	case "title", "artist", "album", "albumartist":
		if old := fields[key]; old != "" {
			value = old + ", " + value
		}
		if value != "" && len(value) <= maxTagText {
			fields[key] = value
		}
	case "metadata_block_picture":
		if len(value) > base64.StdEncoding.EncodedLen(maxPicture) {
			return
		}
		if block, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value)); err == nil {
			takePictureBlock(block, wantPicture, s)
		}
	}
}

// packComment writes "fLaC" and one last block of type 4.
func packComment(fields map[string]string) []byte {
	if len(fields) == 0 {
		return nil
	}
	body := binary.LittleEndian.AppendUint32(nil, 0)
	body = binary.LittleEndian.AppendUint32(body, uint32(len(fields)))
	for k, v := range fields {
		body = binary.LittleEndian.AppendUint32(body, uint32(len(k)+1+len(v)))
		body = append(append(append(body, k...), '='), v...)
	}
	n := len(body)
	return append([]byte{'f', 'L', 'a', 'C', 0x84, byte(n >> 16), byte(n >> 8), byte(n)}, body...)
}

// takePictureBlock keeps the picture of a FLAC picture block (RFC 9639 section
// 8.8). The front cover (type 3) wins over other kinds, else the first.
func takePictureBlock(b []byte, wantPicture bool, s *sound) {
	word := func() (uint32, bool) {
		if len(b) < 4 {
			return 0, false
		}
		v := binary.BigEndian.Uint32(b)
		b = b[4:]
		return v, true
	}
	skip := func(n uint32) bool {
		if uint64(n) > uint64(len(b)) {
			return false
		}
		b = b[n:]
		return true
	}
	kind, _ := word()
	for range 2 { // MIME type, description
		if n, ok := word(); !ok || !skip(n) {
			return
		}
	}
	if !skip(16) { // width, height, depth, colours
		return
	}
	n, ok := word()
	if !ok || uint64(n) > uint64(len(b)) {
		return
	}
	takePicture(b[:n], kind == 3, wantPicture, s)
}

func takePicture(data []byte, front, wantPicture bool, s *sound) {
	if !isPicture(data) || len(data) > maxPicture {
		return
	}
	if wantPicture && (front || !s.hasArt) {
		s.picture = data
	}
	s.hasArt = true
}
