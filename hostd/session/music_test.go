package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"soul-jam/hostd/player"
	"soul-jam/shared/wire"
)

func TestGuestsHaveWhatIsSharedAndHostsHaveAll(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	if code := alice.do(wire.AddTrack{TrackID: "t18"}); code != wire.CodeTrackNotFound {
		t.Errorf("a guest adds what is not shared: %q", code)
	}
	if code := alice.do(wire.AddTrack{TrackID: "t17"}); code != "" {
		t.Errorf("a guest adds what is shared: %q", code)
	}
	if code := host.do(wire.AddTrack{TrackID: "t18"}); code != "" {
		t.Errorf("the host adds what is not: %q", code)
	}
	if host.do(wire.TransferHost{ParticipantID: alice.Seat()}); !alice.Hosts() {
		t.Fatal("alice is not the host")
	}
	if code := alice.do(wire.AddTrack{TrackID: "t19"}); code != "" {
		t.Errorf("who has become the host adds what is not shared: %q", code)
	}
}

func TestWhatIsBlockedLeavesAtOnce(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	for _, track := range []string{"t1", "t2", "t3"} {
		alice.do(wire.AddTrack{TrackID: track})
	}
	alice.read()
	if refusal := r.Share(t.Context(), func() *wire.Error { return r.shelf.block("t1", "t3") }); refusal != nil {
		t.Fatal(refusal)
	}
	if tracks, playing := r.queue(); fmt.Sprint(tracks) != "[t2]" || !playing {
		t.Errorf("the queue is %v, playing %v", tracks, playing)
	}
	all := bytes.Join(alice.read(), []byte("\n"))
	for _, want := range []string{`"type":"track_removed"`, `"by":null`, `"kind":"track_removed"`, `"kind":"track_skipped"`} {
		if !bytes.Contains(all, []byte(want)) {
			t.Errorf("alice was not told %s:\n%s", want, all)
		}
	}
	if code := host.do(wire.AddTrack{TrackID: "t3"}); code != wire.CodeTrackNotFound {
		t.Errorf("the host adds what is blocked: %q", code)
	}
	next := r.wanted().NextPath
	if refusal := r.Share(t.Context(), func() *wire.Error { return r.shelf.block("t0") }); refusal != nil || next != "/music/t0" || r.wanted().NextPath == next {
		t.Errorf("autoplay has %s in mind (%v), before it was %s", r.wanted().NextPath, refusal, next)
	}
	if refusal := r.Share(t.Context(), func() *wire.Error { return wire.Refuse(wire.CodeInternal) }); refusal == nil {
		t.Error("a change that failed is no refusal")
	}
}

func TestOnlyWhatPeopleAddedAndHeardCounts(t *testing.T) {
	r, host := alone(t)
	end := func(reason player.Reason) {
		r.deck.reports <- player.Report{Kind: player.Ended, Item: r.items()[0], Reason: reason}
		eventually(t, "the report is taken", func() bool { return len(r.deck.reports) == 0 })
		r.settle()
	}
	for _, track := range []string{"t1", "t2", "t3", "t4"} {
		host.do(wire.AddTrack{TrackID: track})
	}
	end(player.ReasonEOF) // t1
	end(player.ReasonError)
	host.do(wire.Skip{}) // t3
	if _, refusal := r.Create(t.Context(), nil); refusal != nil {
		t.Fatal(refusal)
	}
	end(player.ReasonEOF) // t4, in the jam
	end(player.ReasonEOF) // autoplay's
	plays, err := r.disk.Plays()
	if err != nil || fmt.Sprint(plays) != "map[t1:1 t4:1]" || fmt.Sprint(r.shelf.played) != "[t1 t4]" {
		t.Errorf("counted are %v, told %v (%v)", plays, r.shelf.played, err)
	}
}

// The song after the last one is the player's before anybody sees it, and the same item when it begins.
func TestAutoplayIsReadyBeforeItIsNeeded(t *testing.T) {
	r := start(t)
	host := r.join("Hanna", true)
	host.do(wire.AddTrack{TrackID: "t5"})
	ahead := r.wanted()
	if ahead.Next == "" || ahead.NextPath != "/music/t0" || len(r.items()) != 1 {
		t.Fatalf("the player is told %+v, people see %v", ahead, r.items())
	}
	if got := r.shelf.lastExpected(); fmt.Sprint(got) != "[t5 t0]" {
		t.Errorf("the library expects %v", got)
	}
	r.deck.reports <- player.Report{Kind: player.Ended, Item: ahead.Item, Reason: player.ReasonEOF}
	eventually(t, "it plays", func() bool { return r.items()[0] == ahead.Next })
	r.look(func() {
		if now := r.jam.Sound().Current; now.Because == nil || now.AddedBy != nil {
			t.Errorf("it plays as %+v", now)
		}
	})
	second := r.wanted().Next
	host.do(wire.AddTrack{TrackID: "t9"})
	if got := r.wanted(); got.Next == second || got.NextPath != "/music/t9" {
		t.Errorf("after an add the player is told %+v", got)
	}
}

func TestHowLoudASongIsMayBeLearntUntilItBegins(t *testing.T) {
	r := start(t)
	host := r.join("Hanna", true)
	r.shelf.setGain("t1", -3)
	host.do(wire.AddTrack{TrackID: "t1"})
	host.do(wire.AddTrack{TrackID: "t2"})
	if got := r.wanted(); got.Gain != -3 || got.NextGain != 0 {
		t.Errorf("%+v", got)
	}
	r.shelf.setGain("t1", -6)
	r.shelf.setGain("t2", -9)
	if got := r.wanted(); got.Gain != -3 || got.NextGain != -9 {
		t.Errorf("measured meanwhile: %+v", got)
	}
	host.do(wire.Skip{})
	r.wanted() // it has begun
	r.shelf.setGain("t2", 4)
	if got := r.wanted(); got.Gain != -9 {
		t.Errorf("it plays with %+v", got)
	}
}

func (s *shelf) setGain(id string, db float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gains == nil {
		s.gains = map[string]float64{}
	}
	s.gains[id] = db
}

func (s *shelf) lastExpected() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.expected) == 0 {
		return nil
	}
	return s.expected[len(s.expected)-1]
}

func TestTheLibraryExpectsWhatWaits(t *testing.T) {
	r := start(t)
	host := r.join("Hanna", true)
	host.Settings(`{"allow_duplicates":true}`)
	for i := range 30 {
		host.do(wire.AddTrack{TrackID: fmt.Sprint("t", i%20)})
	}
	r.wanted()
	if got := r.shelf.lastExpected(); len(got) != 21 || got[0] != "t0" || got[1] != "t1" || got[2] != "t2" || got[20] != "t0" {
		t.Errorf("%d are expected: %v", len(got), got)
	}
	told := len(r.shelf.expected)
	host.do(wire.SetVolume{Volume: 3})
	if r.wanted(); len(r.shelf.expected) != told {
		t.Error("the same is told again")
	}
}

// Settings changes settings, given as JSON.
func (s *someone) Settings(change string) {
	s.r.t.Helper()
	if code := s.do(wire.UpdateSettings{Settings: json.RawMessage(change)}); code != "" {
		s.r.t.Fatalf("settings: %s", code)
	}
}

func TestTheOutputIsChosenForGood(t *testing.T) {
	r := start(t)
	r.deck.outputs = []player.Output{{Name: "pulse/kitchen", Description: "Kitchen"}}
	if known, err := r.ChooseOutput(t.Context(), "pulse/cellar"); known || err != nil {
		t.Errorf("what is not there: %v %v", known, err)
	}
	if known, err := r.ChooseOutput(t.Context(), "pulse/kitchen"); !known || err != nil {
		t.Errorf("the kitchen: %v %v", known, err)
	}
	if got := r.wanted(); got.Output != "pulse/kitchen" {
		t.Errorf("the player is told %+v", got)
	}
	next := r.again()
	list, err := next.Outputs(t.Context())
	if err != nil || list.Chosen != "pulse/kitchen" || len(list.Outputs) != 0 || next.wanted().Output != "pulse/kitchen" {
		t.Errorf("after a restart: %+v, %+v (%v)", list, next.wanted(), err)
	}
	if known, err := next.ChooseOutput(t.Context(), "pulse/kitchen"); !known || err != nil {
		t.Errorf("the kitchen, away: %v %v", known, err)
	}
	if known, err := next.ChooseOutput(t.Context(), ""); !known || err != nil || next.wanted().Output != "" {
		t.Errorf("the system's choice: %v %v", known, err)
	}
}
