// Package librarytest makes real music files for tests, by ffmpeg.
package librarytest

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// File describes a music file to be made. Only Name is needed.
type File struct {
	Name    string   // path inside the folder; the ending chooses the format
	Title   string   // tags; empty: none
	Artist  string   //
	Album   string   //
	Seconds float64  // length, default 1
	Hz      int      // of the tone, default 440
	Art     bool     // with an embedded cover (mp3, flac, m4a)
	Args    []string // more for ffmpeg, before the output
}

// Tone makes the file in dir, with its folders, and gives its path. It fails
// the test where there is no ffmpeg.
func Tone(t testing.TB, dir string, f File) string {
	t.Helper()
	if f.Seconds == 0 {
		f.Seconds = 1
	}
	if f.Hz == 0 {
		f.Hz = 440
	}
	out := filepath.Join(dir, filepath.FromSlash(f.Name))
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"-f", "lavfi", "-i", "sine=frequency=" + strconv.Itoa(f.Hz) + ":sample_rate=44100:duration=" +
		strconv.FormatFloat(f.Seconds, 'f', -1, 64)}
	if f.Art {
		cover := filepath.Join(t.TempDir(), "cover.png")
		if err := os.WriteFile(cover, PNG(t, 64, 48), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, "-i", cover, "-map", "0:a", "-map", "1:v", "-c:v", "mjpeg", "-disposition:v", "attached_pic")
	}
	for key, value := range map[string]string{"title": f.Title, "artist": f.Artist, "album": f.Album} {
		if value != "" {
			args = append(args, "-metadata", key+"="+value)
		}
	}
	args = append(args, codec(out)...)
	args = append(args, f.Args...)
	FFmpeg(t, append(args, "file:"+out)...)
	return out
}

// codec names the encoder where ffmpeg's own choice is not the usual one.
func codec(name string) []string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".ogg":
		return []string{"-c:a", "libvorbis"}
	case ".opus":
		return []string{"-c:a", "libopus"}
	case ".m4a":
		return []string{"-c:a", "aac"}
	}
	return nil
}

// FFmpeg runs ffmpeg and gives what it prints to standard output.
func FFmpeg(t testing.TB, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Fatal("this test makes music with ffmpeg: install the Debian package ffmpeg")
	}
	cmd := exec.CommandContext(t.Context(), "ffmpeg", append([]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ffmpeg %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}

// PNG makes a picture of many colours.
func PNG(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(x * 7), uint8(y * 5), uint8(x ^ y), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
