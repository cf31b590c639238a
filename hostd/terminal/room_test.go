package terminal

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"soul-jam/shared/wire"
)

// fresh is Alice's room when she has just joined.
func fresh() *Room {
	r := &Room{}
	r.Apply(raw(friday(), 0))
	return r
}

func upcoming(r *Room) string {
	var ids []string
	for _, item := range r.Upcoming {
		ids = append(ids, item.ID)
	}
	return strings.Join(ids, " ")
}

// TestEvents is what single messages change; seqs count from 41.
func TestEvents(t *testing.T) {
	for name, c := range map[string]struct {
		messages []wire.Message
		see      func(*Room) any
		want     any
	}{
		"a song is added in its place":         {[]wire.Message{wire.TrackAdded{Item: item(7, "bob"), Position: 2}}, func(r *Room) any { return upcoming(r) }, "i1 i2 i7 i3 i4 i5"},
		"a song is added behind the end":       {[]wire.Message{wire.TrackAdded{Item: item(7, "bob"), Position: 99}}, func(r *Room) any { return upcoming(r) }, "i1 i2 i3 i4 i5 i7"},
		"a song is added before the beginning": {[]wire.Message{wire.TrackAdded{Item: item(7, "bob"), Position: -5}}, func(r *Room) any { return upcoming(r) }, "i7 i1 i2 i3 i4 i5"},
		"the same song comes twice":            {[]wire.Message{wire.TrackAdded{Item: item(5, "me")}}, func(r *Room) any { return upcoming(r) }, "i5 i1 i2 i3 i4"},
		"a song goes":                          {[]wire.Message{wire.TrackRemoved{ItemID: "i2"}}, func(r *Room) any { return upcoming(r) }, "i1 i3 i4 i5"},
		"an order leaves some out and names strangers": {[]wire.Message{wire.QueueOrder{Order: []string{"i5", "who", "i1", "i5"}}},
			func(r *Room) any { return upcoming(r) }, "i5 i1 i2 i3 i4"},
		"a song begins":                {[]wire.Message{wire.NowPlaying{Item: ref(item(1, "me"))}}, func(r *Room) any { return r.Current.ID + ": " + upcoming(r) }, "i1: i2 i3 i4 i5"},
		"a vote is over with its song": {[]wire.Message{wire.NowPlaying{Item: ref(item(1, "me"))}}, func(r *Room) any { return r.Vote == nil }, true},
		"silence":                      {[]wire.Message{wire.NowPlaying{}}, func(r *Room) any { return r.Current == nil && !r.Playback.Playing }, true},
		"upvotes": {[]wire.Message{wire.TrackUpdated{ItemID: "i2", Upvotes: 7, Pinned: true}},
			func(r *Room) any { return fmt.Sprint(r.Upcoming[1].Upvotes, r.Upcoming[1].Pinned) }, "7 true"},
		"nobody votes any more": {[]wire.Message{wire.SkipVote{QueueItemID: "i0"}}, func(r *Room) any { return r.Vote == nil }, true},
		"somebody leaves": {[]wire.Message{wire.ParticipantLeft{ParticipantID: "bob"}},
			func(r *Room) any { return fmt.Sprint(len(r.People.list), r.People.count, " ", r.nameOf("bob")) }, "3 3 Bob"},
		"rights change with oneself": {[]wire.Message{wire.ParticipantUpdated{Participant: somebodyCalled("me", "Alice", wire.RoleHost, wire.PathLAN, true)}},
			func(r *Room) any { return r.Hosts() && r.Rights.CanKick }, true},
		"who is no host any more does not know who asks": {[]wire.Message{wire.JoinRequested{Participant: somebodyCalled("zed", "Zed", wire.RoleGuest, wire.PathLAN, true)},
			wire.Granted{Role: wire.RoleGuest, Permissions: guestRights()}}, func(r *Room) any { return len(r.Pending) }, 0},
		"who asked comes in": {[]wire.Message{wire.JoinRequested{Participant: somebodyCalled("zed", "Zed", wire.RoleGuest, wire.PathLAN, true)},
			wire.ParticipantJoined{Participant: somebodyCalled("zed", "Zed", wire.RoleGuest, wire.PathLAN, true)}},
			func(r *Room) any { return fmt.Sprint(len(r.Pending), r.People.count) }, "0 5"},
		"the end": {[]wire.Message{wire.SessionEnded{Reason: wire.EndedIdle}}, func(r *Room) any { return fmt.Sprint(r.Ended, " ", r.Playback.Playing) }, "idle false"},
		"an old event": {[]wire.Message{wire.TrackRemoved{ItemID: "i1"}, wire.SessionUpdate{Session: friday().Session}, wire.Ack{Seq: 99}},
			func(r *Room) any { return fmt.Sprint(upcoming(r), " ", r.Seq) }, "i1 i2 i3 i4 i5 40"},
	} {
		t.Run(name, func(t *testing.T) {
			r := fresh()
			for i, m := range c.messages {
				r.Apply(raw(m, uint64(41+i)))
			}
			if got := c.see(r); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// TestWhatChangesNothing: what is no message, unknown, of the wrong shape, or old.
func TestWhatChangesNothing(t *testing.T) {
	for _, text := range []string{
		``, `7`, `null`, `[]`, `{`, `{"type":7}`, `{"type":"from_the_future","seq":41,"item_id":"i1"}`, `{"type":"track_removed","seq":41,"item_id":7}`,
		`{"type":"track_removed","seq":40,"item_id":"i1"}`, `{"type":"now_playing","seq":39,"item":null}`, `{"type":"ack","id":"x","seq":90}`,
		`{"type":"track_added","seq":41,"item":"i9"}`, `{"type":"error","code":"internal","message":"no"}`, `{"type":"host_status","status":"offline"}`,
	} {
		r := fresh()
		r.Apply([]byte(text))
		if got := fmt.Sprint(upcoming(r), " ", r.State, r.Seq, r.Current != nil); got != "i1 i2 i3 i4 i5 active40 true" {
			t.Errorf("%s changes something: %s", text, got)
		}
		before := &Room{}
		before.Apply([]byte(text))
		if before.Seated {
			t.Errorf("%s gives a seat", text)
		}
	}
}

// TestResumed: what was missed comes once, whatever was heard before.
func TestResumed(t *testing.T) {
	r := fresh()
	r.Apply(raw(wire.TrackRemoved{ItemID: "i1"}, 41))
	m := wire.Resumed{Seq: 44}
	for i, event := range []wire.Message{wire.TrackRemoved{ItemID: "i1"}, wire.TrackAdded{Item: item(6, "bob")}, wire.TrackRemoved{ItemID: "i2"}} {
		m.Events = append(m.Events, raw(event, uint64(41+i)))
	}
	m.Events = append(m.Events, raw(wire.Resumed{Seq: 1000}, 0))
	r.Apply(raw(m, 0))
	if got := fmt.Sprint(upcoming(r), " ", r.Seq); got != "i6 i3 i4 i5 44" {
		t.Error(got)
	}
}

// TestManyPeople: a crowd is asked for in pages.
func TestManyPeople(t *testing.T) {
	r := fresh()
	r.Apply(raw(wire.ParticipantCount{Count: 250}, 0))
	if !r.People.more() {
		t.Fatal("nobody knows that there are more")
	}
	person := func(i int) wire.JamParticipant {
		return somebodyCalled(fmt.Sprint("p", i), fmt.Sprint("Person ", i), wire.RoleGuest, wire.PathLAN, true)
	}
	for offset := 0; offset < 250; offset += 100 {
		page := wire.Participants{Offset: offset, Total: 250}
		for i := offset; i < min(250, offset+100); i++ {
			page.Participants = append(page.Participants, person(i))
		}
		r.Apply(raw(page, 0))
		r.Apply(raw(page, 0))                                                                                       // late: twice the same
		r.Apply(raw(wire.Participants{Offset: 7, Total: 250, Participants: []wire.JamParticipant{person(999)}}, 0)) // from an older list
	}
	if r.People.more() || len(r.People.list) != 252 { // and the host, and oneself
		t.Errorf("%d people, more: %v", len(r.People.list), r.People.more())
	}
}

// TestClock: the quickest round trip is believed, and what cannot be is not.
func TestClock(t *testing.T) {
	now := noon()
	var c hostClock
	c.guess(now.UnixMilli()+5000, now)
	at := func() int64 { return int64(c.at(now)) - now.UnixMilli() }
	if at() != 5000 {
		t.Errorf("guess: %d ms ahead", at())
	}
	c.pong(millis(now)-400, now.UnixMilli()+3000, now)
	c.pong(millis(now)-100, now.UnixMilli()+1950, now)
	c.pong(millis(now)-900, now.UnixMilli()+9000, now)
	c.pong(millis(now)+50, 0, now)
	c.pong(millis(now)-1e9, 0, now)
	if at() != 2000 {
		t.Errorf("%d ms ahead, want 2000", at())
	}
	c.reset()
	if at() != 2000 || c.rtt != -1 {
		t.Errorf("after a reset %d ms ahead, round trip %v", at(), c.rtt)
	}
}

// TestPosition is extrapolated by the host's clock, within the song.
func TestPosition(t *testing.T) {
	s := sit(t, 80, 24)
	for _, c := range []struct {
		p    wire.Playback
		want float64
	}{
		{wire.Playback{Playing: true, PositionMS: 1000, AtMS: noon().Add(-time.Minute).UnixMilli()}, 61_000},
		{wire.Playback{Playing: false, PositionMS: 1000, AtMS: noon().Add(-time.Minute).UnixMilli()}, 1000},
		{wire.Playback{Playing: true, PositionMS: 1000, AtMS: noon().Add(-time.Hour).UnixMilli()}, 562_000},
		{wire.Playback{Playing: true, PositionMS: 1000, AtMS: noon().Add(time.Hour).UnixMilli()}, 0},
		{wire.Playback{Playing: true, PositionMS: 1<<63 - 1, AtMS: -1 << 63}, 562_000},
	} {
		s.room.Playback = c.p
		if got := s.position(); got != c.want {
			t.Errorf("%+v: %v, want %v", c.p, got, c.want)
		}
	}
}
