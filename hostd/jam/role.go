package jam

import (
	"maps"
	"time"

	"soul-jam/shared/wire"
)

// SetRole is set_role, with the identity and the token that a new member gets.
type SetRole struct {
	wire.SetRole
	UserID    string
	UserToken string
}

// The others are the wire's own.
type (
	SetPermissions wire.SetPermissions
	TransferHost   wire.TransferHost
)

// Fixed is what a host has fixed of one person's rights.
type Fixed struct {
	Seat   string           `json:"seat"`
	Rights wire.FixedRights `json:"rights"`
}

func (SetRole) name() string        { return "set_role" }
func (SetPermissions) name() string { return "set_permissions" }
func (TransferHost) name() string   { return "transfer_host" }

// inList finds somebody who is in the list, away or not.
func (j *Jam) inList(id string) (*person, *wire.Error) {
	if p := j.people[id]; p != nil && !p.left {
		return p, nil
	}
	return nil, refuseNobody()
}

// subordinate finds somebody whose rights a host may decide.
func (j *Jam) subordinate(id string) (*person, *wire.Error) {
	p, refusal := j.inList(id)
	if refusal == nil && j.Hosts(id) {
		return nil, wire.Refusef(wire.CodeBadRequest, "The host's own rights cannot be changed")
	}
	return p, refusal
}

func (s SetRole) step(j *Jam, _ time.Time, _ string) *wire.Error {
	p, refusal := j.subordinate(s.ParticipantID)
	switch {
	case refusal != nil:
		return refusal
	case s.Role != wire.RoleMember && s.Role != wire.RoleGuest:
		return wire.Refusef(wire.CodeBadRequest, "A role is member or guest; transfer_host makes a host")
	case p.Role == s.Role && (s.Role == wire.RoleGuest || p.UserID != nil):
		return nil
	}
	shown := p.JamParticipant
	shown.Role, shown.UserID = s.Role, nil
	if s.Role == wire.RoleMember {
		shown.UserID = &s.UserID
	}
	shown.Permissions = j.rightsOf(p, s.Role, j.settings)
	j.emit(wire.ParticipantUpdated{Participant: shown})
	granted := wire.Granted{Role: s.Role, Permissions: shown.Permissions}
	if s.Role == wire.RoleMember {
		granted.UserToken = s.UserToken
	}
	j.tellOne(p.ID, granted)
	return nil
}

func (s SetPermissions) step(j *Jam, _ time.Time, _ string) *wire.Error {
	p, refusal := j.subordinate(s.ParticipantID)
	if refusal != nil {
		return refusal
	}
	asked, err := wire.ParseRights(s.Permissions)
	if err != nil {
		return wire.Refusef(wire.CodeBadRequest, "%s: %s", wire.CodeBadRequest.Sentence(), err)
	}
	fixed := maps.Clone(p.fixed)
	if fixed == nil {
		fixed = wire.FixedRights{}
	}
	for name, yes := range asked {
		if yes == nil {
			delete(fixed, name)
		} else {
			fixed[name] = *yes
		}
	}
	if maps.Equal(fixed, p.fixed) {
		return nil
	}
	j.entry.Fixed = &Fixed{Seat: p.ID, Rights: fixed}
	j.applyFixed(*j.entry.Fixed)
	j.updateRights(p)
	j.tellOne(p.ID, wire.Granted{Role: p.Role, Permissions: p.Permissions})
	return nil
}

func (j *Jam) applyFixed(f Fixed) {
	j.people[f.Seat].fixed = f.Rights
}

// updateRights tells the rights that somebody has from now on, when they are others than before.
func (j *Jam) updateRights(p *person) {
	rights := j.rightsOf(p, p.Role, j.settings)
	if rights == p.Permissions {
		return
	}
	shown := p.JamParticipant
	shown.Permissions = rights
	j.emit(wire.ParticipantUpdated{Participant: shown})
}

func (t TransferHost) step(j *Jam, _ time.Time, _ string) *wire.Error {
	if _, refusal := j.inList(t.ParticipantID); refusal != nil {
		return refusal
	}
	if t.ParticipantID != j.host {
		j.handOver(t.ParticipantID)
	}
	return nil
}

// handOver gives somebody the role of the host; who had it shows as a member. The
// new host learns who waits and who is banned, which nobody told them before.
func (j *Jam) handOver(id string) {
	before, after := j.people[j.host], j.people[id]
	shown := before.JamParticipant
	shown.Role = wire.RoleMember
	shown.Permissions = j.rightsOf(before, wire.RoleMember, j.settings)
	j.emit(wire.ParticipantUpdated{Participant: shown})
	shown = after.JamParticipant
	shown.Role = wire.RoleHost
	shown.Permissions = j.rightsOf(after, wire.RoleHost, j.settings)
	j.emit(wire.ParticipantUpdated{Participant: shown})
	for _, p := range []*person{before, after} {
		j.tellOne(p.ID, wire.Granted{Role: p.Role, Permissions: p.Permissions})
	}
	j.note(wire.NoticeHostTransferred, wire.LevelInfo, after.DisplayName+" is the host now", "new_host", after.DisplayName)
	if after.console {
		return // it was told all along
	}
	for _, r := range j.pending {
		j.tellOne(id, wire.JoinRequested{Participant: r.JamParticipant})
	}
	for _, b := range j.bans {
		j.tellOne(id, wire.ParticipantBanned{Participant: b.JamParticipant})
	}
}
