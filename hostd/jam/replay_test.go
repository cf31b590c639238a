package jam

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"soul-jam/shared/wire"
)

func TestReplayRefusesWhatIsNoLog(t *testing.T) {
	w := newWorld(t, wire.DefaultSettings(), chance(1))
	w.step("", "", Admit{DisplayName: "Ann", Token: "a"})
	w.step("", "", Admit{DisplayName: "Ben", Token: "b"})
	founding, ann, ben := w.log[0], w.log[1], w.log[2]
	for name, log := range map[string][]Entry{
		"empty": nil, "without its founding": {ann, ben}, "a hole": {founding, ben}, "twice the same": {founding, ann, ann}, "out of order": {founding, ben, ann},
	} {
		if _, err := Replay(log, Chance{}); !errors.Is(err, ErrNotALog) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Replay(w.log, Chance{}); err != nil {
		t.Error(err)
	}
}

func TestStored(t *testing.T) {
	for name, c := range map[string]struct {
		entry Entry
		want  bool
	}{
		"nothing":       {Entry{}, false},
		"a notice only": {Entry{Passing: []Passing{{}}}, false},
		"an ack only":   {Entry{ID: "1"}, true},
		"an ack again":  {Entry{ID: "1", Repeat: true}, false},
		"an event":      {Entry{Events: []wire.Event{{}}}, true},
		"keys":          {Entry{Keys: &SeatKeys{}}, true},
		"a request":     {Entry{Asked: &Asked{}}, true},
		"fixed rights":  {Entry{Fixed: &Fixed{}}, true},
		"a ballot":      {Entry{Ballot: &Ballot{}}, true},
		"the founding":  {Entry{Founded: &Founding{}}, true},
	} {
		if got := c.entry.Stored(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestNothingSecretInAnEvent: what people are sent holds no hash of a token or join key.
func TestNothingSecretInAnEvent(t *testing.T) {
	w := newWorld(t, wire.DefaultSettings(), chance(1))
	e, _ := w.step("", "", Admit{DisplayName: "Ann", Token: "SECRET-token", JoinKey: "SECRET-key"})
	w.step("", "", Return{Seat: e.Seat, Used: "SECRET-token", Token: "SECRET-next"})
	w.step(e.Seat, "", Leave{})
	kept := 0
	for _, entry := range w.log {
		if entry.Keys != nil {
			kept++
		}
		for _, ev := range entry.Events {
			text, err := ev.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "SECRET") {
				t.Errorf("told to everyone: %s", text)
			}
		}
	}
	if kept != 3 {
		t.Errorf("the log has keys in %d entries, want 3", kept)
	}
	if seen := w.seen(w.jam); strings.Contains(seen, "SECRET") {
		t.Errorf("can be asked for: %s", seen)
	}
}

func TestNoRandomnessIsFatal(t *testing.T) {
	w := newWorld(t, wire.DefaultSettings(), chance(1))
	w.jam.chance.Entropy = iotest.ErrReader(errors.New("no entropy"))
	defer func() {
		if recover() == nil {
			t.Error("an id was made of nothing")
		}
	}()
	w.step("", "", Admit{DisplayName: "Ann", Token: "a"})
}

func TestUnknownPeople(t *testing.T) {
	w := newWorld(t, wire.DefaultSettings(), chance(1))
	if p, ok := w.jam.Participant("nobody"); ok {
		t.Errorf("nobody is %+v", p)
	}
	if _, refusal := w.step("", "", Return{Seat: "nobody", Token: "t"}); refusal == nil || refusal.Code != wire.CodeNotAuthorized {
		t.Errorf("nobody resumed: %v", refusal)
	}
	if e, refusal := w.step("", "", Drop{Seat: "nobody"}); refusal != nil || e.Stored() {
		t.Errorf("nobody dropped: %v", refusal)
	}
	w.check()
	if e := w.jam.Tick(w.now); e.Stored() {
		t.Errorf("an early Tick made %+v", e)
	}
}

// TestAckRing: the same id again takes no room.
func TestAckRing(t *testing.T) {
	var r ackRing
	r.add("first", 1)
	for range 2 * wire.AcksKept {
		r.add("again", 2)
	}
	for i := range wire.AcksKept - 2 {
		r.add(number(i), 3)
	}
	if seq, ok := r.find("first"); !ok || seq != 1 || len(r.ids) != wire.AcksKept || len(r.seqs) != wire.AcksKept {
		t.Errorf("first is %d %v among %d", seq, ok, len(r.ids))
	}
	if r.add("one more", 4); len(r.seqs) != wire.AcksKept {
		t.Errorf("%d acks are kept", len(r.seqs))
	}
	if _, ok := r.find("first"); ok {
		t.Error("the oldest is still there")
	}
}
