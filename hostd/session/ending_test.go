package session

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/player"
	"soul-jam/shared/wire"
)

// until lets virtual time go by up to that long after a moment.
func until(start time.Time, d time.Duration) { pass(time.Until(start.Add(d))) }

// is fails unless the jam is in that state, "" for none; reason is that of the end which is announced.
func (r *rig) is(when string, state wire.State, reason wire.EndReason) {
	r.t.Helper()
	synctest.Wait()
	var announced wire.EndReason
	if r.View().SessionID == "" {
		if state != "" {
			r.t.Errorf("%s: there is no jam, want %s", when, state)
		}
		return
	}
	r.look(func() {
		if e := r.jam.Session("").Ending; e != nil {
			announced = e.Reason
		}
	})
	if got := r.View().Landing.State; got != state || announced != reason {
		r.t.Errorf("%s: the jam is %s (%s), want %s (%s)", when, got, announced, state, reason)
	}
}

// over fails unless the jam has ended for that reason, which everybody is told who comes back.
func (r *rig) over(when, code string, reason wire.EndReason) {
	r.t.Helper()
	r.is(when, "", "")
	refusal := r.View().Find(code, r.Now())
	if refusal == nil || refusal.Code != wire.CodeSessionEnded || refusal.EndReason != reason {
		r.t.Errorf("%s: the code is %+v, want %s", when, refusal, reason)
	}
	rows, err := r.disk.History()
	if err != nil || len(rows) != 1 || *rows[0].EndReason != reason {
		r.t.Errorf("%s: history is %+v (%v), want %s", when, rows, err, reason)
	}
}

func TestAnIdleJamEndsAfterHalfAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		code, host, alice := r.View().ShareCode, r.join("Hanna", true), r.join("Alice", false)
		began := time.Now()
		until(began, 29*time.Minute+59*time.Second+999*time.Millisecond)
		r.is("29:59.999", wire.StateActive, "")
		until(began, 30*time.Minute)
		r.is("30:00", wire.StateEnding, wire.EndedIdle)
		told := strings.Join(text(host.read()), "\n")
		if !strings.Contains(told, `"kind":"session_ending","level":"warning"`) || !strings.Contains(told, `"in_seconds":60`) {
			t.Errorf("the host is told %s", told)
		}
		// Hiding the page is no activity, searching is.
		if err := r.Away(t.Context(), alice.Peer); err != nil {
			t.Fatal(err)
		}
		until(began, 30*time.Minute+30*time.Second)
		r.is("30:30", wire.StateEnding, wire.EndedIdle)
		if err := r.Stir(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.is("after a search", wire.StateActive, "")
		again := time.Now()
		until(again, 29*time.Minute+59*time.Second)
		r.is("29:59 later", wire.StateActive, "")
		until(again, 30*time.Minute+59*time.Second+999*time.Millisecond)
		r.is("30:59.999 later", wire.StateEnding, wire.EndedIdle)
		until(again, 31*time.Minute)
		r.over("31:00 later", code, wire.EndedIdle)
	})
}

func text(messages [][]byte) (out []string) {
	for _, m := range messages {
		out = append(out, string(m))
	}
	return out
}

func TestMusicKeepsAJamFromBeingIdleOrEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host, alice := r.join("Hanna", true), r.join("Alice", false)
		r.disk.nodded.Store(true)
		host.do(wire.AddTrack{TrackID: "t1"})
		r.Gone(host.Peer)
		r.Gone(alice.Peer)
		pass(2 * time.Hour)
		r.is("two hours of music for nobody", wire.StateActive, "")
	})
}

func TestAJamThatEverybodyLeftEndsAfterFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		code, host := r.View().ShareCode, r.join("Hanna", true)
		r.Gone(host.Peer)
		pass(20 * time.Minute)
		r.is("before the first guest came", wire.StateCreated, "")
		host, alice := r.join("Hanna", true), r.join("Alice", false)
		token := alice.token()
		r.Gone(alice.Peer)
		pass(20 * time.Minute)
		r.is("with the console open", wire.StateActive, "")
		r.Gone(host.Peer)
		synctest.Wait()
		gone := time.Now()
		until(gone, 4*time.Minute+59*time.Second+999*time.Millisecond)
		r.is("4:59.999", wire.StateActive, "")
		until(gone, 5*time.Minute)
		r.is("5:00", wire.StateEnding, wire.EndedEmpty)
		until(gone, 5*time.Minute+59*time.Second)
		back := r.stranger()
		back.resume(token)
		r.is("5:59, when she comes back", wire.StateActive, "")
		r.Gone(back.Peer)
		synctest.Wait()
		gone = time.Now()
		until(gone, 5*time.Minute+59*time.Second+999*time.Millisecond)
		r.is("5:59.999", wire.StateEnding, wire.EndedEmpty)
		until(gone, 6*time.Minute)
		r.over("6:00", code, wire.EndedEmpty)
	})
}

func TestAJamEndsAfterADayWhateverGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		began, code, host := time.Now(), r.View().ShareCode, r.join("Hanna", true)
		r.disk.nodded.Store(true)
		for range 71 {
			pass(20 * time.Minute)
			if err := r.Stir(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		until(began, 24*time.Hour-time.Millisecond)
		r.is("23:59:59.999", wire.StateCreated, "")
		until(began, 24*time.Hour)
		r.is("24:00:00", wire.StateEnding, wire.EndedMaxDuration)
		host.do(wire.AddTrack{TrackID: "t1"}) // activity does not help, nor music
		r.is("with music", wire.StateEnding, wire.EndedMaxDuration)
		until(began, 24*time.Hour+time.Minute)
		r.over("24:01:00", code, wire.EndedMaxDuration)
	})
}

func TestTheHostsCountdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		code, host := r.View().ShareCode, r.join("Hanna", true)
		seconds := 90
		host.do(wire.EndSession{InSeconds: &seconds})
		pass(90*time.Second - time.Millisecond)
		r.is("at 89.999 s", wire.StateEnding, wire.EndedByHost)
		pass(time.Millisecond)
		r.over("at 90 s", code, wire.EndedByHost)
	})
}

// A countdown runs on while the host is away, and ends the jam at once when it comes back.
func TestACountdownThatRanOutDuringARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		code, host := r.View().ShareCode, r.join("Hanna", true)
		seconds := 90
		host.do(wire.EndSession{InSeconds: &seconds})
		pass(time.Minute)
		next := r.again()
		pass(time.Second)
		next.is("at 61 s", wire.StateEnding, wire.EndedByHost)
		next.stop()
		<-next.ended
		if err := next.disk.Close(); err != nil {
			t.Error(err)
		}
		pass(time.Minute)
		last := open(t, next.dir)
		pass(0)
		last.over("at 121 s", code, wire.EndedByHost)
	})
}

func TestWhoIsAwayCountsInAVoteForFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host, alice, bob, carol := r.join("Hanna", true), r.join("Alice", false), r.join("Bob", false), r.join("Carol", false)
		r.disk.nodded.Store(true)
		host.do(wire.AddTrack{TrackID: "t1"})
		host.do(wire.AddTrack{TrackID: "t2"})
		alice.do(wire.VoteSkip{})
		r.Gone(bob.Peer)
		r.Gone(carol.Peer)
		pass(5*time.Minute - time.Millisecond)
		if tracks, _ := r.queue(); len(tracks) != 2 {
			t.Errorf("at 4:59.999 the queue is %v", tracks)
		}
		pass(time.Millisecond)
		if tracks, playing := r.queue(); fmt.Sprint(tracks) != "[t2]" || !playing {
			t.Errorf("at 5:00 the queue is %v, playing %v: of two, one vote is enough", tracks, playing)
		}
	})
}

func TestAutoplayWithNobodyThere(t *testing.T) {
	for _, c := range []struct {
		away  time.Duration
		plays bool
	}{{30*time.Minute - time.Second, true}, {30 * time.Minute, false}} {
		t.Run(c.away.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t)
				host := r.join("Hanna", true)
				r.disk.nodded.Store(true)
				host.do(wire.AddTrack{TrackID: "t1"})
				r.Gone(host.Peer)
				synctest.Wait()
				pass(c.away)
				r.deck.reports <- player.Report{Kind: player.Ended, Item: r.items()[0], Reason: player.ReasonEOF}
				synctest.Wait()
				if _, playing := r.queue(); playing != c.plays {
					t.Errorf("playing %v, want %v", playing, c.plays)
				}
			})
		})
	}
}

func TestAPlaceInTheWaitingRoomIsKeptForTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host, alice, bob := r.join("Hanna", true), r.stranger(), r.stranger()
		approval(r, host, "true")
		alice.ask("Alice", "a")
		bob.ask("Bob", "b")
		r.Gone(alice.Peer)
		pass(10*time.Minute - time.Millisecond)
		if n := len(r.requests()); n != 2 || host.told("participant_left") != 0 {
			t.Errorf("%d wait at 9:59.999", n)
		}
		pass(time.Millisecond)
		if n := len(r.requests()); n != 1 || host.told("participant_left") != 1 {
			t.Errorf("%d wait at 10:00", n)
		}
		if bob.told("join_pending") != 2 {
			t.Error("bob was not told that he moved up")
		}
		pass(time.Hour) // who keeps the page open is not idle company: the jam is
		r.is("an hour later", "", "")
	})
}
