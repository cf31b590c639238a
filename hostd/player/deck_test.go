package player

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// scripted is a deck on a connection whose other end answers every command
// and remembers it, so that a test can say what mpv says at the worst moment.
type scripted struct {
	*deck
	t    *testing.T
	told chan string
}

func newScripted(t *testing.T, refuse ...string) *scripted {
	t.Helper()
	ours, theirs := net.Pipe()
	s := &scripted{t: t, told: make(chan string, 100)}
	s.deck = &deck{log: slog.New(slog.DiscardHandler), out: newOutbox()}
	c := newIPC(ours, t.Context().Done())
	go s.answer(theirs, refuse)
	t.Cleanup(func() { c.close(); s.out.close(); theirs.Close() })
	if err := s.attach(c); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scripted) answer(conn net.Conn, refuse []string) {
	lines := bufio.NewScanner(conn)
	entry := 0
	for lines.Scan() {
		var m struct {
			Command json.RawMessage `json:"command"`
			ID      int             `json:"request_id"`
		}
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			s.t.Errorf("the deck said %q", lines.Text())
			return
		}
		data, word := "null", "success"
		switch command := string(m.Command); {
		case slices.ContainsFunc(refuse, func(r string) bool { return strings.Contains(command, r) }):
			word = "error running command"
		case strings.Contains(command, "loadfile"):
			entry++
			data = fmt.Sprintf(`{"playlist_entry_id":%d}`, entry)
		case strings.Contains(command, "time-pos"):
			data = "0.0"
		}
		s.told <- string(m.Command)
		fmt.Fprintf(conn, `{"request_id":%d,"error":%q,"data":%s}`+"\n", m.ID, word, data)
	}
}

// want sets a wish and makes the deck follow it.
func (s *scripted) want(w Want) {
	s.t.Helper()
	s.plan.set(w)
	s.follow()
}

func (s *scripted) follow() {
	s.t.Helper()
	if err := s.reconcile(); err != nil {
		s.t.Fatal(err)
	}
}

// hears lets mpv say things.
func (s *scripted) hears(ms ...message) {
	s.t.Helper()
	for _, m := range ms {
		if err := s.handle(m); err != nil {
			s.t.Fatal(err)
		}
		s.follow()
	}
}

// loads forgets what was told and says which files were loaded how.
func (s *scripted) loads() string {
	var got []string
	for {
		select {
		case c := <-s.told:
			var load struct {
				URL, Flags string
				Options    map[string]string
			}
			if json.Unmarshal([]byte(c), &load) == nil {
				words := load.Flags + " " + load.URL
				for _, name := range slices.Sorted(maps.Keys(load.Options)) {
					words += " " + name + "=" + load.Options[name]
				}
				got = append(got, words)
			} else if strings.Contains(c, "playlist-clear") || strings.Contains(c, "stop") {
				got = append(got, strings.Trim(c, `[]"`))
			}
		default:
			return strings.Join(got, ", ")
		}
	}
}

func (s *scripted) expect(what, want string) {
	s.t.Helper()
	if got := s.loads(); got != want {
		s.t.Errorf("%s: the deck told mpv %q, want %q", what, got, want)
	}
}

func (s *scripted) reports(want ...string) {
	s.t.Helper()
	for _, w := range want {
		r := s.report1()
		if got := strings.TrimSpace(fmt.Sprint(r.Kind, " ", r.Item, " ", r.Reason)); got != w {
			s.t.Errorf("the deck reported %q, want %q", got, w)
		}
	}
}

// report1 is the next report, which is there already if it comes at all.
func (s *scripted) report1() Report {
	s.t.Helper()
	select {
	case r := <-s.out.out:
		return r
	case <-time.After(time.Second):
		s.t.Fatal("the deck reported nothing more")
		return Report{}
	}
}

func start(id int64) message   { return message{Event: "start-file", EntryID: id} }
func restart() message         { return message{Event: "playback-restart"} }
func eof(id int64) message     { return message{Event: "end-file", EntryID: id, Reason: "eof"} }
func stopped(id int64) message { return message{Event: "end-file", EntryID: id, Reason: "stop"} }
func timeIs(s string) message {
	return message{Event: "property-change", Name: "time-pos", Data: json.RawMessage(s)}
}

var aThenB = Want{Item: "a", Path: "/a", Next: "b", NextPath: "/b", Playing: true}

func TestDeckWithdrawsNextAMomentTooLate(t *testing.T) {
	s := newScripted(t)
	s.want(aThenB)
	s.hears(start(1), restart())
	s.expect("first", "replace /a, append-play /b")
	w := aThenB
	w.Next, w.NextPath = "c", "/c"
	s.want(w)
	s.expect("another next", "playlist-clear, append-play /c")
	s.hears(eof(1), start(2)) // but mpv had gone on to b already
	s.expect("the wrong one plays", "replace /c")
	s.hears(restart(), timeIs("0.5"), stopped(2), start(4), restart())
	s.reports("started a", "ended a eof", "started c")
}

func TestDeckHoldsTheEndUntilItIsHeard(t *testing.T) {
	s := newScripted(t)
	s.want(aThenB)
	s.hears(start(1), restart(), eof(1), start(2), timeIs("0.0"))
	if s.tail == nil {
		t.Fatal("the end of a was reported before it was heard")
	}
	s.cur.ready = true
	s.hears(timeIs("-0.2"))
	s.want(Want{Item: "a", Path: "/a", Next: "b", NextPath: "/b", Playing: true, Volume: 3})
	if s.tail == nil {
		t.Fatal("another volume ended it")
	}
	s.hears(timeIs("0.01"))
	s.reports("started a", "ended a eof", "started b")
	s.expect("all that was loaded", "replace /a, append-play /b")
}

func TestDeckIgnoresWhatWasReplaced(t *testing.T) {
	s := newScripted(t)
	s.want(aThenB)
	s.hears(start(1), restart())
	s.want(Want{Item: "x", Path: "/x", Playing: true})
	s.loads()
	s.hears(eof(1), start(2), restart(), timeIs("7"), stopped(2)) // on their way already
	s.expect("late events", "")
	s.hears(start(3), restart())
	s.reports("started a", "started x")
}

func TestDeckSeekThatIsRefusedStays(t *testing.T) {
	s := newScripted(t, `"seek"`)
	s.want(aThenB)
	s.hears(start(1), restart(), timeIs("2"))
	w := aThenB
	w.Jump, w.Position = 1, time.Minute
	s.want(w)
	s.reports("started a")
	if r := s.report1(); r.Kind != Position || r.Position != 2*time.Second {
		t.Errorf("reported %+v", r)
	}
}

func TestDeckLoadThatIsRefusedIsAnError(t *testing.T) {
	s := newScripted(t, "loadfile")
	s.want(aThenB)
	s.reports("ended a error", "ended b error")
}

func TestDeckSkipsWhatIsWithoutSoundAndLists(t *testing.T) {
	s := newScripted(t)
	s.want(aThenB)
	s.hears(start(1), eof(1), start(2), message{Event: "end-file", EntryID: 2, Reason: "redirect"}, start(3))
	s.expect("what the list inserted", "replace /a, append-play /b, stop")
	s.reports("ended a error", "ended b error")
}

func TestPlanWhileTheSessionLags(t *testing.T) {
	var p plan
	p.set(Want{Item: "a", Next: "b", Jump: 4})
	if p.now().Item != "a" || p.after().Item != "b" {
		t.Errorf("now %v, after %v", p.now(), p.after())
	}
	p.finish("a")
	if p.now().Item != "b" || p.after().Item != "" {
		t.Errorf("a is over: now %v, after %v", p.now(), p.after())
	}
	p.finish("b")
	if p.now().Item != "" {
		t.Errorf("both are over: now %v", p.now())
	}
	p.set(Want{Item: "b", Next: "c", Jump: 4})
	if p.now().Item != "c" {
		t.Errorf("b is over: now %v", p.now())
	}
	p.set(Want{Item: "b", Next: "c", Jump: 5})
	if p.now().Item != "b" || p.after().Item != "c" {
		t.Errorf("b is jumped in: now %v, after %v", p.now(), p.after())
	}
}

// A reader that sleeps for an evening finds every start and end, and one
// position for each stretch.
func TestReportsToAReaderThatLags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewSilent()
		defer p.Close()
		p.Want(Want{Item: "a", Duration: time.Hour, Playing: true, Next: "b", NextDuration: time.Hour})
		time.Sleep(90*time.Minute + time.Second/2) // half a second after the last report, not with it
		var got []string
		for range 5 {
			r := <-p.Reports()
			got = append(got, fmt.Sprint(r.Kind, " ", r.Item, " ", r.Position))
		}
		want := []string{"started a 0s", "position a 59m59s", "ended a 1h0m0s", "started b 0s", "position b 30m0s"}
		if !slices.Equal(got, want) {
			t.Errorf("read %q, want %q", got, want)
		}
	})
}

func TestSilentPlaysAnUnknownLength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewSilent()
		defer p.Close()
		began := time.Now()
		p.Want(Want{Item: "a", Playing: true})
		for r := range p.Reports() {
			if r.Kind == Ended {
				break
			}
		}
		if d := time.Since(began); d != unknownLength {
			t.Errorf("it took %v", d)
		}
	})
}
