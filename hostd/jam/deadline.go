package jam

import (
	"fmt"
	"time"

	"soul-jam/shared/wire"
)

// presence is when the absence of somebody means something: found by looking at
// all people, so only after one of them came or went.
type presence struct {
	leave time.Time // the first of those who are away leaves the list; zero = nobody
	stale bool
}

// NextDeadline is when Tick has something to do; zero = never.
func (j *Jam) NextDeadline() time.Time {
	if j.ended != "" {
		return time.Time{}
	}
	if j.presence.stale {
		j.presence = presence{leave: j.nextLeave()}
	}
	next := j.presence.leave
	if j.founded.Solo {
		return sooner(j.soloDue(), j.voterGone())
	}
	for _, due := range []time.Time{j.voterGone(), j.endingDue()} {
		next = sooner(next, due)
	}
	return next
}

// sooner is the earlier of two times of which either may be zero, which is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// nextLeave is when the first of those who are away leaves the list or the waiting room.
func (j *Jam) nextLeave() (next time.Time) {
	for _, p := range j.arrival {
		if leaves, ok := p.leaves(); ok {
			next = sooner(next, leaves)
		}
	}
	for _, r := range j.pending {
		if !r.away.IsZero() {
			next = sooner(next, r.away.Add(wire.AwayLife))
		}
	}
	return next
}

// leaves is when somebody who is away leaves the list; ok is false for all others, and for the console.
func (p *person) leaves() (at time.Time, ok bool) {
	if p.left || p.away.IsZero() || p.console {
		return time.Time{}, false
	}
	return p.away.Add(wire.AwayLife), true
}

// voterGone is when the next of those who are away does not count any more in the vote that runs.
func (j *Jam) voterGone() (next time.Time) {
	if j.vote == nil {
		return next
	}
	for _, p := range j.arrival {
		if p.left || p.console || p.away.IsZero() || !p.Permissions.CanVoteSkip {
			continue
		}
		if gone := p.away.Add(wire.VoterAway); gone.After(j.recounted) {
			next = sooner(next, gone)
		}
	}
	return next
}

// whyEnds is the first reason for which the jam will end by itself, and when that
// is. Zero = for none. Times of the calendar come sooner by what the machine slept,
// as the session's clock stood still.
func (j *Jam) whyEnds() (at time.Time, why wire.EndReason) {
	at, why = j.founded.CreatedAt.Add(wire.MaxDuration-j.slept), wire.EndedMaxDuration
	consider := func(t time.Time, reason wire.EndReason) {
		if t.Before(at) {
			at, why = t, reason
		}
	}
	if j.settings.ExpiresAt != nil {
		consider(j.settings.ExpiresAt.Add(-j.slept), wire.EndedExpired)
	}
	if j.playback.Playing {
		return at, why
	}
	quiet := time.UnixMilli(j.playback.AtMS)
	consider(latest(quiet, j.touched).Add(wire.IdleAfter), wire.EndedIdle)
	if !j.deserted.IsZero() && len(j.arrival) > 1 {
		consider(latest(quiet, j.deserted).Add(wire.EmptyAfter), wire.EndedEmpty)
	}
	return at, why
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// endingDue is when the jam's end has to be announced, or comes.
func (j *Jam) endingDue() time.Time {
	at, _ := j.whyEnds()
	if j.ending == nil {
		return at
	}
	// An end that the host announced for later gives way to one that comes before it.
	if j.ending.Reason == wire.EndedByHost && at.Add(wire.EndingFor).Before(j.ending.EndsAt.Time) {
		return at
	}
	return j.ending.EndsAt.Time
}

// Tick does what time brings. The entry is empty when nothing was due.
func (j *Jam) Tick(now time.Time) Entry {
	if due := j.NextDeadline(); due.IsZero() || now.Before(due) {
		return Entry{}
	}
	j.begin(now)
	for _, p := range j.arrival {
		if leaves, ok := p.leaves(); ok && !now.Before(leaves) {
			j.goodbye(p.ID, "left")
		}
	}
	for _, r := range append([]*request(nil), j.pending...) {
		if !r.away.IsZero() && !now.Before(r.away.Add(wire.AwayLife)) {
			j.emit(wire.ParticipantLeft{ParticipantID: r.ID})
		}
	}
	j.recount(now)
	if j.founded.Solo {
		if due := j.soloDue(); !due.IsZero() && !now.Before(due) {
			j.end(now, wire.EndedIdle)
		}
		return j.finish()
	}
	j.tickEnding(now)
	return j.finish()
}

func (j *Jam) tickEnding(now time.Time) {
	if now.Before(j.endingDue()) {
		return
	}
	if j.ending != nil && !now.Before(j.ending.EndsAt.Time) {
		j.end(now, j.ending.Reason)
		return
	}
	_, why := j.whyEnds()
	j.announce(now, &wire.Ending{Reason: why, EndsAt: wire.At(now.Add(wire.EndingFor))})
}

// endingSentence says how long it is until the end.
func endingSentence(seconds int) string {
	if seconds >= 120 && seconds%60 == 0 {
		return fmt.Sprintf("This jam ends in %d minutes", seconds/60)
	}
	return fmt.Sprintf("This jam ends in %d seconds", seconds)
}
