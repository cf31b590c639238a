package player

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

// unknownLength is how long silent plays an item whose Duration is 0, so that
// a library without durations does not race through the queue.
const unknownLength = 3 * time.Minute

// Silent plays without sound: time passes, nothing is heard. It is the player
// of machines without audio output and of tests.
type Silent struct {
	wants  wishes
	out    *outbox
	quit   chan struct{}
	done   chan struct{}
	closed sync.Once // guards closing quit

	// What follows belongs to run's goroutine.
	plan     plan
	cur      track
	playing  bool
	base     time.Duration // the position at since
	since    time.Time
	reported time.Time
}

// NewSilent starts a silent player; Close ends it.
func NewSilent() *Silent {
	s := &Silent{
		wants: newWishes(),
		out:   newOutbox(),
		quit:  make(chan struct{}),
		done:  make(chan struct{}),
		since: time.Now(),
	}
	go s.run()
	return s
}

// Want implements Player.
func (s *Silent) Want(w Want) { s.wants.put(w) }

// Reports implements Player.
func (s *Silent) Reports() <-chan Report { return s.out.out }

// Outputs implements Player: there is none.
func (s *Silent) Outputs(context.Context) ([]Output, error) { return nil, nil }

// Close implements Player.
func (s *Silent) Close() error {
	s.closed.Do(func() { close(s.quit) })
	<-s.done
	return nil
}

func (s *Silent) run() {
	defer close(s.done)
	defer s.out.close()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-s.quit:
			return
		case w := <-s.wants:
			s.advance(time.Now()) // what ended before this wish ended by the one before
			s.plan.set(w)
		case <-timer.C:
		}
		s.follow()
		if s.cur.Item != "" && s.playing {
			timer.Reset(s.untilNext())
		} else {
			timer.Stop()
		}
	}
}

// follow makes the state agree with the plan and with the time that passed.
func (s *Silent) follow() {
	now := time.Now()
	s.advance(now)
	for s.turnTo(s.plan.now(), now) {
	}
	if s.playing != s.plan.want.Playing {
		s.rebase(s.position(now), now)
		s.playing = !s.playing
		s.report(Position, now)
	}
	if s.playing && now.Sub(s.reported) >= positionEvery {
		s.say(Position, now, false)
	}
}

// advance ends the items whose time is over. What follows begins at the very
// moment of the end, not at the later one when that is noticed.
func (s *Silent) advance(now time.Time) {
	for s.cur.Item != "" && s.playing && s.position(now) >= s.length() {
		over := s.cur
		end := s.since.Add(s.length() - s.base)
		s.out.send(Report{Kind: Ended, Item: over.Item, Position: s.length(), Reason: ReasonEOF})
		s.plan.finish(over.Item)
		s.cur = track{}
		s.rebase(0, end)
		for s.turnTo(s.plan.now(), end) {
		}
	}
}

// turnTo goes to another item or another place in it. It returns true when the
// item could not be played and the plan has to be asked again.
func (s *Silent) turnTo(t track, at time.Time) (again bool) {
	switch {
	case t.Item == "":
		s.cur = t
		return false
	case t.Item == s.cur.Item && t.Jump == s.cur.Jump:
		return false
	case t.Item == s.cur.Item:
		s.cur.Jump = t.Jump
		s.rebase(t.Position, at)
		s.report(Position, at)
		return false
	}
	if err := checkFile(t.Path); err != nil {
		s.cur = track{}
		s.out.send(Report{Kind: Ended, Item: t.Item, Reason: ReasonError, Err: err})
		s.plan.finish(t.Item)
		return true
	}
	s.cur = t
	s.playing = s.plan.want.Playing
	s.rebase(t.Position, at)
	s.report(Started, at)
	return false
}

func (s *Silent) report(kind Kind, at time.Time) { s.say(kind, at, true) }

func (s *Silent) say(kind Kind, at time.Time, anew bool) {
	if s.cur.Item == "" {
		return
	}
	s.reported = at
	s.out.send(Report{Kind: kind, Item: s.cur.Item, Position: s.position(at), Playing: s.playing, Anew: anew, At: at})
}

func (s *Silent) rebase(position time.Duration, at time.Time) {
	s.base, s.since = position, at
}

func (s *Silent) position(now time.Time) time.Duration {
	if !s.playing {
		return min(s.base, s.length())
	}
	return min(s.base+now.Sub(s.since), s.length())
}

func (s *Silent) length() time.Duration {
	if s.cur.Duration <= 0 {
		return unknownLength
	}
	return s.cur.Duration
}

// untilNext is the time to the next position report or the end.
func (s *Silent) untilNext() time.Duration {
	now := time.Now()
	return max(0, min(s.length()-s.position(now), positionEvery-now.Sub(s.reported)))
}

// checkFile lets a missing file fail here as it fails with mpv. No path means
// that there is nothing to check.
func checkFile(path string) error {
	if path == "" || isAddress(path) {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look for the file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("look for the file: %q is not a regular file", path)
	}
	return nil
}
