package hosttest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

func TestDefaultsToTheLetter(t *testing.T) {
	w := jam(t)
	alice := w.Join("Alice")
	var raw struct {
		Session struct {
			Settings map[string]any
		}
	}
	alice.Last("joined").Into(t, &raw)
	defaults := map[string]any{
		"allow_guests": true, "require_approval": false, "guest_can_add": true, "guest_can_skip_vote": true, "max_queue_per_person": 0.0,
		"name": "Friday", "expires_at": nil, "max_participants": 100.0, "skip_threshold": 0.5, "allow_chat": true, "queue_order": "fair",
		"allow_duplicates": false, "max_track_ms": 0.0, "guest_can_remove_own": true, "guest_can_control": false,
		"guest_can_set_volume": false, "autoplay": true, "verified_only": false,
	}
	for name, want := range defaults {
		if got, there := raw.Session.Settings[name]; !there || got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if len(raw.Session.Settings) != len(defaults) {
		t.Errorf("the settings are %v", raw.Session.Settings)
	}
}

func TestAnEndThatIsAnnounced(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	seconds := func(n int) wire.EndSession { return wire.EndSession{InSeconds: &n} }
	alice.Refused(seconds(60), wire.CodeNotAuthorized)
	host.Refused(seconds(-1), wire.CodeBadRequest)
	host.Refused(seconds(wire.MaxEndIn+1), wire.CodeBadRequest)
	host.Refused(wire.EndSession{Cancel: true}, wire.CodeBadRequest)
	host.Must(seconds(300))
	m := alice.ExpectWhere("session_ending", `"reason":"host"`, `"state":"ending"`)
	if m.Seq == 0 {
		t.Error("the announcement is no event")
	}
	alice.ExpectWhere("notification", `"kind":"session_ending"`, `"params":{"in_seconds":300}`)
	joined := w.Guest().Join(wire.JoinRequest{DisplayName: "Bob"})
	if e := joined.Session.Ending; e == nil || e.Reason != wire.EndedByHost || joined.Session.State != wire.StateEnding || !joined.Session.IsActive {
		t.Errorf("a newcomer sees %+v, %s", e, joined.Session.State)
	} else if in := time.Duration(e.EndsAt.UnixMilli()-joined.ServerTimeMS) * time.Millisecond; in < 270*time.Second || in > 300*time.Second {
		t.Errorf("it ends in %v", in)
	}
	alice.Must(wire.Chat{Message: "activity"}) // does not take the host's word back
	w.Restart()
	if s := snapshot(t, w); s.Ending == nil || s.State != wire.StateEnding {
		t.Errorf("after a restart it is %+v, %s", s.Ending, s.State)
	}
	host = w.Host()
	next, _ := w.Return(alice)
	host.Must(wire.EndSession{Cancel: true})
	next.ExpectWhere("session_ending", `"ending":null`, `"state":"active"`)
	host.Must(seconds(1))
	next.ExpectWhere("session_ended", `"reason":"host"`)
	next.ExpectClose(wire.CloseEnded)
}

// comesBack shows the token of a jam that has ended and gives all that is said before the close.
func comesBack(t *testing.T, w *hosttest.World, token, reason string, farewell int) *hosttest.Client {
	t.Helper()
	c := w.Guest()
	c.Send(wire.Resume{ResumeToken: token}, "back")
	c.ExpectClose(wire.CloseEnded)
	if c.Told("session_ended", reason, `"recap":{`) != farewell {
		t.Errorf("told %d times how it ended, want %d", c.Told("session_ended"), farewell)
	}
	if c.Told("error", `"session_ended"`, `"end_reason":"`+reason+`"`, `"id":"back"`) != 1 || c.Seen[len(c.Seen)-2].Type != "error" {
		t.Error("the refusal is not there, or not last")
	}
	return c
}

func TestComingBackAfterTheEnd(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	add(t, w, alice, 1)
	two, _ := add(t, w, alice, 2), add(t, w, bob, 3)
	bob.Must(wire.Upvote{QueueItemID: two})
	for range 2 {
		host.Must(wire.Skip{})
	}
	bob.Drop()
	host.Must(wire.EndSession{})
	var ended wire.SessionEnded
	m := alice.Expect("session_ended")
	m.Into(t, &ended)
	r := ended.Recap
	if ended.Reason != wire.EndedByHost || r == nil || m.Seq == 0 {
		t.Fatalf("the end is %s", m.Raw)
	}
	if r.TrackCount != 3 || r.ParticipantCount != 3 || len(r.Tracks) != 3 || r.TopAdder == nil || *r.TopAdder != (wire.TopAdder{Name: "Alice", Tracks: 2}) ||
		r.TopTrack == nil || r.TopTrack.Title != "Song 02" || r.TopTrack.Upvotes != 1 || !r.Tracks[0].Skipped || r.Tracks[2].Skipped {
		t.Errorf("the recap is %+v", r)
	}
	alice.ExpectClose(wire.CloseEnded)
	comesBack(t, w, bob.Resume, "host", 1)
	comesBack(t, w, bob.Resume, "host", 1)
	comesBack(t, w, "a token of nobody", "host", 0)
	late := w.Guest()
	late.Refused(wire.JoinRequest{DisplayName: "Late"}, wire.CodeSessionEnded)
	late.ExpectClose(wire.CloseEnded)
	began := time.Now()
	silent := w.Guest()
	silent.ExpectWhere("error", "session_ended", `"end_reason":"host"`)
	silent.ExpectClose(wire.CloseEnded)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("who says nothing is told after %v", took)
	}
	code := w.Code
	gone := func() {
		t.Helper()
		a := w.Ask("GET", w.LAN+"/api/jam/sessions/"+strings.ToLower(code), "", "").WantError(410, wire.CodeSessionEnded)
		if a.JSON()["end_reason"] != "host" {
			t.Errorf("the page is told %s", a.Body)
		}
	}
	gone()
	w.Restart()
	w.Code = code
	gone()
	comesBack(t, w, bob.Resume, "host", 0) // no token outlives its jam on disk
	var detail wire.HistoryDetail
	var list wire.HistoryList
	w.Ask("GET", w.Console+"/api/jam/history", w.Token, "").Want(200).Into(&list)
	w.Ask("GET", w.Console+"/api/jam/history/"+list.Sessions[0].ID, w.Token, "").Want(200).Into(&detail)
	if detail.Recap == nil || len(detail.Tracks) != 3 || detail.Tracks[2].Outcome != wire.OutcomeStopped || detail.Tracks[2].Upvotes != 1 || *detail.Tracks[0].AddedBy != "Alice" {
		t.Errorf("history keeps %+v", detail)
	}
}

func TestExpiry(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	at := func(d time.Duration) string {
		return fmt.Sprintf(`{"expires_at":%q}`, time.Now().Add(d).UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	for _, wrong := range []string{at(-time.Minute), `{"expires_at":"tomorrow"}`, `{"expires_at":12}`} {
		host.Refused(wire.UpdateSettings{Settings: []byte(wrong)}, wire.CodeBadRequest)
	}
	add(t, w, host, 1)
	host.Settings(at(300 * time.Millisecond))
	alice.ExpectWhere("session_ending", `"reason":"expired"`)
	alice.ExpectWhere("notification", `"kind":"session_ending"`, `"params":{"in_seconds":60}`)
	alice.Must(wire.Chat{Message: "No!"}) // activity takes back idle and empty alone
	if s := snapshot(t, w); s.State != wire.StateEnding {
		t.Errorf("it is %s", s.State)
	}
	host.Settings(`{"expires_at":null}`)
	alice.ExpectWhere("session_ending", `"ending":null`)
	host.Must(wire.EndSession{})
	w.Ask("POST", w.Console+"/api/jam/sessions", w.Token, `{"settings":`+at(-time.Hour)+`}`).WantError(400, wire.CodeBadRequest)
	create(t, w, at(time.Hour))
}

func TestAutoplayFromTheLibrary(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	w.Tracks(hosttest.Songs) // all are read
	blink := w.Track(hosttest.Short)
	if alice.Settled(); alice.Told("now_playing") > 0 {
		t.Error("it plays though nobody asked")
	}
	alice.Must(wire.AddTrack{TrackID: blink})
	m := alice.ExpectWhere("track_added", `"by":null`, `"added_by":null`)
	var added wire.TrackAdded
	m.Into(t, &added)
	alice.ExpectWhere("now_playing", added.Item.ID, `"previous":"finished"`)
	if added.Item.TrackID == blink {
		t.Error("what was just heard comes again")
	}
	bobs := add(t, w, w.Join("Bob"), songNot(added.Item.TrackInfo.Title))
	host.Must(wire.Skip{})
	alice.ExpectWhere("now_playing", bobs) // what people add plays next
	host.Settings(`{"autoplay":false}`)
	host.Must(wire.Skip{})
	alice.ExpectWhere("now_playing", `"item":null`)
	host.Must(wire.EndSession{})
	alice.ExpectWhere("session_ended", `"added_by":null`)
}

// songNot is the number of a song with another title.
func songNot(title string) int {
	if title == "Song 01" {
		return 2
	}
	return 1
}
