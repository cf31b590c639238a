//go:build unix

package player

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ownMPV is a wrapper script around mpv --ao=null that leaves its pid in a
// file and can be commanded from the side.
type ownMPV struct {
	t            *testing.T
	script, pids string
	side         string // path of a second command socket
}

func newOwnMPV(t *testing.T, args string) ownMPV {
	t.Helper()
	dir, err := os.MkdirTemp("", "mpv") // short: a socket's path has 100 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	o := ownMPV{t: t, pids: filepath.Join(dir, "pids"), side: filepath.Join(dir, "side")}
	o.script = wrapper(t, fmt.Sprintf(`echo $$ >>%s; exec mpv "$@" %s --input-ipc-server=%s`, o.pids, args, o.side))
	return o
}

// pid is the newest mpv's.
func (o ownMPV) pid() int {
	o.t.Helper()
	b, err := os.ReadFile(o.pids)
	if err != nil {
		o.t.Fatal(err)
	}
	lines := strings.Fields(string(b))
	pid, err := strconv.Atoi(lines[len(lines)-1])
	if err != nil {
		o.t.Fatal(err)
	}
	return pid
}

func (o ownMPV) signal(s syscall.Signal) {
	o.t.Helper()
	if err := syscall.Kill(o.pid(), s); err != nil {
		o.t.Fatal(err)
	}
}

// freeze stops mpv where it is and waits until all its threads stand.
func (o ownMPV) freeze() {
	o.t.Helper()
	o.signal(syscall.SIGSTOP)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 3000 {
		stats, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", o.pid()))
		if !slices.ContainsFunc(stats, func(path string) bool {
			b, err := os.ReadFile(path)
			return err == nil && !bytes.Contains(b, []byte(") T "))
		}) {
			return
		}
		<-tick.C
	}
	o.t.Fatal("mpv could not be stopped")
}

// say gives mpv a command from the side and returns its answer.
func (o ownMPV) say(words ...any) json.RawMessage {
	o.t.Helper()
	conn, err := net.Dial("unix", o.side)
	if err != nil {
		o.t.Fatal(err)
	}
	defer conn.Close()
	c := newIPC(conn, o.t.Context().Done())
	data, err := c.call(listCommand(words...))
	if err != nil {
		o.t.Fatal(err)
	}
	return data
}

// gone waits for the end of a process that is not ours to wait for.
func gone(t *testing.T, pid int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(3 * time.Second)
	for {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || bytes.Contains(stat, []byte(") Z ")) {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("process %d is still there", pid)
		}
	}
}

func TestMPVKilledComesBackAtItsPosition(t *testing.T) {
	t.Parallel()
	own := newOwnMPV(t, "--ao=null")
	began := time.Now()
	m := startMPV(t, Config{Path: own.script})
	ready := time.Since(began)
	l := listener{t, m}
	long, short := tone(t, "long.flac", longTone), tone(t, "short.flac", shortTone)
	wanted := time.Now()
	m.Want(Want{Item: "a", Path: long, Duration: longTone, Position: 15 * time.Second, Playing: true, Volume: 42,
		Next: "b", NextPath: short, NextDuration: shortTone})
	started := l.next(Started, "a").At.Sub(wanted)
	before := l.position("a", func(r Report) bool { return r.Position > 15900*time.Millisecond })
	own.signal(syscall.SIGKILL)
	killed := time.Now()
	after := l.position("a", func(r Report) bool { return r.At.After(killed) })
	back := after.At.Sub(killed)
	t.Logf("ready after %v, started after %v, back after %v", ready, started, back)
	if back > max(time.Second, 5*ready) { // a second, or what a busy machine makes of it
		t.Errorf("it took %v to be back", back)
	}
	near(t, "the position after", after.Position, before.Position+100*time.Millisecond, 250*time.Millisecond)
	if v := string(own.say("get_property", "volume")); v != "42.000000" {
		t.Errorf("the volume after is %s", v)
	}
	m.Want(Want{Item: "a", Path: long, Duration: longTone, Position: 19 * time.Second, Jump: 1, Playing: true,
		Next: "b", NextPath: short, NextDuration: shortTone})
	l.next(Ended, "a")
	l.next(Started, "b")
}

func TestMPVDyingOnAnItemEndsIt(t *testing.T) {
	t.Parallel()
	own := newOwnMPV(t, "--ao=null")
	m := startMPV(t, Config{Path: own.script})
	l := listener{t, m}
	long := tone(t, "long.flac", longTone)
	m.Want(Want{Item: "a", Path: long, Playing: true, Next: "b", NextPath: long})
	l.next(Started, "a")
	for range maxStrikes - 1 {
		own.signal(syscall.SIGKILL)
		killed := time.Now()
		l.position("a", func(r Report) bool { return r.At.After(killed) })
	}
	if n := string(own.say("get_property", "playlist-count")); n != "1" {
		t.Errorf("%s files are open where one may be the culprit", n)
	}
	own.signal(syscall.SIGKILL)
	if r := l.next(Ended, "a"); r.Reason != ReasonError {
		t.Errorf("ended with %+v", r)
	}
	l.next(Started, "b")
}

func TestMPVThatCannotBeStartedAgainIsALostOutput(t *testing.T) {
	t.Parallel()
	own := newOwnMPV(t, "--ao=null")
	m := startMPV(t, Config{Path: own.script})
	l := listener{t, m}
	m.Want(Want{Item: "a", Path: tone(t, "long.flac", longTone), Playing: true, Position: 5 * time.Second})
	l.next(Started, "a")
	if err := os.Rename(own.script, own.script+".away"); err != nil {
		t.Fatal(err)
	}
	own.signal(syscall.SIGKILL)
	r := l.next(OutputLost, "a")
	if r.Err == nil || r.Playing {
		t.Errorf("lost with %+v", r)
	}
	if err := os.Rename(own.script+".away", own.script); err != nil {
		t.Fatal(err)
	}
	l.next(OutputBack, "a")
	l.position("a", func(r Report) bool { return r.Playing && r.Position >= 5*time.Second })
}

func TestMPVThatHangsIsReplaced(t *testing.T) {
	t.Parallel()
	own := newOwnMPV(t, "--ao=null")
	m := startMPV(t, Config{Path: own.script})
	l := listener{t, m}
	w := Want{Item: "a", Path: tone(t, "long.flac", longTone), Playing: true, Position: 5 * time.Second}
	m.Want(w)
	l.next(Started, "a")
	pid := own.pid()
	own.freeze()
	w.Playing = false
	m.Want(w)
	stopped := time.Now()
	l.position("a", func(r Report) bool { return r.At.After(stopped) && !r.Playing })
	gone(t, pid)

	own.freeze()
	began := time.Now()
	m.Close()
	if d := time.Since(began); d > time.Second {
		t.Errorf("closing took %v", d)
	}
	gone(t, own.pid())
}

func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	own := newOwnMPV(t, "--ao=null")
	m := startMPV(t, Config{Path: own.script})
	m.Want(Want{Item: "a", Path: tone(t, "long.flac", longTone), Playing: true})
	(&listener{t, m}).next(Started, "a")
	pid := own.pid()
	began := time.Now()
	m.Close()
	t.Logf("closed after %v", time.Since(began))
	gone(t, pid)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		<-tick.C
	}
	t.Errorf("%d goroutines are left over", runtime.NumGoroutine()-before)
}

// parentEnv makes the test binary play the daemon in TestMPVEndsWithTheDaemon.
const parentEnv = "PLAYER_TEST_PARENT"

func TestMain(m *testing.M) {
	if path := os.Getenv(parentEnv); path != "" {
		if _, err := NewMPV(context.Background(), Config{Path: path}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("ready")
		select {}
	}
	os.Exit(m.Run())
}

func TestMPVEndsWithTheDaemon(t *testing.T) {
	t.Parallel()
	own := newOwnMPV(t, "--ao=null")
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentEnv+"="+own.script)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 100)
	n, _ := out.Read(line)
	if string(line[:n]) != "ready\n" {
		t.Errorf("the parent says %q", line[:n])
	}
	pid := own.pid()
	if err := syscall.Kill(pid, 0); err != nil {
		t.Fatalf("mpv does not run: %v", err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	_ = parent.Wait()
	gone(t, pid)
	t.Logf("mpv was gone %v after the daemon was killed", time.Since(killed))
}

func TestNew(t *testing.T) {
	needs(t, "mpv")
	quiet := slog.New(slog.DiscardHandler)
	silent := func(t *testing.T, cfg Config, why error) {
		t.Helper()
		cfg.Log = quiet
		began := time.Now()
		c, err := New(t.Context(), Auto, cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Player.Close()
		if c.Name != NameSilent || !errors.Is(c.Warning, why) {
			t.Errorf("got %s with warning %v", c.Name, c.Warning)
		}
		t.Logf("%q after %v", c.Warning, time.Since(began))
		if d := time.Since(began); d > startLimit {
			t.Errorf("it took %v", d)
		}
		if c, err := New(t.Context(), NameMPV, cfg); err == nil || c.Player != nil {
			t.Errorf("mpv gave %+v, %v", c, err)
		}
	}
	t.Run("no mpv", func(t *testing.T) { silent(t, Config{Path: "no-such-mpv"}, exec.ErrNotFound) })
	t.Run("no output", func(t *testing.T) {
		silent(t, Config{args: []string{"--ao=alsa", "--audio-device=alsa/no-such-device"}}, ErrNoOutput)
	})
	t.Run("a program that ends", func(t *testing.T) {
		silent(t, Config{Path: wrapper(t, "echo sorry >&2; exit 3")}, errGone)
	})
	t.Run("a program that says nonsense", func(t *testing.T) {
		silent(t, Config{Path: wrapper(t, "echo nonsense >&3; read x")}, errGone)
	})
	t.Run("a wrapper with an output", func(t *testing.T) {
		began := time.Now()
		c, err := New(t.Context(), Auto, Config{Path: wrapper(t, `mpv "$@" --ao=null`), Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("ready after %v", time.Since(began))
		if c.Name != NameMPV || c.Warning != nil {
			t.Errorf("got %s with warning %v", c.Name, c.Warning)
		}
		c.Player.Close()
	})
	t.Run("silent, and a name that is none", func(t *testing.T) {
		c, err := New(t.Context(), NameSilent, Config{})
		if err != nil || c.Name != NameSilent {
			t.Fatalf("got %+v, %v", c, err)
		}
		c.Player.Close()
		if _, err := New(t.Context(), "loud", Config{}); err == nil {
			t.Error("there is no player named loud")
		}
	})
}
