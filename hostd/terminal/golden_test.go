package terminal

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

// rewrite: go test ./hostd/terminal -update writes the golden screens anew.
var rewrite = flag.Bool("update", false, "write the golden screens anew")

// golden compares a screen with the file of that name.
func golden(t *testing.T, name, screen string) {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(screen) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	got := strings.ReplaceAll(out.String(), "\x1b", "\\e")
	file := filepath.Join("testdata", name+".txt")
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}

// seat is somebody in front of a stage, without a terminal.
type seat struct {
	*model
	stage *stage
	t     *testing.T
}

// sit takes a seat at a jam in full swing.
func sit(t *testing.T, columns, rows int) *seat {
	s := &seat{stage: newStage(), t: t}
	s.model = newModel(s.stage, noon, kit{colour: true, unicode: true})
	s.zone = time.UTC
	s.stage.line(joinedLine())
	s.stage.say(s.stage.jam)
	s.Update(tea.WindowSizeMsg{Width: columns, Height: rows})
	s.hearAll()
	return s
}

// hearAll takes in everything that has been said, and searches as if a pause had passed.
func (s *seat) hearAll() {
	for {
		select {
		case u, more := <-s.stage.updates:
			if !more {
				s.Update(updated{})
				return
			}
			s.Update(update{u})
		default:
			if s.search.newest == "" && (s.search.answered == nil || *s.search.answered != s.search.editor.String()) && s.page == pageAdd {
				s.Update(paused{s.search.keystroke})
				if s.search.newest != "" && !s.stage.mute {
					continue
				}
			}
			return
		}
	}
}

// press presses keys by their names, and hears what the host says to it.
func (s *seat) press(names ...string) *seat {
	special := map[string]tea.Key{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
		"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "end": {Code: tea.KeyEnd}, "space": {Code: tea.KeySpace, Text: " "},
		"pgup": {Code: tea.KeyPgUp}, "backspace": {Code: tea.KeyBackspace}, "f1": {Code: tea.KeyF1}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
	}
	for _, name := range names {
		k, known := special[name]
		if !known {
			r := []rune(name)[0]
			k = tea.Key{Code: r, Text: name}
		}
		s.Update(tea.KeyPressMsg(k))
		s.hearAll()
	}
	return s
}

// typeIn types letter by letter.
func (s *seat) typeIn(text string) *seat {
	for _, r := range text {
		s.press(string(r))
	}
	return s
}

// shows is the screen as text; every row is as wide as the screen.
func (s *seat) shows() string {
	s.t.Helper()
	return check(s.t, &s.state)
}

func check(t *testing.T, s *state) string {
	t.Helper()
	shown := s.screen()
	if len(shown.rows) != s.size.y {
		t.Fatalf("%d rows, want %d", len(shown.rows), s.size.y)
	}
	var out strings.Builder
	for i, r := range shown.rows {
		if r.width() != s.size.x {
			t.Errorf("row %d takes %d columns, want %d: %v", i, r.width(), s.size.x, r)
		}
		for _, sp := range r {
			out.WriteString(sp.text)
		}
		out.WriteByte('\n')
	}
	if c := shown.cursor; c != nil && (c.x < 0 || c.x >= s.size.x || c.y < 0 || c.y >= s.size.y) {
		t.Errorf("the cursor stands at %v on a screen of %v", *c, s.size)
	}
	return out.String()
}

// TestScreens compares every page with what it is to look like, on a usual screen, the least one and a large one.
func TestScreens(t *testing.T) {
	for _, size := range []struct {
		name string
		x, y int
	}{{"80x24", 80, 24}, {"40x12", 40, 12}, {"132x40", 132, 40}} {
		for name, play := range map[string]func(*seat){
			"queue":  func(*seat) {},
			"add":    func(s *seat) { s.press("/").typeIn("b").press("down") },
			"people": func(s *seat) { s.press("3") },
			"chat":   func(s *seat) { s.press("c").typeIn("hello there") },
			"help":   func(s *seat) { s.press("?") },
			"info":   func(s *seat) { s.press("i") },
			"host":   func(s *seat) { s.stage.host(); s.hearAll(); s.press("3", "down", "down", "down") },
			"hosthelp": func(s *seat) {
				s.stage.host()
				s.hearAll()
				s.press("?")
			},
			"leave": func(s *seat) { s.press("L") },
			"react": func(s *seat) { s.stage.say(wire.Reaction{FromID: "bob", Emoji: "🔥"}); s.press("r") },
			"lost": func(s *seat) {
				s.stage.line(visitor.Line{State: visitor.Away, Code: "HQRS-2K4M", HostName: "Hanna"})
				s.hearAll()
			},
			"words": func(s *seat) {
				l := joinedLine()
				l.Verified, l.Known = false, false
				s.stage.line(l)
				s.hearAll()
			},
			"dry": func(s *seat) {
				s.stage.event(wire.NowPlaying{})
				for _, id := range []string{"i1", "i2", "i3", "i4", "i5"} {
					s.stage.event(wire.TrackRemoved{ItemID: id})
				}
				s.hearAll()
			},
			"ended": func(s *seat) { s.stage.host(); s.hearAll(); s.press("E", "y") },
		} {
			t.Run(name+"-"+size.name, func(t *testing.T) {
				s := sit(t, size.x, size.y)
				play(s)
				golden(t, name+"-"+size.name, s.shows())
			})
		}
	}
}

// TestLookOfScreens compares the queue with all that makes it look as it does: with colours, without, and in ASCII.
func TestLookOfScreens(t *testing.T) {
	s := sit(t, 80, 24)
	s.press("v", "down")
	for name, k := range map[string]kit{"colours": {colour: true, unicode: true}, "nocolour": {unicode: true}, "ascii": {}} {
		golden(t, "look-"+name, s.screen().paint(k))
	}
}

// TestBeforeTheSeat is what is seen while there is none yet.
func TestBeforeTheSeat(t *testing.T) {
	for name, l := range map[string]visitor.Line{
		"finding":   {State: visitor.Finding, Code: "HQRS-2K4M"},
		"waiting":   {State: visitor.Waiting, Code: "HQRS-2K4M", HostName: "Hanna", Words: joinedLine().Words},
		"host_away": {State: visitor.HostAway, Code: "HQRS-2K4M", HostName: "Hanna", Verified: true, Words: joinedLine().Words},
		"over":      {State: visitor.Over, Said: "The host removed you from this jam"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newState()
			s.now, s.place = noon(), 2
			s.moved(l)
			s.settle()
			golden(t, "before-"+name, check(t, &s))
		})
	}
}

// TestAsk is the screen before anything goes out.
func TestAsk(t *testing.T) {
	for name, size := range map[string]point{"80x24": {80, 24}, "40x12": {40, 12}} {
		d := newDoor(AskConfig{Code: "HQRS-2K4M", Server: "soul.example", Name: "Alice"}, kit{unicode: true})
		d.Update(tea.WindowSizeMsg{Width: size.x, Height: size.y})
		shown := d.screen()
		golden(t, "ask-"+name, shown.paint(kit{unicode: true}))
	}
}

// TestAskShowsTheWholeServer: what stands at the end of a server's name is whose it is.
func TestAskShowsTheWholeServer(t *testing.T) {
	const server = "https://soul.example.a-name-that-looks-right-at-its-beginning-alone.evil.example"
	enter := tea.KeyPressMsg{Code: tea.KeyEnter}
	for _, size := range []point{{80, 24}, {132, 40}, {40, 12}, {40, 7}, {39, 12}, {12, 3}} {
		d := newDoor(AskConfig{Code: "HQRS-2K4M", Server: server}, kit{unicode: true})
		d.Update(tea.WindowSizeMsg{Width: size.x, Height: size.y})
		shown := strings.Join(strings.Fields(d.screen().paint(kit{unicode: true})), "")
		whole := strings.Contains(regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(shown, ""), server+"?")
		if d.Update(enter); whole != d.yes || whole != (size.x >= 40 && size.y >= 12) {
			t.Errorf("at %v the server is shown %v, and enter joins %v", size, whole, d.yes)
		}
		if size.x == 40 && size.y == 12 {
			golden(t, "ask-long-40x12", d.screen().paint(kit{unicode: true}))
		}
	}
	d := newDoor(AskConfig{Code: "HQRS-2K4M"}, kit{unicode: true})
	golden(t, "ask-here-80x24", d.screen().paint(kit{unicode: true}))
}

func TestWhyAutoplayChose(t *testing.T) {
	for want, why := range map[string]*wire.Because{
		"more from Radiohead":                 {Reason: wire.BecauseArtist, Name: "Radiohead"},
		"more Jazz":                           {Reason: wire.BecauseGenre, Name: "Jazz"},
		"from about 1987, like the last song": {Reason: wire.BecauseYear, Year: 1987},
		"often played here":                   {Reason: wire.BecauseFavourite},
		"something from the library":          nil,
	} {
		if got := because(why); got != want {
			t.Errorf("because %+v: %q, want %q", why, got, want)
		}
	}
}

// TestASentenceIsOne: the visitor speaks in parts of sentences, as programs do.
func TestASentenceIsOne(t *testing.T) {
	for said, want := range map[string]string{
		"": "", "no jam of that name": "No jam of that name.", "join with `--relay`": "Join with `--relay`.", "Try again…": "Try again…", "ärger!": "Ärger!", "Done.": "Done.",
	} {
		if got := sentence(said); got != want {
			t.Errorf("%q becomes %q, want %q", said, got, want)
		}
	}
}

// TestTheSameIsNotSaidTwice: a host without a reason of its own repeats what happened.
func TestTheSameIsNotSaidTwice(t *testing.T) {
	for reason, want := range map[string]int{"The host removed you from this jam": 0, "Too loud": 1} {
		s := sit(t, 80, 24)
		s.stage.say(wire.Kicked{Reason: reason})
		s.stage.line(visitor.Line{State: visitor.Over, Said: "The host removed you from this jam"})
		s.hearAll()
		if screen := s.screen().paint(kit{unicode: true}); strings.Count(screen, "“") != want || !strings.Contains(screen, "from this jam.") {
			t.Errorf("for the reason %q it shows\n%s", reason, screen)
		}
	}
}

// TestMeetingTwiceInOneVisitShowsNothing: words that nobody has compared are asked for until somebody has.
func TestMeetingTwiceInOneVisitShowsNothing(t *testing.T) {
	s := sit(t, 80, 24)
	line := func(state visitor.State, known bool, words ...string) {
		s.stage.line(visitor.Line{State: state, Code: "HQRS-2K4M", Words: words, Known: known})
		s.hearAll()
	}
	asked := func() bool { return strings.Contains(s.screen().paint(kit{unicode: true}), "Same words") }
	words := []string{"couch", "radio", "label", "castle"}
	line(visitor.Joined, false, words...)
	line(visitor.Away, true, words...)
	line(visitor.Joined, true, words...)
	if !asked() {
		t.Error("after the connection came back nobody asks for the words any more")
	}
	line(visitor.Joined, true, "other", "words", "than", "these")
	if asked() {
		t.Error("a host that was known before is asked for its words")
	}
}

// TestLookingForAName shows what is looked for, in the person's own word.
func TestLookingForAName(t *testing.T) {
	s := newState()
	s.size, s.sought = point{40, 12}, "Friday Night"
	golden(t, "before-name", check(t, &s))
}
