package crash

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/server"
)

// patience is a bound for a loaded machine, never a duration that a test takes.
const patience = 20 * time.Second

// config is what a test says of a daemon.
type config struct {
	Data, Start string
	Music       []string
}

// beDaemon is hostd: all of it that serves, put together by the program's own hostd/server.
func beDaemon() error {
	var c config
	if err := json.Unmarshal([]byte(os.Getenv("CRASH_TEST_CONFIG")), &c); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	return server.Run(ctx, server.Config{
		Listen: "127.0.0.1:0", Console: "127.0.0.1:0", Data: c.Data, Music: c.Music, Player: "silent", Name: "Hanna", Start: c.Start,
		MaxPerAddress: 32, PrintConsole: true, Out: os.Stdout, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
}

// daemon is a hostd in a process of its own.
type daemon struct {
	*hosttest.World
	cmd  *exec.Cmd
	over chan struct{} // closed when it has ended
	err  error         // what with; once over is closed
	log  *lockedText
}

// lockedText is a log that is read while it is written.
type lockedText struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *lockedText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// launch starts one; ready gives what it said once it is, or false when it ended before.
func launch(t *testing.T, c config, env ...string) (d *daemon, said []string, ready bool) {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	d = &daemon{cmd: command(t, "daemon", append(env, "CRASH_TEST_CONFIG="+string(text))...), over: make(chan struct{}), log: &lockedText{}}
	d.cmd.Stderr = d.log
	out, in := io.Pipe()
	d.cmd.Stdout = in
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		d.err = d.cmd.Wait()
		_ = in.Close()
		close(d.over)
	}()
	t.Cleanup(func() {
		_ = d.cmd.Process.Kill()
		<-d.over
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said = append(said, lines.Text())
		if strings.HasPrefix(lines.Text(), "open the console:") {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return d, said, true
		}
	}
	<-d.over
	return d, said, false
}

// start launches one that has to start.
func start(t *testing.T, c config, env ...string) *daemon {
	t.Helper()
	d, said, ready := launch(t, c, env...)
	if !ready {
		t.Fatalf("hostd did not start: %v\n%s", d.err, d.log)
	}
	d.World = hosttest.Attach(t, said, c.Data)
	return d
}

// end sends a signal and gives what the process ended with.
func (d *daemon) end(t *testing.T, signal os.Signal) error {
	t.Helper()
	if err := d.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case <-d.over:
		return d.err
	case <-time.After(patience):
		t.Fatalf("hostd does not end\n%s", d.log)
		return nil
	}
}
