package hosttest_test

import (
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

func TestKickTakesTheSeatAndItsTokens(t *testing.T) {
	w := jam(t)
	host, bob, alice := w.Host(), w.Join("Bob"), w.Guest()
	alice.Join(wire.JoinRequest{DisplayName: "Alice", JoinKey: key("a")})
	alice.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	bob.Refused(wire.Kick{ParticipantID: alice.ID}, wire.CodeNotAuthorized)
	host.Must(wire.Kick{ParticipantID: alice.ID})
	alice.Expect("kicked")
	last := alice.ExpectClose(wire.CloseKicked)
	if len(last) != 1 {
		t.Errorf("between kicked and bye came %d messages", len(last)-1)
	}
	bob.ExpectWhere("participant_left", alice.ID)
	bob.ExpectWhere("notification", `"kind":"participant_left"`, `"params":{"name":"Alice"}`)
	host.Heard("participant_banned", alice.ID)
	if bob.Settled(); bob.Told("participant_banned") != 0 {
		t.Error("bob was told of the ban")
	}
	for what, command := range map[string]wire.Command{
		"her token":              wire.Resume{ResumeToken: alice.Resume},
		"her key":                wire.JoinRequest{DisplayName: "Alice", JoinKey: key("a")},
		"her key, another name":  wire.JoinRequest{DisplayName: "Zoe", JoinKey: key("a")},
		"her token, with events": wire.Resume{ResumeToken: alice.Resume, LastSeq: &alice.LastSeq},
	} {
		c := w.Guest()
		if refusal := c.Refused(command, wire.CodeBanned); refusal.Message != "The host removed you from this jam" {
			t.Errorf("%s: %q", what, refusal.Message)
		}
		c.ExpectClose(wire.CloseKicked)
	}
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code+"/search?q=song", alice.Resume, "").WantError(401, wire.CodeNotAuthorized)
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code+"/search?q=song", bob.Resume, "").Want(200)
	host.Must(wire.Kick{ParticipantID: alice.ID}) // again changes nothing
	if n := host.Told("participant_banned"); n != 1 {
		t.Errorf("banned %d times", n)
	}
}

func TestNewcomersFromTheAddressOfABanWait(t *testing.T) {
	w := jam(t)
	host, bob, alice := w.Host(), w.Join("Bob"), w.Join("Alice")
	host.Must(wire.Kick{ParticipantID: alice.ID})
	alice.ExpectClose(wire.CloseKicked)
	zoe := w.Guest()
	if place := zoe.Knock(wire.JoinRequest{DisplayName: "Zoe"}); place != 1 {
		t.Errorf("zoe has place %d", place)
	}
	host.Requested("Zoe")
	bob.Drop() // who sits comes back without asking
	next, _ := w.Return(bob)
	next.Must(wire.Chat{Message: "Back"})
	host.Must(wire.Unban{ParticipantID: alice.ID})
	host.Heard("participant_unbanned", alice.ID)
	zoe.LetIn() // nobody is suspected any more
	w.Join("Carol")
	back, _ := w.Return(alice)
	back.Must(wire.Chat{Message: "Sorry"})
	if next.Settled(); next.Told("participant_unbanned") != 0 {
		t.Error("bob was told of the ban's end")
	}
	host.Must(wire.Unban{ParticipantID: alice.ID})
	host.Refused(wire.Unban{ParticipantID: "nobody"}, wire.CodeBadRequest)
	next.Refused(wire.Unban{ParticipantID: alice.ID}, wire.CodeNotAuthorized)
}

func TestABanOutlivesARestartAndEndsWithTheJam(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Guest()
	alice.Join(wire.JoinRequest{DisplayName: "Alice", JoinKey: key("a")})
	host.Must(wire.SetRole{ParticipantID: alice.ID, Role: wire.RoleMember})
	var granted wire.Granted
	alice.ExpectWhere("granted", "user_token").Into(t, &granted)
	host.Must(wire.Kick{ParticipantID: alice.ID})
	w.Restart()
	for what, command := range map[string]wire.Command{
		"her resume token": wire.Resume{ResumeToken: alice.Resume}, "her key": wire.JoinRequest{DisplayName: "A", JoinKey: key("a")},
		"her user token": wire.JoinRequest{DisplayName: "A", UserToken: granted.UserToken},
	} {
		c := w.Guest()
		if refusal := c.Refused(command, wire.CodeBanned); refusal == nil {
			t.Error(what)
		}
		c.ExpectClose(wire.CloseKicked)
	}
	knocks(w, "Zoe", "")
	host = w.Host()
	host.Must(wire.EndSession{})
	create(t, w, `{}`)
	next := w.Guest()
	next.Join(wire.JoinRequest{DisplayName: "Alice", UserToken: granted.UserToken})
	w.Join("Zoe")
}

// create starts the next jam of this host.
func create(t *testing.T, w *hosttest.World, settings string) {
	t.Helper()
	var created wire.SessionCreated
	w.Ask("POST", w.Console+"/api/jam/sessions", w.Token, `{"settings":`+settings+`}`).Want(201).Into(&created)
	w.Code = created.ShareCode
}

func TestWhoCannotBeKicked(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	host.Refused(wire.Kick{ParticipantID: host.ID}, wire.CodeNotAuthorized)
	host.Refused(wire.Kick{ParticipantID: "nobody"}, wire.CodeBadRequest)
	host.Must(wire.TransferHost{ParticipantID: alice.ID})
	host.Refused(wire.Kick{ParticipantID: alice.ID}, wire.CodeNotAuthorized)
	alice.Refused(wire.Kick{ParticipantID: host.ID}, wire.CodeNotAuthorized)
	alice.Must(wire.Kick{ParticipantID: bob.ID})
	alice.Heard("participant_banned", bob.ID)
	host.Heard("participant_banned", bob.ID)
	host.Must(wire.TransferHost{ParticipantID: host.ID})
	host.Must(wire.Kick{ParticipantID: alice.ID})
	alice.ExpectClose(wire.CloseKicked)
}

func TestAGuestWithTheRightMayKickButIsNoHost(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	host.Must(wire.SetPermissions{ParticipantID: alice.ID, Permissions: []byte(`{"can_kick":true}`)})
	alice.Refused(wire.Kick{ParticipantID: host.ID}, wire.CodeNotAuthorized)
	alice.Must(wire.Kick{ParticipantID: bob.ID})
	bob.ExpectClose(wire.CloseKicked)
	alice.Refused(wire.Unban{ParticipantID: bob.ID}, wire.CodeNotAuthorized)
	if alice.Settled(); alice.Told("participant_banned") != 0 {
		t.Error("the list of bans is the host's")
	}
}

func TestSomebodyAwayCanBeKicked(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	alice.Drop()
	host.ExpectWhere("participant_updated", alice.ID, `"connected":false`)
	host.Must(wire.Kick{ParticipantID: alice.ID})
	c := w.Guest()
	c.Refused(wire.Resume{ResumeToken: alice.Resume}, wire.CodeBanned)
	c.ExpectClose(wire.CloseKicked)
	if raw := string(host.Heard("participant_banned", alice.ID).Raw); strings.Contains(raw, "127.0.0.1") {
		t.Errorf("an address left the host: %s", raw)
	}
}
