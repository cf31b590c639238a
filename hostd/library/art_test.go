package library

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"

	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"soul-jam/hostd/library/librarytest"
)

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestArt: embedded, beside the file, none; both sizes within their bounds.
func TestArt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	librarytest.Tone(t, dir, librarytest.File{Name: "e/a.mp3", Title: "Embedded", Art: true})
	librarytest.Tone(t, dir, librarytest.File{Name: "f/b.flac", Title: "Folder", Seconds: 2})
	librarytest.Tone(t, dir, librarytest.File{Name: "n/c.ogg", Title: "Naked", Seconds: 3})
	write(t, filepath.Join(dir, "f", "Cover.PNG"), librarytest.PNG(t, 1000, 700))
	write(t, filepath.Join(dir, "n", "cover.svg"), []byte("<svg/>"))
	l, _ := start(t, Config{Dirs: []string{dir}})
	await(t, l, "3 tracks", idle(l, 3))
	for title, longest := range map[string]int{"embedded": 64, "folder": 480} {
		id := only(t, l, title)
		if info, _ := l.Track(id); !info.HasArt {
			t.Errorf("%s: no art", title)
		}
		for _, size := range []Size{Small, Large} {
			art, err := l.Art(id, size)
			if err != nil {
				t.Errorf("%s: %v", title, err)
				continue
			}
			c, err := jpeg.DecodeConfig(bytes.NewReader(art.Data))
			if want := min(longest, int(size)); err != nil || c.Width != want || art.MIME != "image/jpeg" {
				t.Errorf("%s: width %d, want %d (%v)", title, c.Width, want, err)
			}
		}
	}
	naked := only(t, l, "naked")
	if _, err := l.Art(naked, Large); !errors.Is(err, ErrNoArt) {
		t.Errorf("no cover: %v", err)
	}
	write(t, filepath.Join(dir, "n", "front.jpg"), must(t, 50, 50))
	await(t, l, "the cover came", func() bool { i, _ := l.Track(naked); return i.HasArt })
	if _, err := l.Art(naked, Large); err != nil {
		t.Errorf("late cover: %v", err)
	}
}

func must(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, w, h)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestRemakeFits: noise, which compresses worst, still goes into a message.
func TestRemakeFits(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	img := image.NewNRGBA(image.Rect(0, 0, 480, 480))
	for i := range img.Pix {
		img.Pix[i] = byte(r.Uint32())
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	small, large, err := remake(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if n := base64.StdEncoding.EncodedLen(len(large)); n >= 48<<10 {
		t.Errorf("%d bytes of base64", n)
	}
	if c, err := jpeg.DecodeConfig(bytes.NewReader(small)); err != nil || c.Width != 96 {
		t.Errorf("small: %v, %v", c, err)
	}
}

// TestRemakeRefuses: what is too big is refused before it is decoded, and what
// is no JPEG or PNG at all.
func TestRemakeRefuses(t *testing.T) {
	t.Parallel()
	bomb := func(w, h uint32) []byte {
		head := []byte("IHDR\x00\x00\x00\x00\x00\x00\x00\x00\x08\x06\x00\x00\x00")
		binary.BigEndian.PutUint32(head[4:], w)
		binary.BigEndian.PutUint32(head[8:], h)
		b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
	}
	for name, b := range map[string][]byte{
		"4097 wide": librarytest.PNG(t, 4097, 1), "4097 high": librarytest.PNG(t, 1, 4097), "30000 square": bomb(30000, 30000), "cut off": bomb(100, 100),
		"svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "gif": []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
		"empty": nil, "just a magic": []byte("\xFF\xD8\xFF\xE0"), "html": []byte("<script>"),
	} {
		if _, _, err := remake(b); !errors.Is(err, ErrNoArt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsDecoded(t *testing.T) {
	for want, all := range map[bool][]image.Config{
		true:  {{ColorModel: color.NRGBAModel, Width: 4096, Height: 4096}, {ColorModel: color.NRGBA64Model, Width: 4096, Height: 2048}, {ColorModel: color.YCbCrModel, Width: 1, Height: 1}},
		false: {{ColorModel: color.NRGBA64Model, Width: 4096, Height: 4096}, {ColorModel: color.RGBA64Model, Width: 4096, Height: 2049}, {ColorModel: color.GrayModel, Width: 4097, Height: 1}, {Width: 0, Height: 1}},
	} {
		for _, c := range all {
			if decodable(c) != want {
				t.Errorf("%d by %d, %d bytes a pixel: decoded %t", c.Width, c.Height, bytesOf(c.ColorModel), !want)
			}
		}
	}
}

// TestArtCacheIsBounded: old covers make room for new ones.
func TestArtCacheIsBounded(t *testing.T) {
	t.Parallel()
	var a artCache
	first, last := &track{ID: "first"}, &track{}
	a.put(first, Large, make([]byte, 30<<10))
	for i := range 1000 {
		last = &track{ID: string(rune('一' + i))}
		a.put(last, Large, make([]byte, 30<<10))
	}
	if a.bytes > artCacheBytes || len(a.items)*30<<10 != a.bytes {
		t.Errorf("%d bytes in %d items", a.bytes, len(a.items))
	}
	if a.get(first, Large) != nil || a.get(last, Large) == nil {
		t.Error("the wrong ones were kept")
	}
	if a.get(&track{ID: last.ID}, Large) != nil {
		t.Error("an edited track has the old cover")
	}
}
