package library

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
	"unicode/utf8"
)

// FuzzCover: whatever a file calls its cover, what guests get of it is a JPEG that we made, within its sizes; what claims more
// pixels than may be decoded is refused before anything is.
func FuzzCover(f *testing.F) {
	for _, picture := range covers(f) {
		f.Add(picture)
	}
	f.Fuzz(func(t *testing.T, original []byte) {
		if c, _, err := image.DecodeConfig(bytes.NewReader(original)); err == nil && c.Width*c.Height > 1<<20 && decodable(c) {
			return // allowed, and slow
		}
		small, large, err := remake(original)
		if err != nil {
			if small != nil || large != nil {
				t.Error("a refused cover has a picture")
			}
			return
		}
		for _, made := range []struct {
			data []byte
			side int
		}{{small, int(Small)}, {large, int(Large)}} {
			c, err := jpeg.DecodeConfig(bytes.NewReader(made.data))
			if err != nil || max(c.Width, c.Height) > made.side || c.Width < 1 || c.Height < 1 {
				t.Errorf("%dx%d where at most %d are (%v)", c.Width, c.Height, made.side, err)
			}
			if n := base64.StdEncoding.EncodedLen(len(made.data)); n > maxArtText {
				t.Errorf("%d bytes of text", n)
			}
		}
	})
}

// covers are small pictures of each kind, whole and broken.
func covers(tb testing.TB) (all [][]byte) {
	small := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	small.Set(1, 1, color.NRGBA{R: 200, A: 100})
	deep := image.NewRGBA64(image.Rect(0, 0, 2, 2))
	few := image.NewPaletted(image.Rect(0, 0, 9, 1), color.Palette{color.Black, color.White})
	for _, img := range []image.Image{small, deep, few, image.NewGray(image.Rect(0, 0, 1, 200))} {
		var p, j bytes.Buffer
		if err := png.Encode(&p, img); err != nil {
			tb.Fatal(err)
		}
		if err := jpeg.Encode(&j, img, nil); err != nil {
			tb.Fatal(err)
		}
		all = append(all, p.Bytes(), j.Bytes())
	}
	bomb := bytes.Clone(all[0])
	copy(bomb[16:], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // 65,536 pixels each way, says its head
	cut := all[1][:len(all[1])/2]
	return append(all, bomb, cut, []byte("GIF89a\x01\x00\x01\x00"), []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), nil)
}

// FuzzTags: whatever stands in a file's tags, people read clean text, and the tag library neither stops us nor takes memory beyond
// what it was given.
func FuzzTags(f *testing.F) {
	f.Add([]byte("ID3\x03\x00\x00\x00\x00\x00\x16TIT2\x00\x00\x00\x0c\x00\x00\x01\xff\xfeS\x00o\x00n\x00g\x00 "))
	f.Add([]byte("ID3\x04\x00\x40\x00\x00\x00\x10\x00\x00\x00\x06TPE1\x00\x00\x00\x02\x00\x00\x03a"))
	f.Add([]byte("ID3\x02\x00\x00\x7f\x7f\x7f\x7fTT2\xff\xff\xff\x00x"))
	f.Add(packComment(map[string]string{"TITLE": "\u202eSong\x00", "ARTIST": "a", "ALBUM": "\xff"}))
	f.Add([]byte("fLaC\x84\x00\x00\x10\xff\xff\xff\xff\x01\x00\x00\x00\xff\xff\xff\xffa=b"))
	f.Add([]byte("\x00\x00\x00\x14ftypM4A \x00\x00\x00\x00M4A \x00\x00\x00\x20moov\x00\x00\x00\x18udta\x00\x00\x00\x10meta\x00\x00\x00\x00ilst"))
	f.Add([]byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x1e\x01vorbis"))
	f.Add(append(bytes.Repeat([]byte{0}, 8), "TAGtitle\x00\x00artist"...))
	f.Fuzz(func(t *testing.T, stream []byte) {
		if len(stream) > 64<<10 {
			return
		}
		said := decodeTags(stream)
		for _, s := range []string{said.title, said.artist, said.album} {
			if s != cleanText(s) || !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxTextRunes {
				t.Errorf("unclean %q", s)
			}
		}
	})
}
