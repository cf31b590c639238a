package player

import (
	"testing"
	"testing/synctest"
	"time"
)

// behaviour is what every player does. The times are generous to the side of
// late: a busy machine is no failure.
var behaviour = []struct {
	name string
	run  func(t *testing.T, p Player, files suiteFiles)
}{
	{"plays to the end and goes on with next", goesOn},
	{"next wanted after it began changes nothing", sameWish},
	{"pause, resume, seek", pauseAndSeek},
	{"loads while paused", loadsPaused},
	{"another item replaces the one that plays", replaces},
	{"next is exchanged and withdrawn", exchangesNext},
	{"a missing file ends with an error and next plays", missing},
	{"an ended item is played again only when jumped in", again},
	{"silence", silenceWanted},
}

type suiteFiles struct{ short, long, missing string }

const (
	shortTone = 1200 * time.Millisecond
	longTone  = 20 * time.Second
)

func TestBehaviourOfMPV(t *testing.T) {
	t.Parallel()
	files := suiteFiles{tone(t, "short.flac", shortTone), tone(t, "long.flac", longTone), t.TempDir() + "/missing.flac"}
	for _, b := range behaviour {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			b.run(t, nullMPV(t), files)
		})
	}
}

func TestBehaviourOfSilent(t *testing.T) {
	t.Parallel()
	missing := t.TempDir() + "/missing.flac"
	for _, b := range behaviour {
		t.Run(b.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := NewSilent()
				defer p.Close()
				b.run(t, p, suiteFiles{missing: missing})
			})
		})
	}
}

func goesOn(t *testing.T, p Player, f suiteFiles) {
	l := listener{t, p}
	p.Want(Want{Item: "a", Path: f.short, Duration: shortTone, Playing: true, Volume: 50,
		Next: "b", NextPath: f.short, NextDuration: shortTone})
	a := l.next(Started, "a")
	if a.Position > 100*time.Millisecond || !a.Playing {
		t.Errorf("started with %+v", a)
	}
	ended := l.next(Ended, "a")
	if ended.Reason != ReasonEOF || ended.Err != nil {
		t.Errorf("ended with %+v", ended)
	}
	b := l.next(Started, "b")
	near(t, "the time from a to b", b.At.Sub(a.At), shortTone, 300*time.Millisecond)
	end := l.next(Ended, "b")
	near(t, "the time from b to its end", end.At.Sub(b.At), shortTone, 400*time.Millisecond)
}

func sameWish(t *testing.T, p Player, f suiteFiles) {
	l := listener{t, p}
	p.Want(Want{Item: "a", Path: f.short, Duration: shortTone, Playing: true, Volume: 50,
		Next: "b", NextPath: f.long, NextDuration: longTone})
	l.next(Started, "a")
	l.next(Ended, "a")
	l.next(Started, "b")
	w := Want{Item: "b", Path: f.long, Duration: longTone, Playing: true, Volume: 50,
		Next: "c", NextPath: f.long, NextDuration: longTone}
	p.Want(w)
	p.Want(w)
	r := l.position("b", func(r Report) bool { return r.Position > 500*time.Millisecond })
	near(t, "the position after a second", r.Position, time.Second, 400*time.Millisecond)
}

func pauseAndSeek(t *testing.T, p Player, f suiteFiles) {
	l := listener{t, p}
	w := Want{Item: "a", Path: f.long, Duration: longTone, Playing: true, Volume: 50}
	p.Want(w)
	l.next(Started, "a")
	w.Jump, w.Position = 1, 10*time.Second
	p.Want(w)
	r := l.position("a", func(r Report) bool { return r.Position > 5*time.Second })
	near(t, "the position after the seek", r.Position, 10*time.Second, 150*time.Millisecond)
	w.Playing = false
	p.Want(w)
	paused := l.position("a", func(r Report) bool { return !r.Playing })
	w.Jump, w.Position = 2, 3*time.Second
	p.Want(w)
	r = l.position("a", func(r Report) bool { return r.Position < 5*time.Second })
	near(t, "the position sought while paused", r.Position, 3*time.Second, 50*time.Millisecond)
	if paused.Playing || r.Playing {
		t.Error("plays while paused")
	}
	w.Playing = true
	p.Want(w)
	r = l.position("a", func(r Report) bool { return r.Playing })
	near(t, "the position after the resume", r.Position, 3*time.Second, 150*time.Millisecond)
	later := l.position("a", func(r Report) bool { return r.Position > 3500*time.Millisecond })
	near(t, "the progress against the clock", later.Position-r.Position, later.At.Sub(r.At), 150*time.Millisecond)
}

func loadsPaused(t *testing.T, p Player, f suiteFiles) {
	l := listener{t, p}
	w := Want{Item: "a", Path: f.long, Duration: longTone, Position: 5 * time.Second}
	p.Want(w)
	r := l.next(Started, "a")
	near(t, "the position at the start", r.Position, 5*time.Second, 50*time.Millisecond)
	if r.Playing {
		t.Error("plays though paused")
	}
	w.Playing = true
	p.Want(w)
	l.position("a", func(r Report) bool { return r.Playing && r.Position > 5500*time.Millisecond })
}

func replaces(t *testing.T, p Player, f suiteFiles) {
	l := listener{t, p}
	p.Want(Want{Item: "a", Path: f.long, Duration: longTone, Playing: true,
		Next: "b", NextPath: f.long, NextDuration: longTone})
	l.next(Started, "a")
	p.Want(Want{Item: "b", Path: f.long, Duration: longTone, Playing: true})
	l.next(Started, "b")
	p.Want(Want{Item: "c", Path: f.short, Duration: shortTone, Playing: true, Position: time.Second})
	r := l.next(Started, "c")
	near(t, "where c begins", r.Position, time.Second, 100*time.Millisecond)
	l.next(Ended, "c")
}

func exchangesNext(t *testing.T, p Player, f suiteFiles) {
	l := listener{t, p}
	w := Want{Item: "a", Path: f.short, Duration: shortTone, Playing: true,
		Next: "b", NextPath: f.short, NextDuration: shortTone}
	p.Want(w)
	l.next(Started, "a")
	w.Next, w.NextPath, w.NextDuration = "c", f.long, longTone
	p.Want(w)
	l.next(Ended, "a")
	l.next(Started, "c")
	w = Want{Item: "c", Path: f.long, Duration: longTone, Playing: true, Jump: 1, Position: longTone - 1500*time.Millisecond,
		Next: "d", NextPath: f.short, NextDuration: shortTone}
	p.Want(w)
	l.position("c", func(r Report) bool { return r.Position >= w.Position })
	w.Next = ""
	p.Want(w)
	l.next(Ended, "c")
	p.Want(Want{Item: "e", Path: f.short, Duration: shortTone, Playing: true})
	l.next(Started, "e")
}

func missing(t *testing.T, p Player, f suiteFiles) {
	l := listener{t, p}
	p.Want(Want{Item: "a", Path: f.missing, Duration: shortTone, Playing: true,
		Next: "b", NextPath: f.short, NextDuration: shortTone})
	r := l.next(Ended, "a")
	if r.Reason != ReasonError || r.Err == nil {
		t.Errorf("ended with %+v", r)
	}
	l.next(Started, "b")
	p.Want(Want{Item: "b", Path: f.short, Duration: shortTone, Playing: true,
		Next: "c", NextPath: f.missing, NextDuration: shortTone})
	if r = l.next(Ended, "b"); r.Reason != ReasonEOF {
		t.Errorf("ended with %+v", r)
	}
	if r = l.next(Ended, "c"); r.Reason != ReasonError {
		t.Errorf("ended with %+v", r)
	}
	p.Want(Want{Item: "d", Path: f.short, Duration: shortTone, Playing: true})
	l.next(Started, "d")
}

func again(t *testing.T, p Player, f suiteFiles) {
	l := listener{t, p}
	w := Want{Item: "a", Path: f.short, Duration: shortTone, Playing: true, Position: shortTone / 2}
	p.Want(w)
	l.next(Started, "a")
	l.next(Ended, "a")
	w.Volume = 10
	p.Want(w) // an item that is over stays over
	w.Jump++
	w.Position = 0
	p.Want(w)
	r := l.next(Started, "a")
	near(t, "where it begins again", r.Position, 0, 100*time.Millisecond)
	l.next(Ended, "a")
}

func silenceWanted(t *testing.T, p Player, f suiteFiles) {
	l := listener{t, p}
	p.Want(Want{Item: "a", Path: f.long, Duration: longTone, Playing: true, Next: "b", NextPath: f.long})
	l.next(Started, "a")
	p.Want(Want{})
	p.Want(Want{Item: "c", Path: f.short, Duration: shortTone, Playing: true})
	l.next(Started, "c")
	p.Want(Want{Playing: true})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	for r := range p.Reports() {
		if r.Kind != Position {
			t.Errorf("after silence: %+v", r)
		}
	}
	p.Want(Want{Item: "d"}) // without effect
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}
