package session

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/shared/wire"
)

// laptop is a machine that can be put to sleep, and whose clock on the wall can be set.
type laptop struct {
	id    string
	began time.Time
	slept atomic.Int64  // nanoseconds: its boot clock ran on, the session's stood still
	set   time.Duration // by how much the wall clock is off when hostd starts
}

func (l *laptop) machine() machine {
	now, off := Clock(), l.set
	return machine{
		now: func() time.Time { return now().Add(off) },
		boot: func() (Boot, error) {
			return Boot{ID: l.id, Up: time.Since(l.began) + time.Duration(l.slept.Load())}, nil
		},
	}
}

// on starts a house with a running jam on it, with a song and its host, and lets some of the song be heard.
func (l *laptop) on(t *testing.T) (r *rig, host, alice *someone) {
	t.Helper()
	r = openOn(t, t.TempDir(), l.machine())
	if _, refusal := r.Create(t.Context(), []byte(`{"guest_can_control":true}`)); refusal != nil {
		t.Fatal(refusal)
	}
	host, alice = r.join("Hanna", true), r.join("Alice", false)
	host.do(wire.AddTrack{TrackID: "t1"})
	pass(10 * time.Second)
	host.read()
	return r, host, alice
}

func newLaptop() *laptop { return &laptop{id: "this boot", began: time.Now().Add(-time.Hour)} }

// again is the rig's, on the laptop's clocks.
func (l *laptop) again(r *rig) *rig {
	r.t.Helper()
	r.stop()
	if err := <-r.ended; err != nil {
		r.t.Error(err)
	}
	return l.reopen(r)
}

func (l *laptop) reopen(r *rig) *rig {
	r.t.Helper()
	if err := r.disk.Close(); err != nil {
		r.t.Error(err)
	}
	return openOn(r.t, r.dir, l.machine())
}

// position is where the song is, in whole seconds.
func (r *rig) position() (at time.Duration) {
	r.look(func() { at = time.Duration(r.jam.PositionMS(r.Now())) * time.Millisecond })
	return at.Round(time.Second)
}

func TestASleepingMachineWasAway(t *testing.T) {
	for _, c := range []struct {
		slept time.Duration
		state wire.State
	}{
		{time.Second, wire.StateActive},
		{4*time.Minute + 59*time.Second, wire.StateActive},
		{5 * time.Minute, wire.StatePaused},
		{5*time.Minute + time.Second, wire.StatePaused},
		{29*time.Minute + 59*time.Second, wire.StatePaused},
		{30 * time.Minute, wire.StatePaused},
		{30*time.Minute + time.Second, ""},
		{48 * time.Hour, ""},
	} {
		t.Run(c.slept.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLaptop()
				r, host, alice := l.on(t)
				code := r.View().ShareCode
				l.slept.Add(int64(c.slept))
				pass(time.Second)
				switch c.state {
				case "":
					r.over("awake", code, wire.EndedGone)
					return
				case wire.StateActive:
					pass(9 * time.Second)
					r.is("awake", wire.StateActive, "")
					if at := r.position(); at != 20*time.Second {
						t.Errorf("the song is at %v, want 20 s", at)
					}
					return
				}
				r.is("awake", wire.StatePaused, "")
				if host.told("host_status") != 1 {
					t.Error("nobody was told")
				}
				if at := r.position(); at != 11*time.Second {
					t.Errorf("the song is at %v, want 11 s", at)
				}
				if code := alice.do(wire.Play{}); code != wire.CodeNotAuthorized {
					t.Errorf("a guest starts the music of a jam that waits for its host: %q", code)
				}
				if code := host.do(wire.Play{}); code != "" {
					t.Errorf("the host's play: %s", code)
				}
				r.is("after play", wire.StateActive, "")
				if _, playing := r.queue(); !playing {
					t.Error("it does not play")
				}
			})
		})
	}
}

func TestShortSleepsAreNotAddedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLaptop()
		r, _, _ := l.on(t)
		for range 20 {
			l.slept.Add(int64(4 * time.Minute))
			pass(time.Second)
		}
		r.is("after twenty of four minutes", wire.StateActive, "")
	})
}

func TestSleepIsToldWhenTheDiskIsAwakeToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLaptop()
		r, _, _ := l.on(t)
		r.disk.broken.Store(true)
		l.slept.Add(int64(10 * time.Minute))
		pass(3 * time.Second)
		r.is("with a disk that does not write", wire.StateActive, "")
		r.disk.broken.Store(false)
		pass(2 * time.Second)
		r.is("with a disk that does", wire.StatePaused, "")
	})
}

// Times of the calendar come sooner by what the machine slept.
func TestExpiryOnAMachineThatSlept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLaptop()
		r, host, _ := l.on(t)
		at := time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05.000Z")
		host.do(wire.UpdateSettings{Settings: []byte(`{"expires_at":"` + at + `"}`)})
		l.slept.Add(int64(4 * time.Minute))
		began := time.Now()
		until(began, 55*time.Minute+59*time.Second)
		r.is("55:59", wire.StateActive, "")
		until(began, 56*time.Minute)
		r.is("56:00", wire.StateEnding, wire.EndedExpired)
	})
}

func TestSettingTheClockChangesNothing(t *testing.T) {
	for _, set := range []time.Duration{-48 * time.Hour, -2 * time.Hour, -6 * time.Minute, 0, 6 * time.Minute, 2 * time.Hour} {
		t.Run(set.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLaptop()
				r, _, alice := l.on(t)
				token := alice.token()
				l.set = set
				next := l.again(r)
				pass(10 * time.Second)
				next.is("after a restart", wire.StateActive, "")
				if at := next.position(); at != 20*time.Second {
					t.Errorf("the song is at %v, want 20 s", at)
				}
				if tracks, playing := next.queue(); len(tracks) != 1 || !playing {
					t.Errorf("%v, playing %v", tracks, playing)
				}
				back := next.stranger()
				back.resume(token)
				if !back.Joined() {
					t.Error("her token is unknown")
				}
				pass(20 * time.Minute)
				next.is("twenty minutes later", wire.StateActive, "")
			})
		})
	}
}

func TestAbsenceByTheBootClockOrTheWall(t *testing.T) {
	for name, c := range map[string]struct {
		boot  string
		away  time.Duration // of which
		slept time.Duration
		set   time.Duration
		state wire.State
	}{
		"the same boot, asleep meanwhile": {"this boot", time.Minute, 6 * time.Minute, 0, wire.StatePaused},
		"the same boot, clock set back":   {"this boot", 6 * time.Minute, 0, -6 * time.Minute, wire.StatePaused},
		"another boot":                    {"another", 6 * time.Minute, 0, 0, wire.StatePaused},
		"another boot, soon":              {"another", 4 * time.Minute, 0, 0, wire.StateActive},
		"another boot, late":              {"another", 31 * time.Minute, 0, 0, ""},
		"no boot clock any more":          {"", 6 * time.Minute, 0, 0, wire.StatePaused},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLaptop()
				r, _, _ := l.on(t)
				code := r.View().ShareCode
				r.stop()
				<-r.ended
				pass(c.away)
				if l.id = c.boot; c.boot != "this boot" {
					l.began = time.Now() // a new boot clock begins at 0
				}
				l.set = c.set
				l.slept.Store(int64(c.slept))
				next := l.reopen(r)
				if c.state == "" {
					next.over("back", code, wire.EndedGone)
					return
				}
				next.is("back", c.state, "")
			})
		})
	}
}

// What the machine slept counts once, however often the disk refuses to note it.
func TestSleepIsCountedOnceOnADiskThatRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLaptop()
		r, host, _ := l.on(t)
		at := time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05.000Z")
		host.do(wire.UpdateSettings{Settings: []byte(`{"expires_at":"` + at + `"}`)})
		r.disk.broken.Store(true)
		l.slept.Add(int64(4 * time.Minute))
		began := time.Now()
		pass(30 * time.Second)
		r.disk.broken.Store(false)
		until(began, 55*time.Minute+59*time.Second)
		r.is("55:59", wire.StateActive, "")
	})
}
