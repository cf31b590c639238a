package library

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
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
	long := strings.Repeat("genre;", 200_000)
	for name, field := range map[string]string{"gain": "REPLAYGAIN_TRACK_GAIN=-1e308 dB", "genres": "GENRE=" + long, "peak": "REPLAYGAIN_TRACK_PEAK=NaN", "r128": "R128_TRACK_GAIN=-32768", "year": "DATE=" + strings.Repeat("9", 1<<16)} {
		files[name+".flac"] = withComment(flac, field)
	}
	files["ID3 genres.mp3"] = append(id3Of(4, "TCON\x03"+long, "TXXX\x01"+strings.Repeat("\x00", 999), "UFID"+long, "TDRC\x02\xd8"), mp3...)
	files["freeform.m4a"] = insertAtom(t, m4a, "----", slices.Concat(box("mean", ""), box("name", "\x00"), box("data", "\xff\xff\xff\xff")))
	for _, n := range []string{"Ünïcødé", "日本語の曲", "Кириллица", "العربية", "한국어", "😀", "-rf", "a\nb", "\u202eevil", "\xff\xfe", strings.Repeat("x", 240)} {
		files[n+".mp3"] = mp3
	}
	return files
}

// withComment puts a Vorbis comment block with one field before the others of a
// FLAC file, behind STREAMINFO.
func withComment(flac []byte, field string) []byte {
	body := binary.LittleEndian.AppendUint32(nil, 0)
	body = binary.LittleEndian.AppendUint32(body, 1)
	body = append(binary.LittleEndian.AppendUint32(body, uint32(len(field))), field...)
	n := len(body)
	return slices.Concat(flac[:42], []byte{4, byte(n >> 16), byte(n >> 8), byte(n)}, body, flac[42:])
}

// traps puts into dir what no single file is: big tags, loops of links, nests.
func traps(t *testing.T, dir string) {
	t.Helper()
	b, err := os.ReadFile(librarytest.Tone(t, dir, librarytest.File{Name: "bare.mp3", Args: []string{"-id3v2_version", "0"}}))
	if err != nil {
		t.Fatal(err)
	}
	const size = 200 << 20 // of one picture in the tag; sparse
	head := append(append([]byte("ID3\x03\x00\x00"), appendSyncSafe(nil, size+10)...), "APIC"...)
	head = append(binary.BigEndian.AppendUint32(head, size), 0, 0)
	big := filepath.Join(dir, "tag of 200 MB.mp3")
	write(t, big, head)
	if err := os.Truncate(big, int64(len(head))+size); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(big, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	deep := dir
	for i := range maxDepth + 20 {
		deep = filepath.Join(deep, fmt.Sprint("d", i))
	}
	write(t, filepath.Join(deep, "too deep.mp3"), b)
	write(t, filepath.Join(dir, "a", "b", "c.m3u"), []byte(strings.Repeat("../../", 600)+"etc/passwd\n"+strings.Repeat("\xff", 1<<20)))
	for link, to := range map[string]string{"self": "self", "up": "..", "a/loop": "../a", "a/b/x.mp3": "x.mp3", "one.mp3": "two.mp3", "two.mp3": "one.mp3", "dev.mp3": "/dev/zero", "l.m3u": "/dev/zero"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
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
	traps(t, dir)
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

	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
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
	if peak > before.HeapAlloc+96<<20 {
		t.Errorf("heap went up from %d to %d MB", before.HeapAlloc>>20, peak>>20)
	}
	only(t, l, "survivor")
	only(t, l, "tag of 200")
	if n := len(l.Everything().Search("too deep", 0)); n != 0 {
		t.Errorf("what lies deeper than %d folders was found", maxDepth)
	}
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
	for _, h := range l.Everything().Search("", 100) {
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
