package hosttest_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// snapshot is the jam as a newcomer gets it; the newcomer goes again.
func snapshot(t *testing.T, w *hosttest.World) wire.JamSession {
	t.Helper()
	tv, joined := watches(t, w, tvToken(t, w))
	tv.Drop()
	return joined.Session
}

// upcoming is the queue's titles in shown order, which queue_order must agree with.
func upcoming(t *testing.T, s wire.JamSession) (titles []string) {
	t.Helper()
	var ids, why []string
	for _, item := range s.Queue[s.CurrentIndex+1:] {
		titles, ids = append(titles, strings.TrimPrefix(item.TrackInfo.Title, "Song ")), append(ids, item.ID)
	}
	for _, y := range s.QueueOrder.Why {
		why = append(why, y.ItemID)
	}
	if !slices.Equal(ids, s.QueueOrder.Order) || !slices.Equal(ids, why) {
		t.Errorf("the queue is %v, its order %v, the reasons are of %v", ids, s.QueueOrder.Order, why)
	}
	return titles
}

func want(t *testing.T, s wire.JamSession, titles string) {
	t.Helper()
	if got := strings.Join(upcoming(t, s), " "); got != titles {
		t.Errorf("the queue is %s, want %s", got, titles)
	}
}

// reasons are those of the upcoming items, as a page would read them.
func reasons(s wire.JamSession) (out []string) {
	for _, y := range s.QueueOrder.Why {
		text := string(y.Reason)
		switch y.Reason {
		case wire.WhyTurn:
			text = fmt.Sprint("turn ", y.Params.Turn)
		case wire.WhyVotes:
			text = fmt.Sprint(y.Params.Votes, " votes")
		}
		out = append(out, text)
	}
	return out
}

// add adds Song n and gives the item.
func add(t *testing.T, w *hosttest.World, c *hosttest.Client, n int) string {
	t.Helper()
	title := fmt.Sprintf("Song %02d", n)
	c.Must(wire.AddTrack{TrackID: w.Track(title)})
	var added wire.TrackAdded
	c.Last("track_added").Into(t, &added)
	if added.Item.TrackInfo.Title != title || added.Why.ItemID != added.Item.ID {
		t.Fatalf("added %+v, want %s with its reason", added, title)
	}
	return added.Item.ID
}

func TestFairOrderGivesEverybodyTheirTurn(t *testing.T) {
	w := jam(t)
	host, alice, bob, carol := w.Host(), w.Join("Alice"), w.Join("Bob"), w.Join("Carol")
	for n := 1; n <= 5; n++ {
		add(t, w, alice, n) // Song 01 plays at once: alice's first turn
	}
	add(t, w, bob, 6)
	add(t, w, bob, 7)
	// bob had no turn: turns = max(0, 1-1) = 0; alice 1, 2, 3, 4 from now on.
	s := snapshot(t, w)
	want(t, s, "06 02 07 03 04 05")
	if got := reasons(s); !reflect.DeepEqual(got, []string{"turn 1", "turn 2", "turn 2", "turn 3", "turn 4", "turn 5"}) {
		t.Errorf("because of %q", got)
	}
	for range 3 {
		host.Must(wire.Skip{}) // 06, 02, 07 start: skipped by the host, so they are turns
	}
	want(t, snapshot(t, w), "03 04 05")
	// Carol listened only so far: owed one round at most. alice has 2 turns, bob 2 and nothing waiting but the current item: least is 2.
	add(t, w, carol, 8)
	add(t, w, carol, 9)
	add(t, w, carol, 10)
	want(t, snapshot(t, w), "08 03 09 04 10 05")
	// A track that is voted out is no turn.
	host.Settings(`{"skip_threshold":0.01}`)
	host.Must(wire.Skip{}) // 08 plays, carol has 2 turns
	want(t, snapshot(t, w), "03 09 04 10 05")
	bob.Must(wire.VoteSkip{}) // out: carol has 1 again, alice 2, so 09 starts
	bob.Heard("now_playing", "Song 09")
	want(t, snapshot(t, w), "03 10 04 05")
}

func TestAPinnedItemKeepsItsIndexLessOnePerStart(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	add(t, w, host, 1)
	var of [8]string
	for n := 2; n <= 6; n++ {
		of[n] = add(t, w, alice, n)
	}
	last := 2
	alice.Refused(wire.Reorder{QueueItemID: of[6], NewPosition: &last}, wire.CodeNotAuthorized)
	host.Must(wire.Reorder{QueueItemID: of[6], NewPosition: &last})
	host.Heard("queue_order", `"reason":"pinned"`)
	s := snapshot(t, w)
	want(t, s, "02 03 06 04 05")
	if got := reasons(s)[2]; got != "pinned" {
		t.Errorf("because of %q", got)
	}
	add(t, w, bob, 7)
	want(t, snapshot(t, w), "02 07 06 03 04 05") // the others fill around it
	host.Must(wire.Skip{})
	want(t, snapshot(t, w), "07 06 03 04 05")
	beyond := 100
	host.Must(wire.Reorder{QueueItemID: of[3], NewPosition: &beyond})
	want(t, snapshot(t, w), "07 06 04 05 03")
	negative := -1
	host.Refused(wire.Reorder{QueueItemID: of[4], NewPosition: &negative}, wire.CodeBadRequest)
	host.Refused(wire.Reorder{QueueItemID: of[4]}, wire.CodeBadRequest)
}

func TestVotesOrder(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	host.Settings(`{"queue_order":"votes"}`)
	current := add(t, w, host, 1)
	two, three, four := add(t, w, alice, 2), add(t, w, alice, 3), add(t, w, bob, 4)
	alice.Must(wire.Upvote{QueueItemID: four})
	alice.Must(wire.Upvote{QueueItemID: four}) // once each
	bob.ExpectWhere("track_updated", four, `"upvotes":1`)
	bob.ExpectWhere("queue_order", `"votes":1`)
	want(t, snapshot(t, w), "04 02 03")
	bob.Must(wire.Upvote{QueueItemID: three})
	want(t, snapshot(t, w), "03 04 02") // the same number: the one added first
	host.Must(wire.Upvote{QueueItemID: four})
	s := snapshot(t, w)
	want(t, s, "04 03 02")
	if got := reasons(s); !reflect.DeepEqual(got, []string{"2 votes", "1 votes", "0 votes"}) {
		t.Errorf("because of %q", got)
	}
	alice.Must(wire.Unupvote{QueueItemID: four})
	alice.Must(wire.Unupvote{QueueItemID: two}) // never voted for
	bob.Must(wire.Leave{})                      // takes his vote along
	want(t, snapshot(t, w), "04 02 03")
	alice.Refused(wire.Upvote{QueueItemID: current}, wire.CodeTrackNotFound)
	alice.Refused(wire.Upvote{QueueItemID: "nothing"}, wire.CodeTrackNotFound)
	w.Restart()
	next, _ := w.Return(alice)
	want(t, snapshot(t, w), "04 02 03")
	next.Must(wire.Upvote{QueueItemID: three})
	w.Host().Settings(`{"queue_order":"fifo"}`)
	s = snapshot(t, w)
	want(t, s, "02 03 04")
	if got := reasons(s); !reflect.DeepEqual(got, []string{"added", "added", "added"}) {
		t.Errorf("because of %q", got)
	}
}

func TestUpNextIsToldToOnePersonAlone(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	add(t, w, host, 1)
	add(t, w, alice, 2)
	add(t, w, bob, 3)
	host.Must(wire.Skip{}) // Song 02 plays, Song 03 is next
	bob.ExpectWhere("notification", `"kind":"up_next"`, `"params":{"track":"Song 03"}`)
	alice.Settled()
	host.Settled()
	if n := alice.Told("notification", "up_next") + host.Told("notification", "up_next"); n > 0 {
		t.Errorf("it was told to %d others", n)
	}
}

func TestLimitsOfTheQueue(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	host.Settings(fmt.Sprintf(`{"max_queue_per_person":1,"max_track_ms":%d}`, (hosttest.FirstLength+5)*1000))
	add(t, w, alice, 1) // plays
	add(t, w, alice, 2) // waits
	if refusal := alice.Refused(wire.AddTrack{TrackID: w.Track("Song 03")}, wire.CodeQueueFull); refusal.Message != "You've reached your song limit" {
		t.Errorf("the sentence is %q", refusal.Message)
	}
	add(t, w, host, 3)
	add(t, w, host, 4)
	host.Refused(wire.AddTrack{TrackID: w.Track("Song 02")}, wire.CodeDuplicateTrack)
	host.Refused(wire.AddTrack{TrackID: w.Track("Song 01")}, wire.CodeDuplicateTrack)
	host.Refused(wire.AddTrack{TrackID: w.Track("Song 14")}, wire.CodeTrackTooLong)
	host.Settings(`{"allow_duplicates":true}`)
	add(t, w, host, 1)
}
