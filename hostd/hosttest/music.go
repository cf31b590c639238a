package hosttest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
)

// Songs is how many MakeMusic makes: Song 01, Song 02, …, by turns mp3, flac and
// ogg, each a second longer than the one before.
const Songs = 14

// FirstLength is the length of Song 01 in seconds: longer than any test takes.
const FirstLength = 300

// Short is the title of one more song, that ends after a second.
const Short = "Blink"

// MakeMusic fills a folder with real music files, by one run of ffmpeg.
func MakeMusic(dir string) error {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		return fmt.Errorf("these tests make music with ffmpeg: install the Debian package ffmpeg (%w)", err)
	}
	args := []string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y",
		"-f", "lavfi", "-i", "sine=frequency=440:sample_rate=8000:duration=" + strconv.Itoa(FirstLength+Songs+1)}
	song := func(title string, seconds int, format string, codec ...string) {
		args = append(args, "-t", strconv.Itoa(seconds), "-metadata", "title="+title, "-metadata", "artist=The Tones", "-metadata", "album=Sines")
		args = append(args, codec...)
		args = append(args, filepath.Join(dir, title+"."+format))
	}
	for i := range Songs {
		title, seconds := fmt.Sprintf("Song %02d", i+1), FirstLength+i
		switch i % 3 {
		case 0:
			song(title, seconds, "mp3", "-c:a", "libmp3lame", "-b:a", "8k")
		case 1:
			song(title, seconds, "flac", "-compression_level", "0")
		default:
			song(title, seconds, "ogg", "-c:a", "libvorbis", "-q:a", "0")
		}
	}
	song(Short, 1, "flac")
	if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("make music: %w: %s", err, out)
	}
	return nil
}
