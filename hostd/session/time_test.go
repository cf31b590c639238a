package session

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/shared/wire"
)

// storedMark is the sign of life that the disk holds.
func (r *rig) storedMark() (m jam.Mark) {
	r.t.Helper()
	running, err := r.disk.Running()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := json.Unmarshal(running.Mark, &m); err != nil {
		r.t.Fatal(err)
	}
	return m
}

// pass lets virtual time go by and everything that is due happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestSignsOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host := r.join("Hanna", true)
		for range 20 { // with nothing playing: at least every 15 s
			pass(7 * time.Second)
			if age := r.Now().Sub(r.storedMark().At.Time); age > 15*time.Second {
				t.Fatalf("the last sign of life is %v old", age)
			}
		}
		if n := r.disk.writes.Load(); n > 20 {
			t.Errorf("%d writes in 140 s of nothing", n)
		}
		host.do(wire.AddTrack{TrackID: "t1"})
		began := r.Now()
		for range 20 { // while playing: the position every second
			pass(1700 * time.Millisecond)
			m := r.storedMark()
			heard := r.Now().Sub(began).Milliseconds()
			if late := heard - m.PositionMS; late < 0 || late > 1000 || m.Item == "" {
				t.Fatalf("%d ms were heard, the mark is %+v", heard, m)
			}
		}
		host.do(wire.Pause{})
		writes := r.disk.writes.Load()
		pass(time.Minute)
		if n := r.disk.writes.Load() - writes; n > 5 {
			t.Errorf("%d writes in a minute of pause", n)
		}
		r.stop()
		<-r.ended
		if m := r.storedMark(); r.Now().Sub(m.At.Time) > time.Millisecond {
			t.Errorf("the last sign of life at the end is %v", m)
		}
	})
}

func TestAbsencesOfTheHost(t *testing.T) {
	for _, c := range []struct {
		away    time.Duration
		state   wire.State
		playing bool
	}{
		{time.Second, wire.StateActive, true},
		{4*time.Minute + 59*time.Second, wire.StateActive, true},
		{5*time.Minute - time.Millisecond, wire.StateActive, true},
		{5 * time.Minute, wire.StatePaused, false},
		{5*time.Minute + time.Second, wire.StatePaused, false},
		{29*time.Minute + 59*time.Second, wire.StatePaused, false},
		{30 * time.Minute, wire.StatePaused, false},
		{30*time.Minute + time.Second, "", false},
	} {
		t.Run(c.away.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { absence(t, c.away, c.state, c.playing) })
		})
	}
}

func absence(t *testing.T, away time.Duration, state wire.State, playing bool) {
	r := start(t)
	code := r.View().ShareCode
	host := r.join("Hanna", true)
	host.do(wire.AddTrack{TrackID: "t1"})
	host.do(wire.AddTrack{TrackID: "t2"})
	pass(30 * time.Second)
	r.stop()
	<-r.ended
	if err := r.disk.Close(); err != nil {
		t.Fatal(err)
	}
	pass(away)
	next := open(t, r.dir)
	if state == "" {
		if refusal := next.View().Find(code, next.Now()); refusal == nil || refusal.Code != wire.CodeSessionEnded {
			t.Errorf("the jam is %v, want ended", refusal)
		}
		rows, err := next.disk.History()
		if err != nil || len(rows) != 1 || *rows[0].EndReason != wire.EndedGone {
			t.Errorf("history %+v, %v", rows, err)
		}
		return
	}
	if v := next.View(); v.ShareCode != code || v.Landing.State != state {
		t.Fatalf("the jam is %+v, want %s", v, state)
	}
	want := next.wanted()
	if tracks, plays := next.queue(); len(tracks) != 2 || plays != playing || want.Playing != playing {
		t.Errorf("%v, playing %v, the player is told %+v; want playing %v", tracks, plays, want, playing)
	}
	if want.Position < 29*time.Second || want.Position > 31*time.Second {
		t.Errorf("it goes on at %v, was at 30 s", want.Position)
	}
}

func TestEndedJamsAreForgottenAfterADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		code := r.View().ShareCode
		if refusal := r.End(t.Context(), code); refusal != nil {
			t.Fatal(refusal)
		}
		next := r.again()
		pass(24*time.Hour - time.Second)
		if refusal := next.View().Find(code, next.Now()); refusal.Code != wire.CodeSessionEnded {
			t.Errorf("before a day: %v", refusal)
		}
		pass(2 * time.Second)
		if refusal := next.View().Find(code, next.Now()); refusal.Code != wire.CodeSessionNotFound {
			t.Errorf("after a day: %v", refusal)
		}
		late := next.again()
		if refusal := late.View().Find(code, late.Now()); refusal.Code != wire.CodeSessionNotFound {
			t.Errorf("after a restart: %v", refusal)
		}
	})
}

func TestHiddenForLongerThanASeatStaysInTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host, alice := r.join("Hanna", true), r.join("Alice", false)
		if err := r.Away(t.Context(), alice.Peer); err != nil {
			t.Fatal(err)
		}
		pass(9*time.Minute + 59*time.Second)
		if n := host.told("participant_left"); n != 0 {
			t.Error("left before ten minutes")
		}
		pass(2 * time.Second)
		if n := host.told("participant_left"); n != 1 {
			t.Errorf("told %d times that alice left", n)
		}
		// Her page is shown again, on the same connection.
		if err := r.Back(t.Context(), alice.Peer); err != nil {
			t.Fatal(err)
		}
		if code := alice.do(wire.AddTrack{TrackID: "t1"}); code != "" {
			t.Errorf("her next word is refused: %s", code)
		}
		if n := host.told("participant_joined"); n != 1 {
			t.Errorf("told %d times that she is back", n)
		}
	})
}

func TestClockIsSteady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := Clock()
		first := now()
		pass(90 * time.Minute)
		if d := now().Sub(first); d != 90*time.Minute {
			t.Errorf("90 minutes are %v", d)
		}
	})
}

func TestNewsOfBeginningNamingAndEnding(t *testing.T) {
	r := open(t, t.TempDir())
	news := func(what string, want bool) {
		t.Helper()
		r.settle()
		select {
		case <-r.Changed():
			if !want {
				t.Errorf("%s: news of nothing", what)
			}
		default:
			if want {
				t.Errorf("%s: no news", what)
			}
		}
	}
	news("open", true)
	if _, refusal := r.Create(t.Context(), nil); refusal != nil {
		t.Fatal(refusal)
	}
	news("create", true)
	host := r.join("Hanna", true)
	host.do(wire.AddTrack{TrackID: "t1"})
	news("a song", false)
	host.do(wire.UpdateSettings{Settings: []byte(`{"name":"Friday"}`)})
	news("a name", true)
	host.do(wire.EndSession{})
	news("end", true)
}

func TestAByeIsTheLastThatAConnectionIs(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	if code := alice.do(wire.Leave{}); code != "" {
		t.Fatal(code)
	}
	host.read()
	if err := r.Join(t.Context(), alice.Peer, "again", wire.JoinRequest{DisplayName: "Ghost"}, false); err != nil {
		t.Fatal(err)
	}
	if alice.Joined() || host.told("participant_joined") != 0 {
		t.Error("a seat was given to a connection that had its bye")
	}
}
