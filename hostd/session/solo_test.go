package session

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/player"
	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// alone is open with a solo session, and the console in it.
func alone(t *testing.T) (*rig, *someone) {
	t.Helper()
	r := open(t, t.TempDir())
	return r, r.console()
}

// console opens the console on the solo session.
func (r *rig) console() *someone {
	r.t.Helper()
	shareCode, _, refusal := r.Solo(context.Background())
	if refusal != nil {
		r.t.Fatal(refusal)
	}
	s := r.peer(shareCode, true)
	if err := r.Join(context.Background(), s.Peer, "join", wire.JoinRequest{}, true); err != nil || !s.Joined() {
		r.t.Fatalf("the console is not in its solo session: %v %s", err, s.read())
	}
	return s
}

func (r *rig) peer(shareCode string, console bool) *someone {
	return &someone{Peer: NewPeer(shareCode, console, wire.PathLAN, slog.New(slog.DiscardHandler)), r: r}
}

func TestSoloIsForTheConsoleAlone(t *testing.T) {
	r, _ := alone(t)
	v := r.View()
	if v.Solo == "" || v.SessionID != "" || v.ShareCode != "" || v.Landing.HostName != "" || v.CurrentTrack != "" {
		t.Errorf("the view shows %+v", v)
	}
	again, _, refusal := r.Solo(t.Context())
	if refusal != nil || again != v.Solo {
		t.Errorf("asked for again it is %q, not %q (%v)", again, v.Solo, refusal)
	}
	if v.FindOn(true, v.Solo, r.Now()) != nil {
		t.Error("the console does not find it")
	}
	for _, p := range []*someone{r.peer(v.Solo, false), r.peer(v.Solo, true)} {
		if err := r.Join(t.Context(), p.Peer, "join", wire.JoinRequest{DisplayName: "Eve", UserToken: "guessed"}, false); err != nil {
			t.Fatal(err)
		}
		if got := p.Outbox.Take(); p.Joined() || got.Bye != wire.CloseNotFound || !bytes.Contains(got.Messages[0], []byte("session_not_found")) {
			t.Errorf("a guest at the console %v: %s, bye %d", p.Console, got.Messages, got.Bye)
		}
		tv := r.peer(v.Solo, p.Console)
		if err := r.Watch(t.Context(), tv.Peer, "", true); err != nil || tv.Watches() || tv.Outbox.Take().Bye != wire.CloseNotFound {
			t.Errorf("a TV watches (%v)", err)
		}
	}
	for _, code := range []string{v.Solo, "ABCD-EFGH"} {
		if refusal := v.Find(code, r.Now()); refusal == nil || refusal.Code != wire.CodeSessionNotFound {
			t.Errorf("%s: %v", code, refusal)
		}
	}
	if refusal := r.End(t.Context(), v.Solo); refusal == nil || refusal.Code != wire.CodeSessionNotFound {
		t.Errorf("ending it by its code: %v", refusal)
	}
	if _, refusal := r.Create(t.Context(), nil); refusal != nil {
		t.Fatal(refusal)
	}
	if _, running, refusal := r.Solo(t.Context()); refusal == nil || refusal.Code != wire.CodeAlreadyActive || running.ShareCode != r.View().ShareCode {
		t.Errorf("solo beside a jam: %v, %+v", refusal, running)
	}
}

// The player's whole wish stays as it was: so it cannot even notice.
func TestAJamGoesOnWithWhatTheHostPlays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, host := alone(t)
		for _, track := range []string{"t1", "t2", "t3"} {
			host.do(wire.AddTrack{TrackID: track})
		}
		host.do(wire.SetVolume{Volume: 40})
		pass(42 * time.Second)
		items, before := r.items(), r.wanted()
		told := len(r.deck.wants)
		host.read()
		created, refusal := r.Create(t.Context(), json.RawMessage(`{"name":"Friday"}`))
		if refusal != nil {
			t.Fatal(refusal)
		}
		if after := r.wanted(); after != before || len(r.deck.wants) != told {
			t.Errorf("the player was told\n%+v and is told\n%+v in %d more wishes", before, after, len(r.deck.wants)-told)
		}
		if got := r.items(); !slices.Equal(got, items) {
			t.Errorf("the items were %v and are %v", items, got)
		}
		r.look(func() {
			if at := r.jam.PositionMS(r.Now()); at != 42_000 {
				t.Errorf("it is at %d ms", at)
			}
		})
		left := host.Outbox.Take()
		var ended wire.SessionEnded
		if len(left.Messages) != 1 || json.Unmarshal(left.Messages[0], &ended) != nil || ended.FollowedBy != created.ShareCode || left.Bye != wire.CloseEnded {
			t.Errorf("the console is told %s and bye %d", left.Messages, left.Bye)
		}
		if host.Joined() {
			t.Error("the console still sits in the solo session")
		}
		there := r.join("Hanna", true)
		if code := there.do(wire.Skip{}); code != "" {
			t.Errorf("skip in the jam: %s", code)
		}
		rows, err := r.disk.History()
		if err != nil || len(rows) != 0 {
			t.Errorf("history has %v (%v)", rows, err)
		}
	})
}

// Commands that waited in the same round as the start are the solo session's still, and are in the jam.
func TestWhatWasAskedBeforeTheStartIsInTheJam(t *testing.T) {
	r, host := alone(t)
	host.do(wire.AddTrack{TrackID: "t1"})
	release := r.disk.hold()
	host.send(wire.SetVolume{Volume: 7})
	<-r.disk.held
	add := host.send(wire.AddTrack{TrackID: "t2"})
	started := make(chan *wire.Error, 1)
	go func() {
		_, refusal := r.Create(context.Background(), nil)
		started <- refusal
	}()
	eventually(t, "both wait", func() bool { return len(r.mail) == 2 })
	late := host.send(wire.AddTrack{TrackID: "t3"})
	release()
	if refusal := <-started; refusal != nil {
		t.Fatal(refusal)
	}
	r.settle()
	all := bytes.Join(host.read(), []byte("\n"))
	if !bytes.Contains(all, []byte(`{"type":"ack","id":"`+add+`"`)) || bytes.Contains(all, []byte(`{"type":"ack","id":"`+late+`"`)) {
		t.Errorf("the console was told\n%s", all)
	}
	if tracks, playing := r.queue(); fmt.Sprint(tracks) != "[t1 t2]" || !playing {
		t.Errorf("the jam has %v, playing %v", tracks, playing)
	}
}

// What the disk refuses did not happen: the solo session goes on, and its console has heard of nothing.
func TestAStartThatCannotBeWrittenLeavesTheSoloSession(t *testing.T) {
	r, host := alone(t)
	host.do(wire.AddTrack{TrackID: "t1"})
	host.do(wire.AddTrack{TrackID: "t2"})
	items, solo := r.items(), r.View().Solo
	host.read()
	r.disk.broken.Store(true)
	if _, refusal := r.Create(t.Context(), nil); refusal == nil || refusal.Code != wire.CodeInternal {
		t.Errorf("start: %v", refusal)
	}
	r.disk.broken.Store(false)
	if v := r.View(); v.Solo != solo || v.SessionID != "" || !slices.Equal(r.items(), items) {
		t.Errorf("there is %+v with %v", v, r.items())
	}
	if told := host.read(); len(told) > 0 || !host.Joined() {
		t.Errorf("the console was told %s", told)
	}
	if code := host.do(wire.Pause{}); code != "" {
		t.Errorf("pause: %s", code)
	}
	if _, refusal := r.Create(t.Context(), nil); refusal != nil || !slices.Equal(r.items(), items) {
		t.Errorf("start again: %v with %v", refusal, r.items())
	}
	next := r.again()
	if v := next.View(); v.Solo != "" || v.SessionID == "" || !slices.Equal(next.items(), items) {
		t.Errorf("the disk holds %+v with %v", v, next.items())
	}
}

func TestSoloComesBackAfterARestart(t *testing.T) {
	r, host := alone(t)
	host.do(wire.AddTrack{TrackID: "t1"})
	items, solo := r.items(), r.View().Solo
	next := r.again()
	if v := next.View(); v.Solo != solo || v.SessionID != "" || !slices.Equal(next.items(), items) {
		t.Errorf("the disk gives back %+v with %v", v, next.items())
	}
	next.console()
}

func TestSoloThatEndsLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, host := alone(t)
		host.do(wire.AddTrack{TrackID: "t1"})
		host.do(wire.Pause{})
		solo := r.View().Solo
		r.Gone(host.Peer)
		pass(29 * time.Minute)
		if r.View().Solo != solo {
			t.Fatal("it is over before its time")
		}
		pass(2 * time.Minute)
		if v := r.View(); v.Solo != "" || len(v.Ended(r.Now())) != 0 || v.FindOn(true, solo, r.Now()).Code != wire.CodeSessionNotFound {
			t.Errorf("after half an hour there is %+v", v)
		}
		running, err := r.disk.Running()
		rows, _ := r.disk.History()
		if err != nil || running.Jam != "" || len(rows) != 0 {
			t.Errorf("the disk holds %+v and %v (%v)", running, rows, err)
		}
		if r.console(); r.View().Solo == solo {
			t.Error("the next one has the same code")
		}
	})
}

func TestTheNextSoloSessionIsAsLoudAsTheLastJam(t *testing.T) {
	r := start(t)
	host := r.join("Hanna", true)
	host.do(wire.AddTrack{TrackID: "t1"})
	host.do(wire.SetVolume{Volume: 0})
	host.do(wire.EndSession{})
	r.console()
	if now, _ := r.Sounding(); now.Volume != 0 || r.wanted().Volume != 0 {
		t.Errorf("it begins at %d", now.Volume)
	}
}

func TestMediaKeysControlSoloAndJam(t *testing.T) {
	r := open(t, t.TempDir())
	control := func(c wire.Command) wire.Code {
		if refusal := r.Control(context.Background(), c); refusal != nil {
			return refusal.Code
		}
		return ""
	}
	if code := control(wire.Play{}); code != wire.CodeSessionNotFound {
		t.Errorf("without anything: %q", code)
	}
	now, changed := r.Sounding()
	if now.Item != "" || now.Playing {
		t.Errorf("nothing sounds as %+v", now)
	}
	host := r.console()
	host.do(wire.AddTrack{TrackID: "t1"})
	<-changed
	if now, _ = r.Sounding(); now.Item != r.items()[0] || now.Track.Title != "Song t1" || !now.Playing || now.Volume != 100 || !now.HasNext || now.Name != "" {
		t.Errorf("it sounds as %+v", now)
	}
	if _, refusal := r.Create(t.Context(), json.RawMessage(`{"name":"Friday","autoplay":false}`)); refusal != nil {
		t.Fatal(refusal)
	}
	if now, changed = r.Sounding(); now.Name != "Friday" || now.Item != r.items()[0] || now.HasNext {
		t.Errorf("in the jam it sounds as %+v", now)
	}
	jump := r.wanted().Jump
	for _, c := range []wire.Command{wire.Seek{PositionMS: 5000}, wire.Pause{}, wire.SetVolume{Volume: 12}} {
		if code := control(c); code != "" {
			t.Errorf("%s: %s", c.CommandType(), code)
		}
	}
	<-changed
	if now, _ = r.Sounding(); now.Playing || now.Volume != 12 || now.Position < 5*time.Second || now.Position > 6*time.Second || r.wanted().Jump != jump+1 {
		t.Errorf("it sounds as %+v", now)
	}
	for c, want := range map[wire.Command]wire.Code{wire.Seek{PositionMS: -1}: wire.CodeBadRequest, wire.Leave{}: wire.CodeBadRequest, wire.Away{}: wire.CodeBadRequest, wire.AddTrack{TrackID: "no"}: wire.CodeTrackNotFound} {
		if code := control(c); code != want {
			t.Errorf("%s: %q", c.CommandType(), code)
		}
	}
	_, changed = r.Sounding()
	if control(wire.EndSession{}); r.View().SessionID != "" {
		t.Error("the jam goes on")
	}
	<-changed
	if now, _ = r.Sounding(); now.Item != "" || now.Name != "" {
		t.Errorf("after the end it sounds as %+v", now)
	}
}

func TestAPlaylistGoesIntoTheQueueAtOnce(t *testing.T) {
	r := open(t, t.TempDir())
	queued, refusal := r.Queue(t.Context(), "Dinner", []string{"t1", "t2", "gone", "t1", "t3"})
	if refusal != nil || queued != (wire.Queued{Added: 3, Refused: 2}) {
		t.Errorf("queued %+v (%v)", queued, refusal)
	}
	if tracks, playing := r.queue(); fmt.Sprint(tracks) != "[t1 t2 t3]" || !playing || r.View().Solo == "" {
		t.Errorf("the solo session has %v, playing %v", tracks, playing)
	}
	if _, refusal := r.Create(t.Context(), nil); refusal != nil {
		t.Fatal(refusal)
	}
	host := r.join("Hanna", true)
	host.read()
	writes := r.disk.writes.Load()
	if queued, refusal = r.Queue(t.Context(), "Dinner", []string{"t3", "t4", "t5"}); refusal != nil || queued != (wire.Queued{Added: 2, Refused: 1}) {
		t.Errorf("queued %+v (%v)", queued, refusal)
	}
	if n := r.disk.writes.Load() - writes; n != 1 {
		t.Errorf("in %d transactions", n)
	}
	if told := host.Outbox.Take().Messages; len(told) != 3 {
		t.Errorf("the host is told %s, want two songs and one sentence", told)
	}
	r.disk.broken.Store(true)
	if _, refusal = r.Queue(t.Context(), "Dinner", []string{"t6"}); refusal == nil || refusal.Code != wire.CodeInternal {
		t.Errorf("on a broken disk: %v", refusal)
	}
	r.disk.broken.Store(false)
	if queued, refusal = r.Queue(t.Context(), "Nothing", []string{"gone"}); refusal != nil || queued != (wire.Queued{Refused: 1}) {
		t.Errorf("queued %+v (%v)", queued, refusal)
	}
}

// A jam that was written beside a solo session, by whatever version, is the one that counts.
func TestAJamOnDiskComesBeforeASoloSession(t *testing.T) {
	r, _ := alone(t)
	var running store.Running
	r.look(func() { running, _ = r.disk.Running() })
	if _, refusal := r.Create(t.Context(), nil); refusal != nil {
		t.Fatal(refusal)
	}
	r.look(func() {
		if err := r.disk.Store.Commit(store.Batch{Jam: running.Jam, Solo: true, Entries: running.Entries}); err != nil {
			t.Error(err)
		}
	})
	jam := r.View().SessionID
	if next := r.again(); next.View().SessionID != jam || next.View().Solo != "" {
		t.Errorf("there is %+v", next.View())
	}
}

// What was heard tonight, alone or in a jam that ended, does not come back by autoplay while there is anything else.
func TestAutoplayRemembersTheEvening(t *testing.T) {
	r, console := alone(t)
	ended := func() string {
		t.Helper()
		before := r.items()[0]
		r.deck.reports <- player.Report{Kind: player.Ended, Item: before, Reason: player.ReasonEOF}
		eventually(t, "the next song is on", func() bool { return r.items()[0] != before })
		now, _ := r.Sounding()
		return now.Track.TrackID
	}
	console.do(wire.AddTrack{TrackID: "t0"})
	if got := ended(); got != "t1" {
		t.Fatalf("alone: %s", got)
	}
	created, refusal := r.Create(t.Context(), nil)
	if refusal != nil {
		t.Fatal(refusal)
	}
	if got := ended(); got != "t2" {
		t.Errorf("in the jam: %s, want t2, as t0 was heard before it", got)
	}
	if refusal := r.End(t.Context(), created.ShareCode); refusal != nil {
		t.Fatal(refusal)
	}
	r.console().do(wire.AddTrack{TrackID: "t9"})
	if got := ended(); got != "t3" {
		t.Errorf("after the jam: %s, want t3", got)
	}
}
