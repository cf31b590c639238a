package session

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"soul-jam/hostd/player"
	"soul-jam/shared/wire"
)

// items gives the ids of the current and the upcoming items.
func (r *rig) items() (ids []string) {
	r.look(func() {
		s := r.jam.Session("")
		for _, item := range s.Queue[max(0, s.CurrentIndex):] {
			ids = append(ids, item.ID)
		}
	})
	return ids
}

// wanted is what the player was told last: the house does that after it has
// answered a round, so another round has to follow.
func (r *rig) wanted() player.Want {
	r.t.Helper()
	r.settle()
	r.settle()
	return r.deck.last()
}

func TestThePlayerIsToldWhatTheJamWants(t *testing.T) {
	r := start(t)
	host := r.join("Hanna", true)
	host.do(wire.AddTrack{TrackID: "t1"})
	host.do(wire.AddTrack{TrackID: "t2"})
	ids := r.items()
	want := player.Want{
		Item: ids[0], Path: "/music/t1", Duration: 5 * time.Minute, Next: ids[1], NextPath: "/music/t2", NextDuration: 5 * time.Minute,
		Playing: true, Volume: 100,
	}
	got := r.wanted()
	got.Position = 0
	if got != want {
		t.Errorf("the player is told\n%+v, want\n%+v", got, want)
	}
	host.do(wire.SetVolume{Volume: 30})
	host.do(wire.Pause{})
	if got := r.wanted(); got.Playing || got.Volume != 30 || got.Item != ids[0] {
		t.Errorf("paused: %+v", got)
	}
	host.do(wire.PlayNow{QueueItemID: ids[1]})
	if got := r.wanted(); got.Item != ids[1] || got.Next == "" || got.NextPath != "/music/t0" || len(r.items()) != 1 {
		t.Errorf("play_now: %+v with %v in the queue, want what autoplay has in mind behind it, and nothing", got, r.items())
	}
	if refusal := r.End(t.Context(), r.View().ShareCode); refusal != nil {
		t.Fatal(refusal)
	}
	r.settle()
	if got := r.wanted(); got.Item != "" || got.Playing {
		t.Errorf("after the end: %+v", got)
	}
}

func TestOnlyASeekThatWasDoneMovesTheSound(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	host.do(wire.AddTrack{TrackID: "t1"})
	jump := r.wanted().Jump
	if code := alice.do(wire.Seek{PositionMS: 1000}); code != wire.CodeNotAuthorized {
		t.Errorf("alice's seek: %q", code)
	}
	if code := host.do(wire.Seek{PositionMS: -1}); code != wire.CodeBadRequest {
		t.Errorf("a seek to -1: %q", code)
	}
	if got := r.wanted(); got.Jump != jump {
		t.Errorf("a refused seek moved the sound: jump %d became %d", jump, got.Jump)
	}
	for range 2 { // the same id again changes nothing
		if err := r.Submit(t.Context(), host.Peer, "once", wire.Seek{PositionMS: 60_000}); err != nil {
			t.Fatal(err)
		}
		r.settle()
		if got := r.wanted(); got.Jump != jump+1 || got.Position < time.Minute {
			t.Errorf("after the seek: %+v", got)
		}
	}
	r.disk.broken.Store(true)
	host.do(wire.Seek{PositionMS: 90_000})
	if got := r.wanted(); got.Jump != jump+1 {
		t.Error("a seek that could not be written moved the sound")
	}
}

func TestALostMusicDiskDoesNotEatTheQueue(t *testing.T) {
	r := start(t)
	host := r.join("Hanna", true)
	for i := range 10 {
		host.do(wire.AddTrack{TrackID: fmt.Sprintf("t%d", i)})
	}
	r.shelf.gone.Store(true)
	host.read()
	host.send(wire.Skip{}) // t1 was looked up as the next one already: its path is known
	host.send(wire.Skip{})
	eventually(t, "the jam pauses", func() bool { _, playing := r.queue(); return !playing })
	r.wanted() // and the player has heard of it
	tracks, playing := r.queue()
	if playing || len(tracks) != 5 {
		t.Errorf("after three files that are gone: %v, playing %v; want t5 to t9, waiting", tracks, playing)
	}
	if n := host.told("notification"); n < 3 {
		t.Errorf("%d notifications", n)
	}
	r.shelf.gone.Store(false)
	host.do(wire.Play{})
	if tracks, playing := r.queue(); !playing || len(tracks) != 5 {
		t.Errorf("with the disk back: %v, playing %v", tracks, playing)
	}
	if got := r.wanted(); got.Path != "/music/t5" || !got.Playing {
		t.Errorf("with the disk back: %+v", got)
	}
}

// A file that is moved while it plays or comes next is played from its new place: after a crash of the player, too.
func TestFilesThatMove(t *testing.T) {
	r := start(t)
	host := r.join("Hanna", true)
	host.do(wire.AddTrack{TrackID: "t1"})
	host.do(wire.AddTrack{TrackID: "t2"})
	r.shelf.move("/moved")
	host.do(wire.SetVolume{Volume: 50})
	if got := r.wanted(); got.Path != "/moved/t1" || got.NextPath != "/moved/t2" {
		t.Errorf("after the move: %+v", got)
	}
	r.shelf.gone.Store(true)
	r.shelf.move("/nowhere")
	host.do(wire.SetVolume{Volume: 40})
	if got := r.wanted(); got.Path != "/moved/t1" || got.Next != "" {
		t.Errorf("what sounds stays, what does not is no next: %+v", got)
	}
}

func TestWhatThePlayerReports(t *testing.T) {
	r := start(t)
	host := r.join("Hanna", true)
	for i := range 3 {
		host.do(wire.AddTrack{TrackID: fmt.Sprintf("t%d", i)})
	}
	ids := r.items()
	current := func(id string) func() bool {
		return func() bool { return r.items()[0] == id }
	}
	r.deck.reports <- player.Report{Kind: player.Ended, Item: "long gone", Reason: player.ReasonEOF}
	r.deck.reports <- player.Report{Kind: player.Ended, Item: ids[0], Reason: player.ReasonEOF}
	eventually(t, "the second song is on", current(ids[1]))
	r.deck.reports <- player.Report{Kind: player.Ended, Item: ids[1], Reason: player.ReasonError, Err: errors.New("broken")}
	eventually(t, "the third song is on", current(ids[2]))
	host.read()
	r.deck.reports <- player.Report{Kind: player.Position, Item: ids[2], Position: time.Minute, Playing: true, At: time.Now()}
	eventually(t, "the drift is told", func() bool { return host.told("playback") == 1 })
	r.deck.reports <- player.Report{Kind: player.OutputLost, Item: ids[2], Err: errors.New("unplugged")}
	eventually(t, "the view says that nothing can be heard", func() bool { return r.View().SoundLost })
	r.deck.reports <- player.Report{Kind: player.OutputBack, Item: ids[2]}
	eventually(t, "the view says that it can be heard again", func() bool { return !r.View().SoundLost })
	r.deck.reports <- player.Report{Kind: player.OutputAway, Item: ids[2]}
	eventually(t, "the view says that the output is not there", func() bool { return r.View().OutputAway })
	r.deck.reports <- player.Report{Kind: player.OutputHome, Item: ids[2]}
	eventually(t, "the view says that it is there again", func() bool { return !r.View().OutputAway })
	host.do(wire.UpdateSettings{Settings: []byte(`{"autoplay":false}`)})
	r.deck.reports <- player.Report{Kind: player.Ended, Item: ids[2], Reason: player.ReasonEOF}
	eventually(t, "the queue ran dry", func() bool {
		tracks, playing := r.queue()
		return !playing && len(tracks) <= 3 && r.View().CurrentTrack == ""
	})
	close(r.deck.reports) // a player that is closed says no more
	host.do(wire.AddTrack{TrackID: "t9"})
}
