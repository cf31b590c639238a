package visitor

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/shared/wire"
)

// relayedStage is a visit that is seated on a relayed path, with the host's ends of that and of the better one.
func relayedStage(t *testing.T, s *stage) (before, after *hostEnd) {
	t.Helper()
	s.path = wire.PathRelayed
	before = s.start().answer()
	before.hears("join_request")
	before.says(joined("t1", 10))
	if l := s.line(Joined); l.Path != "relayed" {
		t.Errorf("the line is %+v", l)
	}
	return before, take(t, s.direct, "a direct path")
}

// seqs reads updates until the line is on that path, and gives the seq of every event, also those in resumed.
func (s *stage) seqs(path string) (all []int) {
	s.t.Helper()
	for {
		u := take(s.t, s.visit.Updates(), "the path "+path)
		if u.Line != nil {
			if u.Line.State != Joined {
				s.t.Errorf("the line is %+v", *u.Line)
			}
			if u.Line.Path == path {
				return all
			}
			continue
		}
		var m struct {
			Type   string
			Seq    int
			Events []struct{ Seq int }
		}
		if err := json.Unmarshal(u.Message, &m); err != nil {
			s.t.Fatal(err)
		}
		switch m.Type {
		case "chat_message":
			all = append(all, m.Seq)
		case "resumed":
			for _, e := range m.Events {
				all = append(all, e.Seq)
			}
		case "bye":
			s.t.Errorf("a goodbye of the handover is passed on: %s", u.Message)
		}
	}
}

func TestFromTheRelayToTheDirectPathNothingIsLostOrDoubled(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		before, after := relayedStage(t, s)
		if ask := after.hears("resume"); ask["resume_token"] != "t1" || ask["last_seq"] != 10.0 {
			t.Errorf("asked with %v", ask)
		}
		// Meanwhile the old path goes on in both directions.
		before.says(event(11), event(12))
		synctest.Wait()
		add := s.visit.Do(wire.AddTrack{TrackID: "x"})
		vote := s.visit.Do(wire.VoteSkip{})
		before.hears("add_track")
		before.hears("vote_skip")
		before.bye(wire.CloseReplaced)
		synctest.Wait()
		chat := s.visit.Do(wire.Chat{Message: "typed between the two"})
		after.says(resumed("t2", 13, event(11), event(12), event(13)))
		if got := s.seqs("direct"); len(got) != 3 || got[0] != 11 || got[1] != 12 || got[2] != 13 {
			t.Errorf("events %v, want 11 to 13, each once", got)
		}
		for _, want := range []struct{ kind, id string }{{"add_track", add}, {"vote_skip", vote}, {"chat", chat}} {
			if got := after.hears(want.kind); got["id"] != want.id {
				t.Errorf("sent again: %v, want id %s", got, want.id)
			}
		}
		s.end()
		after.hears("away")
		s.over()
		if s.known().Resume.Reveal() != "t2" {
			t.Errorf("remembered %+v", s.known())
		}
	})
}

func TestThePathBeforeIsLetGo(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		before, after := relayedStage(t, s)
		after.hears("resume")
		after.says(joined("t2", 40)) // the events are not kept any more
		s.seqs("direct")
		before.cut() // returns when the visit has closed it
		after.says(event(41))
		s.message("chat_message")
		select {
		case <-s.direct:
			t.Error("a better path than the direct one is looked for")
		case <-time.After(time.Hour):
		case <-s.calls: // nobody answered signs of life for an hour
		}
		s.end()
		s.over()
	})
}

func TestAHandoverThatFailsChangesNothing(t *testing.T) {
	for name, fail := range map[string]func(h *hostEnd){
		"cut":       func(h *hostEnd) { h.cut() },
		"refused":   func(h *hostEnd) { h.says(`{"type":"error","code":"internal","message":"x"}`) },
		"no answer": func(h *hostEnd) { h.listens() },
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, s *stage) {
				before, after := relayedStage(t, s)
				after.hears("resume")
				fail(after)
				heard := before.listens()
				<-time.After(movedWithin + time.Second)
				s.visit.Do(wire.Chat{Message: "still here"})
				if got := take(t, heard, "chat"); !strings.Contains(got, "still here") {
					t.Errorf("heard %s", got)
				}
				// It is tried again, and then the host's goodbye to the old path is a late one of that first try.
				later := take(t, s.direct, "another direct path")
				later.hears("resume")
				later.cut()
				synctest.Wait()
				before.bye(wire.CloseReplaced)
				s.line(Away)
				s.answer().hears("resume")
				s.end()
				s.over()
			})
		})
	}
}

func TestTheOldPathBreaksDuringAHandover(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		before, after := relayedStage(t, s)
		after.hears("resume")
		before.cut()
		synctest.Wait()
		after.says(resumed("t2", 11, event(11)))
		if got := s.seqs("direct"); len(got) != 1 {
			t.Errorf("events %v", got)
		}
		s.end()
		s.over()
	})
	story(t, func(t *testing.T, s *stage) { // and the new one too
		before, after := relayedStage(t, s)
		after.hears("resume")
		before.cut()
		synctest.Wait()
		after.cut()
		s.line(Away)
		s.answer().hears("resume")
		s.end()
		s.over()
	})
}

func TestKickedDuringAHandoverIsOver(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		before, after := relayedStage(t, s)
		after.hears("resume")
		before.bye(wire.CloseKicked)
		s.refused(wire.CloseKicked, "removed you")
	})
}
