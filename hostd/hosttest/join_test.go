package hosttest_test

import (
	"regexp"
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

func TestJoinGivesTheWholeJamAndAnAck(t *testing.T) {
	w := jam(t)
	host := w.Host()
	alice := w.Guest()
	joined := alice.Join(wire.JoinRequest{DisplayName: "Alice"})
	s := joined.Session
	if s.ShareCode != w.Code || s.Seq == 0 || s.ParticipantCount != 2 || len(s.Participants) != 2 || s.CurrentIndex != -1 || !s.IsActive {
		t.Errorf("the snapshot is %+v", s)
	}
	if *joined.ResumeToken == "" || *joined.ParticipantID == "" || joined.ServerTimeMS == 0 || !joined.Permissions.CanAddToQueue || joined.Permissions.CanSkip {
		t.Errorf("joined is %+v", joined)
	}
	var told wire.ParticipantJoined
	m := host.Expect("participant_joined")
	m.Into(t, &told)
	if told.Participant.ID != *joined.ParticipantID || told.Participant.DisplayName != "Alice" || told.Participant.Role != wire.RoleGuest ||
		!told.Participant.Connected || told.Participant.Path != wire.PathLAN {
		t.Errorf("the host was told %+v", told.Participant)
	}
	if m.Seq != s.Seq {
		t.Errorf("alice's snapshot holds %d, her joining is %d", s.Seq, m.Seq)
	}
	host.ExpectWhere("notification", `"kind":"participant_joined"`, `"level":"info"`, `"params":{"name":"Alice"}`)
}

func TestAckNamesTheFirstEventOrTheLastSoFar(t *testing.T) {
	w := jam(t)
	host := w.Host()
	track := w.Track("Song 01")
	seq := host.Must(wire.AddTrack{TrackID: track})
	if added := host.Seen; !has(added, "track_added", seq) {
		t.Errorf("acked with %d, which is not track_added", seq)
	}
	last := host.LastSeq
	if seq := host.Must(wire.Play{}); seq != last {
		t.Errorf("play while playing was acked with %d, want the last event so far, %d", seq, last)
	}
}

func has(seen []hosttest.Message, kind string, seq uint64) bool {
	for _, m := range seen {
		if m.Type == kind && m.Seq == seq {
			return true
		}
	}
	return false
}

func TestWithoutIDThereIsNoAck(t *testing.T) {
	w := jam(t)
	host := w.Host()
	host.Send(wire.SetVolume{Volume: 40}, "")
	host.Expect("playback")
	for _, m := range host.Settled() {
		if m.Type == "ack" {
			t.Errorf("an ack without an id: %s", m.Raw)
		}
	}
}

func TestNamesThatAreNoneBecomeGuestNNNN(t *testing.T) {
	w := jam(t)
	for what, name := range map[string]string{
		"empty": "", "spaces": " \t ", "control": "\x00\x01\x1b\x7f", "bidi and zero width": "\u202e\u200b\u2066\ufeff", "41 letters": strings.Repeat("ä", 41), "10 kB": strings.Repeat("x", 10000),
	} {
		c := w.Guest()
		c.Join(wire.JoinRequest{DisplayName: name})
		var me wire.ParticipantJoined
		for _, m := range c.Seen {
			if m.Type == "joined" {
				var joined wire.Joined
				m.Into(t, &joined)
				for _, p := range joined.Session.Participants {
					if p.ID == c.ID {
						me.Participant = p
					}
				}
			}
		}
		if !regexp.MustCompile(`^Guest-[0-9]{4}$`).MatchString(me.Participant.DisplayName) {
			t.Errorf("%s became %q", what, me.Participant.DisplayName)
		}
	}
}

func TestJoinKeyGivesTheSameSeat(t *testing.T) {
	w := jam(t)
	key := strings.Repeat("k", wire.MinJoinKey)
	first := w.Guest()
	first.Join(wire.JoinRequest{DisplayName: "Bob", JoinKey: key})
	second := w.Guest()
	again := second.Join(wire.JoinRequest{DisplayName: "Bob", JoinKey: key})
	if *again.ParticipantID != first.ID || again.Session.ParticipantCount != 2 {
		t.Errorf("a ghost: seat %s after %s, %d people", *again.ParticipantID, first.ID, again.Session.ParticipantCount)
	}
	first.ExpectClose(wire.CloseReplaced)
	if other := w.Join("Bob"); other.ID == first.ID {
		t.Error("a join without the key got the seat")
	}
	short := w.Guest()
	short.Refused(wire.JoinRequest{DisplayName: "Bob", JoinKey: "guessable"}, wire.CodeBadRequest)
	short.Join(wire.JoinRequest{DisplayName: "Carol"}) // the connection stayed
}

func TestSecondJoinOnOneConnectionIsAlreadyJoined(t *testing.T) {
	w := jam(t)
	alice := w.Join("Alice")
	alice.Refused(wire.JoinRequest{DisplayName: "Alice"}, wire.CodeAlreadyJoined)
	alice.Refused(wire.Resume{ResumeToken: alice.Resume}, wire.CodeAlreadyJoined)
	host := w.Host()
	other := w.Dial(w.Console, w.Code)
	other.Refused(wire.JoinRequest{UserToken: w.Token}, wire.CodeAlreadyJoined)
	if found := host.Settled(); len(found) == 0 {
		t.Error("the host's first connection is not there any more")
	}
	host.Drop()
	alice.ExpectWhere("participant_updated", `"role":"host"`, `"connected":false`)
	if joined := other.Join(wire.JoinRequest{UserToken: w.Token}); *joined.ParticipantID != host.ID {
		t.Errorf("the host came back to seat %s, not %s", *joined.ParticipantID, host.ID)
	}
}

func TestHostTokenCountsOnTheConsoleAlone(t *testing.T) {
	w := jam(t)
	c := w.Guest()
	c.Refused(wire.JoinRequest{DisplayName: "Mallory", UserToken: w.Token}, wire.CodeNotAuthorized)
	c.Refused(wire.JoinRequest{DisplayName: "Mallory", UserToken: "wrong"}, wire.CodeNotAuthorized)
	if joined := c.Join(wire.JoinRequest{DisplayName: "Mallory"}); joined.Permissions.CanSkip {
		t.Error("mallory has host rights")
	}
	console := w.Dial(w.Console, w.Code)
	console.Refused(wire.JoinRequest{UserToken: w.Token[1:] + "x"}, wire.CodeNotAuthorized)
	joined := console.Join(wire.JoinRequest{UserToken: w.Token})
	if p := joined.Permissions; !p.CanSkip || !p.CanRemoveAny || !p.CanReorder || !p.CanControl || !p.CanSetVolume {
		t.Errorf("the host may only %+v", p)
	}
	// The host's resume token is worth nothing on the LAN either.
	lan := w.Guest()
	lan.Refused(wire.Resume{ResumeToken: console.Resume}, wire.CodeNotAuthorized)
	lan.Join(wire.JoinRequest{DisplayName: "still connected"})
	again := w.Dial(w.Console, w.Code)
	again.TakeUp(console.Resume, &console.LastSeq)
	console.ExpectClose(wire.CloseReplaced)
}

func TestGuestOnTheConsoleIsAGuest(t *testing.T) {
	w := jam(t)
	c := w.Dial(w.Console, w.Code)
	if joined := c.Join(wire.JoinRequest{DisplayName: "Alice"}); joined.Permissions.CanSkip {
		t.Error("a join without the token got host rights")
	}
}

func TestBeforeJoiningEverythingElseIsNotAuthorized(t *testing.T) {
	w := jam(t)
	c := w.Guest()
	for _, command := range wire.Commands() {
		switch command.(type) {
		case wire.JoinRequest, wire.Resume, wire.Watch, wire.Ping:
		case wire.Away: // has no answer, see below
		case wire.UpdateSettings:
			c.Refused(wire.UpdateSettings{Settings: []byte("{}")}, wire.CodeNotAuthorized)
		case wire.SetPermissions:
			c.Refused(wire.SetPermissions{Permissions: []byte("{}")}, wire.CodeNotAuthorized)
		default:
			c.Refused(command, wire.CodeNotAuthorized)
		}
	}
	c.Refused(wire.Resume{}, wire.CodeNotAuthorized)
	c.Must(wire.Ping{T0: 1})
	c.Join(wire.JoinRequest{DisplayName: "Alice"})
}

func TestVersion(t *testing.T) {
	w := jam(t)
	one, two := 1, 2
	for name, command := range map[string]wire.Command{"join": wire.JoinRequest{V: &two}, "resume": wire.Resume{ResumeToken: "x", V: &two}} {
		c := w.Guest()
		refusal := c.Refused(command, wire.CodeVersionUnsupported)
		if refusal.Message != "Please reload the page" {
			t.Errorf("%s: %q", name, refusal.Message)
		}
		c.ExpectClose(wire.CloseBadProtocol)
	}
	w.Guest().Join(wire.JoinRequest{DisplayName: "Alice", V: &one})
}

func TestFullJamTurnsAway(t *testing.T) {
	w := jam(t)
	host := w.Host()
	host.Must(wire.UpdateSettings{Settings: []byte(`{"max_participants":1}`)})
	alice := w.Join("Alice")
	bob := w.Guest()
	bob.Refused(wire.JoinRequest{DisplayName: "Bob"}, wire.CodeSessionFull)
	bob.ExpectClose(wire.CloseFull)
	alice.Drop()
	host.ExpectWhere("participant_updated", `"connected":false`)
	back, _ := w.Return(alice) // a seat is no new one
	host.Must(wire.UpdateSettings{Settings: []byte(`{"max_participants":2,"allow_guests":false}`)})
	carol := w.Guest()
	carol.Refused(wire.JoinRequest{DisplayName: "Carol"}, wire.CodeNotAuthorized)
	carol.ExpectClose(wire.CloseDenied)
	if back.ID != alice.ID {
		t.Error("another seat")
	}
}

func TestLeaveGivesTheSeatUp(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	token := alice.Resume
	alice.Must(wire.Leave{})
	alice.ExpectClose(wire.CloseLeft)
	host.ExpectWhere("participant_left", alice.ID)
	host.ExpectWhere("notification", `"participant_left"`, `"Alice"`)
	c := w.Guest()
	c.Refused(wire.Resume{ResumeToken: token}, wire.CodeNotAuthorized)
	c.Join(wire.JoinRequest{DisplayName: "Alice"})
	if c.ID == alice.ID {
		t.Error("the seat that was given up came back")
	}
	host.Must(wire.Leave{})
	host.ExpectClose(wire.CloseLeft)
	if w.Host().ID != host.ID {
		t.Error("the host's seat is another one after leave")
	}
}

func TestNothingIsHeardAfterLeave(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	alice.Send(wire.Leave{}, "out")
	alice.Send(wire.JoinRequest{DisplayName: "Ghost"}, "in") // on its way before the close came
	alice.ExpectClose(wire.CloseLeft)
	host.Expect("participant_left")
	for _, m := range append(host.Settled(), host.Settled()...) {
		if m.Type == "participant_joined" {
			t.Errorf("a ghost took a seat on a connection that was being closed: %s", m.Raw)
		}
	}
}
