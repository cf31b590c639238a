//go:build unix

package subsonic

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"soul-jam/hostd/library/librarytest"
	"soul-jam/hostd/subsonic/subsonictest"
)

// mpv is a real one, with the flags of hostd/player that concern streams, which reads commands from a private socket.
type mpv struct {
	t     *testing.T
	conn  net.Conn
	lines *bufio.Scanner
	last  int
	seen  []map[string]any // events that nobody waited for yet
}

func startMPV(t *testing.T, flags ...string) *mpv {
	t.Helper()
	if _, err := exec.LookPath("mpv"); err != nil {
		t.Fatal("this test plays with mpv: install the Debian package mpv")
	}
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "ours"), os.NewFile(uintptr(pair[1]), "theirs")
	defer ours.Close()
	cmd := exec.CommandContext(t.Context(), "mpv", append([]string{
		"--no-config", "--idle=yes", "--no-terminal", "--pause=yes", "--input-ipc-client=fd://3", "--gapless-audio=yes", "--prefetch-playlist=yes",
		"--no-video", "--audio-display=no", "--ytdl=no", "--load-scripts=no", "--demuxer=lavf", "--demuxer-lavf-o-append=protocol_whitelist=none",
		"--stream-lavf-o-append=protocol_whitelist=http,tcp", "--demuxer-max-bytes=32MiB",
	}, flags...)...)
	cmd.ExtraFiles = []*os.File{theirs}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = theirs.Close()
	conn, err := net.FileConn(ours)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(40 * time.Second))
	t.Cleanup(func() {
		_ = conn.Close() // which ends it
		_ = cmd.Wait()
	})
	m := &mpv{t: t, conn: conn, lines: bufio.NewScanner(conn)}
	m.lines.Buffer(nil, 1<<20)
	return m
}

// line reads the next thing that mpv says.
func (m *mpv) line() map[string]any {
	m.t.Helper()
	if !m.lines.Scan() {
		m.t.Fatalf("mpv says nothing more: %v", m.lines.Err())
	}
	var l map[string]any
	if err := json.Unmarshal(m.lines.Bytes(), &l); err != nil {
		m.t.Fatal(err)
	}
	return l
}

// do gives a command, and what it answers.
func (m *mpv) do(words ...any) any {
	m.t.Helper()
	m.last++
	b, err := json.Marshal(map[string]any{"command": words, "request_id": m.last})
	if err != nil {
		m.t.Fatal(err)
	}
	if _, err := m.conn.Write(append(b, '\n')); err != nil {
		m.t.Fatal(err)
	}
	for {
		l := m.line()
		if l["event"] != nil {
			m.seen = append(m.seen, l)
			continue
		}
		if l["request_id"] == float64(m.last) {
			if l["error"] != "success" {
				m.t.Fatalf("%v: %v", words, l)
			}
			return l["data"]
		}
	}
}

// await waits for an event.
func (m *mpv) await(name string) map[string]any {
	m.t.Helper()
	for {
		var l map[string]any
		if len(m.seen) > 0 {
			l, m.seen = m.seen[0], m.seen[1:]
		} else {
			l = m.line()
		}
		if l["event"] == name {
			return l
		}
	}
}

// load has a song played, with the header that opens it as an option of that file alone.
func (g *stage) load(m *mpv, id, how string, options ...string) {
	g.t.Helper()
	at, err := g.client.Location(id)
	if err != nil {
		g.t.Fatal(err)
	}
	name, value := g.streams.Header()
	set := map[string]string{"http-header-fields": name + ": " + value}
	for _, o := range options {
		key, value, _ := strings.Cut(o, "=")
		set[key] = value
	}
	m.do("loadfile", at, how, set)
}

// noises are songs of noise, no two seconds of which are alike, by ffmpeg.
func noises(t *testing.T, q subsonictest.Quirks, seconds int, names ...string) *stage {
	t.Helper()
	g := &stage{t: t, dir: filepath.Join(t.TempDir(), "streams"), songs: make(map[string][]byte)}
	var songs []subsonictest.Song
	for i, name := range names {
		file := filepath.Join(t.TempDir(), name)
		format := []string{"-ac", "2", file}
		if strings.HasSuffix(name, ".flac") {
			format = append([]string{"-sample_fmt", "s16"}, format...) // as it is heard, to the bit
		}
		librarytest.FFmpeg(t, append([]string{"-f", "lavfi", "-i", fmt.Sprintf("anoisesrc=seed=%d:duration=%d:sample_rate=44100:amplitude=0.3", i+1, seconds)}, format...)...)
		songs = append(songs, subsonictest.Song{ID: fmt.Sprint(i + 1), File: file})
		g.songs[fmt.Sprint(i+1)] = librarytest.FFmpeg(t, "-i", file, "-f", "s16le", "-")
	}
	g.Server = subsonictest.New(t, fake(q, songs...))
	g.run(StreamsConfig{})
	return g
}

func TestStreamsArePlayedWithoutAGap(t *testing.T) {
	g := noises(t, subsonictest.Quirks{}, 3, "a.flac", "b.flac")
	out := filepath.Join(t.TempDir(), "out.raw")
	m := startMPV(t, "--ao=pcm", "--ao-pcm-file="+out, "--ao-pcm-waveheader=no", "--audio-format=s16")
	g.load(m, "1", "append-play")
	g.load(m, "2", "append")
	m.do("set_property", "pause", false)
	for range 2 {
		if end := m.await("end-file"); end["reason"] != "eof" {
			t.Fatalf("it ended with %v", end)
		}
	}
	m.await("idle")
	heard, err := os.ReadFile(out)
	want := append(bytes.Clone(g.songs["1"]), g.songs["2"]...)
	if err != nil || !bytes.Equal(heard, want) {
		t.Errorf("heard %d bytes, want %d, the same ones: %v", len(heard), len(want), err)
	}
	if n := g.fetched(); n != 2 {
		t.Errorf("fetched %d times", n)
	}
}

func TestStreamsAreSoughtExactly(t *testing.T) {
	for _, name := range []string{"a.flac", "a.ogg", "a.mp3", "a.m4a", "a.opus", "a.wav"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := noises(t, subsonictest.Quirks{}, 20, name)
			m := startMPV(t, "--ao=null")
			g.load(m, "1", "replace")
			m.await("playback-restart")
			for _, to := range []float64{15, 2.5, 19, 0, 7.25} {
				m.do("seek", to, "absolute+exact")
				m.await("playback-restart")
				at, _ := m.do("get_property", "time-pos").(float64)
				if off := at - to; off < -0.03 || off > 0.03 {
					t.Errorf("sought %v, and is at %v", to, at)
				}
			}
			info, err := os.Stat(g.files()[0])
			if got := g.Sent(); err != nil || got > 2*info.Size() {
				t.Errorf("%d bytes were sent of a song with %d (%v)", got, info.Size(), err)
			}
		})
	}
}

func (g *stage) files() (files []string) {
	for _, s := range g.Songs() {
		files = append(files, s.File)
	}
	return files
}

// What is heard of a stream from somewhere in the middle is, to the sample, what is heard of the file.
func TestStreamFromTheMiddleIsTheFile(t *testing.T) {
	g := noises(t, subsonictest.Quirks{}, 10, "a.flac")
	hear := func(load func(m *mpv)) []byte {
		out := filepath.Join(t.TempDir(), "out.raw")
		m := startMPV(t, "--ao=pcm", "--ao-pcm-file="+out, "--ao-pcm-waveheader=no", "--audio-format=s16")
		load(m)
		m.do("set_property", "pause", false)
		m.await("end-file")
		m.await("idle")
		heard, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return heard
	}
	stream := hear(func(m *mpv) { g.load(m, "1", "replace", "start=7.25") })
	file := hear(func(m *mpv) { m.do("loadfile", g.files()[0], "replace", map[string]string{"start": "7.25"}) })
	const rate = 4 * 44100 // bytes a second
	if !bytes.Equal(stream, file) || len(file) < 2.7*rate || len(file) > 2.8*rate {
		t.Errorf("heard %d bytes of the stream, %d of the file", len(stream), len(file))
	}
}

// An Ogg file tells its length at its end, where the player looks before it plays.
func TestSlowStreamsBeginSoon(t *testing.T) {
	g := noises(t, subsonictest.Quirks{PerSecond: 100_000}, 60, "a.ogg")
	info, err := os.Stat(g.files()[0])
	if err != nil {
		t.Fatal(err)
	}
	whole := time.Duration(info.Size()) * time.Second / 100_000
	m := startMPV(t, "--ao=null")
	began := time.Now()
	g.load(m, "1", "replace")
	m.await("playback-restart")
	took := time.Since(began)
	t.Logf("it plays after %v; the whole takes %v", took, whole)
	if length, _ := m.do("get_property", "duration").(float64); took > whole/2 || length < 59 || length > 61 {
		t.Errorf("it plays after %v, %v s long; the whole takes %v", took, length, whole)
	}
}

func TestPlayerIsToldOfBadServers(t *testing.T) {
	// FFmpeg would ask four times more, for 11 s; here it is ours to do that.
	for name, q := range map[string]subsonictest.Quirks{
		"page": {Page: true}, "error": {Failing: true}, "stalls": {StallAfter: 10_000, NoRanges: true}, "away": {Away: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := noises(t, subsonictest.Quirks{}, 3, "a.flac")
			if _, err := g.client.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
			g.run(StreamsConfig{patience: time.Second})
			g.Change(q)
			m := startMPV(t, "--ao=null", "--pause=no", "--stream-lavf-o-append=reconnect=0")
			began := time.Now()
			g.load(m, "1", "replace")
			end := m.await("end-file")
			t.Logf("after %v: %v", time.Since(began), end)
			if end["reason"] != "error" {
				t.Errorf("it ended with %v", end)
			}
		})
	}
}
