package loudness

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"soul-jam/hostd/player"
)

const (
	// chunk is how many frames are taken in at a time.
	chunk = 16 << 10
	// frameSize is that of a frame of mpv's, in bytes: 32 bits for each channel.
	frameSize = 4 * channels
	// endLimit is how long mpv may take to end when its sound has; then it is killed.
	endLimit = 2 * time.Second
)

// decode gives all the sound of s to take, piece by piece.
func decode(ctx context.Context, s Source, cfg Config, take func([]float32)) error {
	if err := check(s); err != nil {
		return err
	}
	path, err := exec.LookPath(cfg.MPV)
	if err != nil {
		return fmt.Errorf("find mpv: %w", err)
	}
	sound, into, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make a pipe for mpv: %w", err)
	}
	defer sound.Close()
	words, secret, err := os.Pipe()
	if err != nil {
		into.Close()
		return fmt.Errorf("make a pipe for mpv: %w", err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	cmd := exec.CommandContext(ctx, path, flags(s.Path)...)
	cmd.Env = player.Environment()
	cmd.ExtraFiles = []*os.File{into, words} // become fd 3 and 4
	cmd.WaitDelay = endLimit
	confine(cmd)
	err = cmd.Start()
	into.Close()
	words.Close()
	if err != nil {
		secret.Close()
		return fmt.Errorf("start mpv: %w", err)
	}
	confined(cmd.Process.Pid)
	// A pipe holds more than CheckSource lets through: this cannot block.
	if s.Header != "" {
		_, _ = fmt.Fprintf(secret, "http-header-fields=%q\n", s.Header)
	}
	secret.Close()
	// A child of mpv's could hold the pipe open when mpv is gone.
	stop := context.AfterFunc(ctx, func() { sound.Close() })
	defer stop()
	frames, err := read(sound, int64(cfg.length.Seconds())*rate, take)
	if err != nil {
		cancel(err) // kills
	}
	over := time.AfterFunc(endLimit, func() { cancel(nil) })
	defer over.Stop()
	ended := cmd.Wait()
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return err
	case ended != nil:
		return fmt.Errorf("mpv could not decode it: %w", ended)
	case frames == 0:
		return errors.New("there is no sound in it")
	}
	return nil
}

// check refuses what no song is: a pipe or a device would make mpv wait.
func check(s Source) error {
	if err := player.CheckSource(s.Path, s.Header); err != nil {
		return err
	}
	if !filepath.IsAbs(s.Path) {
		return nil // an address
	}
	info, err := os.Stat(s.Path)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	}
	return nil
}

// flags make mpv write bare samples to fd 3 as fast as it can and end. What may
// be secret comes on fd 4, as lines of a configuration.
func flags(path string) []string {
	return append(player.FileFlags(),
		"--include=/dev/fd/4",
		"--ao=pcm", "--ao-pcm-file=/dev/fd/3", "--ao-pcm-waveheader=no",
		"--network-timeout=20",
		"--", path)
}

// read gives the samples to take until there are none left.
func read(sound io.Reader, most int64, take func([]float32)) (frames int64, err error) {
	raw := make([]byte, chunk*frameSize)
	samples := make([]float32, 0, chunk*channels)
	for rest := 0; ; {
		n, err := sound.Read(raw[rest:])
		n += rest
		whole := n / frameSize * frameSize
		samples = samples[:0]
		for i := 0; i < whole; i += 4 {
			samples = append(samples, math.Float32frombits(binary.NativeEndian.Uint32(raw[i:])))
		}
		take(samples)
		rest = copy(raw, raw[whole:n])
		frames += int64(whole / frameSize)
		switch {
		case frames > most:
			return frames, ErrTooLong
		case errors.Is(err, io.EOF):
			return frames, nil
		case err != nil:
			return frames, fmt.Errorf("read mpv's sound: %w", err)
		}
	}
}
