package install

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// hostile are links that a web page or another program might have opened, to become more than one argument, an
// option, a command or another program.
func hostile() []string {
	return []string{
		"soul-jam://HQRS-2K4M?server=http%3A%2F%2F192.168.1.5%3A7423#gHuRh6rEtYwDF2TOgGDfxWpvaW4tc2VjcmV0LTE2LWI",
		`soul-jam:x" --data "/tmp/evil`, `soul-jam:x' ; touch evil ; '`, "soul-jam:x;touch${IFS}evil", "soul-jam:$(touch evil)`touch evil`", "soul-jam:x|touch evil&",
		`soul-jam:\" \' \\`, "soul-jam:%u%f%F%i%c%k%%25", "soul-jam:* ? [a-z] ~ $HOME !!", "soul-jam:--data=/tmp/evil", "soul-jam:>evil<evil", "soul-jam:\ntouch evil\n", "soul-jam:ü🎵",
	}
}

// tool is the path of a program that the test needs; a missing one is a failure.
func tool(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is missing: apt-get install %s", name, pkg)
	}
	return path
}

// desk is a home on a desktop of which nothing but terminals is known.
type desk struct {
	home, program, said string
	env                 []string
}

// newDesk puts a program at a place below the home; it tells the test with what arguments it was called, through
// a pipe. It has the entry and the line as install writes them.
func newDesk(t *testing.T, place string) desk {
	t.Helper()
	d := desk{home: t.TempDir()}
	d.program, d.said = filepath.Join(d.home, place), filepath.Join(d.home, "said")
	applications, bin := filepath.Join(d.home, ".local/share/applications"), filepath.Join(d.home, "bin")
	for _, dir := range []string{filepath.Dir(d.program), applications, bin, filepath.Join(d.home, ".config"), filepath.Join(d.home, "none")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write := func(path, content string, mode os.FileMode) {
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	write(d.program, "#!/bin/sh\nprintf '%s\\0' $# \"$@\" >'"+d.said+"'\n", 0o700)
	for _, terminal := range []string{"x-terminal-emulator", "xterm", "gnome-terminal", "xdg-terminal-exec"} { // whichever is asked for
		write(filepath.Join(bin, terminal), "#!/bin/sh\ncase $1 in -e|-x|--) shift;; esac\nexec \"$@\"\n", 0o700)
	}
	write(filepath.Join(bin, "www-browser"), "#!/bin/sh\nprintf '1\\0the browser\\0' >'"+d.said+"'\n", 0o700) // xdg-open's last resort
	content, err := JoinEntry(program(d.program, d.home+"/data"))
	if err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(applications, "soul-jam-join.desktop"), string(content), 0o600)
	l, err := OpenLedger(filepath.Join(d.home, "installed.json"))
	if err != nil {
		t.Fatal(err)
	}
	if ours, err := l.Add(JoinLine(filepath.Join(d.home, ".config/mimeapps.list"), "soul-jam-join.desktop")); err != nil || !ours {
		t.Fatal(ours, err)
	}
	d.env = []string{"HOME=" + d.home, "PATH=" + bin + ":" + os.Getenv("PATH"), "XDG_DATA_DIRS=" + d.home + "/none", "XDG_CONFIG_DIRS=" + d.home + "/none", "BROWSER=www-browser", "LC_ALL=C.UTF-8", "DISPLAY=:nowhere"}
	return d
}

// run runs a program in that home, without a terminal of its own.
func (d desk) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Env, c.Dir = d.env, d.home
	c.SysProcAttr = ownSession()
	out, err := c.CombinedOutput()
	if err != nil {
		t.Errorf("%s %q: %v: %s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// called is how the program was called after f.
func (d desk) called(t *testing.T, f func()) (args []string) {
	t.Helper()
	if err := makePipe(d.said); err != nil {
		t.Fatal(err)
	}
	pipe, err := os.OpenFile(d.said, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = pipe.Close(), os.Remove(d.said) }()
	if err := pipe.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	f()
	said, buffer := "", make([]byte, 1<<16)
	for {
		n, err := pipe.Read(buffer)
		if err != nil {
			t.Errorf("nothing has called the program: %v", err)
			return nil
		}
		said += string(buffer[:n])
		words := strings.Split(said, "\x00")
		if count, err := strconv.Atoi(words[0]); err == nil && len(words) == count+2 {
			return words[1 : count+1]
		}
	}
}

func TestDesktopToolsAcceptTheEntries(t *testing.T) {
	validate := tool(t, "desktop-file-validate", "desktop-file-utils")
	for i, path := range append(odd(), "/usr/bin/hostd") {
		if strings.HasSuffix(path, "\\") || strings.Contains(path, "%") {
			continue // the validator undoes no escapes, and takes a path for a field code: GLib and the others do
		}
		for name, make := range map[string]func(Program) ([]byte, error){"menu": DesktopEntry, "join": JoinEntry} {
			content, err := make(program(path, "/data"))
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), fmt.Sprintf("%s-%d.desktop", name, i))
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.CommandContext(t.Context(), validate, file).CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("%v: %s in\n%s", err, out, content)
			}
		}
	}
}

func TestDesktopKnowsWhoOpensLinks(t *testing.T) {
	mime, gio := tool(t, "xdg-mime", "xdg-utils"), tool(t, "gio", "libglib2.0-bin")
	d := newDesk(t, "bin/hostd")
	if got := d.run(t, mime, "query", "default", "x-scheme-handler/soul-jam"); got != "soul-jam-join.desktop" {
		t.Errorf("xdg-mime says %q", got)
	}
	if got := d.run(t, gio, "mime", "x-scheme-handler/soul-jam"); !strings.Contains(got, "soul-jam-join.desktop\n") {
		t.Errorf("gio says %q", got)
	}
	l, err := OpenLedger(filepath.Join(d.home, "installed.json"))
	if err != nil {
		t.Fatal(err)
	}
	// What they add of their own for another program stays.
	d.run(t, mime, "default", "other.desktop", "x-scheme-handler/other")
	if _, err := l.TakeOut(); err != nil {
		t.Fatal(err)
	}
	left := read(t, filepath.Join(d.home, ".config/mimeapps.list"))
	if strings.Contains(left, "soul-jam") || !strings.Contains(left, "x-scheme-handler/other=other.desktop\n") {
		t.Errorf("after TakeOut: %q", left)
	}
}

// TestHostileLinks opens links as a browser does where no desktop runs, and as those do that know GLib.
func TestHostileLinks(t *testing.T) {
	openers := map[string][]string{"xdg-open": {tool(t, "xdg-open", "xdg-utils")}, "gio": {tool(t, "gio", "libglib2.0-bin"), "open"}}
	for opener, command := range openers {
		places := []string{"bin/hostd"}
		if opener != "xdg-open" { // which knows nothing of quotes, and then finds no program
			places = append(places, "my programs/hostd", "a=b/hostd", "100%/$HOME/`id`/it's \"x\"/hostd")
		}
		for _, place := range places {
			d := newDesk(t, place)
			for _, link := range hostile() {
				args := d.called(t, func() { d.run(t, command[0], append(command[1:], link)...) })
				if len(args) != 5 || !slices.Equal(args[:4], []string{"join", "--data", d.home + "/data", "--"}) || !strings.HasPrefix(args[4], "soul-jam:") {
					t.Errorf("%s of %q calls the program with %q", opener, link, args)
				}
				if link == hostile()[0] && len(args) == 5 && args[4] != link {
					t.Errorf("%s makes %s of a link", opener, args[4])
				}
			}
			if _, err := os.Stat(filepath.Join(d.home, "evil")); err == nil {
				t.Errorf("%s: a link was a command", opener)
			}
		}
	}
}
