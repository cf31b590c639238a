package hosttest_test

import (
	"fmt"
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// key makes a join key.
func key(letter string) string { return strings.Repeat(letter, wire.MinJoinKey) }

// guarded is a jam whose host lets people in.
func guarded(t *testing.T) (*hosttest.World, *hosttest.Client) {
	t.Helper()
	w := jam(t)
	host := w.Host()
	host.Settings(`{"require_approval":true}`)
	return w, host
}

func knocks(w *hosttest.World, name, joinKey string) *hosttest.Client {
	c := w.Guest()
	c.Knock(wire.JoinRequest{DisplayName: name, JoinKey: joinKey})
	return c
}

func TestFromTheKnockToTheSeat(t *testing.T) {
	w := jam(t)
	host, resident := w.Host(), w.Join("Rita")
	host.Settings(`{"require_approval":true}`)
	resident.Settled()
	before := resident.LastSeq
	alice, bob := knocks(w, "Alice", ""), knocks(w, "Bob", "")
	if alice.Place() != 1 || bob.Place() != 2 {
		t.Errorf("alice has place %d, bob %d", alice.Place(), bob.Place())
	}
	a, b := host.Requested("Alice"), host.Requested("Bob")
	if !a.Connected || a.Role != wire.RoleGuest || a.ID == "" || a.Permissions != (wire.JamPermissions{}) {
		t.Errorf("the host is told of %+v", a)
	}
	host.Must(wire.SetVolume{Volume: 33})
	if m := resident.Expect("playback"); m.Seq != before+3 {
		t.Errorf("the resident's next event is %d after %d: two that are not for her lie between", m.Seq, before)
	}
	resident.Refused(wire.ApproveJoin{ParticipantID: a.ID}, wire.CodeNotAuthorized)
	resident.Refused(wire.DenyJoin{ParticipantID: a.ID}, wire.CodeNotAuthorized)
	if n := w.Status().Jam.ParticipantCount; n != 2 {
		t.Errorf("%d people, want those who are in: 2", n)
	}
	host.Must(wire.ApproveJoin{ParticipantID: a.ID})
	joined := alice.LetIn()
	if alice.ID != a.ID || joined.Session.ParticipantCount != 3 || *joined.ResumeToken == "" || !joined.Permissions.CanAddToQueue {
		t.Errorf("alice is let in as %+v", joined)
	}
	resident.ExpectWhere("participant_joined", a.ID)
	resident.ExpectWhere("notification", `"kind":"participant_joined"`, "Alice")
	bob.ExpectWhere("join_pending", `"position":1`)
	host.Must(wire.DenyJoin{ParticipantID: b.ID})
	bob.Expect("join_denied")
	bob.ExpectClose(wire.CloseDenied)
	host.Heard("participant_left", b.ID)
	host.Refused(wire.ApproveJoin{ParticipantID: b.ID}, wire.CodeBadRequest)
	host.Refused(wire.ApproveJoin{ParticipantID: a.ID}, wire.CodeBadRequest)
	host.Refused(wire.DenyJoin{ParticipantID: "nobody"}, wire.CodeBadRequest)
	alice.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	alice.Settled()
	resident.Settled()
	for name, c := range map[string]*hosttest.Client{"the resident": resident, "alice": alice} {
		if n := c.Told("join_requested") + c.Told("participant_left"); n > 0 {
			t.Errorf("%s was told %d times of who waits", name, n)
		}
	}
	next, _ := w.Return(alice) // and her seat is one like any other
	if next.ID != alice.ID {
		t.Error("she came back to another seat")
	}
}

func TestOnlyHostsGetPendingAndBansAndAlwaysAsArrays(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	if raw := string(host.Last("joined").Raw); !strings.Contains(raw, `"pending":[]`) || !strings.Contains(raw, `"bans":[]`) {
		t.Errorf("the host's empty lists are not there: %s", raw)
	}
	if raw := string(alice.Last("joined").Raw); strings.Contains(raw, `"pending"`) || strings.Contains(raw, `"bans"`) {
		t.Errorf("alice's joined holds the host's lists: %s", raw)
	}
	host.Settings(`{"require_approval":true}`)
	knocks(w, "Bob", "")
	bob := host.Requested("Bob")
	host.Must(wire.Kick{ParticipantID: alice.ID})
	host.Drop()
	again := w.Dial(w.Console, w.Code)
	joined := rejoin(t, w, again)
	if len(joined.Pending) != 1 || joined.Pending[0].ID != bob.ID || len(joined.Bans) != 1 || joined.Bans[0].ID != alice.ID {
		t.Errorf("waiting %+v, banned %+v", joined.Pending, joined.Bans)
	}
}

// rejoin joins as the host as soon as the host's connection that was dropped is seen to be gone.
func rejoin(t *testing.T, w *hosttest.World, c *hosttest.Client) wire.Joined {
	t.Helper()
	for {
		_, refusal := c.Do(wire.JoinRequest{UserToken: w.Token})
		if refusal == nil {
			var joined wire.Joined
			c.Last("joined").Into(t, &joined)
			c.ID = *joined.ParticipantID
			return joined
		}
		if refusal.Code != wire.CodeAlreadyJoined {
			t.Fatal(refusal)
		}
	}
}

func TestTheSameJoinKeyHasTheSamePlace(t *testing.T) {
	w, host := guarded(t)
	alice, bob := knocks(w, "Alice", key("a")), knocks(w, "Bob", key("b"))
	request := host.Requested("Alice")
	alice.Drop()
	host.ExpectWhere("join_requested", request.ID, `"connected":false`)
	back := w.Guest()
	if place := back.Knock(wire.JoinRequest{DisplayName: "Alice", JoinKey: key("a")}); place != 1 {
		t.Errorf("she has place %d now", place)
	}
	host.ExpectWhere("join_requested", request.ID, `"connected":true`)
	newer := w.Guest()
	newer.Knock(wire.JoinRequest{DisplayName: "Alice", JoinKey: key("a")})
	back.ExpectClose(wire.CloseReplaced)
	newer.Knock(wire.JoinRequest{DisplayName: "Alice", JoinKey: key("a")}) // once more on the same connection
	host.Must(wire.ApproveJoin{ParticipantID: request.ID})
	if newer.LetIn(); newer.ID != request.ID {
		t.Errorf("she sits on %s, asked as %s", newer.ID, request.ID)
	}
	again := w.Guest() // and the key still is hers
	again.Join(wire.JoinRequest{DisplayName: "Alice", JoinKey: key("a")})
	if again.ID != request.ID {
		t.Error("the key makes another seat after the approval")
	}
	bob.ExpectWhere("join_pending", `"position":1`)
	bob.Drop()
	if host.Settled(); host.Told("join_requested", `"display_name":"Alice"`) != 3 {
		t.Errorf("the host was told of alice %d times", host.Told("join_requested", `"display_name":"Alice"`))
	}
}

func TestApprovedWhileThePageIsClosed(t *testing.T) {
	w, host := guarded(t)
	alice := knocks(w, "Alice", key("a"))
	request := host.Requested("Alice")
	alice.Drop()
	host.ExpectWhere("join_requested", request.ID, `"connected":false`)
	host.Must(wire.ApproveJoin{ParticipantID: request.ID})
	host.Heard("participant_joined", request.ID, `"connected":false`)
	back := w.Guest()
	back.Join(wire.JoinRequest{DisplayName: "Alice", JoinKey: key("a")})
	if back.ID != request.ID {
		t.Error("another seat")
	}
}

func TestWithoutAKeyAClosedPageWaitsNoMore(t *testing.T) {
	w, host := guarded(t)
	alice := knocks(w, "Alice", "")
	request := host.Requested("Alice")
	alice.Drop()
	host.ExpectWhere("participant_left", request.ID)
	host.Refused(wire.ApproveJoin{ParticipantID: request.ID}, wire.CodeBadRequest)
}

func TestWhoWaitsMayAskAndGoAndNothingElse(t *testing.T) {
	w, host := guarded(t)
	alice := knocks(w, "Alice", "")
	request := host.Requested("Alice")
	for _, command := range wire.Commands() {
		switch command.(type) {
		case wire.JoinRequest, wire.Resume, wire.Watch, wire.Ping, wire.Away, wire.Leave, wire.UpdateSettings, wire.SetPermissions:
		default:
			alice.Refused(command, wire.CodeNotAuthorized)
		}
	}
	alice.Must(wire.Ping{T0: 1})
	alice.Send(wire.Away{}, "")
	alice.Refused(wire.Resume{ResumeToken: "no token of hers"}, wire.CodeNotAuthorized)
	alice.Refused(wire.ApproveJoin{ParticipantID: request.ID}, wire.CodeNotAuthorized)
	alice.Must(wire.Leave{})
	alice.ExpectClose(wire.CloseLeft)
	host.ExpectWhere("participant_left", request.ID)
	if n := host.Told("participant_joined"); n != 0 {
		t.Errorf("%d joined", n)
	}
}

func TestTheWaitingRoomHasAnEnd(t *testing.T) {
	w, host := guarded(t)
	for i := range wire.MaxPending {
		knocks(w, fmt.Sprint("Person ", i), key("k")+fmt.Sprint(i))
	}
	late := w.Guest()
	late.Refused(wire.JoinRequest{DisplayName: "Late"}, wire.CodeSessionFull)
	late.ExpectClose(wire.CloseFull)
	host.Must(wire.DenyJoin{ParticipantID: host.Requested("Person 0").ID})
	knocks(w, "Later", "")
}

func TestRoomCountsWhenTheyAreLetIn(t *testing.T) {
	w, host := guarded(t)
	host.Settings(`{"max_participants":1}`)
	alice, bob := knocks(w, "Alice", ""), knocks(w, "Bob", "")
	a, b := host.Requested("Alice"), host.Requested("Bob")
	host.Must(wire.ApproveJoin{ParticipantID: a.ID})
	alice.LetIn()
	host.Refused(wire.ApproveJoin{ParticipantID: b.ID}, wire.CodeSessionFull)
	host.Settings(`{"require_approval":false}`) // no room yet, so bob goes on waiting
	alice.Must(wire.Leave{})
	bob.LetIn()
}

func TestApprovalSwitchedOffLetsEveryoneIn(t *testing.T) {
	w, host := guarded(t)
	alice, bob := knocks(w, "Alice", ""), knocks(w, "Alice", key("b"))
	host.Settings(`{"require_approval":false}`)
	alice.LetIn()
	joined := bob.LetIn()
	for _, p := range joined.Session.Participants {
		if p.ID == bob.ID && p.DisplayName != "Alice 2" {
			t.Errorf("the second alice is %q", p.DisplayName)
		}
	}
	w.Join("Carol")
}

// Who was let in is no stranger any more, though they have said nothing since.
func TestWhoIsLetInDoesNotCountAsAStranger(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Start: "Friday", MaxPerAddress: 2})
	host := w.Host()
	host.Settings(`{"require_approval":true}`)
	for i := range 6 {
		name := fmt.Sprint("Person ", i)
		c := knocks(w, name, "")
		host.Must(wire.ApproveJoin{ParticipantID: host.Requested(name).ID})
		c.LetIn()
	}
}

func TestTheEndOfTheJamIsToldInTheWaitingRoom(t *testing.T) {
	w, host := guarded(t)
	alice := knocks(w, "Alice", "")
	host.Must(wire.EndSession{})
	alice.ExpectWhere("error", `"code":"session_ended"`, `"end_reason":"host"`)
	alice.ExpectClose(wire.CloseEnded)
	if alice.Told("session_ended")+alice.Told("join_denied") > 0 {
		t.Error("she was told what is for those who sit")
	}
}

func TestARestartKeepsTheWaitingRoom(t *testing.T) {
	w, host := guarded(t)
	alice, bob := knocks(w, "Alice", key("a")), knocks(w, "Bob", "")
	request := host.Requested("Alice")
	host.Requested("Bob")
	w.Restart()
	alice.ExpectClose(wire.CloseRestarting)
	bob.ExpectClose(wire.CloseRestarting)
	host = w.Dial(w.Console, w.Code)
	joined := rejoin(t, w, host)
	if len(joined.Pending) != 1 || joined.Pending[0].ID != request.ID || joined.Pending[0].Connected {
		t.Fatalf("waiting after the restart: %+v", joined.Pending)
	}
	back := knocks(w, "Alice", key("a"))
	host.ExpectWhere("join_requested", request.ID, `"connected":true`)
	host.Must(wire.ApproveJoin{ParticipantID: request.ID})
	if back.LetIn(); back.ID != request.ID {
		t.Error("another seat")
	}
}

func TestGuestsNotAdmitted(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	host.Settings(`{"allow_guests":false}`)
	alice.Must(wire.Chat{Message: "I was here before"})
	bob := w.Guest()
	bob.Refused(wire.JoinRequest{DisplayName: "Bob"}, wire.CodeNotAuthorized)
	bob.ExpectClose(wire.CloseDenied)
}
