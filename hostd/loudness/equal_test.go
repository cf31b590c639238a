//go:build unix

package loudness

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"soul-jam/hostd/player"
)

// recorder is a FIFO that mpv's pcm output writes to, read at several times the
// speed at which it would be heard.
type recorder struct {
	path string
	mu   sync.Mutex    // guards heard
	raw  []byte        // frames of two 32-bit samples
	open *os.File      // while it is, the recording does not end
	done chan struct{} // closed when all of it was read
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{path: filepath.Join(t.TempDir(), "card")}
	if err := syscall.Mkfifo(r.path, 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if r.open, err = os.OpenFile(r.path, os.O_RDWR, 0); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(r.path)
	if err != nil {
		t.Fatal(err)
	}
	r.done = make(chan struct{})
	go func() {
		defer close(r.done)
		defer f.Close()
		r.listen(f)
	}()
	t.Cleanup(r.end)
	return r
}

// end waits for what the pipe still holds; nobody writes any more.
func (r *recorder) end() {
	_ = r.open.Close() // perhaps already
	<-r.done
}

func (r *recorder) listen(f io.Reader) {
	const speed = 12
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	buf := make([]byte, rate/50*frameSize*speed)
	for ; ; <-tick.C {
		n, err := io.ReadAtLeast(f, buf, 1)
		if err != nil {
			return
		}
		r.mu.Lock()
		r.raw = append(r.raw, buf[:n]...)
		r.mu.Unlock()
	}
}

// player makes mpv play into the recorder.
func (r *recorder) player(t *testing.T) *player.MPV {
	t.Helper()
	needs(t, "mpv")
	script := filepath.Join(t.TempDir(), "mpv")
	content := fmt.Sprintf("#!/bin/sh\nexec mpv \"$@\" --ao=pcm --ao-pcm-waveheader=no --ao-pcm-file=%s\n", r.path)
	if err := os.WriteFile(script, []byte(content), 0o700); err != nil {
		t.Fatal(err)
	}
	m, err := player.NewMPV(t.Context(), player.Config{Path: script})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// song is one of the recording's.
type song struct {
	player.Want
	name   string
	lufs   float64 // as it is, by ffmpeg
	length time.Duration
}

// songsOf all formats, from very quiet to very loud. Half of them have tags, as
// taggers write them: by ffmpeg's measurement, without a peak in one. The rest
// is measured.
func songsOfAllFormats(t *testing.T) []song {
	var all []song
	for i, f := range []struct {
		name     string
		channels int
		db       float64
		tagged   bool
	}{
		{"quiet.flac", 2, -4, false}, {"loud.mp3", 2, 20, false}, {"tagged.ogg", 2, 2, true}, {"soft.opus", 2, -1, false},
		{"hot.m4a", 2, 19, false}, {"tagged.flac", 2, 17, true}, {"mono.mp3", 1, -2, false}, {"tagged.m4a", 2, 8, true},
		{"peaks.flac", 2, -4, false}, {"tagged.mp3", 2, -3, true},
	} {
		path := music(t, f.name, f.channels, 48000, 8, f.db)
		if f.name == "peaks.flac" { // as quiet, with drums at full scale
			path = filepath.Join(t.TempDir(), f.name)
			ffmpeg(t, "-f", "lavfi", "-i", "anoisesrc=d=8:c=pink:r=44100:a=0.12:seed=3,volume='if(lt(mod(t,1),0.004),20,1)':eval=frame", "-ac", "2", path)
		}
		s := song{name: f.name, Want: player.Want{Item: fmt.Sprint(i), Path: path, Playing: true, Volume: 100}}
		var peak float64
		s.lufs, peak = judged(t, path, "aresample=48000,aformat=channel_layouts=stereo,")
		m, err := Measure(t.Context(), Source{Path: path}, Config{})
		if err != nil {
			t.Fatal(err)
		}
		s.length = m.Length
		if s.Gain, s.Peak = m.Gain(), m.PeakDB; f.tagged {
			s.Gain, s.Peak = Target-s.lufs, peak
			tagged := filepath.Join(t.TempDir(), f.name)
			ffmpeg(t, "-i", path, "-c", "copy", "-metadata", fmt.Sprintf("REPLAYGAIN_TRACK_GAIN=%.2f dB", s.Gain), tagged)
			s.Path = tagged
		}
		all = append(all, s)
	}
	return all
}

func TestSongsAreEquallyLoud(t *testing.T) {
	t.Parallel()
	all := songsOfAllFormats(t)
	r := newRecorder(t)
	m := r.player(t)
	for i, s := range all {
		w := s.Want
		if i+1 < len(all) {
			next := all[i+1]
			w.Next, w.NextPath, w.NextGain, w.NextPeak = next.Item, next.Path, next.Gain, next.Peak
		}
		m.Want(w)
		for ended := false; !ended; {
			select {
			case report := <-m.Reports():
				ended = report.Kind == player.Ended && report.Item == s.Item
				if report.Err != nil {
					t.Fatal(report.Err)
				}
			case <-time.After(time.Minute):
				t.Fatal("the song does not end")
			}
		}
	}
	m.Close()
	r.end()
	r.skipSilence(all)
	least, most := math.Inf(1), math.Inf(-1)
	for _, s := range all {
		lufs, peak := r.cut(t, s.length)
		t.Logf("%-12s %6.1f LUFS in the file, gain %+5.1f dB, peak %+5.1f dBFS: recorded %.1f LUFS, peak %+.1f dBFS", s.name, s.lufs, s.Gain, s.Peak, lufs, peak)
		least, most = min(least, lufs), max(most, lufs)
		if peak > 0.3 {
			t.Errorf("%s: the recorded peak is %.1f dBFS", s.name, peak)
		}
	}
	t.Logf("all between %.1f and %.1f LUFS", least, most)
	if most-least > 2 {
		t.Errorf("the loudest is %.1f LU louder than the quietest", most-least)
	}
	if most > -17.5 || most < -18.5 {
		t.Errorf("the loudest is at %.1f LUFS, want -18", most)
	}
	if left := len(r.raw) / frameSize; left > 0 {
		t.Errorf("%d frames were recorded besides", left)
	}
}

// skipSilence leaves out the 20 ms that tried the output.
func (r *recorder) skipSilence(all []song) {
	frames := 0
	for _, s := range all {
		frames += int((s.length*rate + time.Second/2) / time.Second)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if extra := len(r.raw)/frameSize - frames; extra == rate/50 {
		r.raw = r.raw[extra*frameSize:]
	}
}

// cut takes the next song off the recording and lets ffmpeg judge it.
func (r *recorder) cut(t *testing.T, length time.Duration) (lufs, peak float64) {
	t.Helper()
	size := int((length*rate+time.Second/2)/time.Second) * frameSize
	r.mu.Lock()
	defer r.mu.Unlock()
	if size > len(r.raw) {
		t.Fatalf("the recording has %d bytes, not %d", len(r.raw), size)
	}
	path := filepath.Join(t.TempDir(), "song.wav")
	head := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x03\x00\x02\x00"), make([]byte, 12)...)
	binary.LittleEndian.PutUint32(head[24:], rate)
	binary.LittleEndian.PutUint32(head[28:], rate*frameSize)
	binary.LittleEndian.PutUint16(head[32:], frameSize)
	binary.LittleEndian.PutUint16(head[34:], 32)
	head = binary.LittleEndian.AppendUint32(append(head, "data"...), uint32(size))
	binary.LittleEndian.PutUint32(head[4:], uint32(len(head)-8+size))
	if err := os.WriteFile(path, append(head, r.raw[:size]...), 0o600); err != nil {
		t.Fatal(err)
	}
	r.raw = r.raw[size:]
	return judged(t, path, "")
}
