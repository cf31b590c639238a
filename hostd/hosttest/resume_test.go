package hosttest_test

import (
	"encoding/json"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

func TestResumeGivesTheEventsAfterLastSeq(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	tracks := w.Tracks(3)
	alice.Settled()
	last := alice.LastSeq
	alice.Drop()
	host.ExpectWhere("participant_updated", alice.ID, `"connected":false`)
	for _, track := range tracks {
		host.Must(wire.AddTrack{TrackID: track})
	}
	_, answer := w.Return(alice)
	var resumed struct {
		Seq    uint64
		Events []struct {
			Type string
			Seq  uint64
		}
		ResumeToken string `json:"resume_token"`
	}
	answer.Into(t, &resumed)
	if answer.Type != "resumed" || resumed.ResumeToken == "" || resumed.ResumeToken == alice.Resume {
		t.Fatalf("the answer is %s", answer.Raw)
	}
	added := 0
	for i, ev := range resumed.Events {
		if ev.Seq != last+1+uint64(i) {
			t.Errorf("event %d after %d is %d", i, last, ev.Seq)
		}
		if ev.Type == "track_added" {
			added++
		}
	}
	if n := len(resumed.Events); added != 3 || resumed.Events[n-1].Seq != resumed.Seq || resumed.Events[n-1].Type != "participant_updated" {
		t.Errorf("missed: %s", answer.Raw)
	}
}

func TestResumeWithoutOrWithUnknownLastSeqGivesTheWholeJam(t *testing.T) {
	w := jam(t)
	alice := w.Join("Alice")
	future := uint64(1 << 40)
	for what, last := range map[string]*uint64{"absent": nil, "never sent": &future} {
		c := w.Guest()
		answer := c.TakeUp(alice.Resume, last)
		var joined wire.Joined
		answer.Into(t, &joined)
		if answer.Type != "joined" || *joined.ParticipantID != alice.ID || joined.Session.ShareCode != w.Code {
			t.Errorf("%s: %.300s", what, answer.Raw)
		}
		alice = holder(c, alice.ID)
	}
	c := w.Guest()
	if answer := c.TakeUp(alice.Resume, &alice.LastSeq); string(answer.Raw) == "" || answer.Type != "resumed" {
		t.Errorf("with the last seq: %s", answer.Raw)
	}
}

func holder(c *hosttest.Client, id string) *hosttest.Client { c.ID = id; return c }

func TestOnlyTheNewestAndTheLastUsedTokenAreValid(t *testing.T) {
	w := jam(t)
	w.Host()
	alice := w.Join("Alice")
	first := alice.Resume
	b := w.Guest()
	b.TakeUp(first, nil)
	second := b.Resume
	// The answer may have been lost: the one that was used still works, and so does the new one.
	c := w.Guest()
	c.TakeUp(first, nil)
	third := c.Resume
	stale := w.Guest()
	stale.Refused(wire.Resume{ResumeToken: second}, wire.CodeNotAuthorized)
	d := w.Guest()
	d.TakeUp(third, nil)
	stale.Refused(wire.Resume{ResumeToken: first}, wire.CodeNotAuthorized)
	stale.Refused(wire.Resume{ResumeToken: "never issued"}, wire.CodeNotAuthorized)
	stale.Refused(wire.Resume{ResumeToken: ""}, wire.CodeNotAuthorized)
	// The connection stayed, and REST counts as no use.
	for range 3 {
		w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code+"/search?q=song", d.Resume, "").Want(200)
	}
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code+"/search?q=song", third, "").Want(200)
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code+"/search?q=song", second, "").WantError(401, wire.CodeNotAuthorized)
	stale.TakeUp(third, nil)
	for _, replaced := range []*hosttest.Client{alice, b, c, d} {
		replaced.ExpectClose(wire.CloseReplaced)
	}
}

func TestReplacedConnectionDoesNotTakeTheSeatDownWithIt(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	host.Settled()
	next, _ := w.Return(alice)
	alice.ExpectClose(wire.CloseReplaced)
	next.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	host.Expect("track_added")
	for _, m := range host.Seen {
		if m.Type == "participant_updated" {
			t.Errorf("alice was never away: %s", m.Raw)
		}
	}
}

func TestAwayAndBack(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	alice.Send(wire.Away{}, "unheard")
	host.ExpectWhere("participant_updated", alice.ID, `"connected":false`)
	host.Must(wire.SetVolume{Volume: 30})
	alice.Expect("playback") // still told
	alice.Must(wire.Ping{})
	host.ExpectWhere("participant_updated", alice.ID, `"connected":true`)
	for _, m := range alice.Settled() {
		if m.Type == "ack" {
			t.Errorf("away was answered: %s", m.Raw)
		}
	}
	// Away and then gone is told once.
	alice.Send(wire.Away{}, "")
	host.ExpectWhere("participant_updated", alice.ID, `"connected":false`)
	alice.Drop()
	bob := w.Join("Bob")
	host.ExpectWhere("participant_joined", bob.ID)
	for _, m := range host.Settled() {
		if m.Type == "participant_updated" {
			t.Errorf("told again: %s", m.Raw)
		}
	}
}

func TestSameIDGetsTheSameAckAlsoAfterARestart(t *testing.T) {
	w := jam(t)
	alice := w.Join("Alice")
	track := w.Track("Song 01")
	ask := func(c *hosttest.Client) uint64 {
		t.Helper()
		c.Send(wire.AddTrack{TrackID: track}, "add-1")
		seq, refusal := c.Answer("add-1")
		if refusal != nil {
			t.Fatal(refusal)
		}
		return seq
	}
	first := ask(alice)
	if again := ask(alice); again != first {
		t.Errorf("acked with %d, then %d", first, again)
	}
	// An error is not remembered.
	alice.Send(wire.AddTrack{TrackID: "nothing"}, "add-2")
	if _, refusal := alice.Answer("add-2"); refusal == nil || refusal.Code != wire.CodeTrackNotFound {
		t.Errorf("unknown track: %v", refusal)
	}
	other := w.Track("Song 02")
	alice.Send(wire.AddTrack{TrackID: other}, "add-2")
	if _, refusal := alice.Answer("add-2"); refusal != nil {
		t.Errorf("the same id after an error: %v", refusal)
	}
	code, token := w.Code, alice.Resume
	w.Restart()
	if w.Code != code {
		t.Fatalf("the jam came back as %s, was %s", w.Code, code)
	}
	next, _ := w.Return(alice)
	if again := ask(next); again != first {
		t.Errorf("acked with %d before and %d after the restart", first, again)
	}
	var joined wire.Joined
	c := w.Guest()
	c.TakeUp(next.Resume, nil).Into(t, &joined)
	if n := len(joined.Session.Queue); n != 2 {
		t.Errorf("%d items in the queue, want 2", n)
	}
	_ = token
}

func TestRestartSaysGoodbyeAndKeepsEverything(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	for _, track := range w.Tracks(3) {
		alice.Must(wire.AddTrack{TrackID: track})
	}
	host.Must(wire.Seek{PositionMS: 60000})
	host.Must(wire.SetVolume{Volume: 55})
	host.Settled()
	code := w.Code
	w.Restart()
	host.ExpectClose(wire.CloseRestarting)
	alice.ExpectClose(wire.CloseRestarting)
	if w.Code != code {
		t.Errorf("code %s became %s", code, w.Code)
	}
	c := w.Guest()
	var joined wire.Joined
	c.TakeUp(alice.Resume, nil).Into(t, &joined)
	s := joined.Session
	if *joined.ParticipantID != alice.ID || len(s.Queue) != 3 || s.CurrentIndex != 0 || !s.Playback.Playing || s.Playback.Volume != 55 ||
		s.Playback.PositionMS < 60000 || s.Playback.PositionMS > 90000 || s.ParticipantCount != 2 {
		t.Errorf("after the restart: %+v", s)
	}
	for _, p := range s.Participants {
		if p.Connected != (p.ID == alice.ID) {
			t.Errorf("%s connected: %v", p.DisplayName, p.Connected)
		}
	}
	// The jam of --start was not started anew.
	var history wire.HistoryList
	w.Ask("GET", w.Console+"/api/jam/history", w.Token, "").Want(200).Into(&history)
	if len(history.Sessions) != 0 {
		t.Errorf("history: %+v", history)
	}
}

func TestResumeOfAnEndedJam(t *testing.T) {
	w := jam(t)
	alice, silent := w.Join("Alice"), w.Guest()
	host := w.Host()
	host.Must(wire.EndSession{})
	var ended wire.SessionEnded
	alice.Expect("session_ended").Into(t, &ended)
	if ended.Reason != wire.EndedByHost {
		t.Errorf("ended because %s", ended.Reason)
	}
	alice.ExpectClose(wire.CloseEnded)
	host.ExpectClose(wire.CloseEnded)
	// One that was connected but had not joined, and one that comes later.
	for _, c := range []*hosttest.Client{silent, w.Guest()} {
		c.Send(wire.Resume{ResumeToken: alice.Resume}, "")
		var refusal wire.Error
		c.Expect("error").Into(t, &refusal)
		if refusal.Code != wire.CodeSessionEnded {
			t.Errorf("refused with %v", refusal)
		}
		c.ExpectClose(wire.CloseEnded)
	}
}

func TestEventsAreTheSameBytesForEveryoneAndOnResume(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	host.Settled()
	since := host.LastSeq
	host.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	sent := map[uint64]string{}
	for _, m := range append(host.Settled(), host.Seen...) {
		if m.Seq > since && m.Type != "ack" {
			sent[m.Seq] = string(m.Raw)
		}
	}
	c := w.Guest()
	answer := c.TakeUp(alice.Resume, &since)
	var resumed struct{ Events []json.RawMessage }
	answer.Into(t, &resumed)
	if len(sent) == 0 || len(resumed.Events) != len(sent) {
		t.Fatalf("%d events sent, %d given again", len(sent), len(resumed.Events))
	}
	for _, raw := range resumed.Events {
		var head struct{ Seq uint64 }
		if err := json.Unmarshal(raw, &head); err != nil || sent[head.Seq] != string(raw) {
			t.Errorf("event %d was\n%s\nand is\n%s", head.Seq, sent[head.Seq], raw)
		}
	}
}
