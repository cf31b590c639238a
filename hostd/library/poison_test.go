package library

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/library/librarytest"
)

// poison gives files that lie about lengths in every format, by name.
func poison(t *testing.T) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	read := func(f librarytest.File) []byte {
		b, err := os.ReadFile(librarytest.Tone(t, dir, f))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	mp3 := read(librarytest.File{Name: "a.mp3", Title: "T", Art: true})
	flac := read(librarytest.File{Name: "a.flac", Title: "T", Art: true})
	ogg := read(librarytest.File{Name: "a.ogg", Title: "T"})
	m4a := read(librarytest.File{Name: "a.m4a", Title: "T", Art: true})
	files := map[string][]byte{
		"empty.mp3": nil, "text.mp3": []byte(strings.Repeat("no music ", 4000)), "zeros.flac": make([]byte, 1<<20),
		"short.ogg": []byte("OggS"), "html.m4a": []byte("<!doctype html><script>alert(1)</script>"),
		"sync.mp3":        bytes.Repeat([]byte{0xFF}, 1<<20),
		"id3 256 MB.mp3":  []byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7fTIT2\x7f\x7f\x7f\x7f\x00\x00\x03x"),
		"frame 4 GB.mp3":  []byte("ID3\x03\x00\x00\x00\x00\x10\x00APIC\xff\xff\xff\xff\x00\x00\x00image/png\x00\x03\x00"),
		"dup frames.mp3":  append([]byte("ID3\x03\x00\x00\x01\x00\x00\x00"), bytes.Repeat([]byte("TIT2\x00\x00\x00\x01\x00\x00\x00"), 190_000)...),
		"nested moov.m4a": append([]byte("\x00\x00\x00\x14ftypM4A \x00\x00\x00\x00M4A "), bytes.Repeat([]byte("\x00\x00\x00\x08moov"), 1<<20)...),
		"box 0.m4a":       []byte("\x00\x00\x00\x14ftypM4A \x00\x00\x00\x00M4A \x00\x00\x00\x07moov"),
		"box 64.m4a":      []byte("\x00\x00\x00\x14ftypM4A \x00\x00\x00\x00M4A \x00\x00\x00\x01moov\xff\xff\xff\xff\xff\xff\xff\xff"),
		// A picture block whose data claims 4 GiB: the tag library would take them.
		"flac picture.flac": []byte("fLaC\x06\x00\x00\x20\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00" + strings.Repeat("\x00", 16) + "\xff\xff\xff\xff" + strings.Repeat("\x00", 64)),
		"flac comment.flac": []byte("fLaC\x84\x00\x00\x08\xff\xff\xff\xff\xff\xff\xff\xff" + strings.Repeat("\x00", 64)),
	}
	for name, b := range map[string][]byte{"mp3": mp3, "flac": flac, "ogg": ogg, "m4a": m4a} {
		for _, part := range []int{13, 40, 100, len(b) / 3} {
			files[fmt.Sprintf("cut at %d.%s", part, name)] = b[:min(part, len(b))]
		}
		for i := 4; i < min(len(b), 600); i += 7 { // every field in turn claims the most
			bad := bytes.Clone(b)
			binary.BigEndian.PutUint32(bad[i:], 0xFFFFFFFF)
			files[fmt.Sprintf("lie at %d.%s", i, name)] = bad
		}
	}
	for _, n := range []string{"Ünïcødé", "日本語の曲", "Кириллица", "العربية", "한국어", "😀", "-rf", "a\nb", "\u202eevil", "\xff\xfe", strings.Repeat("x", 240)} {
		files[n+".mp3"] = mp3
	}
	return files
}

// TestPoisonedFolder: a folder full of traps is scanned to the end, with
// little memory, each bad file has its sentence, and the good ones play.
func TestPoisonedFolder(t *testing.T) {
	dir := t.TempDir()
	for name, b := range poison(t) {
		write(t, filepath.Join(dir, name), b)
	}
	if err := os.Truncate(filepath.Join(dir, "zeros.flac"), 1<<40); err != nil { // sparse
		t.Log("no sparse file of 1 TiB:", err)
	}
	librarytest.Tone(t, dir, librarytest.File{Name: "good.mp3", Title: "Survivor", Seconds: 2})
	closed := filepath.Join(dir, "closed")
	write(t, filepath.Join(closed, "x.mp3"), nil)
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o700) }) // so that it can be removed
	if err := os.Mkdir(filepath.Join(dir, "folder.mp3"), 0o755); err != nil {
		t.Fatal(err)
	}

	l, stop := start(t, Config{Dirs: []string{dir}})
	peak := uint64(0)
	await(t, l, "the end", func() bool {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
		p := l.Progress()
		return p.State == Idle && p.Total > 0 && p.Files == p.Total
	})
	stop()
	if peak > 128<<20 {
		t.Errorf("heap went up to %d MB", peak>>20)
	}
	only(t, l, "survivor")
	p := l.Progress()
	t.Logf("%+v, peak heap %d MB", p, peak>>20)
	if p.Broken < 15 {
		t.Errorf("only %d broken files", p.Broken)
	}
	for _, b := range l.Broken() {
		if !strings.HasSuffix(b.Reason, ".") || !filepath.IsAbs(b.Path) || strings.Contains(b.Reason, "runtime") {
			t.Errorf("%q: %q", b.Path, b.Reason)
		}
	}
	for _, h := range l.Search("", 100) {
		if h.Title != cleanText(h.Title) || h.Title == "" || h.DurationMS <= 0 {
			t.Errorf("%+v", h)
		}
	}
}

// TestLyingLengthsTakeNoMemory bounds what one file can make us allocate.
func TestLyingLengthsTakeNoMemory(t *testing.T) {
	for name, b := range poison(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s, _ := parse(newProbe(bytes.NewReader(b), int64(len(b)), never), true)
		decodeTags(s.tags)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 12<<20+8*uint64(len(b)) {
			t.Errorf("%s: %d bytes of file took %d bytes of memory", name, len(b), n)
		}
	}
}

// TestGuard: what hangs or panics is given up, and those that hang are
// bounded.
func TestGuard(t *testing.T) {
	t.Parallel()
	in := &inspector{limit: 10 * time.Millisecond}
	if _, err := guarded(t.Context(), in, func(func() error) (int, error) { panic("bad") }); !errors.Is(err, errPanic) {
		t.Errorf("panic gives %v", err)
	}
	hang := make(chan struct{})
	defer close(hang)
	for range maxReads {
		if _, err := guarded(t.Context(), in, func(func() error) (int, error) { <-hang; return 0, nil }); !errors.Is(err, errSlow) {
			t.Errorf("hang gives %v", err)
		}
	}
	if _, err := guarded(t.Context(), in, func(func() error) (int, error) { return 0, nil }); !errors.Is(err, errStorage) {
		t.Errorf("over the bound gives %v", err)
	}
	in = &inspector{limit: 10 * time.Millisecond}
	_, err := guarded(t.Context(), in, func(stop func() error) (int, error) {
		for stop() == nil { // a loop without end, that asks
			runtime.Gosched()
		}
		return 0, stop()
	})
	if !errors.Is(err, errSlow) {
		t.Errorf("loop gives %v", err)
	}
}
