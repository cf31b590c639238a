package hosttest_test

import (
	"net/url"
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

func TestUnknownAndMalformedCodeLookAlike(t *testing.T) {
	w := jam(t)
	for _, code := range []string{"HQRS-2K4M", "ABCD-1234", "x", "%00", "HQRS2K4MX", strings.Repeat("A", 300)} {
		if code == w.Code {
			continue
		}
		for _, face := range []string{w.LAN, w.Console} {
			c := w.Dial(face, code)
			m := c.Expect("error")
			if string(m.Raw) != `{"type":"error","code":"session_not_found","message":"This jam session doesn't exist"}` {
				t.Errorf("%q: %s", code, m.Raw)
			}
			c.ExpectClose(wire.CloseNotFound)
			a := w.Ask("GET", face+"/api/jam/sessions/"+code, "", "").WantError(404, wire.CodeSessionNotFound)
			if strings.TrimSpace(string(a.Body)) != `{"code":"session_not_found","message":"This jam session doesn't exist"}` {
				t.Errorf("%q: %s", code, a.Body)
			}
		}
	}
}

func TestCodesAsPeopleTypeThem(t *testing.T) {
	w := jam(t)
	plain := strings.ReplaceAll(w.Code, "-", "")
	for _, code := range []string{strings.ToLower(w.Code), plain, strings.ToLower(plain), plain[:4] + "%20" + plain[4:]} {
		w.Ask("GET", w.LAN+"/api/jam/sessions/"+code, "", "").Want(200)
		w.Dial(w.LAN, code).Join(wire.JoinRequest{DisplayName: "Alice"})
	}
}

func TestBadMessagesAreAnsweredAndTheConnectionStays(t *testing.T) {
	w := jam(t)
	alice := w.Join("Alice")
	joined := w.Join("Bob")
	for what, frame := range map[string]string{
		"not JSON": "hello", "half": `{"type":"ping"`, "empty": "", "a number": "7", "null": "null", "an array": `[{"type":"ping"}]`,
		"no type": `{"id":"a"}`, "type null": `{"type":null}`, "type a number": `{"type":1}`, "not UTF-8": "{\"type\":\"ping\",\"x\":\"\xff\"}",
		"unknown type": `{"type":"make_tea"}`, "wrong field": `{"type":"seek","position_ms":"later"}`, "id too long": `{"type":"ping","id":"` + strings.Repeat("x", 65) + `"}`,
		"id a number": `{"type":"ping","id":5}`, "server's message": `{"type":"track_added"}`,
	} {
		for _, c := range []*hosttest.Client{w.Guest(), w.Join("C")} {
			c.SendRaw(frame)
			var refusal wire.Error
			c.Expect("error").Into(t, &refusal)
			if refusal.Code != wire.CodeBadRequest || refusal.Message != "That message could not be understood" {
				t.Errorf("%s: %v", what, refusal)
			}
			c.Must(wire.Ping{})
		}
	}
	alice.SendRaw(`{"type":"make_tea","id":"tea"}`)
	if _, refusal := alice.Answer("tea"); refusal == nil || refusal.Code != wire.CodeBadRequest {
		t.Errorf("unknown type with an id: %v", refusal)
	}
	alice.SendRaw(`{"type":"ping","id":"` + strings.Repeat("x", 64) + `","t0":1.5,"colour":{"deep":[1,2]}}`)
	if m := alice.Expect("pong"); !strings.Contains(string(m.Raw), `"t0":1.5`) {
		t.Errorf("unknown fields are ignored: %s", m.Raw)
	}
	for _, m := range joined.Settled() {
		if m.Type == "error" && !strings.Contains(string(m.Raw), "play_now") {
			t.Errorf("somebody else was told: %s", m.Raw)
		}
	}
}

func TestFrameOverTheLimitClosesThatConnectionAlone(t *testing.T) {
	w := jam(t)
	bob := w.Join("Bob")
	longest := `{"type":"ping","id":"longest","pad":"`
	longest += strings.Repeat("x", wire.MaxClientFrame-len(longest)-2) + `"}`
	for _, size := range []int{wire.MaxClientFrame + 1, 1 << 20} {
		alice := w.Join("Alice")
		alice.SendRaw(longest)
		if _, refusal := alice.Answer("longest"); refusal != nil {
			t.Errorf("a frame of exactly %d bytes: %v", len(longest), refusal)
		}
		alice.SendRaw(`{"type":"ping","pad":"` + strings.Repeat("x", size) + `"}`)
		var refusal wire.Error
		alice.Expect("error").Into(t, &refusal)
		if refusal.Code != wire.CodeBadRequest || !strings.Contains(refusal.Message, "16384") {
			t.Errorf("%d bytes: %v", size, refusal)
		}
		alice.ExpectClose(wire.CloseBadProtocol)
		bob.ExpectWhere("participant_updated", alice.ID, `"connected":false`)
		bob.Must(wire.Ping{})
	}
	stranger := w.Guest()
	stranger.SendRaw(strings.Repeat("x", 1<<20))
	stranger.ExpectClose(wire.CloseBadProtocol)
}

func TestHostCommandsFromAGuest(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	host.Must(wire.UpdateSettings{Settings: []byte(`{"queue_order":"fifo"}`)})
	tracks := w.Tracks(3)
	for _, track := range tracks {
		host.Must(wire.AddTrack{TrackID: track})
	}
	items := queue(t, w)
	mine := alice.Must(wire.AddTrack{TrackID: w.Track("Song 04")})
	if mine == 0 {
		t.Error("no seq")
	}
	before := queue(t, w)
	position := 1
	for _, command := range []wire.Command{
		wire.Skip{}, wire.Play{}, wire.Pause{}, wire.Seek{PositionMS: 1}, wire.SetVolume{Volume: 1},
		wire.Reorder{QueueItemID: items[1], NewPosition: &position}, wire.PlayNow{QueueItemID: items[1]},
		wire.UpdateSettings{Settings: []byte(`{"guest_can_control":true}`)}, wire.EndSession{},
		wire.ApproveJoin{}, wire.DenyJoin{}, wire.Kick{ParticipantID: alice.ID}, wire.Unban{ParticipantID: alice.ID},
		wire.SetRole{ParticipantID: bob.ID, Role: wire.RoleMember}, wire.SetPermissions{ParticipantID: bob.ID, Permissions: []byte("{}")},
		wire.TransferHost{ParticipantID: bob.ID},
		wire.RemoveTrack{QueueItemID: items[1]}, // the host's
	} {
		if refusal := bob.Refused(command, wire.CodeNotAuthorized); refusal.Message != "You don't have permission to do that" {
			t.Errorf("%s: %q", command.CommandType(), refusal.Message)
		}
	}
	bob.Refused(wire.RemoveTrack{QueueItemID: before[3]}, wire.CodeNotAuthorized) // alice's
	alice.Must(wire.RemoveTrack{QueueItemID: before[3]})                          // her own
	alice.Refused(wire.RemoveTrack{QueueItemID: before[3]}, wire.CodeTrackNotFound)
	host.Must(wire.RemoveTrack{QueueItemID: items[2]})
	host.Refused(wire.RemoveTrack{QueueItemID: items[0]}, wire.CodeTrackNotFound) // it plays: skip is for that
	if left := queue(t, w); len(left) != 2 || left[0] != items[0] || left[1] != items[1] {
		t.Errorf("the queue is %v, want %v", left, items[:2])
	}
}

// queue gives the ids of the items that play or wait, as a newcomer sees them.
func queue(t *testing.T, w *hosttest.World) []string {
	t.Helper()
	c := w.Guest()
	joined := c.Join(wire.JoinRequest{DisplayName: "Q"})
	var ids []string
	for _, item := range joined.Session.Queue[max(0, joined.Session.CurrentIndex):] {
		ids = append(ids, item.ID)
	}
	c.Must(wire.Leave{})
	return ids
}

func TestUnknownTracksAndOddValues(t *testing.T) {
	w := jam(t)
	host := w.Host()
	// What would be a file's name somewhere: guests name songs by ids, and no id is ever made into a path.
	for _, id := range []string{
		"", "nothing", "../../etc/passwd", strings.Repeat("ab", 16), folder(), "/etc/passwd", "file:///etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd",
		`..\..\boot.ini`, `C:\boot.ini`, `\\server\share\a.flac`, "a\x00b", "../../etc/passwd\x00.flac", "CON", "NUL", "COM1", "AUX.flac", ".", "..", "~", "$HOME", "Song 01", "01.mp3",
	} {
		if a := w.Ask("GET", w.Console+"/api/jam/sessions/"+w.Code+"/art/"+url.PathEscape(id), w.Token, ""); a.Status == 200 {
			t.Errorf("%q has a cover", id)
		}
		if refusal := host.Refused(wire.AddTrack{TrackID: id}, wire.CodeTrackNotFound); refusal.Message != "Song not found" {
			t.Errorf("%q: %q", id, refusal.Message)
		}
	}
	track := w.Track("Song 01")
	host.Must(wire.AddTrack{TrackID: track})
	if refusal := host.Refused(wire.AddTrack{TrackID: track}, wire.CodeDuplicateTrack); refusal.Message != "That song is already in the queue" {
		t.Errorf("a duplicate: %q", refusal.Message)
	}
	for _, command := range []wire.Command{
		wire.SetVolume{Volume: -1}, wire.SetVolume{Volume: 101}, wire.Seek{PositionMS: -1},
		wire.UpdateSettings{Settings: []byte(`{"max_participants":0}`)}, wire.UpdateSettings{Settings: []byte(`{"name":7}`)},
		wire.UpdateSettings{Settings: []byte(`"x"`)}, wire.Search{Q: strings.Repeat("ü", 201)}, wire.Search{Q: "x", Limit: -1},
	} {
		host.Refused(command, wire.CodeBadRequest)
	}
	host.Refused(wire.Art{TrackID: "nothing"}, wire.CodeTrackNotFound)
	for _, m := range host.Settled() {
		if m.Seq > 0 {
			t.Errorf("something changed: %s", m.Raw)
		}
	}
}
