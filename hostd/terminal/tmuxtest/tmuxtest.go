// Package tmuxtest runs a program in a real terminal of its own, for tests: tmux with a socket of the test's. What is on
// the screen is compared as text, and waited for by what the terminal tells, never by time.
package tmuxtest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience is how long a screen may take to show what a test waits for; a program that is stuck takes longer.
const patience = 20 * time.Second

// Size of a terminal in columns and rows.
type Size struct{ Columns, Rows int }

// Terminal is one program in its terminal.
type Terminal struct {
	t      *testing.T
	socket string
	// stirred holds a token when something was drawn since it was last taken; closed when the terminal is gone.
	stirred chan struct{}
}

// Start runs argv with exactly that environment ("NAME=value") in a new terminal. LC_ALL and TERM are added where it has
// none. The terminal ends with the test. Without tmux the test fails and names the Debian package.
func Start(t *testing.T, size Size, argv, env []string) *Terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Fatal("tmux is missing: apt-get install tmux")
	}
	dir, err := os.MkdirTemp("", "tmux") // not t.TempDir: a socket's path is at most some 100 bytes long
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // the system clears such folders, too
	config := filepath.Join(dir, "conf")
	const settings = "set -g status off\nset -s escape-time 0\n"
	if err := os.WriteFile(config, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	term := &Terminal{t: t, socket: filepath.Join(dir, "s"), stirred: make(chan struct{}, 1)}
	args := []string{"-f", config, "new-session", "-d", "-s", "main", "-x", fmt.Sprint(size.Columns), "-y", fmt.Sprint(size.Rows), "env", "-i", "TERM=tmux-256color", "LC_ALL=C.UTF-8"}
	// The terminal outlives the program, and shows how it ended: tmux itself would tell nobody.
	args = append(append(args, env...), "/bin/sh", "-c", `"$@"; printf '\n'"$0" $?; read -r _`, endedAs)
	term.tmux(append(args, argv...)...)
	term.Resize(size) // from now on whoever watches changes nothing about it
	term.watch()
	return term
}

// watch learns of everything that is drawn, through tmux's control mode.
func (term *Terminal) watch() {
	cmd := term.command("-C", "attach-session", "-t", "main")
	in, err := cmd.StdinPipe()
	if err != nil {
		term.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		term.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		term.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(term.stirred)
		for lines := bufio.NewReader(out); ; {
			if _, err := lines.ReadSlice('\n'); err != nil && !errors.Is(err, bufio.ErrBufferFull) {
				return
			}
			select {
			case term.stirred <- struct{}{}:
			default:
			}
		}
	}()
	term.t.Cleanup(func() {
		// The server may have gone by itself: then there is nothing to end.
		_ = term.command("kill-server").Run()
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		<-done
		_ = cmd.Wait()
	})
}

// Type types a text, letter by letter.
func (term *Terminal) Type(text string) {
	term.t.Helper()
	term.tmux("send-keys", "-t", "main", "-l", text)
}

// Keys presses keys, as tmux calls them: Enter, Escape, Tab, BTab, Up, PPage, C-c, F1, a, …
func (term *Terminal) Keys(names ...string) {
	term.t.Helper()
	term.tmux(append([]string{"send-keys", "-t", "main"}, names...)...)
}

// Resize gives the terminal another size.
func (term *Terminal) Resize(size Size) {
	term.t.Helper()
	term.tmux("resize-window", "-t", "main", "-x", fmt.Sprint(size.Columns), "-y", fmt.Sprint(size.Rows))
}

// Screen is what is shown, a row a line, without blanks at the ends.
func (term *Terminal) Screen() string {
	term.t.Helper()
	return term.tmux("capture-pane", "-t", "main", "-p")
}

// Styled is Screen with the escape sequences of colours and the like.
func (term *Terminal) Styled() string {
	term.t.Helper()
	return term.tmux("capture-pane", "-t", "main", "-p", "-e")
}

// Cursor is the place of the text cursor, counted from 0.
func (term *Terminal) Cursor() (column, row int) {
	term.t.Helper()
	if _, err := fmt.Sscan(term.tmux("display-message", "-t", "main", "-p", "#{cursor_x} #{cursor_y}"), &column, &row); err != nil {
		term.t.Fatalf("where is the cursor? %v", err)
	}
	return column, row
}

// Until waits until the screen holds the text, and gives the screen.
func (term *Terminal) Until(text string) string {
	term.t.Helper()
	return term.UntilIs("it shows "+text, func(screen string) bool { return strings.Contains(screen, text) })
}

// UntilGone waits until the screen does not hold the text any more.
func (term *Terminal) UntilGone(text string) string {
	term.t.Helper()
	return term.UntilIs("it does not show "+text, func(screen string) bool { return !strings.Contains(screen, text) })
}

// UntilIs waits until the screen is as it should be.
func (term *Terminal) UntilIs(what string, is func(screen string) bool) string {
	term.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		screen := term.Screen()
		if is(screen) {
			return screen
		}
		select {
		case _, more := <-term.stirred:
			if !more {
				term.t.Fatalf("the terminal is gone before %s:\n%s", what, screen)
			}
		case <-late.C:
			term.t.Fatalf("%v are over before %s:\n%s", patience, what, screen)
		}
	}
}

// endedAs is what the terminal shows after the program; %d is its exit status.
const endedAs = "[ended with %d]"

// Ended waits until the program has ended, and gives its exit status and what it left on the screen.
func (term *Terminal) Ended() (status int, screen string) {
	term.t.Helper()
	before, after, _ := strings.Cut(endedAs, "%d")
	screen = term.UntilIs("the program ends", func(screen string) bool {
		_, rest, ended := strings.Cut(screen, before)
		return ended && strings.Contains(rest, after)
	})
	screen, rest, _ := strings.Cut(screen, before)
	if _, err := fmt.Sscan(rest, &status); err != nil {
		term.t.Fatalf("how did it end? %v", err)
	}
	return status, screen
}

// tmux does one thing at the test's own server.
func (term *Terminal) tmux(args ...string) string {
	term.t.Helper()
	var out, errs bytes.Buffer
	cmd := term.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		term.t.Fatalf("tmux %q: %v: %s", args, err, errs.String())
	}
	return out.String()
}

func (term *Terminal) command(args ...string) *exec.Cmd {
	// A background context: the last command ends the server after the test's own has ended.
	cmd := exec.CommandContext(context.Background(), "tmux", append([]string{"-u", "-S", term.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TMUX=")
	return cmd
}
