package terminal

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"soul-jam/hostd/terminal/tmuxtest"
)

// start runs a story (see [tell]) in a real terminal.
func start(t *testing.T, story string, size tmuxtest.Size, env ...string) *tmuxtest.Terminal {
	t.Helper()
	t.Parallel()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return tmuxtest.Start(t, size, []string{me}, append([]string{storyVariable + "=" + story}, env...))
}

// ended waits for the end; the last word is left below what was there before.
func ended(t *testing.T, term *tmuxtest.Terminal, last string) {
	t.Helper()
	if status, screen := term.Ended(); status != 0 || !strings.HasSuffix(strings.TrimSpace(screen), last) {
		t.Errorf("ended with %d and\n%s", status, screen)
	}
}

// ping is the round trip in the header: it comes after the first pong.
const ping = " 1 ms"

// TestTerminal is an evening at a real terminal: what is drawn is the pure screen of the other tests, through every change.
func TestTerminal(t *testing.T) {
	term := start(t, "friday", tmuxtest.Size{Columns: 80, Rows: 24})
	term.Until(ping)
	golden(t, "tmux-queue", term.Until("? help"))
	term.Keys("Down", "u")
	golden(t, "tmux-upvote", term.Until("▲3"))
	term.Keys("v")
	term.Until("Skip? 2/3 votes ▲")
	term.Keys("/")
	term.Until("Perhaps one of these")
	term.Type("elis")
	term.Until("2 songs found")
	term.Keys("BSpace", "BSpace", "BSpace", "BSpace")
	term.Type("space")
	golden(t, "tmux-add", term.UntilIs("the song is found", func(screen string) bool {
		return strings.Contains(screen, "1 song found") && strings.Contains(screen, "Space Oddity")
	}))
	term.Keys("Enter")
	term.Until("“Space Oddity” is in the queue")
	term.Keys("Tab")
	golden(t, "tmux-people", term.Until("★ Hanna"))
	term.Keys("c")
	term.Until("› Message")
	term.Type("quiet, 静かに")
	term.Until("静かに")
	if x, y := term.Cursor(); x != 16 || y != 21 {
		t.Errorf("the cursor stands at %d, %d", x, y)
	}
	term.Keys("Enter")
	golden(t, "tmux-chat", term.Until("20:00 You  quiet"))
	term.Resize(tmuxtest.Size{Columns: 40, Rows: 12})
	golden(t, "tmux-small", term.UntilIs("the screen is small", func(screen string) bool {
		return strings.HasPrefix(screen, " Friday night") && strings.Count(screen, "\n") == 12 && strings.Contains(screen, "› Message")
	}))
	term.Resize(tmuxtest.Size{Columns: 132, Rows: 40})
	golden(t, "tmux-large", term.UntilIs("the screen is large", func(screen string) bool {
		return strings.Contains(screen, "Space Oddity  ") && strings.Contains(screen, "│  › Message")
	}))
	term.Keys("Escape")
	term.Until("? help") // or both keys together would be another one
	term.Keys("?")
	golden(t, "tmux-help", term.Until("leave for good"))
	term.Keys("Escape")
	term.Until("? help")
	term.Keys("q")
	ended(t, term, "Your seat is kept. Come back with: hostd join HQRS-2K4M")
}

// TestHostInATerminal: the keys of a host, and the end of the jam.
func TestHostInATerminal(t *testing.T) {
	term := start(t, "host", tmuxtest.Size{Columns: 80, Rows: 24})
	term.Until(ping)
	term.Until("You are the host now")
	term.Keys("3")
	golden(t, "tmux-host", term.Until("? Zed"))
	term.Keys("E")
	golden(t, "tmux-end", term.Until("End the jam for everyone?"))
	term.Keys("y")
	golden(t, "tmux-ended", term.Until("Bob chose the most"))
	term.Keys("q")
	ended(t, term, "This jam has ended. The host ended it. Thanks for the music.")
}

// TestLeavingATerminal gives the seat up, after a question.
func TestLeavingATerminal(t *testing.T) {
	term := start(t, "friday", tmuxtest.Size{Columns: 80, Rows: 24})
	term.Until("So What")
	term.Keys("L")
	term.Until("Leave this jam for good?")
	term.Keys("y")
	ended(t, term, "You left the jam.")
}

// TestWaitingInATerminal shows the words that the host's screen shows.
func TestWaitingInATerminal(t *testing.T) {
	term := start(t, "door", tmuxtest.Size{Columns: 80, Rows: 24})
	golden(t, "tmux-door", term.Until("1 person is before you."))
	term.Keys("C-c")
	ended(t, term, "")
}

// colours are the sequences that a terminal without colours, or a person with NO_COLOR, is not to get.
func colours() *regexp.Regexp {
	return regexp.MustCompile(`\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-9]|10[0-9])[0-9;]*m`)
}

// TestLooks: colours where there are some, and everything said without them, too.
func TestLooks(t *testing.T) {
	t.Run("colours", func(t *testing.T) {
		term := start(t, "friday", tmuxtest.Size{Columns: 80, Rows: 24})
		term.Until(ping)
		styled := term.Styled()
		if !colours().MatchString(styled) {
			t.Error("no colour at all")
		}
		if background := regexp.MustCompile(`\x1b\[[0-9;]*(4[0-8]|10[0-7]|9[0-7]|[34]8;)[0-9;]*m`).FindString(styled); background != "" {
			t.Errorf("a background, or a colour that needs a dark one: %q", background)
		}
	})
	t.Run("NO_COLOR", func(t *testing.T) {
		term := start(t, "friday", tmuxtest.Size{Columns: 80, Rows: 24}, "NO_COLOR=1")
		term.Until(ping)
		styled := term.Styled()
		if one := colours().FindString(styled); one != "" {
			t.Errorf("a colour: %q", one)
		}
	})
	t.Run("ascii", func(t *testing.T) {
		term := start(t, "friday", tmuxtest.Size{Columns: 80, Rows: 24}, "TERM=vt100", "LC_ALL=C")
		term.Until(ping)
		screen := term.Until("? help")
		golden(t, "tmux-ascii", screen)
		for _, r := range screen {
			if r > 0x7e {
				t.Fatalf("%U on a terminal of ASCII:\n%s", r, screen)
			}
		}
	})
	t.Run("dumb", func(t *testing.T) {
		term := start(t, "friday", tmuxtest.Size{Columns: 80, Rows: 24}, "TERM=dumb")
		term.Until("›  1  Blue in Green")
		if styled := term.Styled(); strings.Contains(strings.ReplaceAll(styled, "\x1b[0m", ""), "\x1b[") {
			t.Errorf("looks on a terminal that has none: %q", styled)
		}
	})
}

// TestAskInATerminal: a name is typed, and the answer is yes or no.
func TestAskInATerminal(t *testing.T) {
	t.Run("yes", func(t *testing.T) {
		term := start(t, "ask", tmuxtest.Size{Columns: 80, Rows: 24})
		golden(t, "tmux-ask", term.Until("Join HQRS-2K4M at soul.example?"))
		term.Keys("C-u")
		term.Type("Zoë")
		term.Until("Your name  Zoë")
		term.Keys("Enter")
		term.Until(`"Zoë" true`)
	})
	t.Run("no", func(t *testing.T) {
		term := start(t, "ask", tmuxtest.Size{Columns: 40, Rows: 12})
		term.Until("HQRS-2K4M")
		term.Keys("Escape")
		term.Until(`"Alice" false`)
	})
}
