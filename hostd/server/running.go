package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// runningFile in the data directory tells the other commands where the daemon's console is.
const runningFile = "running.json"

// Running is what it holds.
type Running struct {
	PID     int    `json:"pid"`
	Console string `json:"console"` // http://127.0.0.1:7421
}

// FindRunning finds the daemon of a data directory. The file of one that was
// killed may be left over: whoever asks its console learns that nobody is there.
func FindRunning(data string) (Running, error) {
	var r Running
	content, err := os.ReadFile(filepath.Join(data, runningFile))
	if errors.Is(err, fs.ErrNotExist) {
		return r, fmt.Errorf("no hostd is running on %s: start one with `hostd serve`", data)
	}
	if err != nil {
		return r, fmt.Errorf("find the running hostd: %w", err)
	}
	if err := json.Unmarshal(content, &r); err != nil {
		return r, fmt.Errorf("find the running hostd: %s is damaged: %w", runningFile, err)
	}
	return r, nil
}

func makeDataDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	return nil
}

func (s *server) forgetRunning() { _ = os.Remove(filepath.Join(s.cfg.Data, runningFile)) }

// greet starts the jam that was asked for and says where everything is: first the
// two lines that scripts wait for, then what a person needs.
func (s *server) greet(ctx context.Context) error {
	content, err := json.Marshal(Running{PID: os.Getpid(), Console: s.consoleURL()})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(s.cfg.Data, runningFile), content, 0o600); err != nil {
		return fmt.Errorf("say where the console is: %w", err)
	}
	resumed := s.house.View().SessionID != ""
	if s.cfg.Start != "" && !resumed {
		settings, err := json.Marshal(map[string]string{"name": s.cfg.Start})
		if err != nil {
			return err
		}
		if _, refusal := s.house.Create(ctx, settings); refusal != nil {
			return fmt.Errorf("start the jam: %w", refusal)
		}
	}
	base, _ := s.base()
	fmt.Fprintf(s.cfg.Out, "listening on %s\nconsole on %s\n", base, s.consoleURL())
	if s.cfg.PrintConsole {
		fmt.Fprintf(s.cfg.Out, "open the console: %s\n", ConsoleLink(s.consoleURL(), s.token.Reveal()))
	}
	if t, so := startTrouble(s.start); so {
		fmt.Fprintln(s.cfg.Out, t.Text)
		if err := s.store.Told(); err != nil {
			s.cfg.Log.Warn("what happened to the data file is told again at the next start", "error", err)
		}
	}
	if v := s.house.View(); v.SessionID != "" {
		if resumed {
			fmt.Fprintln(s.cfg.Out, "the jam goes on where it was")
		}
		PrintJam(s.cfg.Out, *s.status().Jam)
	}
	return nil
}

// ConsoleLink carries the token in the fragment, which no server sees.
func ConsoleLink(console, token string) string { return console + "/#token=" + token }
