//go:build unix

package player

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// soundCard is a FIFO that mpv's pcm output writes to, read at the speed at
// which a sound card plays.
type soundCard struct {
	path   string
	speed  int // 1 is real time
	frames atomic.Int64
	jumps  atomic.Int64 // between two samples, higher than a tone has them

	mu    sync.Mutex // guards heard
	heard []int16    // of the left channel
}

func newSoundCard(t *testing.T, speed int) *soundCard {
	t.Helper()
	c := &soundCard{path: filepath.Join(t.TempDir(), "card"), speed: speed}
	c.plugIn(t)
	return c
}

func (c *soundCard) args() []string {
	return []string{"--ao=pcm", "--ao-pcm-file=" + c.path, "--ao-pcm-waveheader=no",
		fmt.Sprint("--audio-samplerate=", rate), "--audio-format=s16"} // the tones as they are
}

// plugIn makes the card and listens until the test ends.
func (c *soundCard) plugIn(t *testing.T) {
	t.Helper()
	if err := syscall.Mkfifo(c.path, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(c.path, os.O_RDWR, 0) // both ends, so that it never ends
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.listen(f)
	}()
	t.Cleanup(func() { f.Close(); <-done })
}

// pullOut leaves something in its place that cannot be opened as an output.
func (c *soundCard) pullOut(t *testing.T) {
	t.Helper()
	if err := os.Remove(c.path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(c.path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func (c *soundCard) listen(f *os.File) {
	const frame = 4 // two channels of 16 bits
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	buf := make([]byte, rate/50*frame*c.speed)
	last := 0
	for rest := 0; ; <-tick.C {
		n, err := f.Read(buf[rest:])
		if err != nil {
			return
		}
		n += rest
		for i := 0; i+frame <= n; i += frame {
			sample := int(int16(uint16(buf[i]) | uint16(buf[i+1])<<8))
			if math.Abs(float64(sample-last)) > 1500 {
				c.jumps.Add(1)
			}
			last = sample
			c.mu.Lock()
			c.heard = append(c.heard, int16(sample))
			c.mu.Unlock()
		}
		c.frames.Add(int64(n / frame))
		rest = copy(buf, buf[n/frame*frame:n])
	}
}

// drain waits until nothing is left in the FIFO.
func (c *soundCard) drain() {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for before := int64(-1); before != c.frames.Load(); <-tick.C {
		before = c.frames.Load()
	}
}

// Three tones of 3 s, each wanted as next in time, are 9 s of sound with
// nothing between them and nothing lost.
func TestGaplessToTheSample(t *testing.T) {
	t.Parallel()
	card := newSoundCard(t, 1)
	m := startMPV(t, Config{args: card.args()})
	l := listener{t, m}
	path := tone(t, "tone.flac", 3*time.Second)

	began := time.Now()
	want := func(i int) Want {
		w := Want{Item: fmt.Sprint("t", i), Path: path, Duration: 3 * time.Second, Playing: true, Volume: 100}
		if i < 3 {
			w.Next, w.NextPath, w.NextDuration = fmt.Sprint("t", i+1), path, 3*time.Second
		}
		return w
	}
	m.Want(want(1))
	for i := 1; i <= 3; i++ {
		r := l.next(Started, fmt.Sprint("t", i))
		// mpv writes to a FIFO 65,536 samples (1.5 s) at a time and is deaf while it does.
		near(t, fmt.Sprint("the time until t", i), r.At.Sub(began), time.Duration(i-1)*3*time.Second, 2*time.Second)
		m.Want(want(i))
		if r := l.next(Ended, fmt.Sprint("t", i)); r.Reason != ReasonEOF {
			t.Errorf("ended with %+v", r)
		}
	}
	t.Logf("9 s of tones took %v", time.Since(began))
	m.Close()
	card.drain()
	const silent = rate / 50 // what tried the output; mpv is stopped before it has written it, or not
	if n := card.frames.Load(); n != 9*rate && n != 9*rate+silent {
		t.Errorf("%d samples were heard, want %d", n, 9*rate)
	}
	if n := card.jumps.Load(); n > 2 { // where one tone ends and the next begins
		t.Errorf("the sound jumps %d times", n)
	}
}

func TestOutputLostWhilePlayingAndBack(t *testing.T) {
	t.Parallel()
	card := newSoundCard(t, 4)
	own := newOwnMPV(t, strings.Join(card.args(), " "))
	m := startMPV(t, Config{Path: own.script})
	l := listener{t, m}
	long := tone(t, "long.flac", longTone)
	w := Want{Item: "a", Path: long, Duration: longTone, Position: 5 * time.Second, Playing: true,
		Next: "b", NextPath: long, NextDuration: longTone}
	m.Want(w)
	l.next(Started, "a")
	l.position("a", func(r Report) bool { return r.Position > 5500*time.Millisecond })
	card.pullOut(t)
	own.say("ao-reload")
	lost := l.next(OutputLost, "a")
	if lost.Playing || lost.Err == nil {
		t.Errorf("lost with %+v", lost)
	}
	for range 2 {
		if r := l.next(Position, "a"); r.Playing || r.Position != lost.Position {
			t.Errorf("while nothing can be heard: %+v, lost at %v", r, lost.Position)
		}
	}
	w.Volume = 30 // a wish meanwhile
	m.Want(w)
	if err := os.Remove(card.path); err != nil {
		t.Fatal(err)
	}
	card.plugIn(t)
	back := l.next(OutputBack, "a")
	r := l.position("a", func(r Report) bool { return r.Playing })
	near(t, "the position after", r.Position, lost.Position, 300*time.Millisecond)
	t.Logf("back after %v", back.At.Sub(lost.At))
}

// A file for which no output can be opened although there is one is skipped.
func TestOutputRefusesOneItem(t *testing.T) {
	d := &deck{output: output{suspect: "a"}, out: newOutbox(), cur: &entry{id: 7, track: track{Item: "a"}}}
	defer d.out.close()
	d.plan.set(Want{Item: "a", Next: "b"})
	err := d.handle(message{Event: "end-file", EntryID: 7, Reason: "error", FileError: outputFailed})
	if err != nil {
		t.Fatal(err)
	}
	if r := <-d.out.out; r.Kind != Ended || r.Item != "a" || r.Reason != ReasonError {
		t.Errorf("reported %+v", r)
	}
}
