package visitor

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// story runs a test in simulated time.
func story(t *testing.T, tell func(t *testing.T, s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { tell(t, newStage(t)) })
}

func TestTheFirstVisitTakesASeatAndRemembersIt(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		s.visit.key = &s.host.link
		h := s.start().answer()
		ask := h.hears("join_request")
		if ask["display_name"] != "Vera" || ask["v"] != 1.0 || len(ask["join_key"].(string)) < wire.MinJoinKey || ask["user_token"] != nil {
			t.Errorf("asked with %v", ask)
		}
		h.says(joined("t1", 10), event(11))
		if got := s.message("joined"); got != joined("t1", 10) {
			t.Errorf("passed on %s", got)
		}
		l := s.line(Joined)
		if l.Path != "lan" || l.HostName != "Hanna" || l.Code != theCode.String() || !l.Verified || l.Known || len(l.Words) != 4 || l.Said != "" {
			t.Errorf("the line is %+v", l)
		}
		s.message("chat_message")
		h.says(`{"type":"granted","role":"member","permissions":{},"user_token":"mine"}`)
		s.message("granted")
		k := s.known()
		if k.Code != theCode || k.Resume.Reveal() != "t1" || k.User.Reveal() != "mine" || k.HostName != "Hanna" || k.As != "Vera" || k.Link != s.host.link.Reveal() || k.First.IsZero() {
			t.Errorf("remembered %+v", k)
		}
		path := filepath.Join(s.visits.dir, s.host.peer+".json")
		for path, want := range map[string]os.FileMode{path: 0o600, s.visits.dir: 0o700} {
			if info, err := os.Stat(path); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != want) {
				t.Errorf("%s: %v %v", path, info.Mode(), err)
			}
		}
		s.end()
		h.hears("away")
		if _, err := s.over(); err != nil || s.known().Resume.IsZero() {
			t.Errorf("ended with %v, the seat is kept: %v", err, !s.known().Resume.IsZero())
		}
	})
}

func TestASecondVisitComesBackToTheSeat(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		s.start().seated()
		s.end()
		s.over()
		again := newStageAt(t, s.host, s.visits)
		h := again.start().answer()
		ask := h.hears("resume")
		if _, has := ask["last_seq"]; has || ask["resume_token"] != "t1" {
			t.Errorf("asked with %v", ask)
		}
		h.says(joined("t2", 30))
		if l := again.line(Joined); !l.Known || again.known().Resume.Reveal() != "t2" {
			t.Errorf("the line is %+v", l)
		}
		again.end()
		again.over()
	})
}

// TestReconnectAtEachMoment: wherever the connection breaks, the same person is in the jam, and each command is done once.
func TestReconnectAtEachMoment(t *testing.T) {
	t.Run("before the answer to join", func(t *testing.T) {
		story(t, func(t *testing.T, s *stage) {
			h := s.start().answer()
			key := h.hears("join_request")["join_key"]
			h.cut()
			h = s.answer()
			if again := h.hears("join_request")["join_key"]; again != key {
				t.Errorf("joined with key %v, then %v: a ghost", key, again)
			}
			s.end()
			s.over()
		})
	})
	t.Run("without any answer", func(t *testing.T) {
		story(t, func(t *testing.T, s *stage) {
			h := s.start().answer()
			heard := h.listens()
			take(t, heard, "join_request")
			start := time.Now()
			s.answer().hears("join_request")
			if took := time.Since(start); took < answeredWithin || took > answeredWithin+time.Second {
				t.Errorf("tried again after %v", took)
			}
			s.end()
			s.over()
		})
	})
	t.Run("seated", func(t *testing.T) {
		story(t, func(t *testing.T, s *stage) {
			h := s.start().seated()
			h.says(event(11), event(13))
			s.message("chat_message")
			s.message("chat_message")
			h.cut()
			if l := s.line(Away); l.Path != "" || l.Said == "" {
				t.Errorf("the line is %+v", l)
			}
			h = s.answer()
			ask := h.hears("resume")
			if ask["resume_token"] != "t1" || ask["last_seq"] != 13.0 {
				t.Errorf("asked with %v", ask)
			}
			h.cut() // before the answer: the token that was used still counts
			h = s.answer()
			if ask = h.hears("resume"); ask["resume_token"] != "t1" {
				t.Errorf("asked with %v", ask)
			}
			h.says(resumed("t3", 20, event(14), event(20)))
			if got := s.message("resumed"); got != resumed("t3", 20, event(14), event(20)) {
				t.Errorf("passed on %s", got)
			}
			s.line(Joined)
			h.bye(wire.CloseRestarting)
			h = s.answer()
			if ask = h.hears("resume"); ask["resume_token"] != "t3" || ask["last_seq"] != 20.0 {
				t.Errorf("asked with %v", ask)
			}
			s.end()
			s.over()
		})
	})
	t.Run("with commands under way", commandsUnderWay)
	t.Run("among those who wait", func(t *testing.T) {
		story(t, func(t *testing.T, s *stage) {
			h := s.start().answer()
			key := h.hears("join_request")["join_key"]
			h.says(`{"type":"join_pending","message":"wait","position":1}`)
			s.line(Waiting)
			h.cut()
			s.line(Away)
			h = s.answer()
			if h.hears("join_request")["join_key"] != key {
				t.Error("waits as somebody else")
			}
			h.says(`{"type":"join_pending","message":"wait","position":1}`)
			s.line(Waiting)
			s.end()
			s.over()
		})
	})
}

func commandsUnderWay(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().seated()
		add := s.visit.Do(wire.AddTrack{TrackID: "x"})
		skip := s.visit.Do(wire.VoteSkip{})
		if got := h.hears("add_track"); got["id"] != add {
			t.Errorf("heard %v, want id %s", got, add)
		}
		h.hears("vote_skip")
		h.cut()
		s.line(Away)
		chat := s.visit.Do(wire.Chat{Message: "hello"})
		h = s.answer()
		h.hears("resume")
		h.says(resumed("t2", 12))
		if got := h.hears("add_track"); got["id"] != add || got["track_id"] != "x" {
			t.Errorf("sent again: %v, want id %s", got, add)
		}
		if got := h.hears("chat"); got["id"] != chat {
			t.Errorf("heard %v", got)
		}
		if got := s.message("error"); !strings.Contains(got, skip) || !strings.Contains(got, "host_offline") {
			t.Errorf("the vote for another song is answered by %s", got)
		}
		answered := make(chan error, 1)
		go func() { answered <- s.visit.Answered(t.Context()) }()
		h.says(`{"type":"ack","id":"`+add+`","seq":13}`, `{"type":"error","id":"`+chat+`","code":"rate_limited","message":"slow"}`)
		if err := take(t, answered, "the answers"); err != nil {
			t.Error(err)
		}
		h.cut()
		h = s.answer()
		if ask := h.hears("resume"); ask["last_seq"] != 12.0 {
			t.Errorf("an ack counted as an event: %v", ask)
		}
		h.says(resumed("t3", 13))
		s.line(Away)
		s.line(Joined)
		s.end()
		h.hears("away") // and nothing of before
		s.over()
	})
}

func TestLeavingGivesTheSeatUp(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().seated()
		s.visit.Leave()
		id := h.hears("leave")["id"].(string)
		h.says(`{"type":"ack","id":"` + id + `","seq":11}`)
		h.bye(wire.CloseLeft)
		if last, err := s.over(); err != nil || last.State != Over || !s.known().Resume.IsZero() || s.known().First.IsZero() {
			t.Errorf("%+v, %v, remembered %+v", last, err, s.known())
		}
		if s.visit.Do(wire.Play{}) != "" {
			t.Error("a command is taken after the end")
		}
	})
}

func TestLeavingDoesNotWaitForAHost(t *testing.T) {
	for name, before := range map[string]func(s *stage){
		"who is away":         func(s *stage) { s.seated().cut(); s.line(Away) },
		"who says no goodbye": func(s *stage) { s.seated().listens() },
		"who decides": func(s *stage) {
			h := s.answer()
			h.hears("join_request")
			h.says(`{"type":"join_pending","message":"wait","position":1}`)
			s.line(Waiting)
			h.listens()
		},
		"who is looked for": func(s *stage) {},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, s *stage) {
				before(s.start())
				start := time.Now()
				s.visit.Leave()
				if last, err := s.over(); err != nil || last.State != Over || time.Since(start) > leftWithin+goodbyes {
					t.Errorf("%+v, %v after %v", last, err, time.Since(start))
				}
				if !s.known().Resume.IsZero() {
					t.Error("the seat is kept")
				}
			})
		})
	}
}

// goodbyes of connections take no longer.
const goodbyes = 10 * time.Second

func TestTheHostIsAwayAndBack(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().seated()
		s.set(func() { s.no = &unanswered{why: wire.CodeHostOffline} })
		h.bye(wire.CloseHostAway)
		if l := s.line(HostAway); l.Said != wire.CodeHostOffline.Sentence() {
			t.Errorf("the line is %+v", l)
		}
		<-time.After(20 * time.Minute)
		start := time.Now()
		s.set(func() { s.no = nil })
		h = s.answer()
		if took := time.Since(start); took > longestRest {
			t.Errorf("back after %v", took)
		}
		h.hears("resume")
		h.says(joined("t2", 50))
		if l := s.line(Joined); l.Said != "" {
			t.Errorf("the line is %+v", l)
		}
		s.end()
		s.over()
	})
}

func TestTheJamEndsWhileAway(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().seated()
		id := s.visit.Do(wire.Play{})
		h.hears("play")
		s.set(func() { s.no = &unanswered{why: wire.CodeSessionEnded} })
		h.cut()
		if got := s.message("error"); !strings.Contains(got, id) {
			t.Errorf("the command without answer: %s", got)
		}
		if last, err := s.over(); err != nil || last.State != Over || last.Said != wire.CodeSessionEnded.Sentence() {
			t.Errorf("%+v, %v", last, err)
		}
	})
}

func TestAnEndedJamIsNoVisit(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		s.no = &unanswered{why: wire.CodeSessionEnded}
		s.start().refused(wire.CloseEnded, "has ended")
	})
}

func TestHowItIsOver(t *testing.T) {
	for _, c := range []struct {
		code  wire.CloseCode
		first string // what the host says before
		good  bool
		says  string
		keeps bool
	}{
		{wire.CloseReplaced, "", false, "opened elsewhere", true},
		{wire.CloseKicked, `{"type":"kicked","reason":"too loud\u001b[2J"}`, false, "too loud [2J", true},
		{wire.CloseEnded, `{"type":"session_ended","seq":11,"reason":"host","recap":null}`, true, "has ended", true},
		{wire.CloseDenied, "", false, "did not let you in", false},
		{wire.CloseFull, "", false, "full", true},
		{wire.CloseBadProtocol, "", false, "version", true},
		{wire.CloseLeft, "", true, "left", false},
		{4777, "", false, "closed", true},
	} {
		story(t, func(t *testing.T, s *stage) {
			h := s.start().seated()
			if c.first != "" {
				h.says(c.first)
			}
			h.bye(c.code)
			last, err := s.over()
			if (err == nil) != c.good || !strings.Contains(last.Said, c.says) || s.known().Resume.IsZero() == c.keeps {
				t.Errorf("%d: %+v, %v, kept: %v", c.code, last, err, !s.known().Resume.IsZero())
			}
		})
	}
}

func TestWhoIsNotLetIn(t *testing.T) {
	for name, c := range map[string]struct {
		says []string
		code wire.CloseCode
		said string
	}{
		"banned":         {[]string{`{"type":"error","code":"banned","message":"The host removed you"}`}, wire.CloseKicked, "removed you"},
		"denied":         {[]string{`{"type":"join_pending","message":"w","position":1}`, `{"type":"join_denied","reason":"not tonight"}`}, wire.CloseDenied, "not tonight"},
		"full":           {[]string{`{"type":"error","code":"session_full","message":"This jam is full"}`}, wire.CloseFull, "full"},
		"there already":  {[]string{`{"type":"error","code":"already_joined","message":"x"}`}, 0, "already, somewhere else"},
		"not understood": {[]string{`{"type":"error","code":"bad_request","message":"no such thing"}`}, 0, "no such thing"},
		"no guests":      {[]string{`{"type":"error","code":"not_authorized","message":"members only"}`}, wire.CloseDenied, "members only"},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, s *stage) {
				h := s.start().answer()
				h.hears("join_request")
				h.says(c.says...)
				if c.code != 0 && name != "no guests" {
					h.bye(c.code)
				}
				s.refused(c.code, c.said)
			})
		})
	}
}

func TestApprovalIsWaitedFor(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().answer()
		heard := h.listens()
		take(t, heard, "join_request")
		h.says(`{"type":"join_pending","message":"The host decides","position":2}`)
		s.message("join_pending")
		s.line(Waiting)
		<-time.After(20 * time.Minute)
		h.says(joined("t1", 4))
		s.line(Joined)
		s.end()
		if got := take(t, heard, "away"); !strings.Contains(got, "away") {
			t.Errorf("heard %s", got)
		}
		s.over()
	})
}

func TestASeatThatTheHostDoesNotKnowIsTakenAnew(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		if err := s.visits.Change(s.host.peer, func(k *Known) {
			k.Code, k.Resume, k.User = theCode, identity.Keep("old"), identity.Keep("member")
		}); err != nil {
			t.Fatal(err)
		}
		refusal := `{"type":"error","code":"not_authorized","message":"no"}`
		h := s.start().answer()
		h.hears("resume")
		h.says(refusal)
		if h.hears("join_request")["user_token"] != "member" {
			t.Error("the member is not shown")
		}
		h.says(refusal)
		if _, has := h.hears("join_request")["user_token"]; has {
			t.Error("a token that the host does not know is shown again")
		}
		h.says(joined("t1", 1))
		s.line(Joined)
		if k := s.known(); k.Resume.Reveal() != "t1" || !k.User.IsZero() {
			t.Errorf("remembered %+v", k)
		}
		s.end()
		s.over()
	})
}

// TestTokensOfOneJamAreNotShownToAnother: the member's goes to the same host, the seat's to the same jam only.
func TestTokensOfOneJamAreNotShownToAnother(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		if err := s.visits.Change(s.host.peer, func(k *Known) {
			k.Code, k.Resume, k.User, k.Link = "ABCD-2345", identity.Keep("old"), identity.Keep("member"), s.host.link.Reveal()
		}); err != nil {
			t.Fatal(err)
		}
		h := s.start().answer()
		if h.hears("join_request")["user_token"] != "member" {
			t.Error("the member is not shown")
		}
		s.end()
		s.over()
	})
}

func TestACodeThatNobodyKnowsIsTriedForHalfAnHourWithASeat(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().seated()
		h.bye(wire.CloseNotFound)
		s.set(func() { s.no = &unanswered{why: wire.CodeSessionNotFound} })
		start := time.Now()
		_, err := s.over()
		if took := time.Since(start); took < notFoundPatience || took > notFoundPatience+time.Minute || err == nil {
			t.Errorf("over after %v with %v", took, err)
		}
		if s.known().Resume.IsZero() {
			t.Error("a soul-server's word took the seat")
		}
	})
	story(t, func(t *testing.T, s *stage) {
		s.no = &unanswered{why: wire.CodeSessionNotFound}
		s.start().refused(wire.CloseNotFound, "doesn't exist")
	})
}

func TestTooFastComesBackLater(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().answer()
		h.hears("join_request")
		h.says(`{"type":"error","code":"rate_limited","message":"slow","retry_after_ms":7000}`)
		start := time.Now()
		s.answer().hears("join_request")
		if took := time.Since(start); took < 7*time.Second || took > 8*time.Second {
			t.Errorf("back after %v", took)
		}
		s.end()
		s.over()
	})
}

func TestALineThatFellSilentIsNoticed(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		s.start().seated() // and then reads nothing: no sign of life
		start := time.Now()
		s.line(Away)
		if took := time.Since(start); took > askEvery+aliveWithin+time.Second {
			t.Errorf("noticed after %v", took)
		}
		s.answer().hears("resume")
		s.end()
		s.over()
	})
}

// mute gives no signs of life, as a connection does whose answers wait behind what nobody has taken yet.
type mute struct{ Conn }

func (mute) Ping(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestWhatWaitsHereIsASignOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		h, conn := s.pipe(wire.PathRelayed)
		var work sync.WaitGroup
		c := newCall(t.Context(), mute{conn}, &work)
		for i := range 3 {
			h.says(event(i))
		}
		<-time.After(time.Hour)
		for range 3 {
			take(t, c.heard, "a frame")
		}
		<-time.After(askEvery + aliveWithin)
		if _, open := <-c.heard; open || !errors.Is(c.err, errSilent) {
			t.Errorf("the line lives on, or ended with %v", c.err)
		}
		work.Wait()
	})
}

// TestASlowReaderLosesNothing: who does not read the updates holds up the host, and is not taken for a dead line.
func TestASlowReaderLosesNothing(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().seated()
		h.listens()
		const all = 3 * room
		wrote := make(chan error, 1)
		go func() {
			for i := range all {
				if err := h.Write(context.Background(), []byte(event(11+i))); err != nil {
					wrote <- err
					return
				}
			}
			wrote <- nil
		}()
		<-time.After(10 * time.Minute)
		for i := range all {
			u := take(t, s.visit.Updates(), "an event")
			var m struct{ Seq int }
			if u.Line != nil || json.Unmarshal(u.Message, &m) != nil || m.Seq != 11+i {
				t.Fatalf("update %d is %s %+v", i, u.Message, u.Line)
			}
		}
		if err := take(t, wrote, "the end of writing"); err != nil {
			t.Error(err)
		}
		s.end()
		s.over()
	})
}

func TestTwoVisitsWithOneSeat(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		one := s.start().seated()
		two := newStageAt(t, s.host, s.visits)
		h := two.start().answer()
		if h.hears("resume")["resume_token"] != "t1" {
			t.Error("the second takes another seat")
		}
		h.says(joined("t2", 11))
		two.line(Joined)
		one.bye(wire.CloseReplaced)
		s.refused(wire.CloseReplaced, "elsewhere")
		if s.known().Resume.Reveal() != "t2" {
			t.Errorf("the first took the second's token: %+v", s.known())
		}
		two.end()
		h.hears("away")
		two.over()
	})
	// Away while the other took it: the newer token is the one on disk.
	story(t, func(t *testing.T, s *stage) {
		h := s.start().seated()
		if err := s.visits.Change(s.host.peer, func(k *Known) { k.Resume = identity.Keep("t9") }); err != nil {
			t.Fatal(err)
		}
		h.cut()
		if s.answer().hears("resume")["resume_token"] != "t9" {
			t.Error("the older token is shown")
		}
		s.end()
		s.over()
	})
}
