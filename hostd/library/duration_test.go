package library

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	"soul-jam/hostd/library/librarytest"
)

func never() error { return nil }

func parseBytes(b []byte) (sound, error) {
	return parse(newProbe(bytes.NewReader(b), int64(len(b)), never), false)
}

// decoded is how long ffmpeg's decoded sound lasts.
func decoded(t *testing.T, file string) time.Duration {
	t.Helper()
	pcm := librarytest.FFmpeg(t, "-i", "file:"+file, "-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", "48000", "-")
	return time.Duration(len(pcm)/2) * time.Second / 48000
}

// TestDurationWithin50ms compares the length from the headers with the length
// of the decoded sound.
func TestDurationWithin50ms(t *testing.T) {
	t.Parallel()
	type args = []string
	files := []librarytest.File{
		{Name: "cbr.mp3", Args: args{"-b:a", "128k"}},
		{Name: "cbr-noheader.mp3", Args: args{"-b:a", "128k", "-write_xing", "0"}},
		{Name: "cbr-noheader-v1.mp3", Title: "x", Args: args{"-b:a", "64k", "-write_xing", "0", "-write_id3v1", "1", "-id3v2_version", "0"}},
		{Name: "vbr.mp3", Args: args{"-q:a", "2"}},
		{Name: "vbr-noheader.mp3", Seconds: 7.7, Args: args{"-q:a", "4", "-write_xing", "0"}},
		{Name: "art.mp3", Title: "a", Art: true},
		{Name: "mpeg2.mp3", Args: args{"-ar", "22050", "-ac", "1"}},
		{Name: "mpeg25.mp3", Args: args{"-ar", "11025", "-ac", "1", "-write_xing", "0"}},
		{Name: "layer2.mp3", Args: args{"-c:a", "mp2", "-f", "mp2"}},
		{Name: "a.flac"},
		{Name: "art.flac", Title: "b", Art: true},
		{Name: "hires.flac", Args: args{"-ar", "96000", "-sample_fmt", "s32"}},
		{Name: "a.ogg"},
		{Name: "a.opus", Args: args{"-ar", "48000"}},
		{Name: "tagged.opus", Title: "c", Artist: "d"},
		{Name: "a.m4a"},
		{Name: "fast.m4a", Title: "e", Args: args{"-movflags", "+faststart"}},
		{Name: "alac.m4a", Args: args{"-c:a", "alac"}},
		{Name: "art.m4a", Title: "f", Art: true},
		{Name: "fragments.m4a", Args: args{"-movflags", "+dash+global_sidx", "-f", "mp4", "-frag_duration", "1000000"}},
	}
	dir := t.TempDir()
	for _, f := range files {
		if f.Seconds == 0 {
			f.Seconds = 3.217
		}
		t.Run(f.Name, func(t *testing.T) {
			path := librarytest.Tone(t, dir, f)
			checkDuration(t, path)
		})
	}
}

func checkDuration(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parseBytes(b)
	if err != nil {
		t.Fatal(err)
	}
	want := decoded(t, path)
	within := 50 * time.Millisecond
	if filepath.Ext(path) != ".mp3" {
		// The others say it to the sample, but ffmpeg decodes AAC to the end
		// of its last frame. With the encoder's silence it would be 13 ms.
		within = 12 * time.Millisecond
	}
	if d := (s.duration - want).Abs(); d > within {
		t.Errorf("length %v, decoded %v", s.duration, want)
	}
}

// TestDurationOfStreamedFLAC: a FLAC written to a pipe does not state its
// length.
func TestDurationOfStreamedFLAC(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "piped.flac")
	pipe := librarytest.FFmpeg(t, "-f", "lavfi", "-i", "sine=duration=4.3", "-f", "flac", "-")
	if err := os.WriteFile(path, pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	checkDuration(t, path)
}

// TestDurationOfCutFiles: the header of a file that was cut off claims more
// than is there.
func TestDurationOfCutFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, f := range []librarytest.File{
		{Name: "cut.mp3", Args: []string{"-q:a", "3"}},
		{Name: "cut.flac"},
		{Name: "cut.ogg"},
		{Name: "cut.opus"},
	} {
		f.Seconds = 8
		path := librarytest.Tone(t, dir, f)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := parseBytes(b[:len(b)*6/10])
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		if s.duration > 6500*time.Millisecond || s.duration < 3*time.Second {
			t.Errorf("%s: 60 %% of 8 s lasts %v", f.Name, s.duration)
		}
	}
}

// TestDurationVBRI: Fraunhofer's header, which ffmpeg does not write.
func TestDurationVBRI(t *testing.T) {
	t.Parallel()
	frame := make([]byte, 417) // MPEG-1 layer III, 128 kbit/s, 44.1 kHz
	copy(frame, "\xFF\xFB\x90\x44")
	head := bytes.Clone(frame)
	copy(head[36:], "VBRI")
	binary.BigEndian.PutUint32(head[46:], 417*1001)
	binary.BigEndian.PutUint32(head[50:], 1000)
	s, err := parseBytes(append(head, bytes.Repeat(frame, 1000)...))
	if err != nil {
		t.Fatal(err)
	}
	if want := samples(1000*1152, 44100); s.duration != want {
		t.Errorf("length %v, want %v", s.duration, want)
	}
}

// TestEmbeddedTags reads tags and pictures of every format through the
// parsers and the tag library.
func TestEmbeddedTags(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, f := range []librarytest.File{
		{Name: "v23.mp3", Art: true, Args: []string{"-id3v2_version", "3"}},
		{Name: "v24.mp3", Art: true, Args: []string{"-id3v2_version", "4"}},
		{Name: "a.flac", Art: true},
		{Name: "a.m4a", Art: true},
		{Name: "a.ogg"},
		{Name: "a.opus"},
	} {
		f.Title, f.Artist, f.Album = "Größe 東京", "Кино", "Ünïcode"
		path := librarytest.Tone(t, dir, f)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := parse(newProbe(bytes.NewReader(b), int64(len(b)), never), true)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		if got, want := decodeTags(s.tags), (texts{f.Title, f.Artist, f.Album}); got != want {
			t.Errorf("%s: tags %v, want %v", f.Name, got, want)
		}
		if s.hasArt != f.Art || f.Art && pictureKind(s.picture) != "jpeg" {
			t.Errorf("%s: hasArt %v, picture %d bytes", f.Name, s.hasArt, len(s.picture))
		}
	}
}
