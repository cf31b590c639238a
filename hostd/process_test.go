package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// asProgram makes the test binary be hostd itself, so that it can be killed.
const asProgram = "HOSTD_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// daemonProcess is a hostd in a process of its own.
type daemonProcess struct {
	*hosttest.World
	cmd  *exec.Cmd
	log  *bytes.Buffer
	over chan error // gets what the process ended with
}

// serveProcess starts hostd serve on free ports and waits until it is ready.
func serveProcess(t *testing.T, data string, flags ...string) *daemonProcess {
	t.Helper()
	args := append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--console", "127.0.0.1:0", "--player", "silent", "--mdns=false", "--print-console"}, flags...)
	d := &daemonProcess{cmd: exec.CommandContext(t.Context(), os.Args[0], args...), log: &bytes.Buffer{}, over: make(chan error, 1)}
	// The race detector would keep every process for a second after its end.
	d.cmd.Env = append(os.Environ(), asProgram+"=1", "GORACE=atexit_sleep_ms=0")
	d.cmd.Stderr = d.log
	out, in := io.Pipe()
	d.cmd.Stdout = in
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		d.over <- d.cmd.Wait()
		_ = in.Close()
	}()
	var said []string
	ready := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			said = append(said, lines.Text())
			if strings.HasPrefix(lines.Text(), "open the console:") {
				ready <- true
				break
			}
		}
		_, _ = io.Copy(io.Discard, out)
		ready <- false
	}()
	if !<-ready {
		t.Fatalf("hostd did not start: %v\n%s", <-d.over, d.log)
	}
	d.World = hosttest.Attach(t, said, data)
	return d
}

// end sends a signal and gives what the process ended with.
func (d *daemonProcess) end(t *testing.T, signal os.Signal) error {
	t.Helper()
	if err := d.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-d.over:
		return err
	case <-time.After(20 * time.Second):
		t.Fatalf("hostd does not end\n%s", d.log)
		return nil
	}
}

func music(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := hosttest.MakeMusic(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestKilledAndStartedAgain(t *testing.T) {
	data, folder := filepath.Join(t.TempDir(), "data"), music(t)
	d := serveProcess(t, data, "--music", folder, "--start", "Friday")
	host, alice, bob := d.Host(), d.Join("Alice"), d.Join("Bob")
	alice.Must(wire.AddTrack{TrackID: d.Track("Song 01")})
	bob.Must(wire.AddTrack{TrackID: d.Track("Song 02")})
	host.Must(wire.AddTrack{TrackID: d.Track(hosttest.Short)})
	host.Must(wire.Seek{PositionMS: 100_000})
	host.Must(wire.SetVolume{Volume: 42})
	at := clock(t, host)
	<-time.After(2500 * time.Millisecond) // music plays: the position has to be stored while it does
	heard := 100_000 + clock(t, host) - at
	before := snapshot(t, d.World, alice.Resume)
	alice.ExpectClose(wire.CloseReplaced)
	if err := d.end(t, os.Kill); err == nil {
		t.Error("killed, and yet it ended well")
	}
	again := serveProcess(t, data, "--music", folder, "--start", "Saturday")
	after := snapshot(t, again.World, *before.ResumeToken) // an old token
	s := after.Session
	if again.Code != d.Code || s.ID != before.Session.ID || *after.ParticipantID != alice.ID || s.ParticipantCount != 3 || *s.Settings.Name != "Friday" {
		t.Errorf("another jam or seat: %s %+v", again.Code, after)
	}
	for i, item := range before.Session.Queue {
		if len(s.Queue) != len(before.Session.Queue) || s.Queue[i].ID != item.ID {
			t.Fatalf("the queue was %+v and is %+v", before.Session.Queue, s.Queue)
		}
	}
	if lost := heard - s.Playback.PositionMS; !s.Playback.Playing || s.Playback.Volume != 42 || lost < -300 || lost > 1500 {
		t.Errorf("%d ms of the song had been heard, it goes on with %+v", heard, s.Playback)
	}
	// The others come back as well, and the music really goes on: from song to song.
	bobAgain, answer := again.Return(bob)
	if answer.Type != "resumed" || bobAgain.ID != bob.ID {
		t.Errorf("bob: %s", answer.Raw)
	}
	host = again.Host()
	host.Must(wire.UpdateSettings{Settings: []byte(`{"autoplay":false}`)})
	host.Must(wire.Skip{})
	host.Must(wire.Skip{})
	bobAgain.ExpectWhere("now_playing", hosttest.Short)
	bobAgain.ExpectWhere("now_playing", `"item":null`, `"finished"`) // after a second of it
	if err := again.end(t, syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, again.log)
	}
}

// clock is the host's clock, as a client reads it.
func clock(t *testing.T, c *hosttest.Client) int64 {
	t.Helper()
	c.Send(wire.Ping{}, "")
	var pong wire.Pong
	c.Expect("pong").Into(t, &pong)
	return pong.T1
}

// snapshot takes a seat up and gives the whole jam.
func snapshot(t *testing.T, w *hosttest.World, token string) (joined wire.Joined) {
	t.Helper()
	w.Guest().TakeUp(token, nil).Into(t, &joined)
	return joined
}

func TestSIGTERMSaysGoodbyeWithinFiveSeconds(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		data := filepath.Join(t.TempDir(), "data")
		d := serveProcess(t, data, "--start", "Friday")
		host, alice, stranger := d.Host(), d.Join("Alice"), d.Guest()
		deaf := deafSocket(t, d.World) // answers nothing, not even the close
		began := time.Now()
		if err := d.end(t, signal); err != nil {
			t.Errorf("%v: ended with %v\n%s", signal, err, d.log)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%v: took %v, 5 s at most", signal, took)
		}
		for _, c := range []*hosttest.Client{host, alice, stranger} {
			c.ExpectClose(wire.CloseRestarting)
		}
		_ = deaf.Close()
		again := serveProcess(t, data)
		if again.Code != d.Code {
			t.Errorf("%v: jam %q became %q", signal, d.Code, again.Code)
		}
		if strings.Contains(d.log.String(), "ERROR") || strings.Contains(d.log.String(), d.Token) {
			t.Errorf("the log is %s", d.log)
		}
		if err := again.end(t, signal); err != nil {
			t.Error(err)
		}
	}
}

// deafSocket is a WebSocket whose other end never reads.
func deafSocket(t *testing.T, w *hosttest.World) net.Conn {
	t.Helper()
	address := strings.TrimPrefix(w.LAN, "http://")
	c, err := new(net.Dialer).DialContext(context.Background(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(c, "GET /ws/jam/%s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", w.Code, address)
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReaderSize(c, 16).ReadString('\n'); err != nil || !strings.Contains(line, "101") {
		t.Fatalf("%q, %v", line, err)
	}
	return c
}

func TestTheFilesAreForTheirOwnerOnly(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	d := serveProcess(t, data)
	for name, want := range map[string]os.FileMode{"": 0o700, "host.token": 0o600, "jam.db": 0o600, "running.json": 0o600} {
		info, err := os.Stat(filepath.Join(data, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v (%v), want %v", name, info.Mode().Perm(), err, want)
		}
	}
	if err := d.end(t, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}
