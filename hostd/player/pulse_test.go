//go:build linux

package player

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// soundServer is a PulseAudio of the test's own with two devices, "one" and
// "two", of which everything that would be heard can be recorded.
type soundServer struct {
	t      *testing.T
	socket string
	cmd    *exec.Cmd
}

func newSoundServer(t *testing.T) *soundServer {
	t.Helper()
	needs(t, "pulseaudio")
	if _, err := exec.LookPath("parec"); err != nil {
		t.Fatal("parec is missing: install the Debian package pulseaudio-utils")
	}
	dir, err := os.MkdirTemp("", "pulse") // short: a socket's path has 100 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &soundServer{t: t, socket: filepath.Join(dir, "socket")}
	s.start()
	t.Cleanup(s.kill)
	return s
}

// env is where the server is, and that no client starts another.
func (s *soundServer) env() []string {
	dir := filepath.Dir(s.socket)
	conf := filepath.Join(dir, "client.conf")
	if err := os.WriteFile(conf, []byte("autospawn = no\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return []string{"HOME=" + dir, "XDG_RUNTIME_DIR=" + dir, "PULSE_RUNTIME_PATH=" + dir, "PULSE_SERVER=unix:" + s.socket, "PULSE_CLIENTCONFIG=" + conf}
}

func (s *soundServer) start() {
	s.t.Helper()
	const sink = "module-null-sink rate=48000 format=float32le sink_name="
	s.cmd = exec.Command("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes", "--log-level=error",
		"-L", "module-native-protocol-unix auth-anonymous=1 socket="+s.socket,
		"-L", sink+"one sink_properties=device.description=Kitchen", "-L", sink+"two")
	s.cmd.Env = append(os.Environ(), s.env()...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		info := exec.Command("pactl", "info")
		info.Env = append(os.Environ(), s.env()...)
		if info.Run() == nil {
			return
		}
		<-tick.C
	}
	s.t.Fatal("pulseaudio does not answer")
}

func (s *soundServer) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	os.Remove(s.socket)
}

// mpv is a player on this server.
func (s *soundServer) mpv() *MPV {
	script := ""
	for _, v := range s.env() {
		script += "export " + v + "\n"
	}
	return startMPV(s.t, Config{Path: wrapper(s.t, script+`exec mpv "$@" --ao=pulse`)})
}

// recording is what a device would have made heard, with the time of each sample.
type recording struct {
	t *testing.T

	mu      sync.Mutex // guards what follows
	samples []float32  // of the left channel
	began   time.Time  // of the first
}

const recordedRate = 48000

func (s *soundServer) record(device string) *recording {
	s.t.Helper()
	cmd := exec.Command("parec", "--device="+device+".monitor", "--raw", "--format=float32le",
		fmt.Sprint("--rate=", recordedRate), "--channels=2", "--latency-msec=5", "--process-time-msec=5")
	cmd.Env = append(os.Environ(), s.env()...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	r := &recording{t: s.t}
	done, first := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		r.listen(out, first)
	}()
	s.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-done
		_ = cmd.Wait()
	})
	select {
	case <-first:
	case <-time.After(5 * time.Second):
		s.t.Fatal("nothing is recorded")
	}
	return r
}

// listen takes the earliest arrival for the truth: what comes later was held up.
func (r *recording) listen(sound io.Reader, first chan struct{}) {
	const frame = 8
	raw := make([]byte, 64<<10)
	for rest := 0; ; {
		n, err := sound.Read(raw[rest:])
		now := time.Now()
		n += rest
		whole := n / frame * frame
		r.mu.Lock()
		for i := 0; i < whole; i += frame {
			r.samples = append(r.samples, math.Float32frombits(binary.LittleEndian.Uint32(raw[i:])))
		}
		began := now.Add(-time.Duration(len(r.samples)) * time.Second / recordedRate)
		if r.began.IsZero() || began.Before(r.began) {
			if r.began.IsZero() {
				close(first)
			}
			r.began = began
		}
		r.mu.Unlock()
		rest = copy(raw, raw[whole:n])
		if err != nil {
			return
		}
	}
}

// window is how much sound tells a position.
const window = 40 * time.Millisecond

// sweep makes a file whose pitch tells the position: base Hz, and 100 more with
// each second.
func sweep(t *testing.T, name string, base float64, length time.Duration, args ...string) string {
	t.Helper()
	needs(t, "ffmpeg")
	path := filepath.Join(t.TempDir(), name)
	args = append([]string{"-v", "error", "-f", "lavfi", "-i",
		fmt.Sprintf("aevalsrc=0.3*sin(2*PI*(%g*t+50*t*t)):s=44100:d=%g", base, length.Seconds()), "-ac", "2"}, append(args, path)...)
	if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("make a sweep: %v: %s", err, out)
	}
	return path
}

var errQuiet = errors.New("nothing is heard")

// position is where in a sweep from base the sound was at that time; it waits
// until that has been recorded.
func (r *recording) position(base float64, at time.Time) (time.Duration, error) {
	r.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 400 {
		r.mu.Lock()
		from := int(at.Add(-window/2).Sub(r.began) * recordedRate / time.Second)
		to := from + int(window*recordedRate/time.Second)
		if from >= 0 && to <= len(r.samples) {
			defer r.mu.Unlock()
			hz, err := pitch(r.samples[from:to])
			return time.Duration((hz - base) / 100 * float64(time.Second)), err
		}
		r.mu.Unlock()
		<-tick.C
	}
	return 0, errors.New("that was not recorded")
}

// pitch counts the rises through zero, to a fraction of a sample.
func pitch(samples []float32) (hz float64, err error) {
	var first, last float64
	rises := -1
	loud := 0.0
	for i := 1; i < len(samples); i++ {
		a, b := float64(samples[i-1]), float64(samples[i])
		loud = max(loud, math.Abs(b))
		if a < 0 && b >= 0 {
			last = float64(i-1) - a/(b-a)
			if rises++; rises == 0 {
				first = last
			}
		}
	}
	if rises < 3 || loud < 1e-3 {
		return 0, errQuiet
	}
	return float64(rises) * recordedRate / (last - first), nil
}

// agrees says that a bar that goes on from r shows what is heard a moment later.
// On a busy machine the recording may have a hole just there: then another moment later.
func (r *recording) agrees(what string, base float64, report Report) time.Duration {
	r.t.Helper()
	later := 300 * time.Millisecond
	got, err := r.position(base, report.At.Add(later))
	for ; errors.Is(err, errQuiet) && later < 900*time.Millisecond; got, err = r.position(base, report.At.Add(later)) {
		later += 200 * time.Millisecond
	}
	if err != nil {
		r.t.Errorf("%s: %v", what, err)
		return 0
	}
	off := report.Position + later - got
	if off > 100*time.Millisecond || off < -100*time.Millisecond {
		r.t.Errorf("%s: the report is off by %v", what, off)
	}
	return off
}

func TestPositionsAgreeWithTheRecording(t *testing.T) {
	t.Parallel()
	s := newSoundServer(t)
	for _, f := range [][]string{{"a.flac"}, {"a.mp3", "-q:a", "4"}, {"a.opus"}} {
		a, b := sweep(t, f[0], 500, 20*time.Second, f[1:]...), sweep(t, "b"+f[0], 3000, 20*time.Second, f[1:]...)
		m := s.mpv()
		l := listener{t, m}
		heard := s.record("one")
		var offs []time.Duration
		note := func(what string, base float64, r Report) {
			t.Helper()
			offs = append(offs, heard.agrees(f[0]+": "+what, base, r).Round(time.Millisecond))
		}
		w := Want{Item: "a", Path: a, Gain: -6, Playing: true, Volume: 90, Output: "pulse/one", Next: "b", NextPath: b, NextGain: 3, NextPeak: -10}
		m.Want(w)
		note("start", 500, l.next(Started, "a"))
		w.Jump, w.Position = 1, 11300*time.Millisecond
		m.Want(w)
		note("seek", 500, l.position("a", func(r Report) bool { return r.Position > 10*time.Second }))
		w.Playing = false
		m.Want(w)
		paused := l.position("a", func(r Report) bool { return !r.Playing })
		w.Playing = true
		m.Want(w)
		on := l.position("a", func(r Report) bool { return r.Playing })
		note("resume", 500, on)
		near(t, "the position after the pause", on.Position, paused.Position, 20*time.Millisecond)
		w.Jump, w.Position = 2, 18500*time.Millisecond
		m.Want(w)
		note("seek to the end", 500, l.position("a", func(r Report) bool { return r.Position > 17*time.Second }))
		end := l.next(Ended, "a")
		near(t, "the end", end.Position, 20*time.Second, 100*time.Millisecond)
		b0 := l.next(Started, "b")
		note("seam", 3000, b0)
		note("after the seam", 3000, l.position("b", func(r Report) bool { return r.Position > time.Second }))
		m.Close()
		t.Logf("%s: the reports are off by: start, seek, resume, seek, seam, after: %v", f[0], offs)
	}
}

func TestOutputIsChosenAndChanged(t *testing.T) {
	t.Parallel()
	s := newSoundServer(t)
	m := s.mpv()
	l := listener{t, m}
	list, err := m.Outputs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names bytes.Buffer
	for _, o := range list {
		fmt.Fprintf(&names, "%s (%s), ", o.Name, o.Description)
	}
	t.Logf("outputs: %s", names.String())
	if !bytes.HasPrefix(names.Bytes(), []byte("pulse/one (Kitchen), pulse/two (")) || bytes.Contains(names.Bytes(), []byte("upmix")) {
		t.Errorf("the outputs are %s", names.String())
	}
	one, two := s.record("one"), s.record("two")
	w := Want{Item: "a", Path: sweep(t, "a.flac", 500, 40*time.Second), Playing: true, Volume: 100, Output: "pulse/one"}
	m.Want(w)
	l.next(Started, "a")
	r := l.position("a", func(r Report) bool { return r.Position > time.Second })
	one.agrees("the first output", 500, r)
	w.Output = "pulse/two"
	asked := time.Now()
	m.Want(w)
	moved := l.position("a", func(r Report) bool { return r.At.After(asked) })
	t.Logf("the output changed after %v, off by %v", moved.At.Sub(asked), two.agrees("the second output", 500, moved))
	near(t, "the position after the change", moved.Position, r.Position+asked.Sub(r.At), 100*time.Millisecond)
	if at, err := one.position(500, moved.At.Add(200*time.Millisecond)); !errors.Is(err, errQuiet) {
		t.Errorf("the first one plays on at %v (%v)", at, err)
	}

	w.Output = "pulse/attic"
	m.Want(w)
	lost := l.next(OutputLost, "a")
	near(t, "the position where it was lost", lost.Position, moved.Position+lost.At.Sub(moved.At), 300*time.Millisecond)
	w.Output = ""
	m.Want(w)
	l.next(OutputBack, "a")
	back := l.position("a", func(r Report) bool { return r.Playing })
	near(t, "the position where it is back", back.Position, lost.Position, 100*time.Millisecond)
	one.agrees("the system's choice", 500, back)
}

func TestSoundServerKilledAndStartedAgain(t *testing.T) {
	t.Parallel()
	s := newSoundServer(t)
	m := s.mpv()
	l := listener{t, m}
	m.Want(Want{Item: "a", Path: sweep(t, "a.flac", 500, 40*time.Second), Playing: true, Volume: 100, Output: "pulse/two"})
	l.next(Started, "a")
	before := l.position("a", func(r Report) bool { return r.Position > time.Second })
	s.kill()
	killed := time.Now()
	lost := l.next(OutputLost, "a")
	near(t, "the position where it was lost", lost.Position, before.Position+killed.Sub(before.At), 300*time.Millisecond)
	s.start()
	started := time.Now()
	back := l.next(OutputBack, "a")
	on := l.position("a", func(r Report) bool { return r.Playing })
	near(t, "the position where it is back", on.Position, lost.Position, 100*time.Millisecond)
	heard := s.record("two")
	off := heard.agrees("what is heard then", 500, l.position("a", func(r Report) bool { return r.Position > on.Position+900*time.Millisecond }))
	t.Logf("lost after %v, back %v after the device, off by %v", lost.At.Sub(killed), back.At.Sub(started), off)
}

// A sound server moves what plays when its device goes, and nobody would move it back.
func TestChosenOutputGoesAndComesBack(t *testing.T) {
	t.Parallel()
	s := newSoundServer(t)
	m := s.mpv()
	l := listener{t, m}
	one := s.record("one")
	m.Want(Want{Item: "a", Path: sweep(t, "a.flac", 500, 40*time.Second), Playing: true, Volume: 100, Output: "pulse/two"})
	l.next(Started, "a")
	l.position("a", func(r Report) bool { return r.Position > time.Second })
	if at, err := one.position(500, time.Now()); !errors.Is(err, errQuiet) {
		t.Fatalf("the other output plays at %v (%v)", at, err)
	}
	s.control("load-module", "module-rescue-streams")
	s.control("unload-module", s.control("list", "short", "modules", "sink_name=two"))
	l.next(OutputAway, "a")
	one.agrees("where the system has put it", 500, l.position("a", func(r Report) bool { return r.Position > 3*time.Second }))
	s.control("load-module", "module-null-sink", "sink_name=two", "rate=48000", "format=float32le")
	l.next(OutputHome, "a")
	two := s.record("two")
	home := l.position("a", func(r Report) bool { return r.Position > 5*time.Second })
	two.agrees("where it was wanted", 500, home)
	if at, err := one.position(500, home.At.Add(200*time.Millisecond)); !errors.Is(err, errQuiet) {
		t.Errorf("the system's choice plays on at %v (%v)", at, err)
	}
}

// control has pactl do something and gives its first word; of "list short modules TEXT" the number of the line with that text.
func (s *soundServer) control(words ...string) string {
	s.t.Helper()
	find := ""
	if words[0] == "list" {
		find, words = words[len(words)-1], words[:len(words)-1]
	}
	cmd := exec.Command("pactl", words...)
	cmd.Env = append(os.Environ(), s.env()...)
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("pactl %v: %v", words, err)
	}
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); strings.Contains(line, find) && len(fields) > 0 {
			return fields[0]
		}
	}
	return ""
}
