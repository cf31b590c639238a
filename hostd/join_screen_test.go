package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"soul-jam/hostd/terminal/tmuxtest"
	"soul-jam/shared/wire"
)

var updateScreens = flag.Bool("update", false, "write what the screens show to testdata")

// screenOf is `hostd join` at a real terminal of 80x24, without colours: screens are compared as text.
func screenOf(t *testing.T, args ...string) *tmuxtest.Terminal {
	t.Helper()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	argv := append([]string{me, "join", "--mdns=false", "--data", filepath.Join(t.TempDir(), "visitor")}, args...)
	return tmuxtest.Start(t, tmuxtest.Size{Columns: 80, Rows: 24}, argv, []string{
		asProgram + "=1", "GORACE=atexit_sleep_ms=0", "HOME=" + t.TempDir(), "LANG=C.UTF-8", "NO_COLOR=1",
	})
}

// What differs from run to run: times, and how long a word takes to the host and back.
var (
	times     = regexp.MustCompile(`\b\d?\d:\d\d\b`)
	roundTrip = regexp.MustCompile(` \d+ ms`)
	elapsed   = regexp.MustCompile(`[━─]{10,}`)
	spaces    = regexp.MustCompile(` {2,}`)
)

// shows compares a screen with testdata/screens.
func shows(t *testing.T, d *daemonProcess, name, screen string) {
	t.Helper()
	got := strings.NewReplacer(d.Code, "HQRS-2K4M", strings.Join(d.Status().Jam.Words, " "), "these four words here").Replace(screen)
	got = times.ReplaceAllString(got, "0:00")
	got = roundTrip.ReplaceAllString(got, "")
	got = elapsed.ReplaceAllString(got, "━━━━")
	got = spaces.ReplaceAllString(got, "  ")
	file := filepath.Join("testdata", "screens", name+".txt")
	if *updateScreens {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("the screen %s differs (%v); with -update it becomes\n%s", name, err, got)
	}
}

// TestAnEveningAtATerminal is alice, who runs the program herself, and the host, over the real programs and libp2p.
func TestAnEveningAtATerminal(t *testing.T) {
	d := native(t, "--name", "Hanna", "--music", music(t))
	d.Track("Song 01") // the library has been read
	alice := screenOf(t, "--name", "Alice", d.link())
	alice.Until("Nothing is playing yet")
	shows(t, d, "words", alice.Until(strings.Join(d.Status().Jam.Words, " ")))

	alice.Keys("/")
	alice.Until("Perhaps one of these")
	alice.Type("song 02")
	alice.Until("1 song found")
	alice.Keys("Enter")
	alice.Until("is in the queue")
	alice.Keys("Escape")
	alice.UntilGone("Search song 02")

	host := d.Host()
	host.Must(wire.AddTrack{TrackID: d.Track("Song 03")})
	shows(t, d, "queue", alice.Until("Hanna added “Song 03”"))

	alice.Keys("c")
	alice.Until("Message")
	alice.Type("hello from a terminal")
	alice.Keys("Enter")
	host.ExpectWhere("chat_message", "hello from a terminal")
	host.Must(wire.Chat{Message: "welcome"})
	shows(t, d, "chat", alice.Until("welcome"))
	alice.Keys("Escape")
	alice.UntilGone("› Message")

	host.Send(wire.ListParticipants{}, "who")
	var people wire.Participants
	host.Expect("participants").Into(t, &people)
	for _, p := range people.Participants {
		if p.DisplayName == "Alice" {
			host.Must(wire.TransferHost{ParticipantID: p.ID})
		}
	}
	alice.Keys("1")
	shows(t, d, "host", alice.Until("space pause"))
	alice.Keys("s")
	shows(t, d, "skipped", alice.Until("Now playing “Song 03”"))

	alice.Keys("L")
	alice.Until("Leave")
	alice.Keys("y")
	if status, screen := alice.Ended(); status != 0 || !strings.Contains(screen, "You left the jam") {
		t.Errorf("it ended with %d and shows\n%s", status, screen)
	}
}

// TestWhatIsWrongWithAClickedLinkStaysToBeRead: the terminal that a click has opened goes away with the program.
func TestWhatIsWrongWithAClickedLinkStaysToBeRead(t *testing.T) {
	term := screenOf(t, "--", "soul-jam://HQRS")
	if screen := term.Until("Press Enter to close this."); !strings.Contains(screen, "a code is 8 letters and digits long") {
		t.Errorf("it shows\n%s", screen)
	}
	term.Keys("Enter")
	if status, screen := term.Ended(); status != 1 {
		t.Errorf("it ends with %d and\n%s", status, screen)
	}
	if status, screen := screenOf(t, "--", "https://soul.example/").Ended(); status != 1 || strings.Contains(screen, "Press Enter") {
		t.Errorf("what was typed ends with %d and\n%s", status, screen)
	}
}
