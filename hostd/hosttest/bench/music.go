package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"soul-jam/hostd/library/librarytest"
	"soul-jam/hostd/store"
)

// title stands in every file that ffmpeg makes here; its digits are changed in copies.
const title = "Song 000000"

// formats are the endings of the files, each with how ffmpeg makes it.
func formats() map[string][]string {
	return map[string][]string{
		"mp3":  {"-c:a", "libmp3lame", "-b:a", "8k"},
		"flac": {"-compression_level", "8"},
		"ogg":  {"-c:a", "libvorbis", "-q:a", "0"},
		"opus": {"-c:a", "libopus", "-b:a", "6k", "-ar", "48000"},
		"m4a":  {"-c:a", "aac", "-b:a", "8k"},
	}
}

// tone makes one file of so many seconds.
func tone(ctx context.Context, path string, seconds int, codec []string) error {
	args := []string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y",
		"-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=440:sample_rate=8000:duration=%d", seconds),
		"-metadata", "title=" + title, "-metadata", "artist=The Tones", "-metadata", "album=Sines"}
	out, err := exec.CommandContext(ctx, "ffmpeg", append(append(args, codec...), path)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("make music with ffmpeg (Debian package ffmpeg): %w: %s", err, out)
	}
	return nil
}

// songs makes a folder with one song that is longer than the run.
func (b *bench) songs(ctx context.Context) (dir string, err error) {
	dir = filepath.Join(b.work, "songs")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return dir, tone(ctx, filepath.Join(dir, "long.flac"), 1800, formats()["flac"])
}

// files fills a folder with n small files of all formats, each with a title and so an id of its own.
func (b *bench) files(ctx context.Context, n int) (dir string, err error) {
	dir = filepath.Join(b.work, "files")
	var pieces [][]byte
	var endings []string
	for ending, codec := range formats() {
		path := filepath.Join(b.work, "piece."+ending)
		if err := tone(ctx, path, 1, codec); err != nil {
			return "", err
		}
		piece, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		if !bytes.Contains(piece, []byte(title)) {
			return "", fmt.Errorf("the title cannot be found in a %s", ending)
		}
		pieces, endings = append(pieces, piece), append(endings, ending)
	}
	for i := range n {
		album := filepath.Join(dir, fmt.Sprintf("album %d", i/12))
		if err := os.MkdirAll(album, 0o700); err != nil {
			return "", err
		}
		kind := i % len(pieces)
		content := bytes.Replace(pieces[kind], []byte(title), fmt.Appendf(nil, "Song %06d", i), 1)
		if err := os.WriteFile(filepath.Join(album, fmt.Sprintf("%d.%s", i, endings[kind])), content, 0o600); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// known is a host's directories with tracks that it knows from before.
type known struct {
	data, music string
	songs       []librarytest.Song
}

// known makes the directories: in the store the tracks, in the folder their files, which
// are empty, but of the size and age that the store tells, so that nobody reads them.
func (b *bench) known(ctx context.Context, n int) (known, error) {
	k := known{data: filepath.Join(b.work, "known", "data"), music: filepath.Join(b.work, "known", "music"), songs: librarytest.Songs(n)}
	if _, err := os.Stat(k.data); err == nil {
		return k, nil // another figure has made it
	}
	if err := os.MkdirAll(k.data, 0o700); err != nil {
		return known{}, err
	}
	old := time.Unix(1_700_000_000, 0)
	recs := make(map[string][]byte, n)
	for i := range k.songs {
		s := &k.songs[i]
		s.Size, s.MTime = 0, old.UnixNano()
		recs[s.ID] = s.Record(k.music)
		path := filepath.Join(k.music, filepath.FromSlash(s.Rel))
		if i%12 == 0 || i%200 == 0 {
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return known{}, err
			}
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			return known{}, err
		}
		if err := os.Chtimes(path, old, old); err != nil {
			return known{}, err
		}
	}
	tracks, err := store.Open(k.data)
	if err != nil {
		return known{}, err
	}
	if err := tracks.PutTracks(ctx, recs); err != nil {
		return known{}, err
	}
	return k, tracks.Close()
}
