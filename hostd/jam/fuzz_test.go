package jam

import (
	"bytes"
	"testing"
	"time"

	"soul-jam/shared/wire"
)

// FuzzStep plays lines of bytes as frames of the host, of a guest and of nobody in
// turn: whatever they hold, the invariants hold and the replay is equal.
func FuzzStep(f *testing.F) {
	f.Add([]byte(`{"type":"add_track","track_id":"t1"}` + "\n" + `{"type":"add_track","track_id":"t2","id":"1"}` + "\n\n" +
		`{"type":"reorder","queue_item_id":"$","new_position":0}` + "\n" + `{"type":"seek","position_ms":9e99}` + "\n\n" + `{"type":"skip"}`))
	f.Add([]byte(`{"type":"update_settings","settings":{"max_participants":1,"name":null,"guest_can_control":true}}` + "\n" + `{"type":"leave","id":"1"}` + "\n\n" + `{"type":"end_session"}`))
	f.Add([]byte(`{"type":"update_settings","settings":null}` + "\n\n\n" + `{"type":"set_volume","volume":-1}` + "\n\n\n" + `{"type":"reorder","queue_item_id":"$","before":null}`))
	decoder := wire.NewDecoder()
	f.Fuzz(func(t *testing.T, story []byte) {
		w := newWorld(t, wire.DefaultSettings(), chance(1))
		guest, _ := w.step("", "", Admit{DisplayName: "Gus", Token: "g"})
		w.tokens = []string{"g"}
		seats := []string{w.jam.HostSeat(), guest.Seat, "nobody"}
		for i, frame := range bytes.Split(story, []byte("\n")) {
			if i > 200 {
				break
			}
			w.pass(time.Duration(len(frame)) * time.Second)
			if waiting := w.jam.upcoming; len(waiting) > 0 {
				frame = bytes.ReplaceAll(frame, []byte("$"), []byte(waiting[len(waiting)-1].ID))
			}
			id, c, refusal := decoder.Decode(frame)
			if refusal != nil {
				continue
			}
			rule, ok := FromWire(c)
			if add, isAdd := c.(wire.AddTrack); isAdd {
				rule, ok = Add{Track: library(add.TrackID)}, true
			}
			if join, isJoin := c.(wire.JoinRequest); isJoin {
				w.step("", id, Admit{DisplayName: join.DisplayName, JoinKey: join.JoinKey, Token: string(frame)})
			}
			if ok {
				w.step(seats[i%len(seats)], id, rule)
			}
			if err := w.sound(); err != nil {
				t.Fatalf("after %s: %v", frame, err)
			}
		}
		w.check()
	})
}
