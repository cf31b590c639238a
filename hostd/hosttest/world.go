package hosttest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/server"
	"soul-jam/shared/wire"
)

// patience is how long anything is waited for before the test fails. It is a
// bound for a loaded machine, never a duration that a test takes.
const patience = 20 * time.Second

// Options of a world; the zero value is a host without music and without a jam.
type Options struct {
	Data  string   // default: a directory of the test's own
	Music []string // folders
	// Start a jam of that name at once.
	Start         string
	Name          string // of the host, default "Hanna"
	MaxPerAddress int    // default 32
	AllowHosts    []string
	Relay         string    // URL of a soul-server
	Natives       bool      // people may come with programs of their own
	Player        string    // default "silent"
	Log           io.Writer // the host's log, at level debug; default nowhere
}

// World is one host and where it can be reached.
type World struct {
	t   testing.TB
	cfg server.Config

	// LAN and Console are the two faces, as http://127.0.0.1:PORT.
	LAN, Console string
	// Token is the host's.
	Token string
	// Code of the jam, or of the solo session, that was started or taken up again; "" without one.
	Code string
	// Said is what the host printed before it was ready.
	Said []string

	stop context.CancelFunc
	done chan error
}

// New starts a world; it is stopped when the test ends.
func New(t testing.TB, o Options) *World {
	t.Helper()
	w := &World{t: t, cfg: o.config(t)}
	w.start()
	t.Cleanup(func() {
		if err := w.Stop(); err != nil {
			t.Errorf("the host ended with %v", err)
		}
	})
	return w
}

func (o Options) config(t testing.TB) server.Config {
	if o.Data == "" {
		o.Data = filepath.Join(t.TempDir(), "data")
	}
	if o.Name == "" {
		o.Name = "Hanna"
	}
	if o.MaxPerAddress == 0 {
		o.MaxPerAddress = 32
	}
	if o.Player == "" {
		o.Player = "silent"
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	p2p := ""
	if o.Natives {
		p2p = "127.0.0.1:0"
	}
	return server.Config{
		P2P: p2p, Listen: "127.0.0.1:0", Console: "127.0.0.1:0", Data: o.Data, Music: o.Music, Player: o.Player, Name: o.Name, Start: o.Start,
		Relay: o.Relay, WebRTC: "127.0.0.1:0", Loopback: true,
		AllowHosts: o.AllowHosts, MaxPerAddress: o.MaxPerAddress, PrintConsole: true,
		Log: slog.New(slog.NewTextHandler(o.Log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// start runs the host until it has said where it is.
func (w *World) start() {
	w.t.Helper()
	out, in := io.Pipe()
	cfg := w.cfg
	cfg.Out = in
	ctx, stop := context.WithCancel(context.Background())
	w.stop, w.done = stop, make(chan error, 1)
	go func() {
		err := server.Run(ctx, cfg)
		_ = in.CloseWithError(io.EOF)
		w.done <- err
	}()
	w.Said = nil
	ready := make(chan struct{})
	lines := bufio.NewScanner(out)
	go func() {
		for lines.Scan() {
			w.Said = append(w.Said, lines.Text())
			if strings.HasPrefix(lines.Text(), "open the console:") {
				close(ready)
				break
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case <-ready:
	case err := <-w.done:
		w.t.Fatalf("the host did not start: %v", err)
	case <-time.After(patience):
		w.t.Fatal("the host did not say where it is")
	}
	w.learn()
}

// Attach gives a world around a host that runs in another process: what it said
// when it was ready, and its data directory. Stop and Restart are not for it.
func Attach(t testing.TB, said []string, data string) *World {
	t.Helper()
	w := &World{t: t, cfg: server.Config{Data: data}, Said: said}
	w.learn()
	return w
}

// learn reads what the host has said and written.
func (w *World) learn() {
	w.t.Helper()
	for _, line := range w.Said {
		if url, ok := strings.CutPrefix(line, "listening on "); ok {
			w.LAN = url
		}
		if url, ok := strings.CutPrefix(line, "console on "); ok {
			w.Console = url
		}
	}
	token, err := os.ReadFile(filepath.Join(w.cfg.Data, server.TokenFile))
	if err != nil {
		w.t.Fatal(err)
	}
	w.Token = strings.TrimSpace(string(token))
	w.Code = ""
	st := w.Status()
	if st.Jam != nil {
		w.Code = st.Jam.ShareCode
	}
	if st.Solo != nil {
		w.Code = st.Solo.ShareCode
	}
}

// Solo begins or finds the session in which the console plays before any jam; Code is its code from then on.
func (w *World) Solo() {
	w.t.Helper()
	var solo wire.SoloSession
	w.Ask("POST", w.Console+"/api/console/solo", w.Token, "").Want(200).Into(&solo)
	w.Code = solo.ShareCode
}

// Begin starts a jam with these settings, as JSON; Code is its code from then on.
func (w *World) Begin(settings string) {
	w.t.Helper()
	var created wire.SessionCreated
	w.Ask("POST", w.Console+"/api/jam/sessions", w.Token, `{"settings":`+settings+`}`).Want(201).Into(&created)
	w.Code = created.ShareCode
}

// Data is the host's data directory.
func (w *World) Data() string { return w.cfg.Data }

// Stop ends the host as SIGTERM does, and gives what it ended with. Further calls do nothing.
func (w *World) Stop() error {
	if w.stop == nil {
		return nil
	}
	w.stop()
	w.stop = nil
	select {
	case err := <-w.done:
		return err
	case <-time.After(patience):
		return errors.New("the host does not stop")
	}
}

// Restart stops the host and starts it again on the same directory, at other ports.
func (w *World) Restart() {
	w.t.Helper()
	if err := w.Stop(); err != nil {
		w.t.Fatalf("stopping: %v", err)
	}
	w.start()
}

// Status is what the console shows.
func (w *World) Status() wire.ConsoleStatus {
	w.t.Helper()
	var st wire.ConsoleStatus
	w.Ask("GET", w.Console+"/api/console/status", w.Token, "").Want(200).Into(&st)
	return st
}

// Track gives the id of the song with that title, when the library has read it.
func (w *World) Track(title string) string {
	w.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		var found wire.TrackList
		w.Ask("GET", w.Console+"/api/jam/sessions/"+w.Code+"/search?limit=50&q="+escape(title), w.Token, "").Want(200).Into(&found)
		for _, t := range found.Tracks {
			if t.Title == title {
				return t.TrackID
			}
		}
	}
	w.t.Fatalf("the library has no song %q", title)
	return ""
}

// Tracks gives the ids of Song 01 to Song n.
func (w *World) Tracks(n int) []string {
	w.t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = w.Track(fmt.Sprintf("Song %02d", i+1))
	}
	return ids
}
