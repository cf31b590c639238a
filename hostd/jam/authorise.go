package jam

import "soul-jam/shared/wire"

// may is a row of the authorisation table: what a seated person needs for a command.
type may func(wire.JamPermissions, wire.Role) bool

func seated(wire.JamPermissions, wire.Role) bool         { return true }
func hostOnly(_ wire.JamPermissions, r wire.Role) bool   { return r == wire.RoleHost }
func canControl(p wire.JamPermissions, _ wire.Role) bool { return p.CanControl }
func canSkip(p wire.JamPermissions, _ wire.Role) bool    { return p.CanSkip }
func canReorder(p wire.JamPermissions, _ wire.Role) bool { return p.CanReorder }
func canAdd(p wire.JamPermissions, _ wire.Role) bool     { return p.CanAddToQueue }
func canVolume(p wire.JamPermissions, _ wire.Role) bool  { return p.CanSetVolume }
func canRemove(p wire.JamPermissions, _ wire.Role) bool  { return p.CanRemoveOwn || p.CanRemoveAny }
func houseOnly(_ wire.JamPermissions, _ wire.Role) bool  { return false }

// table is the one authorisation table: message -> what it takes. Whose item it
// is, which remove_track asks too, is decided in Remove. What is not here is refused.
func table() map[string]may {
	return map[string]may{
		"add_track": canAdd, "remove_track": canRemove, "reorder": canReorder, "play_now": canControl,
		"play": canControl, "pause": canControl, "seek": canControl, "skip": canSkip, "set_volume": canVolume,
		"update_settings": hostOnly, "end_session": hostOnly,
		"leave": seated, "away": seated, "back": seated, "search": seated, "list_participants": seated, "art": seated, "ping": seated,
		"admit": houseOnly, "return": houseOnly, "drop": houseOnly,
		"track_ended": houseOnly, "position": houseOnly, "reopen": houseOnly,
	}
}

// authorise decides by the role that the seat's token gave, never by what a message says.
func (j *Jam) authorise(seat string, c Command) *wire.Error {
	if seat == "" {
		return nil
	}
	return j.May(seat, c.name())
}

// May tells whether a seat may send a message of that type now; nil = yes. Who left
// may do nothing, except that a page hidden for AwayLife comes back on its old connection.
func (j *Jam) May(seat, message string) *wire.Error {
	p := j.people[seat]
	row := j.rights[message]
	if p == nil || row == nil || (p.left && !(message == "back" && p.keeps())) || !row(p.Permissions, p.Role) {
		return wire.Refuse(wire.CodeNotAuthorized)
	}
	return nil
}

// permissionsFor is the permission matrix: what the settings give a role. Votes,
// chat and kick are not in this version, so nobody is told that they may.
func permissionsFor(r wire.Role, s wire.JamSettings) wire.JamPermissions {
	if r == wire.RoleHost {
		return wire.JamPermissions{
			CanAddToQueue: true, CanRemoveOwn: true, CanRemoveAny: true, CanReorder: true,
			CanSkip: true, CanControl: true, CanSetVolume: true,
		}
	}
	member := r == wire.RoleMember
	return wire.JamPermissions{
		CanAddToQueue: member || s.GuestCanAdd,
		CanRemoveOwn:  member || s.GuestCanRemoveOwn,
		CanRemoveAny:  s.GuestCanControl,
		CanReorder:    s.GuestCanControl,
		CanSkip:       s.GuestCanControl,
		CanControl:    s.GuestCanControl,
		CanSetVolume:  s.GuestCanSetVolume,
	}
}
