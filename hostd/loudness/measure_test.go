package loudness

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// needs fails the test when a program is missing: a test that is skipped shows
// nothing.
func needs(t testing.TB, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%s is missing: install the Debian package %s", program, program)
	}
}

// ffmpeg runs it and returns what it said.
func ffmpeg(t testing.TB, args ...string) []byte {
	t.Helper()
	needs(t, "ffmpeg")
	cmd := exec.Command("ffmpeg", append([]string{"-hide_banner", "-nostats", "-y"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, out)
	}
	return out
}

// music makes a file of something like music: noise of all pitches that swells
// and has pauses, and a melody.
func music(t testing.TB, name string, channels, rate int, seconds, db float64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	graph := fmt.Sprintf("anoisesrc=d=%[1]g:c=pink:r=%[2]d:a=0.5:seed=7,volume='if(lt(mod(t,5),4),0.3+0.7*abs(sin(t)),0.001)':eval=frame[n];"+
		"sine=f=440:r=%[2]d:d=%[1]g[s];[n][s]amix=2,volume=%[3]gdB", seconds, rate, db)
	args := []string{"-f", "lavfi", "-i", graph, "-ac", fmt.Sprint(channels), "-ar", fmt.Sprint(rate)}
	ffmpeg(t, append(args, path)...)
	return path
}

var (
	summaryLUFS = regexp.MustCompile(`(?s)Summary:.*?I:\s+(-?[\d.]+|-inf) LUFS`)
	summaryPeak = regexp.MustCompile(`(?s)Summary:.*?Peak:\s+(-?[\d.]+|-inf) dBFS`)
)

// judged is what ffmpeg's ebur128 says of a file.
func judged(t testing.TB, path, before string) (lufs, peak float64) {
	t.Helper()
	out := ffmpeg(t, "-i", path, "-af", before+"ebur128=peak=true:framelog=verbose", "-f", "null", "-")
	for i, re := range []*regexp.Regexp{summaryLUFS, summaryPeak} {
		m := re.FindSubmatch(out)
		if m == nil {
			t.Fatalf("ffmpeg says nothing of loudness: %s", out)
		}
		x, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		*[]*float64{&lufs, &peak}[i] = x
	}
	return lufs, peak
}

func TestMeasureAgreesWithFFmpeg(t *testing.T) {
	t.Parallel()
	needs(t, "mpv")
	for _, f := range []struct {
		name           string
		channels, rate int
		db             float64
	}{
		{"a.flac", 2, 44100, 0}, {"b.mp3", 2, 44100, -20}, {"c.ogg", 2, 48000, -6}, {"d.opus", 2, 48000, -12}, {"e.m4a", 2, 44100, 3},
		{"mono.flac", 1, 44100, -3}, {"mono.mp3", 1, 22050, -9}, {"low.wav", 2, 8000, -5}, {"low.flac", 1, 11025, -5},
		{"high.flac", 2, 96000, -15}, {"highest.flac", 2, 192000, -4}, {"hot.wav", 2, 44100, 14},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			path := music(t, f.name, f.channels, f.rate, 20, f.db)
			began := time.Now()
			got, err := Measure(t.Context(), Source{Path: path}, Config{})
			took := time.Since(began)
			if err != nil {
				t.Fatal(err)
			}
			// As it will be heard: what only bats hear in 192 kHz is not, and a
			// low rate has its own steepness of the filters there.
			lufs, peak := judged(t, path, "aresample=48000,aformat=channel_layouts=stereo,")
			t.Logf("%.2f LUFS (ffmpeg %.1f), peak %.2f dBFS (ffmpeg %.1f), %v, took %v", got.LUFS, lufs, got.PeakDB, peak, got.Length, took)
			if math.Abs(got.LUFS-lufs) > 0.1+0.05 { // ffmpeg rounds to a tenth
				t.Errorf("%.2f LUFS, ffmpeg says %.1f", got.LUFS, lufs)
			}
			if math.Abs(got.PeakDB-peak) > 0.5 {
				t.Errorf("peak %.2f dBFS, ffmpeg says %.1f", got.PeakDB, peak)
			}
			if off := got.Length - 20*time.Second; off < -50*time.Millisecond || off > 50*time.Millisecond {
				t.Errorf("it is %v long", got.Length)
			}
		})
	}
}

// A centre and two sides are heard from two speakers.
func TestMeasureHearsWhatWillBeHeard(t *testing.T) {
	t.Parallel()
	path := music(t, "six.flac", 6, 48000, 20, -6)
	got, err := Measure(t.Context(), Source{Path: path}, Config{})
	if err != nil {
		t.Fatal(err)
	}
	lufs, _ := judged(t, path, "pan=stereo|FL=FL+0.707*FC+0.707*BL|FR=FR+0.707*FC+0.707*BR,")
	t.Logf("%.2f LUFS, ffmpeg's downmix %.1f", got.LUFS, lufs)
	if math.Abs(got.LUFS-lufs) > 0.15 {
		t.Errorf("%.2f LUFS, ffmpeg says %.1f", got.LUFS, lufs)
	}
}

// The standard's own test: a sine of 997 Hz at full scale in one channel.
func TestMeterOnTheStandardsSine(t *testing.T) {
	t.Parallel()
	m := newMeter()
	frames := make([]float32, 10*rate*channels)
	for i := range 10 * rate {
		frames[i*channels] = float32(math.Sin(2 * math.Pi * 997 * float64(i) / rate))
	}
	m.add(frames)
	if got := m.integrated(); math.Abs(got+3.01) > 0.02 {
		t.Errorf("%.3f LUFS, want -3.01", got)
	}
	if got := m.peak(); math.Abs(got) > 0.05 {
		t.Errorf("the peak is %.3f dBFS, want 0", got)
	}
}

// EBU Tech 3341's signals: a sine of 1 kHz on both channels, so many seconds at
// so many dBFS. Pauses and silence are left out, so the answer is the same.
func TestMeterOnSignalsOfTheEBU(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		signal [][2]float64 // dBFS, seconds
		want   float64
	}{
		{[][2]float64{{-23, 20}}, -23},
		{[][2]float64{{-33, 20}}, -33},
		{[][2]float64{{-36, 10}, {-23, 60}, {-36, 10}}, -23},
		{[][2]float64{{-72, 10}, {-36, 10}, {-23, 60}, {-36, 10}, {-72, 10}}, -23},
		{[][2]float64{{-26, 20}, {-20, 20.1}, {-26, 20}}, -23},
		{[][2]float64{{-75, 20}}, math.Inf(-1)},
	} {
		m := newMeter()
		n := 0
		for _, part := range c.signal {
			frames := make([]float32, int(part[1]*rate)*channels)
			for i := 0; i < len(frames); i += channels {
				frames[i] = float32(math.Pow(10, part[0]/20) * math.Sin(2*math.Pi*1000*float64(n)/rate))
				frames[i+1] = frames[i]
				n++
			}
			m.add(frames)
		}
		if got := m.integrated(); got != c.want && !(math.Abs(got-c.want) <= 0.1) {
			t.Errorf("%v: %.2f LUFS, want %g", c.signal, got, c.want)
		}
	}
}

// A sine of a quarter of the rate, sampled at 45°: its samples reach -3 dBFS
// only.
func TestMeterFindsThePeakBetweenSamples(t *testing.T) {
	t.Parallel()
	m := newMeter()
	frames := make([]float32, rate*channels)
	for i := range rate {
		frames[i*channels+1] = float32(math.Sin(math.Pi/2*float64(i) + math.Pi/4))
	}
	m.add(frames)
	if got := m.peak(); math.Abs(got) > 0.6 { // the standard's own filter errs by as much
		t.Errorf("the peak is %.2f dBFS, want 0", got)
	}
}

func TestMeasureWithoutLoudness(t *testing.T) {
	t.Parallel()
	needs(t, "mpv")
	dir := t.TempDir()
	silence, short := filepath.Join(dir, "silence.flac"), filepath.Join(dir, "short.flac")
	ffmpeg(t, "-f", "lavfi", "-i", "anullsrc=r=44100:d=3", silence)
	ffmpeg(t, "-f", "lavfi", "-i", "sine=d=0.1", short)
	for path, length := range map[string]time.Duration{silence: 3 * time.Second, short: 100 * time.Millisecond} {
		got, err := Measure(t.Context(), Source{Path: path}, Config{})
		if !errors.Is(err, ErrNoLoudness) || got.Length != length {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
}

func TestMeasureGivesUp(t *testing.T) {
	t.Parallel()
	needs(t, "mpv")
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	song := music(t, "song.flac", 2, 44100, 20, 0)
	child := filepath.Join(dir, "child")
	stuck := write("stuck", "#!/bin/sh\nsleep 1000 & echo $! >"+child+"; wait\n")
	endless := write("endless", "#!/bin/sh\nexec cat /dev/zero >&3\n")
	liar := write("liar", "#!/bin/sh\nhead -c 8000000 /dev/zero >&3; exit 1\n")
	for _, c := range []struct {
		name string
		s    Source
		cfg  Config
		want string
	}{
		{"garbage", Source{Path: write("x.mp3", string(bytes.Repeat([]byte("noise "), 9999)))}, Config{}, "mpv could not decode it: exit status 2"},
		{"empty", Source{Path: write("e.mp3", "")}, Config{}, "mpv could not decode it: exit status 2"},
		{"a list", Source{Path: write("l.mp3", "#EXTM3U\n"+song+"\n")}, Config{}, "mpv could not decode it: exit status 2"},
		{"missing", Source{Path: dir + "/none"}, Config{}, "stat " + dir + "/none: no such file or directory"},
		{"a directory", Source{Path: dir}, Config{}, "it is not a regular file"},
		{"a device", Source{Path: "/dev/zero"}, Config{}, "it is not a regular file"},
		{"an option", Source{Path: "--version"}, Config{}, `"--version" is not an absolute file name`},
		{"an address elsewhere", Source{Path: "http://192.0.2.1:80/"}, Config{}, `"192.0.2.1:80" is not a loopback address with a port`},
		{"no mpv", Source{Path: song}, Config{MPV: "no-such-mpv"}, `find mpv: exec: "no-such-mpv": executable file not found in $PATH`},
		{"too long", Source{Path: song}, Config{length: 3 * time.Second}, ErrTooLong.Error()},
		{"never ends", Source{Path: song}, Config{MPV: endless, length: time.Minute}, ErrTooLong.Error()},
		{"never begins", Source{Path: song}, Config{MPV: stuck, limit: 300 * time.Millisecond}, "it takes longer than 300ms"},
		{"fails at its end", Source{Path: song}, Config{MPV: liar}, "mpv could not decode it: exit status 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			_, err := Measure(t.Context(), c.s, c.cfg)
			if err == nil || err.Error() != "measure the loudness: "+c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if d := time.Since(began); d > 30*time.Second {
				t.Errorf("it took %v", d)
			}
			if c.name == "never begins" {
				isGone(t, child)
			}
		})
	}
}

// isGone waits for the end of the process whose id is in that file.
func isGone(t *testing.T, file string) {
	t.Helper()
	id, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 400 {
		stat, err := os.ReadFile("/proc/" + string(bytes.TrimSpace(id)) + "/stat")
		if err != nil || bytes.Contains(stat, []byte(") Z ")) {
			return
		}
		<-tick.C
	}
	t.Errorf("process %s is left over", id)
}
