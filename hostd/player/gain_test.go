//go:build unix

package player

import (
	"encoding/binary"
	"fmt"
	"math"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestFilters(t *testing.T) {
	const limiter = ",alimiter=level=0:latency=1:attack=5:release=50:limit=0.95]"
	for _, c := range []struct {
		gain, peak float64
		limiter    bool
		want       string
	}{
		{0, 0, true, ""},
		{0, -3, true, ""},
		{-7.254, 0, true, "lavfi=[volume=-7.25dB]"},
		{-7, 8, true, "lavfi=[volume=-7.00dB" + limiter},
		{6, -6, true, "lavfi=[volume=6.00dB" + limiter},
		{6, -120, true, "lavfi=[volume=6.00dB" + limiter}, // as a tag may say
		{6, 0, true, "lavfi=[volume=6.00dB" + limiter},
		{0, 1.5, true, "lavfi=[volume=0.00dB" + limiter},
		{6, -2, false, "lavfi=[volume=2.00dB]"},
		{6, 0, false, ""},
		{6, 1, false, ""},
		{-6, 1, false, "lavfi=[volume=-6.00dB]"},
	} {
		if got := filters(c.gain, c.peak, c.limiter); got != c.want {
			t.Errorf("%g dB on a peak of %g dBFS, limiter %t: %q, want %q", c.gain, c.peak, c.limiter, got, c.want)
		}
	}
	var p plan
	p.set(Want{Item: "a", Gain: 1000, Peak: math.NaN(), Next: "b", NextGain: math.Inf(-1), NextPeak: 500})
	if a, b := p.now(), p.following(); a.Gain != maxGain || a.Peak != 0 || b.Gain != minGain || b.Peak != maxGain {
		t.Errorf("what is out of bounds becomes %+v and %+v", a.source, b.source)
	}
}

// samples decodes a file's left channel with ffmpeg.
func samples(t *testing.T, path string) []int16 {
	t.Helper()
	out, err := exec.Command("ffmpeg", "-v", "error", "-i", path, "-ac", "2", "-f", "s16le", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []int16
	for ; len(out) >= 4; out = out[4:] {
		got = append(got, int16(binary.LittleEndian.Uint16(out)))
	}
	return got
}

// Three tones of different gains: each sample is what it is in the file times
// the gain of that file, so the gain changes between two samples and nothing is
// lost or added. The last one has a limiter that has nothing to do.
func TestGainsChangeAtTheSampleOfTheSeam(t *testing.T) {
	t.Parallel()
	card := newSoundCard(t, 2)
	m := startMPV(t, Config{args: card.args()})
	l := listener{t, m}
	path := tone(t, "tone.flac", 3*time.Second)
	want := func(i int) Want {
		gains := []float64{-12, 3, 9.5, 0}
		peaks := []float64{0, -18, 0, 0}
		w := Want{Item: fmt.Sprint("t", i), Path: path, Gain: gains[i], Peak: peaks[i], Playing: true, Volume: 100}
		if i < 2 {
			w.Next, w.NextPath, w.NextGain, w.NextPeak = fmt.Sprint("t", i+1), path, gains[i+1], peaks[i+1]
		}
		return w
	}
	for i := range 3 {
		m.Want(want(i))
		l.next(Started, fmt.Sprint("t", i))
		if i == 0 { // a gain that becomes known while it is heard is for the next time
			w := want(0)
			w.Gain = 20
			m.Want(w)
		}
		l.next(Ended, fmt.Sprint("t", i))
	}
	m.Close()
	card.drain()
	card.mu.Lock()
	defer card.mu.Unlock()
	once := samples(t, path)
	if extra := len(card.heard) - 3*len(once); extra == rate/50 { // the silence that tried the output
		card.heard = card.heard[extra:]
	}
	if len(card.heard) != 3*len(once) || len(once) != 3*rate {
		t.Fatalf("%d samples were heard, want 3 times %d", len(card.heard), len(once))
	}
	worst := 0.0
	for i, got := range card.heard {
		gain := want(i / len(once)).Gain
		worst = max(worst, math.Abs(float64(once[i%len(once)])*math.Pow(10, gain/20)-float64(got)))
	}
	t.Logf("%d samples, none off by more than %.2f of 32768", len(card.heard), worst)
	if worst > 3 { // rounding, and what is added to hide it
		t.Errorf("a sample is off by %.1f", worst)
	}
}

// What the limiter stops stays below full scale and does not last.
func TestLimiterStopsBeforeFullScale(t *testing.T) {
	t.Parallel()
	card := newSoundCard(t, 4)
	m := startMPV(t, Config{args: card.args()})
	l := listener{t, m}
	path := tone(t, "tone.flac", 3*time.Second) // its peak is -21 dBFS
	m.Want(Want{Item: "a", Path: path, Gain: 24, Playing: true, Volume: 100})
	l.next(Started, "a")
	l.next(Ended, "a")
	m.Close()
	card.drain()
	top := 0.0
	for _, s := range card.heard {
		top = max(top, math.Abs(float64(s)))
	}
	t.Logf("the highest sample is %.4f of full scale", top/32768)
	if top > headroom*32768*1.01 || top < headroom*32768*0.97 {
		t.Errorf("the highest sample is %.0f, want %.0f", top, headroom*32768)
	}
}

func TestDeckExchangesNextForAnotherGain(t *testing.T) {
	s := newScripted(t)
	w := aThenB
	w.Gain, w.NextGain = -3, -4
	s.want(w)
	s.hears(start(1), restart())
	s.expect("first", "replace /a af=lavfi=[volume=-3.00dB], append-play /b af=lavfi=[volume=-4.00dB]")
	w.Gain, w.Volume = 2, 20
	s.want(w)
	s.expect("another gain of what is heard", "")
	w.NextGain = -5
	s.want(w)
	s.expect("another gain of next", "playlist-clear, append-play /b af=lavfi=[volume=-5.00dB]")
	w.NextGain = -6
	s.plan.set(w)
	s.hears(eof(1), start(3), restart(), timeIs("0.5")) // mpv went on just before
	s.expect("again, but b is heard already", "")
	s.want(Want{Item: "b", Path: "/b", Gain: -6, Playing: true})
	s.expect("the session has learned it", "")
	s.reports("started a", "ended a eof", "started b")
}

// mpv goes on to an entry in the moment in which it is replaced for its gain.
func TestDeckKeepsNextThatBeganWithTheFormerGain(t *testing.T) {
	s := newScripted(t)
	w := aThenB
	w.Next, w.NextPath, w.NextGain = "b", "/b", -4
	s.want(w)
	s.hears(start(1), restart())
	s.loads()
	w.NextGain = -5
	s.want(w)
	s.expect("another gain of next", "playlist-clear, append-play /b af=lavfi=[volume=-5.00dB]")
	s.hears(eof(1), start(2))
	s.expect("the former one plays", "")
	s.hears(restart(), timeIs("0.5"))
	s.expect("so the other is taken back", "playlist-clear")
	s.reports("started a", "ended a eof", "started b")
	s.want(Want{Item: "b", Path: "/b", Gain: -5, Playing: true, Next: "c", NextPath: "/c"})
	s.expect("and it stays", "append-play /c")
}

// A new mpv goes on as loud as the one that was killed, whatever is known by then.
func TestMPVKilledComesBackAsLoud(t *testing.T) {
	t.Parallel()
	own := newOwnMPV(t, "--ao=null")
	m := startMPV(t, Config{Path: own.script})
	l := listener{t, m}
	w := Want{Item: "a", Path: tone(t, "long.flac", longTone), Gain: -7, Playing: true}
	m.Want(w)
	l.next(Started, "a")
	w.Gain = -2
	m.Want(w)
	l.position("a", func(r Report) bool { return r.Position > 500*time.Millisecond })
	own.signal(syscall.SIGKILL)
	killed := time.Now()
	l.position("a", func(r Report) bool { return r.At.After(killed) })
	if af := string(own.say("get_property", "af")); !strings.Contains(af, "-7.00dB") {
		t.Errorf("the filters are %s", af)
	}
}
