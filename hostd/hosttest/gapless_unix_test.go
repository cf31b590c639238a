//go:build unix

package hosttest_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/library/librarytest"
	"soul-jam/shared/wire"
)

const (
	cardRate  = 44100 // frames a second
	tonePitch = 441   // Hz: 100 samples a turn
)

// card is a FIFO that the real mpv plays into, read at the speed at which a sound card plays.
type card struct {
	mu    sync.Mutex // guards heard
	heard []int16    // of the left channel
}

// plugIn puts an mpv into PATH that plays into the card, and gives the directory where it leaves its pid and its log.
func (c *card) plugIn(t *testing.T) (dir string) {
	t.Helper()
	mpv, err := exec.LookPath("mpv")
	if err != nil {
		t.Fatalf("this test plays with mpv: install the Debian package mpv (%v)", err)
	}
	dir = t.TempDir()
	fifo := filepath.Join(dir, "card")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(fifo, os.O_RDWR, 0) // both ends, so that it never ends
	if err != nil {
		t.Fatal(err)
	}
	// One that only measures plays nothing.
	script := fmt.Sprintf("#!/bin/sh\ncase \"$*\" in *--idle*) ;; *) exec %[2]s \"$@\" ;; esac\necho $$ >>%[1]s/pids\nexec %[2]s \"$@\" --ao=pcm --ao-pcm-file=%[3]s --ao-pcm-waveheader=no --audio-samplerate=%[4]d --audio-format=s16 --log-file=%[1]s/log\n", dir, mpv, fifo, cardRate)
	if err := os.WriteFile(filepath.Join(dir, "mpv"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.listen(f)
	}()
	t.Cleanup(func() { _ = f.Close(); <-done })
	return dir
}

func (c *card) listen(f *os.File) {
	const frame = 4 // two channels of 16 bits
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	buf := make([]byte, cardRate/50*frame)
	for rest := 0; ; <-tick.C {
		n, err := f.Read(buf[rest:])
		if err != nil {
			return
		}
		n += rest
		c.mu.Lock()
		for i := 0; i+frame <= n; i += frame {
			c.heard = append(c.heard, int16(uint16(buf[i])|uint16(buf[i+1])<<8))
		}
		c.mu.Unlock()
		rest = copy(buf, buf[n/frame*frame:n])
	}
}

// await waits until so much of the tone has been heard, and gives all of it, without the silence before.
func (c *card) await(t *testing.T, length time.Duration) []int16 {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	frames := int(length.Seconds() * cardRate)
	for deadline := time.Now().Add(length + 20*time.Second); time.Now().Before(deadline); <-tick.C {
		c.mu.Lock()
		heard := append([]int16(nil), c.heard...)
		c.mu.Unlock()
		for len(heard) > 0 && heard[0] == 0 {
			heard = heard[1:]
		}
		if len(heard) >= frames {
			return heard
		}
	}
	t.Fatalf("%v of sound do not come", length)
	return nil
}

// asLoud tags a tone as one that needs no gain, so that its samples are heard as they are.
func asLoud() []string { return []string{"-metadata", "REPLAYGAIN_TRACK_GAIN=0.00 dB"} }

// breaks counts where a tone of tonePitch does not go on as such a tone does.
func breaks(heard []int16) (n int) {
	turn := 2 * math.Cos(2*math.Pi*tonePitch/cardRate)
	for i := 2; i < len(heard); i++ {
		if foretold := turn*float64(heard[i-1]) - float64(heard[i-2]); math.Abs(foretold-float64(heard[i])) > 8 {
			n++
		}
	}
	return n
}

// The host listens alone, starts a jam, and hears nothing of that: the real mpv is neither started anew nor told to
// load the song again, and its sound has no break.
func TestTheSoundGoesOnWhenAJamStarts(t *testing.T) {
	var sound card
	dir := sound.plugIn(t)
	music := t.TempDir()
	for i, title := range []string{"First", "Second"} {
		librarytest.Tone(t, music, librarytest.File{Name: title + ".flac", Title: title, Artist: "Tones", Seconds: float64(30 + i), Hz: tonePitch, Args: asLoud()})
	}
	w := hosttest.New(t, hosttest.Options{Music: []string{music}, Player: "mpv"})
	w.Solo()
	host := w.Host()
	for _, title := range []string{"First", "Second"} {
		host.Must(wire.AddTrack{TrackID: w.Track(title)})
	}
	sound.await(t, 3*time.Second)
	w.Begin(`{"name":"Friday"}`)
	there := w.Host()
	s := queueOf(t, there)
	// What the player has given to the card is ahead of what is heard: on a busy machine by more than a second.
	if at := s.Playback.PositionMS; !s.Playback.Playing || at < 1000 || at > 8000 {
		t.Errorf("the jam begins at %d ms of the song", at)
	}
	heard := sound.await(t, 8*time.Second)
	if n := breaks(heard); n > 0 {
		t.Errorf("the sound has %d breaks in %d samples", n, len(heard))
	}
	pids, _ := os.ReadFile(filepath.Join(dir, "pids"))
	log, _ := os.ReadFile(filepath.Join(dir, "log"))
	if starts := len(strings.Fields(string(pids))); starts != 1 {
		t.Errorf("mpv was started %d times", starts)
	}
	if loads := strings.Count(string(log), "Opening done: "+filepath.Join(music, "First.flac")); loads != 1 {
		t.Errorf("the song was loaded %d times", loads)
	}
	t.Logf("%d samples without a break, mpv %s", len(heard), strings.TrimSpace(string(pids)))
}

// Autoplay's song begins where the last one ends, without a gap.
func TestAutoplayComesWithoutAGap(t *testing.T) {
	var sound card
	sound.plugIn(t)
	music := t.TempDir()
	for _, title := range []string{"First", "Second"} { // whole turns of the tone, so that one file goes on as the other ended
		librarytest.Tone(t, music, librarytest.File{Name: title + ".flac", Title: title, Artist: "Tones", Seconds: 4, Hz: tonePitch, Args: asLoud()})
	}
	w := hosttest.New(t, hosttest.Options{Music: []string{music}, Player: "mpv", Start: "Friday"})
	host, alice := w.Host(), w.Join("Alice")
	w.Track("Second")
	host.Must(wire.AddTrack{TrackID: w.Track("First")})
	heard := sound.await(t, 7*time.Second)
	if n := breaks(heard); n > 0 {
		t.Errorf("the sound has %d breaks in %d samples", n, len(heard))
	}
	var next wire.NowPlaying
	alice.Heard("now_playing", `"previous":"finished"`).Into(t, &next)
	if next.Item == nil || next.Item.Because == nil || next.Item.TrackInfo.Title != "Second" {
		t.Errorf("autoplay plays %+v", next.Item)
	}
}
