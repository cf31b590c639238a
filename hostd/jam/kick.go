package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// Both are the wire's own.
type (
	Kick  wire.Kick
	Unban wire.Unban
)

func (Kick) name() string  { return "kick" }
func (Unban) name() string { return "unban" }

func (k Kick) step(j *Jam, _ time.Time, _ string) *wire.Error {
	p := j.people[k.ParticipantID]
	switch {
	case p == nil:
		return refuseNobody()
	case j.Hosts(p.ID):
		return wire.Refusef(wire.CodeNotAuthorized, "Nobody can remove the host")
	case p.banned:
		return nil
	}
	if !p.left {
		j.goodbye(p.ID, "was removed")
	}
	j.emit(wire.ParticipantBanned{Participant: p.JamParticipant})
	return nil
}

func (u Unban) step(j *Jam, _ time.Time, _ string) *wire.Error {
	p := j.people[u.ParticipantID]
	if p == nil {
		return refuseNobody()
	}
	if p.banned {
		j.emit(wire.ParticipantUnbanned{ParticipantID: p.ID})
	}
	return nil
}

// Banned tells whether a seat is.
func (j *Jam) Banned(seat string) bool {
	p := j.people[seat]
	return p != nil && p.banned
}

// Bans are those who were kicked, in that order.
func (j *Jam) Bans() []wire.JamParticipant {
	people := make([]wire.JamParticipant, len(j.bans))
	for i, p := range j.bans {
		people[i] = p.JamParticipant
	}
	return people
}
