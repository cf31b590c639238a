package hosttest

import (
	"testing"

	"soul-jam/shared/wire"
)

// shownAs is how the host sees somebody.
func shownAs(t *testing.T, host *Client, id string) (p wire.JamParticipant) {
	t.Helper()
	var list wire.Participants
	host.Must(wire.ListParticipants{})
	host.last("participants").Into(t, &list)
	for _, p := range list.Participants {
		if p.ID == id {
			return p
		}
	}
	t.Fatalf("nobody is %s among %d", id, len(list.Participants))
	return p
}

func TestAMembersOwnProgramIsKnownAgain(t *testing.T) {
	w := New(t, Options{Start: "First", Natives: true})
	host := w.Host()
	mara := NewProgram(t)
	first := mara.Calls(mara.Meets(w, w.LAN, w.Code, nil))
	first.Join(wire.JoinRequest{DisplayName: "Mara"})
	if p := shownAs(t, host, first.ID); p.Path != wire.PathLAN || !p.Verified || p.Role != wire.RoleGuest {
		t.Errorf("on the LAN she is %+v", p)
	}
	host.Must(wire.SetRole{ParticipantID: first.ID, Role: wire.RoleMember})
	member := shownAs(t, host, first.ID)
	host.Must(wire.EndSession{})
	first.ExpectClose(wire.CloseEnded)

	w.Ask("POST", w.Console+"/api/jam/sessions", w.Token, `{"settings":{"name":"Second"}}`).Want(201)
	w.learn()
	again := mara.Calls(mara.Meets(w, w.LAN, w.Code, nil))
	again.Join(wire.JoinRequest{DisplayName: "Mara"})
	if p := shownAs(t, w.Host(), again.ID); p.Role != wire.RoleMember || p.UserID == nil || *p.UserID != *member.UserID {
		t.Errorf("in the next jam she is %+v, and was %+v", p, member)
	}
	if p := NewProgram(t); p.Calls(p.Meets(w, w.LAN, w.Code, nil)).Join(wire.JoinRequest{DisplayName: "Mara"}).Permissions == (wire.JamPermissions{}) {
		t.Error("another program cannot join")
	}
}

func TestAProgramFromElsewhereMovesToAPathOfItsOwn(t *testing.T) {
	s := NewSoul(t).Circuits()
	w := New(t, Options{Start: "Far and near", Natives: true, Relay: s.URL})
	w.claimed()
	key, host, mara := w.linkKey(s), w.Host(), NewProgram(t)
	to := mara.Meets(w, s.URL, w.Code, &key)
	far := mara.Calls(to)
	far.Join(wire.JoinRequest{DisplayName: "Mara"})
	if p := shownAs(t, host, far.ID); p.Path != wire.PathRelayed || !p.Verified {
		t.Errorf("through the soul-server she is %+v", p)
	}
	near := mara.Direct(to)
	near.TakeUp(far.Resume, &far.LastSeq)
	far.ExpectClose(wire.CloseReplaced)
	if p := shownAs(t, host, far.ID); p.Path != wire.PathLAN || !p.Verified || !p.Connected {
		t.Errorf("on the path of her own she is %+v", p)
	}
	near.Must(wire.Chat{Message: "from here on my own"})
	host.ExpectWhere("chat_message", "from here on my own", far.ID)
}

func TestWhoShowsNoCodeWaitsForTheHost(t *testing.T) {
	s := NewSoul(t).Circuits()
	w := New(t, Options{Start: "Far and near", Natives: true, Relay: s.URL})
	w.claimed()
	host := w.Host()
	for name, code := range map[string]string{"Tim": w.Code, "Sam": ""} {
		p := NewProgram(t)
		c := p.Calls(p.Meets(w, s.URL, code, nil))
		c.name = name
		c.Send(wire.JoinRequest{DisplayName: name}, "join")
		if code == "" {
			c.Expect("join_pending")
			var asked wire.JoinRequested
			host.ExpectWhere("join_requested", name).Into(t, &asked)
			host.Must(wire.ApproveJoin{ParticipantID: asked.Participant.ID})
		}
		var joined wire.Joined
		c.Expect("joined").Into(t, &joined)
		if got := shownAs(t, host, *joined.ParticipantID); got.Verified || got.Path != wire.PathRelayed {
			t.Errorf("%s is %+v", name, got)
		}
	}
}

func TestARestartedHostIsFoundByItsKeyAgain(t *testing.T) {
	w := New(t, Options{Start: "First", Natives: true})
	mara := NewProgram(t)
	before := mara.Calls(mara.Meets(w, w.LAN, w.Code, nil))
	before.Join(wire.JoinRequest{DisplayName: "Mara"})
	w.Restart()
	before.ExpectClose(wire.CloseRestarting)
	after := mara.Calls(mara.Meets(w, w.LAN, w.Code, nil))
	after.TakeUp(before.Resume, &before.LastSeq)
	if p := shownAs(t, w.Host(), before.ID); !p.Connected || p.DisplayName != "Mara" {
		t.Errorf("after the restart she is %+v", p)
	}
}
