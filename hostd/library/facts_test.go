package library

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"soul-jam/hostd/library/librarytest"
)

const someRecording = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"

// insertAtom puts an entry into the iTunes list of a file whose moov stands at the
// end, as ffmpeg writes it, and makes the boxes around it longer.
func insertAtom(t *testing.T, b []byte, name string, content []byte) []byte {
	t.Helper()
	atom := append(binary.BigEndian.AppendUint32(nil, uint32(len(content)+8)), name...)
	atom = append(atom, content...)
	b = bytes.Clone(b)
	at := bytes.LastIndex(b, []byte("moov")) - 4
	for _, inner := range []string{"moov", "udta", "meta", "ilst"} {
		i := bytes.Index(b[at:], []byte(inner))
		if i < 4 {
			t.Fatalf("no %s", inner)
		}
		at += i - 4
		binary.BigEndian.PutUint32(b[at:], binary.BigEndian.Uint32(b[at:])+uint32(len(atom)))
	}
	end := at + int(binary.BigEndian.Uint32(b[at:])) - len(atom)
	return slices.Insert(b, end, atom...)
}

func box(name string, content string) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(content)+8)), name...), content...)
}

func freeform(name, value string) []byte {
	return slices.Concat(box("mean", "\x00\x00\x00\x00com.apple.iTunes"), box("name", "\x00\x00\x00\x00"+name), box("data", "\x00\x00\x00\x01\x00\x00\x00\x00"+value))
}

// id3Of makes a tag of version 3 or 4 of frames written "TCON" + content.
func id3Of(version byte, frames ...string) []byte {
	var body []byte
	for _, f := range frames {
		n := len(f) - 4
		body = append(body, f[:4]...)
		if version == 4 {
			body = appendSyncSafe(body, n)
		} else {
			body = binary.BigEndian.AppendUint32(body, uint32(n))
		}
		body = append(append(body, 0, 0), f[4:]...)
	}
	return append(appendSyncSafe([]byte{'I', 'D', '3', version, 0, 0}, len(body)), body...)
}

func utf16le(s string) string {
	out := "\xFF\xFE"
	for _, r := range s {
		out += string([]byte{byte(r), byte(r >> 8)})
	}
	return out
}

// TestFacts reads what the tags of every format say beside the texts.
func TestFacts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(f librarytest.File) []byte {
		f.Title, f.Artist = "Title", "Artist"
		b, err := os.ReadFile(librarytest.Tone(t, dir, f))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	meta := func(pairs ...string) (args []string) {
		for _, p := range pairs {
			args = append(args, "-metadata", p)
		}
		return args
	}
	all := meta("album_artist=The Band", "genre=Jazz; Blues", "date=1979-05-01", "ITUNESADVISORY=1",
		"REPLAYGAIN_TRACK_GAIN=-7.89 dB", "REPLAYGAIN_TRACK_PEAK=0.988553")
	vorbis := slices.Concat(meta("albumartist=The Band", "MUSICBRAINZ_TRACKID="+someRecording), all)
	bare := file(librarytest.File{Name: "bare.mp3", Args: []string{"-id3v2_version", "0"}})
	m4a := file(librarytest.File{Name: "a.m4a", Args: meta("album_artist=The Band", "genre=Jazz; Blues", "date=1979")})
	for _, a := range [][]byte{
		freeform("replaygain_track_gain", "-7.89 dB"), freeform("REPLAYGAIN_TRACK_PEAK", "0.988553"),
		freeform("MusicBrainz Track Id", someRecording),
	} {
		m4a = insertAtom(t, m4a, "----", a)
	}
	m4a = insertAtom(t, m4a, "rtng", box("data", "\x00\x00\x00\x15\x00\x00\x00\x00\x04"))
	want := facts{albumArtist: "The Band", genres: []string{"Jazz", "Blues"}, year: 1979, explicit: true}
	want.loud.setGain(-7.89)
	want.loud.setPeak(20 * math.Log10(0.988553))
	for name, b := range map[string][]byte{
		"v23": file(librarytest.File{Name: "v23.mp3", Args: append(all, "-id3v2_version", "3")}),
		"v24": file(librarytest.File{Name: "v24.mp3", Args: append(all, "-id3v2_version", "4")}),
		"v24 by hand": append(id3Of(4, "TPE2\x03The Band", "TCON\x03Jazz\x00(0)", "TDRC\x032011", "TDOR\x031979", "UFID"+"http://musicbrainz.org\x00"+someRecording,
			"TXXX\x03replaygain_track_gain\x00-7,89 dB", "TXXX\x00REPLAYGAIN_TRACK_PEAK\x000.988553", "TXXX\x00ITUNESADVISORY\x001"), bare...),
		"v23 in UTF-16": append(id3Of(3, "TPE2\x01"+utf16le("The Band"), "TCON\x01"+utf16le("(8)(0)"), "TYER\x01"+utf16le("1979"), "UFID"+"http://musicbrainz.org\x00"+someRecording,
			"TXXX\x01"+utf16le("REPLAYGAIN_TRACK_GAIN\x00")+utf16le("-7.89 dB"), "TXXX\x01"+utf16le("replaygain_track_peak\x00")+utf16le("0.988553"), "TXXX\x01"+utf16le("ITUNESADVISORY\x00")+utf16le("4")), bare...),
		"flac": file(librarytest.File{Name: "a.flac", Args: vorbis}),
		"ogg":  file(librarytest.File{Name: "a.ogg", Args: vorbis}),
		"opus": file(librarytest.File{Name: "a.opus", Args: vorbis}),
		"m4a":  m4a,
	} {
		s, err := parseBytes(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, want := s.facts, want
		got.first = false
		want.lossless = name == "flac"
		if name != "v23" && name != "v24" {
			want.recording = someRecording
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v,\nwant %+v", name, got, want)
		}
	}
}

func TestGainsThatAreBelieved(t *testing.T) {
	for text, want := range map[string]bool{"-40 dB": true, "-40.1 dB": false, "+12 dB": true, "12.1 dB": false, "+39.9 dB": false, "NaN dB": false, "dB": false} {
		if _, ok := parseGain(text); ok != want {
			t.Errorf("%q is believed: %t", text, ok)
		}
	}
}

// TestLosslessAndOpusGain: ALAC is lossless, AAC is not; Opus has a gain of its own.
func TestLosslessAndOpusGain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	read := func(f librarytest.File) facts {
		b, err := os.ReadFile(librarytest.Tone(t, dir, f))
		if err != nil {
			t.Fatal(err)
		}
		s, err := parseBytes(b)
		if err != nil {
			t.Fatal(err)
		}
		return s.facts
	}
	if !read(librarytest.File{Name: "alac.m4a", Args: []string{"-c:a", "alac"}}).lossless || read(librarytest.File{Name: "aac.m4a"}).lossless {
		t.Error("ALAC must be lossless, AAC not")
	}
	f := read(librarytest.File{Name: "r.opus", Args: []string{"-metadata", "REPLAYGAIN_TRACK_GAIN=3 dB", "-metadata", "R128_TRACK_GAIN=-1280", "-metadata", "replaygain_track_gain=1 dB"}})
	if got := f.loud.sound(); !got.Known || got.GainDB != 0 {
		t.Errorf("R128_TRACK_GAIN of -5 dB to -23 LUFS is %+v, want 0 dB to -18 LUFS", got)
	}
}

// TestHostileFacts: absurd values are as good as none.
func TestHostileFacts(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"replaygain_track_gain", "NaN dB"}, {"replaygain_track_gain", "+Inf"}, {"replaygain_track_gain", "-1e9 dB"}, {"replaygain_track_gain", "99999 dB"},
		{"replaygain_track_gain", "0x10p4"}, {"replaygain_track_gain", ""}, {"replaygain_track_gain", "dB"}, {"replaygain_track_gain", "--3"},
		{"replaygain_track_peak", "NaN"}, {"replaygain_track_peak", "-1"}, {"replaygain_track_peak", "0"}, {"replaygain_track_peak", "1e300"}, {"replaygain_track_peak", "1000000"},
		{"r128_track_gain", "32767"}, {"r128_track_gain", "-32768"}, {"r128_track_gain", "99999999999999999999"}, {"r128_track_gain", "1.5"},
		{"date", "9999"}, {"date", "0000-01-01"}, {"date", "99999"}, {"date", strings.Repeat("1979", 1000)},
		{"itunesadvisory", "2"}, {"itunesadvisory", "0"}, {"itunesadvisory", "11"},
		{"musicbrainz_trackid", "x"}, {"musicbrainz_trackid", strings.Repeat("a", 36)}, {"musicbrainz_trackid", someRecording + "0"},
		{"genre", strings.Repeat("x", 1<<20)}, {"genre", strings.Repeat("x", 100)}, {"genre", "(255)"}, {"genre", "\x00\x01"}, {"genre", "-1"},
		{"albumartist", strings.Repeat("x", 1<<20)},
	} {
		var f facts
		f.take(c[0], c[1])
		if !reflect.DeepEqual(f, facts{}) {
			t.Errorf("%s=%.40q gives %+v", c[0], c[1], f)
		}
	}
	var f facts
	for i := range 1000 {
		f.take("genre", strings.Repeat(string(rune('a'+i%26)), i%50+1)+";"+numberedGenre(i%192))
	}
	if len(f.genres) > maxGenres {
		t.Errorf("%d genres", len(f.genres))
	}
}

func TestGenres(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Rock": "Rock", "17": "Rock", "(17)": "Rock", "(17)Rock": "Rock", "(17)Space Rock": "Space Rock", "(4)(8)": "Disco; Jazz", "Rock;rock; Pop": "Rock; Pop",
		"Hip-Hop/Rap": "Hip-Hop/Rap", "(unclear": "(unclear", "191": "Psybient", "  Drum & Bass ": "Drum & Bass", "Folk, World, & Country": "Folk, World, & Country",
	} {
		if got := strings.Join(addGenre(nil, in), genreSeparator); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

// TestRecords: a record of the first version keeps id and age, and its file is read
// again, once; measured loudness outlives a restart and edited tags do not.
func TestRecords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := []string{"-metadata", "genre=Jazz", "-metadata", "date=1959"}
	file := librarytest.Tone(t, dir, librarytest.File{Name: "a.flac", Title: "Alpha", Artist: "Anna", Args: args})
	cache := new(memory)
	l, stop := start(t, Config{Dirs: []string{dir}, Cache: cache})
	await(t, l, "1 track", idle(l, 1))
	content := only(t, l, "alpha")
	stop()
	// What version 1 wrote of this file, when its tags had been edited since: another id.
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	id := strings.Repeat("0a", 16)
	cache.recs = map[string][]byte{id: firstVersion(id, "Old Title", dir, "a.flac", content, info)}
	l, err = Open(Config{Dirs: []string{dir}, Cache: cache})
	if err != nil {
		t.Fatal(err)
	}
	if got := only(t, l, "old title"); got != id {
		t.Fatalf("the old record is %s", got)
	}
	stop = run(t, l)
	await(t, l, "read again", finds(l, "alpha", 1))
	if got := l.now.Load().track(id); got == nil || got.Genre != "Jazz" || got.Year != 1959 || got.Added != 12345 || got.Flags != lossless|tagged {
		t.Errorf("read again it is %+v", got)
	}
	l.Measured(id, Measured{LUFS: -10, PeakDB: -1})
	want := Sound{GainDB: -8, PeakDB: -1, Known: true}
	if s, ok := l.Sound(id); !ok || s != want {
		t.Errorf("measured: %+v", s)
	}
	await(t, l, "the measurement is stored", func() bool { return l.now.Load().track(id).Loud.Has&hasMeasured != 0 })
	stop()
	puts := cache.puts
	l, stop = start(t, Config{Dirs: []string{dir}, Cache: cache})
	if s, ok := l.Sound(id); !ok || s != want {
		t.Errorf("after a restart: %+v", s)
	}
	await(t, l, "scanned", idle(l, 1))
	if cache.puts != puts {
		t.Error("it was read once more")
	}
	for _, m := range []Measured{{math.NaN(), 0}, {math.Inf(1), 0}, {0, math.NaN()}} {
		l.Measured(id, m)
	}
	if s, _ := l.Sound(id); s != want {
		t.Errorf("what cannot be was believed: %+v", s)
	}
	librarytest.Tone(t, dir, librarytest.File{Name: "a.flac", Title: "Beta", Artist: "Anna", Hz: 300})
	await(t, l, "changed", finds(l, "beta", 1))
	if s, ok := l.Sound(id); !ok || s.Known {
		t.Errorf("another sound has the loudness of the old: %+v", s)
	}
	stop()
}

func firstVersion(id, title, dir, rel, content string, info os.FileInfo) []byte {
	b := []byte{1}
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	number := func(n int64) { b = binary.AppendVarint(b, n) }
	for _, s := range []string{id, title, "Artist", "Album"} {
		text(s)
	}
	number(1000)
	number(12345)
	b = append(b, 0)
	number(1)
	text(dir)
	text(filepath.ToSlash(rel))
	number(info.Size())
	number(info.ModTime().UnixNano())
	text(content)
	return b
}
