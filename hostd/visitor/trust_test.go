package visitor

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

func TestTheWrongKeyIsRefused(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		other := newSomeone(t, theCode)
		s.visit.key = &other.link
		s.start()
		if last, err := s.over(); err == nil || !strings.Contains(last.Said, "not the host that the link is for") {
			t.Errorf("%+v, %v", last, err)
		}
	})
}

// TestAnotherHostInBetweenIsNotTalkedTo: once a host is met, nobody else will do, whoever answers for the code.
func TestAnotherHostInBetweenIsNotTalkedTo(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().seated()
		s.set(func() { s.now = newSomeone(t, theCode) })
		h.cut()
		if l := s.line(Away); l.Said == "" {
			t.Errorf("the line is %+v", l)
		}
		for {
			if u := take(t, s.visit.Updates(), "a word about it"); u.Line != nil && u.Line.Said == ErrWrongHost.Error() {
				break
			}
		}
		s.set(func() { s.now = s.host })
		if s.answer().hears("resume")["resume_token"] != "t1" {
			t.Error("another seat")
		}
		s.end()
		s.over()
	})
}

func TestAnotherMachineForAKnownCodeOrNameIsSaidPlainly(t *testing.T) {
	known := func(t *testing.T, s *stage, change func(*Known)) {
		t.Helper()
		if err := s.visits.Change(newSomeone(t, theCode).peer, func(k *Known) {
			k.Resume, k.User = identity.Keep("hers"), identity.Keep("hers too")
			change(k)
		}); err != nil {
			t.Fatal(err)
		}
	}
	story(t, func(t *testing.T, s *stage) {
		known(t, s, func(k *Known) { k.Code = theCode })
		h := s.start().answer()
		if ask := h.hears("join_request"); ask["user_token"] != nil {
			t.Error("another host's token is shown")
		}
		if l := s.line(Joining); !strings.Contains(l.Said, "Another machine than before answers for HQRS-2K4M: compare the four words") || len(l.Words) != 4 || l.Known {
			t.Errorf("the line is %+v", l)
		}
		s.end()
		s.over()
	})
	story(t, func(t *testing.T, s *stage) {
		known(t, s, func(k *Known) { k.Code, k.HostName = "ABCD-2345", "HANNA" })
		h := s.start().answer()
		h.hears("join_request")
		h.says(joined("t1", 1))
		if l := s.line(Joined); !strings.Contains(l.Said, "Another machine than before answers for Hanna") {
			t.Errorf("the line is %+v", l)
		}
		s.end()
		s.over()
	})
}

// TestTheLinkIsRememberedForACode: who came by the link once is verified later by the code alone.
func TestTheLinkIsRememberedForACode(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		s.visit.key = &s.host.link
		s.start().seated()
		s.end()
		s.over()
		again := newStageAt(t, s.host, s.visits)
		h := again.start().answer()
		h.hears("resume")
		h.says(joined("t2", 1))
		if l := again.line(Joined); !l.Verified || !l.Known {
			t.Errorf("the line is %+v", l)
		}
		again.end()
		again.over()
	})
}

func TestNobodyThereIsSaidAtOnceWithoutASeat(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		s.no = errors.New("connection refused")
		s.start().refused(0, "connection refused")
	})
	story(t, func(t *testing.T, s *stage) { // and with one it is waited for
		if err := s.visits.Change(s.host.peer, func(k *Known) { k.Code, k.Resume = theCode, identity.Keep("t1") }); err != nil {
			t.Fatal(err)
		}
		s.no = errors.New("connection refused")
		s.start()
		s.line(Finding)
		if u := take(t, s.visit.Updates(), "a word"); u.Line.Said != "connection refused" || u.Line.State == Over {
			t.Errorf("the line is %+v", u.Line)
		}
		s.set(func() { s.no = nil })
		s.answer().hears("resume")
		s.end()
		s.over()
	})
}

// TestHostileMessagesDoNotStopTheVisit: what is no JSON, or of another form, passes.
func TestHostileMessagesDoNotStopTheVisit(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().seated()
		for _, frame := range []string{
			"{", "[", "null", "1", `"x"`, "[]", "{}", `[[]]`, `[null,{"type":1},{"type":"bye","code":"x"}]`, "\xff", `{"type":"ack"}`, `{"type":"error"}`, `{"type":"error","code":5}`,
			`{"type":"resumed","events":"x","seq":-1,"resume_token":7}`, `{"type":"joined","session":7,"resume_token":null}`, `{"type":"granted","user_token":"` + strings.Repeat("x", 1000) + `"}`,
			`{"type":"chat_message","seq":"x"}`, `{"type":"kicked","reason":{}}`,
		} {
			if err := h.Write(t.Context(), []byte(frame)); err != nil {
				t.Fatal(err)
			}
		}
		s.visit.Do(wire.Chat{Message: "still here"})
		h.hears("chat")
		synctest.Wait()
		if k := s.known(); k.Resume.Reveal() != "t1" || !k.User.IsZero() {
			t.Errorf("remembered %+v", k)
		}
		s.end()
		s.over()
	})
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte(joined("t", 1)))
	f.Add([]byte(`[` + resumed("t", 3, event(1), event(2)) + `,{"type":"bye","code":4002}]`))
	f.Add([]byte(`{"type":"error","code":"rate_limited","retry_after_ms":-1}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		talk := &talk{Visit: New(Config{})}
		talk.seat.lastSeq = 1
		for _, raw := range split(frame) {
			var m message
			if _ = json.Unmarshal(raw, &m); m.Type == "" {
				continue
			}
			if whole := talk.unheard(raw, m); !json.Valid(whole) {
				t.Fatalf("%q became %q", raw, whole)
			}
			talk.count(m)
			if e := talk.words.ending(nil); e.over && e.said == "" {
				t.Fatalf("%q ends without a sentence", raw)
			}
		}
	})
}

// What a library says of a failure repeats what the other side gave as its reason.
func TestOthersWordsInAnErrorAreOneLine(t *testing.T) {
	v := &Visit{cfg: Config{Visits: &Visits{}}}
	e := v.unreached(errors.New("closed (remote): \x1b]0;owned\a\r\n\u009b2Jand more" + strings.Repeat("!", 1<<20)))
	if strings.ContainsFunc(e.said, hidden) || len(e.said) > 1000 || !strings.HasPrefix(e.said, "closed (remote)") {
		t.Errorf("the person is told %.100q", e.said)
	}
	several := &Ambiguous{Found: []Found{{Name: "one"}, {Name: "two"}}}
	if e := v.unreached(several); !e.over || e.said != several.Error() {
		t.Errorf("of several hosts the person is told %q", e.said)
	}
}
