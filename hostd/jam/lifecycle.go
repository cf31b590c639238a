package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// End is end_session.
type End wire.EndSession

// Mark is the last sign of life of the host: where the sound stood, and when.
type Mark struct {
	At         wire.Time `json:"at"`
	Item       string    `json:"item"` // current item's id, "" for none
	PositionMS int64     `json:"position_ms"`
}

// Reopen is the first command after a restart of hostd: what its absence means.
// Absent is how long it was, measured by who starts it: the clock on the wall may have been moved.
type Reopen struct {
	Mark   Mark
	Absent time.Duration
	// Skip is how many numbers of events are passed over, because people may have seen events with them that are not on disk any more.
	Skip uint64
}

// Woke says that the machine slept for so long. The session's clock stood still
// meanwhile, as did the player.
type Woke struct{ Slept time.Duration }

// Stir says that somebody did something that changes nothing, such as a search.
type Stir struct{}

func (End) name() string    { return "end_session" }
func (Reopen) name() string { return "reopen" }
func (Woke) name() string   { return "woke" }
func (Stir) name() string   { return "stir" }

func (e End) step(j *Jam, now time.Time, _ string) *wire.Error {
	switch {
	case j.founded.Solo && (e.Cancel || e.InSeconds != nil && *e.InSeconds != 0):
		return wire.Refusef(wire.CodeBadRequest, "There is nobody to whom the end could be announced")
	case e.Cancel:
		return j.cancel(now)
	case e.InSeconds == nil || *e.InSeconds == 0:
		j.end(now, wire.EndedByHost)
	case *e.InSeconds < 0 || *e.InSeconds > wire.MaxEndIn:
		return wire.Refusef(wire.CodeBadRequest, "in_seconds is 0 to %d", wire.MaxEndIn).Because(wire.LimitEndIn)
	default:
		ends := wire.At(now.Add(time.Duration(*e.InSeconds) * time.Second))
		if j.ending != nil && !j.idles() && j.ending.Reason != wire.EndedByHost && !ends.Before(j.ending.EndsAt.Time) {
			return wire.Refusef(wire.CodeBadRequest, "This jam ends sooner than that")
		}
		j.announce(now, &wire.Ending{Reason: wire.EndedByHost, EndsAt: ends})
	}
	return nil
}

// cancel takes back the end that a host announced, also when another one comes before it.
func (j *Jam) cancel(now time.Time) *wire.Error {
	switch {
	case j.ending != nil && j.ending.Reason == wire.EndedByHost:
		j.announce(now, nil)
	case j.planned != nil:
		j.announce(now, j.ending)
	default:
		return wire.Refusef(wire.CodeBadRequest, "No end was announced that could be taken back")
	}
	return nil
}

// idles tells whether the end that is announced is one that activity takes back.
func (j *Jam) idles() bool {
	return j.ending != nil && (j.ending.Reason == wire.EndedIdle || j.ending.Reason == wire.EndedEmpty)
}

// applyEnding remembers the host's own end behind one that comes before it.
func (j *Jam) applyEnding(e *wire.Ending) {
	before := j.ending
	j.ending, j.planned = e, nil
	if e != nil && e.Reason != wire.EndedByHost && before != nil && before.Reason == wire.EndedByHost {
		j.planned = before
	}
}

// applyReopened takes what lies in the future of a clock that was set back as of now.
func (j *Jam) applyReopened(now time.Time) {
	clamp := func(t *time.Time) {
		if t.After(now) {
			*t = now
		}
	}
	for _, p := range j.arrival {
		clamp(&p.away)
	}
	for _, r := range j.pending {
		clamp(&r.away)
	}
	clamp(&j.deserted)
	j.playback.AtMS = min(j.playback.AtMS, now.UnixMilli())
	j.presence.stale = true
}

// announce tells of an end that is to come, or (nil) not to come any more.
func (j *Jam) announce(now time.Time, ending *wire.Ending) {
	state := j.state
	if ending != nil {
		state = wire.StateEnding
	}
	j.emit(wire.SessionEnding{Ending: ending, State: state})
	if ending == nil {
		return
	}
	seconds := int(ending.EndsAt.Sub(now).Round(time.Second) / time.Second)
	j.notify(wire.NoticeEnding, wire.LevelWarning, endingSentence(seconds), map[string]any{"in_seconds": seconds})
}

// end closes the item that plays, so that history knows how it ended, and then the jam.
func (j *Jam) end(now time.Time, why wire.EndReason) {
	if j.current != nil {
		j.emit(wire.NowPlaying{Previous: wire.OutcomeStopped})
		j.sound(now, false, 0)
	}
	if j.founded.Solo {
		j.emit(wire.SessionEnded{Reason: why})
		return
	}
	recap := j.recap(now)
	j.emit(wire.SessionEnded{Reason: why, Recap: &recap})
}

func (r Reopen) step(j *Jam, now time.Time, _ string) *wire.Error {
	position := j.playback.PositionMS
	// A pause or seek since the mark is on disk too, and newer.
	if j.current != nil && r.Mark.Item == j.current.ID && r.Mark.At.UnixMilli() >= j.playback.AtMS {
		position = j.withinTrack(r.Mark.PositionMS)
	}
	j.entry.Reopened, j.entry.Skipped = true, r.Skip
	j.seq += r.Skip
	j.applyReopened(j.entry.At.Time) // as the disk will give it back
	if j.touched.After(now) {
		j.touched = now
	}
	if r.Absent > wire.ReturnsWithin {
		j.end(now, wire.EndedGone)
		return nil
	}
	for _, p := range j.arrival {
		j.disconnect(p.ID)
	}
	for _, w := range j.Pending() {
		j.leaveWaiting(w.ID)
	}
	paused := r.Absent >= wire.GoesOnWithin
	if paused {
		j.emit(wire.HostStatus{Status: wire.HostPaused, Since: r.Mark.At})
	}
	if j.current == nil {
		return nil
	}
	j.sound(now, j.playback.Playing && !paused, position)
	return nil
}

func (w Woke) step(j *Jam, now time.Time, _ string) *wire.Error {
	j.slept += w.Slept
	switch {
	case w.Slept > wire.ReturnsWithin:
		j.end(now, wire.EndedGone)
	case w.Slept >= wire.GoesOnWithin:
		j.emit(wire.HostStatus{Status: wire.HostPaused, Since: wire.At(now)})
		if j.current != nil {
			j.sound(now, false, j.PositionMS(now))
		}
	}
	return nil
}

func (Stir) step(*Jam, time.Time, string) *wire.Error { return nil }

// stirred notes that somebody did something, which keeps an idle or empty jam
// alive. Going away is no activity, nor is what the house does by itself.
func (j *Jam) stirred(now time.Time, c Command) {
	switch c.(type) {
	case Drop, Away, Leave, TrackEnded, Position, Woke, Withdraw, Reopen, Block:
		return
	}
	j.touched = now
	if j.idles() {
		j.announce(now, j.planned)
	}
}

// woken ends the pause that a long absence brought when it is the host who wants
// music, and tells whether music may play.
func (j *Jam) woken(now time.Time, seat string) bool {
	if j.state != wire.StatePaused {
		return true
	}
	if !j.Hosts(seat) {
		return false
	}
	j.emit(wire.HostStatus{Status: wire.HostOnline, Since: wire.At(now)})
	return true
}

// State is where the jam stands in its life.
func (j *Jam) State() wire.State {
	if j.ending != nil {
		return wire.StateEnding
	}
	return j.state
}
