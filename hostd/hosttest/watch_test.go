package hosttest_test

import (
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// tvToken is the one in the console's TV link.
func tvToken(t *testing.T, w *hosttest.World) string {
	t.Helper()
	_, token, found := strings.Cut(w.Status().Jam.TVURL, "tv=") // behind the link's key, where there is one
	if !found || token == "" {
		t.Fatalf("the TV's link is %q", w.Status().Jam.TVURL)
	}
	return token
}

// watches connects a TV.
func watches(t *testing.T, w *hosttest.World, token string) (*hosttest.Client, wire.Joined) {
	t.Helper()
	tv := w.Guest()
	tv.Must(wire.Watch{Token: token})
	var joined wire.Joined
	tv.Last("joined").Into(t, &joined)
	return tv, joined
}

func TestATVWatchesAndDoesNothing(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	seq := alice.LastSeq
	tv, joined := watches(t, w, "")
	if raw := string(tv.Last("joined").Raw); !strings.Contains(raw, `"participant_id":null`) || !strings.Contains(raw, `"resume_token":null`) {
		t.Errorf("joined is %s", raw)
	}
	if joined.Permissions != (wire.JamPermissions{}) || joined.Session.ParticipantCount != 2 || len(joined.Session.Participants) != 2 || joined.ServerTimeMS == 0 {
		t.Errorf("joined is %+v", joined)
	}
	for _, command := range wire.Commands() {
		switch command.(type) {
		case wire.JoinRequest, wire.Watch:
			tv.Refused(command, wire.CodeAlreadyJoined)
		case wire.Resume:
			tv.Refused(wire.Resume{ResumeToken: alice.Resume}, wire.CodeAlreadyJoined)
		case wire.Ping, wire.Away:
		case wire.UpdateSettings, wire.SetPermissions:
		default:
			tv.Refused(command, wire.CodeNotAuthorized)
		}
	}
	host.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	tv.Expect("now_playing")
	alice.Must(wire.Chat{Message: "Hello"})
	tv.ExpectWhere("chat_message", "Hello")
	alice.Must(wire.React{Emoji: "🎉"})
	tv.Expect("reaction")
	if alice.Told("participant_joined") != 0 || alice.LastSeq <= seq || w.Status().Jam.ParticipantCount != 2 {
		t.Error("the TV is somebody")
	}
	host.Settings(`{"require_approval":true}`)
	knocks(w, "Bob", "")
	bob := host.Requested("Bob")
	host.Must(wire.DenyJoin{ParticipantID: bob.ID})
	host.Must(wire.Kick{ParticipantID: alice.ID})
	host.Must(wire.EndSession{})
	tv.Expect("session_ended")
	tv.ExpectClose(wire.CloseEnded)
	if tv.Told("join_requested")+tv.Told("participant_banned") > 0 || tv.Told("participant_left", bob.ID) > 0 || tv.Told("participant_left", alice.ID) != 1 {
		t.Error("the TV was told what is the host's, or not what is everybody's")
	}
}

func TestTheTVsTokenIsNeededWhenGuestsAreNotFree(t *testing.T) {
	w := jam(t)
	host := w.Host()
	token := tvToken(t, w)
	free, _ := watches(t, w, "")
	for _, settings := range []string{`{"require_approval":true}`, `{"require_approval":false,"allow_guests":false}`} {
		host.Settings(settings)
		for _, wrong := range []string{"", "wrong", w.Token, strings.Repeat("x", wire.MaxToken)} {
			c := w.Guest()
			c.Refused(wire.Watch{Token: wrong}, wire.CodeNotAuthorized)
			c.ExpectClose(wire.CloseDenied)
		}
		watches(t, w, token)
	}
	long := w.Guest()
	long.Refused(wire.Watch{Token: strings.Repeat("x", wire.MaxToken+1)}, wire.CodeBadRequest)
	host.Must(wire.SetVolume{Volume: 5})
	free.ExpectWhere("playback", `"volume":5`) // who watches already goes on
	w.Restart()
	if again := tvToken(t, w); again != token {
		t.Error("a restart makes another token: the TV on the wall would go dark")
	}
	watches(t, w, token)
	w.Host().Must(wire.EndSession{})
	create(t, w, `{"require_approval":true}`)
	if again := tvToken(t, w); again == token {
		t.Error("the token of one jam opens the next")
	}
	c := w.Guest()
	c.Refused(wire.Watch{Token: token}, wire.CodeNotAuthorized)
	c.ExpectClose(wire.CloseDenied)
}

func TestAtMostEightWatch(t *testing.T) {
	w := jam(t)
	tvs := make([]*hosttest.Client, wire.MaxWatchers)
	for i := range tvs {
		tvs[i], _ = watches(t, w, "")
	}
	ninth := w.Guest()
	ninth.Refused(wire.Watch{Token: tvToken(t, w)}, wire.CodeSessionFull)
	ninth.ExpectClose(wire.CloseFull)
	host := w.Host()
	host.Settings(`{"max_participants":1}`)
	w.Join("Alice") // they take nobody's place
	tvs[0].Drop()
	for {
		c := w.Guest()
		if _, refusal := c.Do(wire.Watch{}); refusal == nil {
			break
		}
	}
}

func TestWatchingOtherThanARunningJam(t *testing.T) {
	w := jam(t)
	two := 2
	c := w.Guest()
	c.Refused(wire.Watch{V: &two}, wire.CodeVersionUnsupported)
	c.ExpectClose(wire.CloseBadProtocol)
	w.Host().Must(wire.EndSession{})
	c = w.Guest()
	c.Refused(wire.Watch{}, wire.CodeSessionEnded)
	c.ExpectClose(wire.CloseEnded)
}
