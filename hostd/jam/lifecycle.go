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

func (End) step(j *Jam, now time.Time, _ string) *wire.Error {
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
	paused := absent > wire.GoesOnWithin
	if paused {
		j.emit(wire.HostStatus{Status: wire.HostPaused, Since: r.Mark.At})
	}
	if j.current == nil {
		return nil
	}
	position := j.playback.PositionMS
	if r.Mark.Item == j.current.ID {
		position = j.withinTrack(r.Mark.PositionMS)
	}
	j.sound(now, j.playback.Playing && !paused, position)
	return nil
}

// hostThere ends the pause that a long absence brought.
func (j *Jam) hostThere(now time.Time) {
	if j.state == wire.StatePaused {
		j.emit(wire.HostStatus{Status: wire.HostOnline, Since: wire.At(now)})
	}
}

// NextDeadline is when Tick has something to do; zero = never.
func (j *Jam) NextDeadline() time.Time {
	if j.ended != "" {
		return time.Time{}
	}
	return j.nextLeave
}

// Tick does what time brings: who was away for AwayLife leaves the list. The
// entry is empty when nothing was due.
func (j *Jam) Tick(now time.Time) Entry {
	if due := j.NextDeadline(); due.IsZero() || now.Before(due) {
		return Entry{}
	}
	j.begin(now)
	j.nextLeave = time.Time{}
	for _, id := range j.arrival {
		p := j.people[id]
		if p.left || p.away.IsZero() || p.Role == wire.RoleHost {
			continue
		}
		leaves := p.away.Add(wire.AwayLife)
		if !now.Before(leaves) {
			j.goodbye(id)
			continue
		}
		if j.nextLeave.IsZero() || leaves.Before(j.nextLeave) {
			j.nextLeave = leaves
		}
	}
	return j.finish()
}
