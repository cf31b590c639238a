package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/player"
	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// ends lets the player say that a song is over.
func (r *rig) ends(item string) {
	r.t.Helper()
	r.deck.reports <- player.Report{Kind: player.Ended, Item: item, Reason: player.ReasonEOF}
	synctest.Wait()
}

// plays tells which track the player was told to play last, and which after it.
func (r *rig) plays(current, next string) {
	r.t.Helper()
	w := r.deck.last()
	if !strings.HasSuffix(w.Path, current) || !strings.HasSuffix(w.NextPath, next) || (current != "") != w.Playing {
		r.t.Errorf("the player has %q and then %q, playing %v; want %s and %s", w.Path, w.NextPath, w.Playing, current, next)
	}
}

func TestMusicGoesThroughTheQueueWhileTheDiskRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host := r.join("Hanna", true)
		host.do(wire.UpdateSettings{Settings: []byte(`{"autoplay":false}`)})
		for i := range 4 {
			host.do(wire.AddTrack{TrackID: fmt.Sprintf("t%d", i)})
		}
		r.disk.broken.Store(true)
		for i, next := range []string{"t1", "t2", "t3"} {
			r.plays(fmt.Sprintf("t%d", i), next)
			r.ends(r.deck.last().Item)
			pass(5 * time.Second) // retries in between must not turn it back
		}
		r.plays("t3", "")
		if tracks, _ := r.queue(); fmt.Sprint(tracks) != "[t0 t1 t2 t3]" {
			t.Errorf("told before it was on disk: %v", tracks)
		}
		if code := host.do(wire.Skip{}); code != wire.CodeInternal {
			t.Errorf("skip: %q", code)
		}
		r.plays("t3", "")
		before := len(r.deck.wants)
		r.disk.broken.Store(false)
		pass(2 * time.Second)
		if tracks, playing := r.queue(); fmt.Sprint(tracks) != "[t3]" || !playing {
			t.Errorf("with the disk mended: %v, playing %v", tracks, playing)
		}
		if len(r.deck.wants) != before {
			t.Errorf("what sounds was touched: %+v", r.deck.wants[before:])
		}
		r.deck.reports <- player.Report{Kind: player.Position, Item: r.deck.last().Item, Position: time.Minute, Playing: true, At: time.Now()}
		synctest.Wait()
		if at := r.position(); at != time.Minute {
			t.Errorf("the song is told to be at %v", at)
		}
		next := r.again()
		if tracks, _ := next.queue(); fmt.Sprint(tracks) != "[t3]" {
			t.Errorf("the disk holds %v", tracks)
		}
	})
}

func TestAutoplayGoesOnWhileTheDiskRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.join("Hanna", true).do(wire.AddTrack{TrackID: "t0"})
		synctest.Wait() // the answer comes before the player is told
		chosen := r.deck.last().Next
		if chosen == "" {
			t.Fatal("autoplay has nothing in mind")
		}
		r.disk.broken.Store(true)
		r.ends(r.deck.last().Item)
		pass(3 * time.Second)
		if w := r.deck.last(); w.Item != chosen || !w.Playing {
			t.Errorf("the player has %+v, want %s", w, chosen)
		}
		r.disk.broken.Store(false)
		pass(2 * time.Second)
		var current string
		r.look(func() { current = r.jam.Sound().Current.ID })
		if current != chosen {
			t.Errorf("the jam goes on with %s, heard is %s", current, chosen)
		}
	})
}

// A song whose file is gone, on a disk that refuses: neither does it spin, nor is the queue eaten.
func TestMusicThatIsGoneOnADiskThatRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host := r.join("Hanna", true)
		for i := range 8 {
			host.do(wire.AddTrack{TrackID: fmt.Sprintf("t%d", i)})
		}
		r.disk.broken.Store(true)
		r.shelf.gone.Store(true)
		r.shelf.move("/elsewhere")
		before := r.disk.refused.Load()
		r.ends(r.deck.last().Item)
		pass(5 * time.Second)
		if n := r.disk.refused.Load() - before; n > 15 {
			t.Errorf("the disk was tried %d times in 5 s", n)
		}
		if r.deck.last().Playing {
			t.Error("the music does not rest")
		}
		r.disk.broken.Store(false)
		pass(3 * time.Second)
		if tracks, playing := r.queue(); len(tracks) < 4 || playing {
			t.Errorf("left are %v, playing %v", tracks, playing)
		}
	})
}

func TestWhoAskedIsToldWhyNothingIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host := r.join("Hanna", true)
		r.disk.broken.Store(true)
		id := host.send(wire.SetVolume{Volume: 3})
		r.settle()
		var refusal wire.Error
		for _, m := range host.read() {
			var e wire.Error
			if json.Unmarshal(m, &e) == nil && e.ID == id {
				refusal = e
			}
		}
		if want := store.Unsaved(errDisk); refusal.Code != wire.CodeInternal || refusal.Message != want {
			t.Errorf("told %+v, want %q", refusal, want)
		}
		if !errors.Is(r.View().Disk, errDisk) {
			t.Errorf("the view says %v", r.View().Disk)
		}
		r.disk.broken.Store(false)
		pass(2 * time.Second) // nobody asks for anything
		if r.View().Disk != nil {
			t.Errorf("the disk works again, the view says %v", r.View().Disk)
		}
	})
}

func TestWithoutAJamTheDiskIsTriedAgainToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, t.TempDir())
		r.disk.broken.Store(true)
		if _, refusal := r.Create(t.Context(), nil); refusal == nil || r.View().Disk == nil {
			t.Errorf("created on a broken disk: %v, %v", refusal, r.View().Disk)
		}
		r.disk.broken.Store(false)
		pass(2 * time.Second)
		if r.View().Disk != nil {
			t.Error("the trouble stays")
		}
	})
}

// The last sync of a write fails: it can be read, but nobody knows whether it is on disk.
func TestWhatWasWrittenInDoubtIsToldOnceItIsSure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host, alice := r.join("Hanna", true), r.join("Alice", false)
		alice.read()
		host.read()
		r.disk.doubt.Store(true)
		frame := wire.AddTrack{TrackID: "t1"}
		if err := r.Submit(t.Context(), host.Peer, "the same", frame); err != nil {
			t.Fatal(err)
		}
		r.settle()
		r.disk.doubt.Store(false)
		r.disk.broken.Store(true)
		if err := r.Submit(t.Context(), host.Peer, "the same", frame); err != nil {
			t.Fatal(err)
		}
		r.settle()
		if n := host.told("ack"); n != 0 {
			t.Error("acked while it may be lost")
		}
		r.disk.broken.Store(false)
		if err := r.Submit(t.Context(), host.Peer, "the same", frame); err != nil {
			t.Fatal(err)
		}
		r.settle()
		if host.told("ack") != 1 {
			t.Error("not acked when it is on disk")
		}
		if tracks, _ := r.queue(); fmt.Sprint(tracks) != "[t1]" {
			t.Errorf("the queue is %v", tracks)
		}
		r.CatchUp(t.Context(), alice.Peer) //nolint:errcheck // only to have a round
		if alice.told("session_update")+alice.told("track_added") == 0 {
			t.Error("nobody else ever heard of the song")
		}
	})
}

func TestAnEndInDoubtIsAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host := r.join("Hanna", true)
		code := r.View().ShareCode
		r.disk.doubt.Store(true)
		host.send(wire.EndSession{})
		r.settle()
		if taken := host.Outbox.Take(); taken.Bye != wire.CloseEnded {
			t.Errorf("told %s, bye %d", taken.Messages, taken.Bye)
		}
		r.disk.doubt.Store(false)
		if refusal := r.View().Find(code, r.Now()); refusal == nil || refusal.Code != wire.CodeSessionEnded {
			t.Errorf("the jam is %v", refusal)
		}
		if _, refusal := r.Create(t.Context(), nil); refusal != nil {
			t.Error(refusal)
		}
	})
}
