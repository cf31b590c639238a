package jam

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"soul-jam/shared/wire"
)

var update = flag.Bool("update", false, "write the scripts' output anew; the diff is the review")

// TestScripts plays the stories in testdata. A script is paragraphs: comments
// (# J1 names the rule that is shown), commands, a line of four dashes, and what
// the jam answers. After every command the jam must be what its log replays to.
//
//	jam {settings}             a new jam; every script begins with one
//	solo {settings}            a new solo session
//	start {settings}           a jam that goes on with the music of the solo session
//	+5s                        time goes by
//	join NAME "Shown" [key=K] [path=direct] [from=ADDRESS] [member=USER] [program=KEY] [uninvited] [id=ID]   join host
//	NAME drop | back | resume [N] | withdraw | send FRAME     what the connection does
//	tv watch [trusted] [uninvited]
//	NAME COMMAND [words] [id=ID]                      see actors_test.go
//	NAME add_playlist "NAME" TRACK ...
//	house track_ended #1 | track_failed #1 reason | position #1 MS | woke 6m | stir now | forget USER | block TRACK ...
//	mark                       the owner stores a sign of life
//	restart 3m                 hostd dies, and is back after so long
//	crowd 110 | fill 501 | many 255    so many join as c1, c2, …; tracks of the host's; acked commands of the host's
//	host say 101 times
//	show page OFFSET
//	show ahead | plays | seeds
//	show queue|people|crowd|landing|history|state|chat|vote|waiting|admissible|bans|recap [NAME]
//
// Answers are events with their seq, "~" passing messages (to one person where it says so), "=" acks, "!" refusals, and
// "ok" for a command that was accepted and told nobody anything. People are
// called by their names, items #1, #2, … as they were added.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(text))
			if got == string(text) {
				return
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("%s: %s", file, firstDifference(string(text), got))
		})
	}
}

// play runs a script and returns it with the answers that it really got.
func play(t *testing.T, script string) string {
	var out strings.Builder
	s := &stage{t: t, programs: map[string]string{}}
	for i, paragraph := range strings.Split(strings.TrimSpace(script), "\n\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		commands, _, _ := strings.Cut(paragraph+"\n", "\n----\n")
		commands = strings.TrimSuffix(commands, "\n")
		out.WriteString(commands + "\n")
		for _, line := range strings.Split(commands, "\n") {
			if !strings.HasPrefix(line, "#") {
				s.run(line)
			}
		}
		if len(s.said) > 0 {
			out.WriteString("----\n" + strings.Join(s.said, "\n") + "\n")
		}
		s.said = nil
	}
	return out.String()
}

// run does one command, and compares the jam with its replay.
func (s *stage) run(line string) {
	s.line = line
	said := len(s.said)
	words := strings.Fields(line)
	switch {
	case words[0] == "jam", words[0] == "solo":
		s.found(words[0] == "solo", strings.TrimSpace(strings.TrimPrefix(line, words[0])))
	case s.world == nil:
		s.t.Fatalf("%q comes before a jam", line)
	case strings.HasPrefix(words[0], "+"):
		for _, e := range s.world.pass(s.duration(words[0][1:])) {
			s.tell(e)
		}
	case words[0] == "start":
		s.promote(strings.TrimSpace(strings.TrimPrefix(line, "start")))
	case words[0] == "join":
		s.join(words[1:], line)
	case words[0] == "house":
		s.house(words[1:])
	case words[0] == "crowd" || words[0] == "fill" || words[0] == "many":
		s.plenty(words[0], words[1])
	case strings.HasPrefix(line, "host say "):
		s.plenty("say", words[2])
	case words[0] == "mark":
		s.mark = &Mark{}
		*s.mark = s.alive()
		return
	case words[0] == "restart":
		s.restart(s.duration(words[1]))
	case words[0] == "show":
		s.show(words[1:])
		return
	default:
		s.act(words[0], words[1:], line)
	}
	if len(s.said) == said {
		s.say("ok")
	}
	s.world.check()
}

// plenty does a thing many times and says only how it ended.
func (s *stage) plenty(what, times string) {
	n, err := strconv.Atoi(times)
	if err != nil {
		s.t.Fatalf("%q: %v", s.line, err)
	}
	said := s.said
	for i := range n {
		k := number(i + 1)
		s.said = nil
		switch what {
		case "crowd":
			s.join([]string{"c" + k}, `"C`+k+`"`)
		case "say":
			s.act("host", []string{"chat", "line", k}, "")
		case "fill":
			s.act("host", []string{"add_track", "t" + k}, "")
		default:
			s.act("host", []string{"set_volume", number(i % 100), "id=many" + k}, "")
		}
	}
	s.said = append(append(said, "…"), s.said...)
}

func (s *stage) duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		s.t.Fatalf("%q: %v", s.line, err)
	}
	return d
}

// restart is what hostd does after it died: replay the log, then say how long it was away.
func (s *stage) restart(away time.Duration) {
	mark := Mark{At: s.world.log[len(s.world.log)-1].At}
	if s.mark != nil {
		mark = *s.mark
	}
	s.mark = nil
	s.world.now = s.world.now.Add(away)
	s.world.restart()
	s.answer(s.world.step("", "", Reopen{Mark: mark, Absent: max(0, s.world.now.Sub(mark.At.Time))}))
	s.names()
}

// alive is the owner's sign of life now.
func (s *stage) alive() Mark {
	w := s.world
	m := Mark{At: wire.At(w.now), PositionMS: w.jam.PositionMS(w.now)}
	if c := w.jam.Sound().Current; c != nil {
		m.Item = c.ID
	}
	return m
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return "line " + number(i+1) + "\nwant " + w[i] + "\ngot  " + g[i] + "\nall of it:\n" + got
		}
	}
	return "one is longer than the other; all of it:\n" + got
}
