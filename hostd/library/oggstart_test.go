package library

import (
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"soul-jam/hostd/library/librarytest"
)

// oggPages parts an Ogg file into its pages.
func oggPages(t *testing.T, b []byte) (pages [][]byte) {
	t.Helper()
	for len(b) > 0 {
		n := 27 + int(b[26])
		for _, l := range b[27 : 27+int(b[26])] {
			n += int(l)
		}
		pages = append(pages, b[:n])
		b = b[n:]
	}
	return pages
}

// oggPageOf gives the page with another granule and number, and its right checksum.
func oggPageOf(page []byte, granule int64, flags byte, number int) []byte {
	p := append([]byte(nil), page...)
	p[5] = flags
	binary.LittleEndian.PutUint64(p[6:], uint64(granule))
	binary.LittleEndian.PutUint32(p[18:], uint32(number))
	binary.LittleEndian.PutUint32(p[22:], 0)
	var crc uint32
	for _, c := range p {
		crc ^= uint32(c) << 24
		for range 8 {
			if crc&(1<<31) != 0 {
				crc = crc<<1 ^ 0x04c11db7
			} else {
				crc <<= 1
			}
		}
	}
	binary.LittleEndian.PutUint32(p[22:], crc)
	return p
}

// TestOggWithHeadersTwice: right behind the headers the player refuses the file, and
// so does the library; behind the first page of sound the count begins anew.
func TestOggWithHeadersTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b, err := os.ReadFile(librarytest.Tone(t, dir, librarytest.File{Name: "a.ogg", Seconds: 5, Args: []string{"-page_duration", "200000"}}))
	if err != nil {
		t.Fatal(err)
	}
	pages := oggPages(t, b)
	granule := func(p []byte) int64 { return int64(binary.LittleEndian.Uint64(p[6:])) }
	sound := 1 // the first page with sound
	for granule(pages[sound]) <= 0 {
		sound++
	}
	for _, c := range []struct {
		name   string
		before int // of which page the headers stand again
		reads  bool
	}{{"refused.ogg", sound, false}, {"again.ogg", sound + 1, true}} {
		var out []byte
		shift := int64(0)
		for i, p := range pages {
			if i == c.before {
				for j, head := range pages[:sound] {
					out = append(out, oggPageOf(head, -104, head[5]&1, i+j)...)
				}
				if i > sound {
					shift = granule(pages[sound]) + 104
				}
			}
			out = append(out, oggPageOf(p, granule(p)-shift, p[5], i+sound*yes(i >= c.before))...)
		}
		file := filepath.Join(dir, c.name)
		write(t, file, out)
		if !c.reads {
			if err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", file, "-f", "null", "-").Run(); err == nil {
				t.Error("ffmpeg reads it by now: the library may, too")
			}
			if _, err := parseBytes(out); !errors.Is(err, errTwoHeads) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		s, err := parseBytes(out)
		if want := decoded(t, file); err != nil || (s.duration-want).Abs() > 50*time.Millisecond {
			t.Errorf("%s: length %v, decoded %v, %v", c.name, s.duration, want, err)
		}
	}
}
