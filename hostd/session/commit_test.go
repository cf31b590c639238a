package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/shared/wire"
)

func TestAllThatWaitsGoesIntoOneTransaction(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	before := r.disk.writes.Load()
	release := r.disk.hold()
	host.send(wire.SetVolume{Volume: 1}) // this one is being written
	<-r.disk.held
	const n = 200
	for i := range n {
		host.send(wire.SetVolume{Volume: i%90 + 2})
	}
	release()
	r.settle()
	if writes := r.disk.writes.Load() - before; writes < 2 || writes > 3 { // a mark may be due in between
		t.Errorf("%d transactions for 1 and %d commands, want 2", writes, n)
	}
	if acks, events := host.told("ack"), alice.told("playback"); acks < n || events < n {
		t.Errorf("%d acks and %d events", acks, events)
	}
}

func TestOnDiskBeforeAnyoneIsTold(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	host.read()
	alice.read()
	seq := r.View().Seq
	release := r.disk.hold()
	host.send(wire.AddTrack{TrackID: "t1"})
	<-r.disk.held
	if h, a := host.read(), alice.read(); len(h)+len(a) > 0 || r.View().Seq != seq {
		t.Errorf("told before it was on disk: %s %s, seq %d", h, a, r.View().Seq)
	}
	release()
	r.settle()
	if host.told("track_added") != 1 || alice.told("track_added") != 1 {
		t.Error("not told after it was on disk")
	}
}

func TestWhatCannotBeWrittenDidNotHappen(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	host.do(wire.AddTrack{TrackID: "t1"})
	alice.read()
	before := r.View()
	r.disk.broken.Store(true)
	if code := host.do(wire.AddTrack{TrackID: "t2"}); code != wire.CodeInternal {
		t.Errorf("add: %q, want internal", code)
	}
	newcomer := NewPeer(before.ShareCode, false, wire.PathLAN, slog.New(slog.DiscardHandler))
	if err := r.Join(context.Background(), newcomer, "join", wire.JoinRequest{DisplayName: "Bob"}, false); err != nil {
		t.Error(err)
	}
	if m := newcomer.Outbox.Take(); newcomer.Joined() || m.Bye != 0 || len(m.Messages) != 1 {
		t.Errorf("a join: %s, bye %d; want internal, and the connection stays", m.Messages, m.Bye)
	}
	if refusal := r.End(context.Background(), before.ShareCode); refusal == nil || refusal.Code != wire.CodeInternal {
		t.Errorf("end: %v", refusal)
	}
	if m := alice.read(); len(m) > 0 {
		t.Errorf("somebody else was told: %s", m)
	}
	if v := r.View(); v.Seq != before.Seq || v.SessionID != before.SessionID || v.Landing.ParticipantCount != 2 {
		t.Errorf("the view was %+v and is %+v", before, v)
	}
	if tracks, playing := r.queue(); fmt.Sprint(tracks) != "[t1]" || !playing {
		t.Errorf("the queue is %v, playing %v", tracks, playing)
	}
	r.disk.broken.Store(false)
	if code := host.do(wire.AddTrack{TrackID: "t2"}); code != "" {
		t.Errorf("on a mended disk: %s", code)
	}
	if m := alice.told("track_added"); m != 1 {
		t.Errorf("alice was told %d times", m)
	}
	next := r.again()
	if tracks, _ := next.queue(); fmt.Sprint(tracks) != "[t1 t2]" {
		t.Errorf("the disk holds %v", tracks)
	}
}

func TestNoJamStartsOnABrokenDisk(t *testing.T) {
	r := open(t, t.TempDir())
	r.disk.broken.Store(true)
	if _, refusal := r.Create(context.Background(), nil); refusal == nil || refusal.Code != wire.CodeInternal {
		t.Errorf("create: %v", refusal)
	}
	if v := r.View(); v.SessionID != "" {
		t.Errorf("a jam runs: %+v", v)
	}
	r.disk.broken.Store(false)
	if _, refusal := r.Create(context.Background(), nil); refusal != nil {
		t.Error(refusal)
	}
}

func TestGoingIsToldOnceTheDiskIsMended(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	r.disk.broken.Store(true)
	r.Gone(host.Peer)
	r.settle()
	r.disk.broken.Store(false)
	r.settle()
	if alice.told("participant_updated") != 1 {
		t.Error("nobody was told that the host's console is closed")
	}
	r.join("Hanna", true) // else it would be already_joined for ever
}

func TestDiskThatCannotBeReadEitherEndsTheHouse(t *testing.T) {
	r := start(t)
	host := r.join("Hanna", true)
	if err := r.disk.Close(); err != nil { // the file is closed under the house
		t.Fatal(err)
	}
	host.send(wire.SetVolume{Volume: 1})
	if err := <-r.ended; err == nil {
		t.Error("the house ended without an error")
	}
	if err := r.Join(context.Background(), NewPeer("", false, wire.PathLAN, nil), "", wire.JoinRequest{}, false); !errors.Is(err, ErrStopped) {
		t.Errorf("join: %v, want ErrStopped", err)
	}
	if _, refusal := r.Create(context.Background(), nil); refusal == nil || refusal.Code != wire.CodeInternal {
		t.Errorf("create: %v", refusal)
	}
}

func TestWhoHasAnAnswerFindsItInTheView(t *testing.T) {
	r := open(t, t.TempDir())
	for range 50 {
		created, refusal := r.Create(t.Context(), nil)
		if refusal != nil || r.View().ShareCode != created.ShareCode {
			t.Fatalf("created %+v (%v), the view holds %q", created, refusal, r.View().ShareCode)
		}
		if refusal := r.End(t.Context(), created.ShareCode); refusal != nil || r.View().SessionID != "" {
			t.Fatalf("ended (%v), the view holds %q", refusal, r.View().SessionID)
		}
		if refusal := r.View().Find(created.ShareCode, r.Now()); refusal == nil || refusal.Code != wire.CodeSessionEnded {
			t.Fatalf("the ended jam is %v", refusal)
		}
	}
	// The same without luck: the view of the very moment when the answer is given.
	var seen string
	err := r.call(t.Context(), func(b *batch) {
		if err := r.found(b, wire.DefaultSettings()); err != nil {
			t.Error(err)
		}
		b.answer(func(*wire.Error) { seen = r.View().SessionID })
	})
	if err != nil || seen == "" {
		t.Errorf("answered before the view was published (%v)", err)
	}
	err = r.call(t.Context(), func(b *batch) {
		b.step("", "", jam.End{}, func(jam.Entry) { seen = r.View().SessionID }, nil)
	})
	if err != nil || seen != "" {
		t.Errorf("the end was answered while the view still held the jam (%v)", err)
	}
}

func TestTwoWhoEndAndJoinAtOnce(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	var seat struct {
		ResumeToken string `json:"resume_token"`
	}
	if err := json.Unmarshal(alice.read()[0], &seat); err != nil || seat.ResumeToken == "" {
		t.Fatalf("alice has no token (%v)", err)
	}
	late := NewPeer(r.View().ShareCode, false, wire.PathLAN, slog.New(slog.DiscardHandler))
	back := NewPeer(r.View().ShareCode, false, wire.PathLAN, slog.New(slog.DiscardHandler))
	release := r.disk.hold()
	host.send(wire.SetVolume{Volume: 3})
	<-r.disk.held
	host.send(wire.EndSession{})
	alice.send(wire.AddTrack{TrackID: "t1"})
	answered := make(chan error, 2)
	go func() {
		answered <- r.Join(context.Background(), late, "in", wire.JoinRequest{DisplayName: "Late"}, false)
	}()
	go func() {
		answered <- r.Resume(context.Background(), back, "in", wire.Resume{ResumeToken: seat.ResumeToken})
	}()
	eventually(t, "all of them wait", func() bool { return len(r.mail) == 4 })
	release()
	for range 2 {
		if err := <-answered; err != nil {
			t.Error(err)
		}
	}
	for name, p := range map[string]*Peer{"the late one": late, "the one who came back": back} {
		if taken := p.Outbox.Take(); taken.Bye != wire.CloseEnded || !bytes.Contains(taken.Messages[0], []byte("session_ended")) {
			t.Errorf("%s is told %s and bye %d", name, taken.Messages, taken.Bye)
		}
	}
	r.settle() // the others have their bye before alice has hers
	if bye := alice.Outbox.Take().Bye; bye != wire.CloseEnded {
		t.Errorf("alice's bye is %d", bye)
	}
}

// On a full disk every round fails, also those that nobody asked for: they must not follow each other without end.
func TestABrokenDiskIsTriedAgainOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host := r.join("Hanna", true)
		host.do(wire.AddTrack{TrackID: "t1"})
		r.disk.broken.Store(true)
		before := r.disk.refused.Load()
		pass(20 * time.Second)
		if n := r.disk.refused.Load() - before; n < 10 || n > 21 {
			t.Errorf("tried %d times in 20 s", n)
		}
		r.disk.broken.Store(false)
		if code := host.do(wire.AddTrack{TrackID: "t2"}); code != "" {
			t.Errorf("on a mended disk: %s", code)
		}
	})
}
