package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// Forget takes a membership back, wherever its owner is: the console's list of members.
type Forget struct{ UserID string }

func (Forget) name() string { return "forget" }

// step makes a guest of who sits here as that member. The host's role stays with who has it: it is of this jam only.
func (f Forget) step(j *Jam, _ time.Time, _ string) *wire.Error {
	seat, known := j.members[f.UserID]
	if !known {
		return nil
	}
	p := j.people[seat]
	if p.left {
		// Nobody is shown as coming back by this: what they are counts when they do.
		j.entry.Forgot = f.UserID
		j.applyForgot(f.UserID)
		return nil
	}
	shown := p.JamParticipant
	shown.UserID = nil
	if shown.Role == wire.RoleMember {
		shown.Role = wire.RoleGuest
	}
	shown.Permissions = j.rightsOf(p, shown.Role, j.settings)
	j.emit(wire.ParticipantUpdated{Participant: shown})
	j.tellOne(p.ID, wire.Granted{Role: shown.Role, Permissions: shown.Permissions})
	return nil
}

func (j *Jam) applyForgot(userID string) {
	p := j.people[j.members[userID]]
	delete(j.members, userID)
	p.UserID = nil
	if p.Role == wire.RoleMember {
		p.Role = wire.RoleGuest
	}
}

// MembersHere are the members who are connected: their user ids, by participant id.
func (j *Jam) MembersHere() map[string]string {
	here := map[string]string{}
	for user, seat := range j.members {
		if j.people[seat].Connected {
			here[seat] = user
		}
	}
	return here
}
