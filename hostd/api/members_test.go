package api_test

import (
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// A damaged or hostile list is not tested here: it has no text of strangers but names, which the page shows as text.
func TestTheHostListsAndForgetsMembers(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	w := hosttest.New(t, hosttest.Options{Start: "Friday", Log: &log})
	path := "/api/console/members"
	list := func() (members []wire.Member) {
		t.Helper()
		answer := w.Ask("GET", w.Console+path, w.Token, "").Want(200)
		var body wire.MemberList
		answer.Into(&body)
		if !strings.HasPrefix(string(answer.Body), `{"members":[`) {
			t.Errorf("the answer is %s", answer.Body)
		}
		return body.Members
	}
	if members := list(); len(members) != 0 {
		t.Errorf("at first there are %+v", members)
	}
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	for _, c := range []*hosttest.Client{alice, bob} {
		host.Must(wire.SetRole{ParticipantID: c.ID, Role: wire.RoleMember})
	}
	var granted wire.Granted
	alice.ExpectWhere("granted", `"role":"member"`).Into(t, &granted)
	bob.Must(wire.Leave{})
	members := list()
	if len(members) != 2 || members[0].Name != "Alice" || !members[0].Connected || members[1].Connected || members[1].LastSeen == nil || members[0].Native {
		t.Fatalf("members are %+v", members)
	}
	one := path + "/" + members[0].ID
	for _, method := range []string{"GET " + path, "DELETE " + one} {
		verb, where, _ := strings.Cut(method, " ")
		for _, token := range []string{"", "x" + w.Token, granted.UserToken} {
			w.Ask(verb, w.Console+where, token, "").WantError(401, wire.CodeNotAuthorized)
		}
		w.Ask(verb, w.LAN+where, w.Token, "").Want(404)
		w.Ask(verb, w.Console+where, w.Token, "", "Origin", "http://evil.example").Want(403)
		w.Ask(verb, w.Console+where, w.Token, "", "Host", "evil.example").Want(403)
	}
	for _, nobody := range []string{"nobody", strings.Repeat("f", 4000), "%2e%2e", "a%00b"} {
		w.Ask("DELETE", w.Console+path+"/"+nobody, w.Token, "").WantError(404, wire.CodeBadRequest)
	}
	w.Ask("DELETE", w.Console+path, w.Token, "").Want(404)
	if answer := w.Ask("DELETE", w.Console+one, w.Token, "").Want(204); len(answer.Body) != 0 {
		t.Errorf("the answer is %s", answer.Body)
	}
	w.Ask("DELETE", w.Console+one, w.Token, "").WantError(404, wire.CodeBadRequest)
	alice.ExpectWhere("granted", `"role":"guest"`)
	host.ExpectWhere("participant_updated", alice.ID, `"role":"guest"`)
	w.Guest().Refused(wire.JoinRequest{DisplayName: "Alice", UserToken: granted.UserToken}, wire.CodeNotAuthorized)
	w.Restart()
	if members := list(); len(members) != 1 || members[0].Name != "Bob" {
		t.Errorf("after a restart there are %+v", members)
	}
}
