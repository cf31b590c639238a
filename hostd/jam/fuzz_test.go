package jam

import (
	"bytes"
	"testing"
	"time"

	"soul-jam/shared/wire"
)

// FuzzStep plays lines of bytes as frames of the host, of a guest, of a member and of
// nobody in turn: whatever they hold, the invariants hold and the replay is equal. In a
// line $ stands for the last upcoming item, % for the guest, & for who waits longest.
// A story that begins with "solo" is of the host alone until watch starts the jam; search stands for a
// playlist, art for the hand that blocks.
func FuzzStep(f *testing.F) {
	f.Add([]byte(`{"type":"add_track","track_id":"t1"}` + "\n" + `{"type":"add_track","track_id":"t2","id":"1"}` + "\n\n" +
		`{"type":"reorder","queue_item_id":"$","new_position":0}` + "\n" + `{"type":"seek","position_ms":9e99}` + "\n\n" + `{"type":"skip"}`))
	f.Add([]byte(`{"type":"update_settings","settings":{"max_participants":1,"name":null,"guest_can_control":true}}` + "\n" + `{"type":"leave","id":"1"}` + "\n\n\n" + `{"type":"end_session"}`))
	f.Add([]byte(`{"type":"update_settings","settings":null}` + "\n\n\n\n" + `{"type":"set_volume","volume":-1}` + "\n\n\n\n" + `{"type":"reorder","queue_item_id":"$","before":null}`))
	f.Add([]byte(`{"type":"add_track","track_id":"t1"}` + "\n" + `{"type":"vote_skip"}` + "\n" + `{"type":"vote_skip"}` + "\n" + `{"type":"chat","message":"hi"}` + "\n" + `{"type":"transfer_host","participant_id":"%"}`))
	f.Add([]byte(`{"type":"update_settings","settings":{"require_approval":true,"queue_order":"votes"}}` + "\n" + `{"type":"join_request"}` + "\n" + `{"type":"upvote","queue_item_id":"$"}` + "\n" +
		`{"type":"react","emoji":"🎉"}` + "\n" + `{"type":"approve_join","participant_id":"&"}` + "\n\n\n\n" + `{"type":"kick","participant_id":"%"}` + "\n\n\n\n" + `{"type":"unban","participant_id":"%"}`))
	f.Add([]byte(`{"type":"set_permissions","participant_id":"%","permissions":{"can_skip":true,"can_kick":null}}` + "\n" + `{"type":"skip"}` + "\n\n\n" + `{"type":"end_session","in_seconds":5}`))
	f.Add([]byte(`{"type":"transfer_host","participant_id":"%"}` + "\n" + `{"type":"join_request","user_token":"program","v":1}` + "\n" + `{"type":"leave"}` + "\n" + `{"type":"resume","resume_token":"mia"}` + "\n" +
		`{"type":"update_settings","settings":{"require_approval":false}}` + "\n" + `{"type":"resume","resume_token":"mia"}`))
	f.Add([]byte("solo\n" + `{"type":"search","q":"t5"}` + "\n\n\n\n" + `{"type":"reorder","queue_item_id":"$","new_position":0}` + "\n" + `{"type":"join_request"}` + "\n" + `{"type":"art","track_id":"t5"}` + "\n" +
		`{"type":"watch"}` + "\n\n\n" + `{"type":"art","track_id":"t1"}` + "\n" + `{"type":"skip"}` + "\n\n\n\n" + `{"type":"end_session"}`))
	decoder := wire.NewDecoder()
	f.Fuzz(func(t *testing.T, story []byte) {
		w := newWorld(t, wire.DefaultSettings(), chance(1))
		story, alone := bytes.CutPrefix(story, []byte("solo\n"))
		if alone {
			w = newSolo(t, SoloSettings(), chance(1))
		}
		seats := w.guests()
		for i, frame := range bytes.Split(story, []byte("\n")) {
			if i > 200 {
				break
			}
			w.pass(time.Duration(len(frame)) * time.Second)
			id, c, refusal := decoder.Decode(w.fill(frame, seats[1]))
			if refusal != nil {
				continue
			}
			if _, starts := c.(wire.Watch); starts && w.jam.Solo() && w.jam.ended == "" {
				w.promote(wire.DefaultSettings())
				seats = w.guests()
			}
			w.fuzzed(seats[i%len(seats)], id, c, string(frame))
			if err := w.sound(); err != nil {
				t.Fatalf("after %s: %v", frame, err)
			}
		}
		w.check()
	})
}

// guests lets a guest and a member in, and gives all seats; in a solo session they get none.
func (w *world) guests() []string {
	guest, _ := w.step("", "", Admit{DisplayName: "Gus", Token: "g"})
	member, _ := w.step("", "", Admit{DisplayName: "Mia", UserID: "mia", Token: "m"})
	if w.tokens = nil; w.jam.Solo() {
		return []string{w.jam.HostSeat(), "nobody", "nobody", "nobody"}
	}
	w.tokens = []string{"g", "m"}
	return []string{w.jam.HostSeat(), guest.Seat, member.Seat, "nobody"}
}

// fill puts ids into a frame.
func (w *world) fill(frame []byte, guest string) []byte {
	if waiting := w.jam.upcoming; len(waiting) > 0 {
		frame = bytes.ReplaceAll(frame, []byte("$"), []byte(waiting[len(waiting)-1].ID))
	}
	if waiting := w.jam.Pending(); len(waiting) > 0 {
		frame = bytes.ReplaceAll(frame, []byte("&"), []byte(waiting[0].ID))
	}
	return bytes.ReplaceAll(frame, []byte("%"), []byte(guest))
}

// fuzzed is what the owner makes of a command.
func (w *world) fuzzed(seat, id string, c wire.Command, token string) {
	rule, ok := FromWire(c)
	switch c := c.(type) {
	case wire.AddTrack:
		rule, ok = Add{Track: library(c.TrackID)}, true
	case wire.ApproveJoin:
		rule, ok = Approve{ParticipantID: c.ParticipantID, Token: token}, true
	case wire.SetRole:
		rule, ok = SetRole{SetRole: c, UserID: token}, true
	case wire.JoinRequest:
		w.step("", id, Admit{DisplayName: c.DisplayName, JoinKey: c.JoinKey, From: c.UserToken, Key: c.UserToken, Uninvited: c.V != nil, Token: token})
	case wire.Search: // of a playlist
		if library(c.Q) != nil {
			rule, ok = AddAll{Name: c.Q, Tracks: []wire.TrackInfo{*library("t1"), *library(c.Q), *library("t2")}}, true
		}
	case wire.Art: // of the hand that blocks
		w.jam.Forgo()
		w.step("", "", Block{Blocked: func(t wire.TrackInfo) bool { return t.TrackID == c.TrackID }})
	case wire.Resume: // it stands for the list of members at the console
		w.step("", id, Forget{UserID: c.ResumeToken})
	}
	if ok {
		w.step(seat, id, rule)
	}
}
