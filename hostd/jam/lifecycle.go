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
type Reopen struct{ Mark Mark }

func (End) name() string    { return "end_session" }
func (Reopen) name() string { return "reopen" }

func (e End) step(j *Jam, now time.Time, _ string) *wire.Error {
	if e.InSeconds != nil && *e.InSeconds != 0 {
		return wire.Refusef(wire.CodeBadRequest, "end_session with in_seconds is not offered by this version")
	}
	j.end(now, wire.EndedByHost)
	return nil
}

// end closes the item that plays, so that history knows how it ended, and then the jam.
func (j *Jam) end(now time.Time, why wire.EndReason) {
	if j.current != nil {
		j.emit(wire.NowPlaying{Previous: wire.OutcomeStopped})
		j.sound(now, false, 0)
	}
	j.emit(wire.SessionEnded{Reason: why})
}

func (r Reopen) step(j *Jam, now time.Time, _ string) *wire.Error {
	absent := now.Sub(r.Mark.At.Time)
	if absent > wire.ReturnsWithin {
		j.end(now, wire.EndedGone)
		return nil
	}
	for _, id := range j.arrival {
		j.disconnect(id)
	}
	paused := absent >= wire.GoesOnWithin
	if paused {
		j.emit(wire.HostStatus{Status: wire.HostPaused, Since: r.Mark.At})
	}
	if j.current == nil {
		return nil
	}
	position := j.playback.PositionMS
	// A pause or seek since the mark is on disk too, and newer.
	if r.Mark.Item == j.current.ID && r.Mark.At.UnixMilli() >= j.playback.AtMS {
		position = j.withinTrack(r.Mark.PositionMS)
	}
	j.sound(now, j.playback.Playing && !paused, position)
	return nil
}

// woken ends the pause that a long absence brought when it is the host who wants
// music, and tells whether music may play.
func (j *Jam) woken(now time.Time, seat string) bool {
	if j.state != wire.StatePaused {
		return true
	}
	if p := j.people[seat]; p == nil || p.Role != wire.RoleHost {
		return false
	}
	j.emit(wire.HostStatus{Status: wire.HostOnline, Since: wire.At(now)})
	return true
}

// NextDeadline is when Tick has something to do; zero = never. It is when the
// first of the people who are away leaves the list.
func (j *Jam) NextDeadline() time.Time {
	if j.ended != "" {
		return time.Time{}
	}
	if !j.leaveStale {
		return j.nextLeave
	}
	j.nextLeave, j.leaveStale = time.Time{}, false
	for _, id := range j.arrival {
		if leaves, ok := j.people[id].leaves(); ok && (j.nextLeave.IsZero() || leaves.Before(j.nextLeave)) {
			j.nextLeave = leaves
		}
	}
	return j.nextLeave
}

// leaves is when somebody who is away leaves the list; ok is false for all others, and for the host.
func (p *person) leaves() (at time.Time, ok bool) {
	if p.left || p.away.IsZero() || p.Role == wire.RoleHost {
		return time.Time{}, false
	}
	return p.away.Add(wire.AwayLife), true
}

// Tick does what time brings: who was away for AwayLife leaves the list. The
// entry is empty when nothing was due.
func (j *Jam) Tick(now time.Time) Entry {
	if due := j.NextDeadline(); due.IsZero() || now.Before(due) {
		return Entry{}
	}
	j.begin(now)
	for _, id := range j.arrival {
		if leaves, ok := j.people[id].leaves(); ok && !now.Before(leaves) {
			j.goodbye(id)
		}
	}
	return j.finish()
}
