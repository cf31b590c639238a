package hosttest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// promote makes somebody a member and gives the token that they got.
func promote(t *testing.T, host, c *hosttest.Client) string {
	t.Helper()
	host.Must(wire.SetRole{ParticipantID: c.ID, Role: wire.RoleMember})
	var granted wire.Granted
	c.ExpectWhere("granted", `"role":"member"`).Into(t, &granted)
	if len(granted.UserToken) < 22 {
		t.Fatalf("the token of a member is %q", granted.UserToken)
	}
	return granted.UserToken
}

// me is how a joined message shows its reader.
func me(t *testing.T, joined wire.Joined) wire.JamParticipant {
	t.Helper()
	for _, p := range joined.Session.Participants {
		if p.ID == *joined.ParticipantID {
			return p
		}
	}
	t.Fatal("joined does not show its reader")
	return wire.JamParticipant{}
}

func TestAMemberIsKnownInTheNextJam(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	token := promote(t, host, alice)
	bob.ExpectWhere("participant_updated", alice.ID, `"role":"member"`)
	host.Settings(`{"guest_can_add":false}`)
	alice.Must(wire.AddTrack{TrackID: w.Track("Song 01")}) // which settings take from guests only
	bob.Refused(wire.AddTrack{TrackID: w.Track("Song 02")}, wire.CodeNotAuthorized)
	bob.Settled()
	host.Settled()
	for name, c := range map[string]*hosttest.Client{"bob": bob, "the host": host} {
		for _, m := range c.Seen {
			if strings.Contains(string(m.Raw), token) || m.Type == "granted" {
				t.Errorf("%s was told %s", name, m.Raw)
			}
		}
	}
	host.Must(wire.EndSession{})
	create(t, w, `{"allow_guests":false,"require_approval":true}`)
	next := w.Guest()
	joined := next.Join(wire.JoinRequest{DisplayName: "Alice", UserToken: token})
	if p := me(t, joined); p.Role != wire.RoleMember || p.UserID == nil || p.ID == alice.ID || !p.Permissions.CanAddToQueue || p.Permissions.CanSkip {
		t.Errorf("in the next jam she is %+v", p)
	}
	w.Restart()
	unnamed := w.Guest()
	if p := me(t, unnamed.Join(wire.JoinRequest{UserToken: token})); p.Role != wire.RoleMember || p.ID != next.ID {
		t.Errorf("after a restart she is %+v", p)
	}
}

func TestThereIsOneSeatAMember(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	token := promote(t, host, alice)
	other := w.Guest()
	other.Refused(wire.JoinRequest{DisplayName: "Alice", UserToken: token}, wire.CodeAlreadyJoined)
	other.Refused(wire.JoinRequest{DisplayName: "Alice", UserToken: token[1:] + "x"}, wire.CodeNotAuthorized)
	other.Refused(wire.JoinRequest{DisplayName: "Alice", UserToken: w.Token}, wire.CodeNotAuthorized)
	other.Refused(wire.JoinRequest{DisplayName: "Alice", UserToken: strings.Repeat("x", wire.MaxToken+1)}, wire.CodeBadRequest)
	if p := me(t, other.Join(wire.JoinRequest{DisplayName: "Alice"})); p.Role != wire.RoleGuest || p.UserID != nil || p.DisplayName != "Alice 2" {
		t.Errorf("without the token she is %+v", p)
	}
	alice.Drop()
	host.ExpectWhere("participant_updated", alice.ID, `"connected":false`)
	back := w.Guest()
	if back.Join(wire.JoinRequest{DisplayName: "Whoever", UserToken: token}); back.ID != alice.ID {
		t.Error("her token gives another seat though hers was free")
	}
	console := w.Dial(w.Console, w.Code)
	console.Refused(wire.JoinRequest{UserToken: token}, wire.CodeAlreadyJoined)
}

func TestARoleThatIsTakenBack(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	token := promote(t, host, alice)
	host.Must(wire.SetRole{ParticipantID: alice.ID, Role: wire.RoleGuest})
	var granted wire.Granted
	alice.ExpectWhere("granted", `"role":"guest"`).Into(t, &granted)
	if granted.UserToken != "" {
		t.Error("a guest got a token")
	}
	c := w.Guest()
	c.Refused(wire.JoinRequest{DisplayName: "Alice", UserToken: token}, wire.CodeNotAuthorized)
	c.Join(wire.JoinRequest{DisplayName: "Alice"})
	if again := promote(t, host, alice); again == token {
		t.Error("the old token counts again")
	}
	for _, wrong := range []wire.SetRole{
		{ParticipantID: alice.ID, Role: "host"}, {ParticipantID: alice.ID, Role: "king"}, {ParticipantID: alice.ID},
		{ParticipantID: host.ID, Role: wire.RoleGuest}, {ParticipantID: "nobody", Role: wire.RoleMember}, {Role: wire.RoleMember},
	} {
		host.Refused(wrong, wire.CodeBadRequest)
	}
	alice.Refused(wire.SetRole{ParticipantID: c.ID, Role: wire.RoleMember}, wire.CodeNotAuthorized)
	c.Refused(wire.SetRole{ParticipantID: c.ID, Role: wire.RoleMember}, wire.CodeNotAuthorized)
}

// Who is away gets the token when they come back.
func TestATokenForSomebodyWhoIsAway(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	alice.Drop()
	host.ExpectWhere("participant_updated", alice.ID, `"connected":false`)
	host.Must(wire.SetRole{ParticipantID: alice.ID, Role: wire.RoleMember})
	back, _ := w.Return(alice)
	var granted wire.Granted
	back.Heard("granted", "user_token").Into(t, &granted)
	back.Drop()
	host.ExpectWhere("participant_updated", alice.ID, `"connected":false`)
	again, _ := w.Return(back)
	if again.Settled(); again.Told("granted") != 0 {
		t.Error("the token comes once")
	}
}

func TestAMembersTokenIsNeverWrittenDown(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	w := hosttest.New(t, hosttest.Options{Start: "Friday", Log: &log})
	host, alice := w.Host(), w.Join("Alice")
	token := promote(t, host, alice)
	tv := tvToken(t, w)
	c := w.Guest()
	c.Refused(wire.JoinRequest{UserToken: token}, wire.CodeAlreadyJoined)
	c.Must(wire.Watch{Token: tv})
	metrics := w.Ask("GET", w.Console+"/metrics", "", "").Want(200)
	if err := w.Stop(); err != nil {
		t.Error(err)
	}
	for where, text := range map[string]string{"the log": log.String(), "the metrics": string(metrics.Body), "the data": data(t, w)} {
		for name, secret := range map[string]string{"the user token": token, "the TV's": tv} {
			if strings.Contains(text, secret) {
				t.Errorf("%s is in %s", name, where)
			}
		}
	}
}

// data is all that the host has written, in one text.
func data(t *testing.T, w *hosttest.World) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(w.Data(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		all.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestMuteAndGiveBack(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	fix := func(rights string) wire.SetPermissions {
		return wire.SetPermissions{ParticipantID: alice.ID, Permissions: []byte(rights)}
	}
	host.Must(fix(`{"can_chat":false,"can_fly":true}`))
	alice.ExpectWhere("granted", `"can_chat":false`, `"role":"guest"`)
	bob.ExpectWhere("participant_updated", alice.ID, `"can_chat":false`)
	alice.Refused(wire.Chat{Message: "Hello"}, wire.CodeNotAuthorized)
	alice.Refused(wire.React{Emoji: "🎉"}, wire.CodeNotAuthorized)
	bob.Must(wire.Chat{Message: "Hello"})
	host.Must(fix(`{"can_skip":true,"can_vote_skip":false}`))
	alice.ExpectWhere("granted", `"can_chat":false`, `"can_skip":true`)
	alice.Must(wire.Skip{})
	w.Restart()
	host = w.Host()
	next, _ := w.Return(alice)
	next.Refused(wire.Chat{Message: "Hello"}, wire.CodeNotAuthorized)
	next.Must(wire.Skip{})
	host.Must(fix(`{"can_chat":null,"can_skip":null}`))
	next.Must(wire.Chat{Message: "Hello"})
	next.Refused(wire.Skip{}, wire.CodeNotAuthorized)
	next.Refused(wire.VoteSkip{}, wire.CodeNotAuthorized)
	for _, wrong := range []string{`null`, `[]`, `"x"`, `{"can_chat":1}`, `{"can_chat":"false"}`} {
		host.Refused(fix(wrong), wire.CodeBadRequest)
	}
	host.Refused(wire.SetPermissions{ParticipantID: host.ID, Permissions: []byte(`{"can_chat":false}`)}, wire.CodeBadRequest)
	host.Refused(wire.SetPermissions{ParticipantID: "nobody", Permissions: []byte(`{}`)}, wire.CodeBadRequest)
	next.Refused(fix(`{"can_skip":true}`), wire.CodeNotAuthorized)
}

func TestTransferAndTakingBack(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	alice.Refused(wire.TransferHost{ParticipantID: alice.ID}, wire.CodeNotAuthorized)
	host.Must(wire.TransferHost{ParticipantID: alice.ID})
	alice.ExpectWhere("granted", `"role":"host"`, `"can_kick":true`)
	bob.ExpectWhere("participant_updated", host.ID, `"role":"member"`, `"can_kick":true`)
	bob.ExpectWhere("participant_updated", alice.ID, `"role":"host"`)
	bob.ExpectWhere("notification", `"kind":"host_transferred"`, `"params":{"new_host":"Alice"}`)
	var landing wire.Landing
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code, "", "").Want(200).Into(&landing)
	if landing.HostName != "Alice" {
		t.Errorf("the host is %q", landing.HostName)
	}
	alice.Settings(`{"require_approval":true}`)
	carol := knocks(w, "Carol", "")
	request := alice.Requested("Carol")
	host.Requested("Carol")
	alice.Must(wire.ApproveJoin{ParticipantID: request.ID})
	carol.LetIn()
	host.Settings(`{"require_approval":false}`) // the console keeps every right
	alice.Refused(wire.SetPermissions{ParticipantID: host.ID, Permissions: []byte(`{"can_kick":false}`)}, wire.CodeBadRequest)
	alice.Refused(wire.SetRole{ParticipantID: host.ID, Role: wire.RoleGuest}, wire.CodeBadRequest)
	w.Restart()
	host, next := w.Host(), (*hosttest.Client)(nil)
	next, _ = w.Return(alice)
	next.Must(wire.Skip{})
	host.Must(wire.TransferHost{ParticipantID: host.ID})
	next.ExpectWhere("granted", `"role":"member"`, `"can_kick":false`)
	next.Refused(wire.Skip{}, wire.CodeNotAuthorized)
	host.Refused(wire.TransferHost{ParticipantID: "nobody"}, wire.CodeBadRequest)
	next.Refused(wire.EndSession{}, wire.CodeNotAuthorized)
}

func TestTheRoleGoesBackWhenTheNewHostLeaves(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	host.Must(wire.TransferHost{ParticipantID: alice.ID})
	alice.Drop()
	back, _ := w.Return(alice)
	back.Must(wire.SetVolume{Volume: 3}) // a lost connection takes nothing
	back.Must(wire.Leave{})
	bob.ExpectWhere("participant_updated", host.ID, `"role":"host"`)
	bob.ExpectWhere("participant_left", alice.ID)
	bob.Settled()
	if bob.Told("notification", "host_transferred", "Hanna") != 1 {
		t.Error("nobody was told who is the host now")
	}
}

// The host has no limit, and nobody else is without one.
func TestTheLimitsFollowTheRole(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	count := func(c *hosttest.Client) (limited int) {
		before := c.Told("error", "rate_limited")
		for range 60 {
			c.Send(wire.Ping{T0: 1}, "")
		}
		c.Settled()
		return c.Told("error", "rate_limited") - before
	}
	if n := count(host); n != 0 {
		t.Errorf("the host was limited %d times", n)
	}
	host.Must(wire.TransferHost{ParticipantID: alice.ID})
	if n := count(alice); n != 0 {
		t.Errorf("the new host was limited %d times", n)
	}
	host.Must(wire.TransferHost{ParticipantID: host.ID})
	alice.ExpectWhere("granted", `"role":"member"`)
	for range 60 {
		alice.Send(wire.Ping{T0: 1}, "")
	}
	alice.ExpectWhere("error", "rate_limited", "retry_after_ms")
	if n := count(host); n != 0 {
		t.Errorf("the host who took back was limited %d times", n)
	}
}
