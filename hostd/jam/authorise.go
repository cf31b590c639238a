package jam

import "soul-jam/shared/wire"

// may is a row of the authorisation table: what a seated person needs for a
// command. hosts: they have the role of the host, or sit at the console.
type may func(rights wire.JamPermissions, hosts bool) bool

func seated(wire.JamPermissions, bool) bool           { return true }
func hostOnly(_ wire.JamPermissions, hosts bool) bool { return hosts }
func canControl(p wire.JamPermissions, _ bool) bool   { return p.CanControl }
func canSkip(p wire.JamPermissions, _ bool) bool      { return p.CanSkip }
func canVote(p wire.JamPermissions, _ bool) bool      { return p.CanVoteSkip }
func canReorder(p wire.JamPermissions, _ bool) bool   { return p.CanReorder }
func canAdd(p wire.JamPermissions, _ bool) bool       { return p.CanAddToQueue }
func canVolume(p wire.JamPermissions, _ bool) bool    { return p.CanSetVolume }
func canRemove(p wire.JamPermissions, _ bool) bool    { return p.CanRemoveOwn || p.CanRemoveAny }
func canChat(p wire.JamPermissions, _ bool) bool      { return p.CanChat }
func canKick(p wire.JamPermissions, _ bool) bool      { return p.CanKick }
func houseOnly(wire.JamPermissions, bool) bool        { return false }

// table is the one authorisation table: message -> what it takes. Whose item it
// is, which remove_track asks too, is decided in Remove. What is not here is refused.
func table() map[string]may {
	return map[string]may{
		"add_track": canAdd, "remove_track": canRemove, "reorder": canReorder, "play_now": canControl,
		"play": canControl, "pause": canControl, "seek": canControl, "skip": canSkip, "set_volume": canVolume,
		"vote_skip": canVote, "unvote_skip": canVote, "upvote": seated, "unupvote": seated, "chat": canChat, "react": canChat,
		"update_settings": hostOnly, "end_session": hostOnly, "approve_join": hostOnly, "deny_join": hostOnly,
		"kick": canKick, "unban": hostOnly, "set_role": hostOnly, "set_permissions": hostOnly, "transfer_host": hostOnly,
		"leave": seated, "away": seated, "back": seated, "search": seated, "list_participants": seated, "art": seated, "ping": seated,
		"admit": houseOnly, "forget": houseOnly, "return": houseOnly, "drop": houseOnly, "withdraw": houseOnly,
		"track_ended": houseOnly, "position": houseOnly, "reopen": houseOnly, "woke": houseOnly, "stir": houseOnly,
		"take_over": houseOnly, "follow": houseOnly, "block": houseOnly,
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
	if p == nil || row == nil || (p.left && !(message == "back" && p.keeps() && !p.banned)) || !row(p.Permissions, j.Hosts(seat)) {
		return wire.Refuse(wire.CodeNotAuthorized)
	}
	return nil
}

// Hosts tells whether a seat has every right of the host's: the role, or the console.
func (j *Jam) Hosts(seat string) bool {
	return seat != "" && (seat == j.founded.HostSeat || seat == j.host)
}

// MayWatch tells whether a TV is admitted; trusted says that it showed the token of the
// console's link, uninvited that it did not show that it knows the code.
func (j *Jam) MayWatch(trusted, uninvited bool) *wire.Error {
	if j.founded.Solo || !trusted && (uninvited || j.settings.RequireApproval || !j.settings.AllowGuests) {
		return wire.Refuse(wire.CodeNotAuthorized)
	}
	return nil
}

// permissionsFor is the permission matrix: what the settings give a role. Without
// allow_chat there is no chat, for the host neither.
func permissionsFor(r wire.Role, s wire.JamSettings) wire.JamPermissions {
	if r == wire.RoleHost {
		return wire.JamPermissions{
			CanAddToQueue: true, CanRemoveOwn: true, CanRemoveAny: true, CanReorder: true, CanSkip: true, CanKick: true,
			CanVoteSkip: true, CanChat: s.AllowChat, CanControl: true, CanSetVolume: true,
		}
	}
	member := r == wire.RoleMember
	return wire.JamPermissions{
		CanAddToQueue: member || s.GuestCanAdd,
		CanRemoveOwn:  member || s.GuestCanRemoveOwn,
		CanRemoveAny:  s.GuestCanControl,
		CanReorder:    s.GuestCanControl,
		CanSkip:       s.GuestCanControl,
		CanVoteSkip:   member || s.GuestCanSkipVote,
		CanChat:       s.AllowChat,
		CanControl:    s.GuestCanControl,
		CanSetVolume:  s.GuestCanSetVolume,
	}
}

// rightsOf are those of a person in that role: what a host has fixed for them comes
// before the settings. The console has every right, whatever its role.
func (j *Jam) rightsOf(p *person, role wire.Role, s wire.JamSettings) wire.JamPermissions {
	if role == wire.RoleHost || p.console {
		return permissionsFor(wire.RoleHost, s)
	}
	rights := permissionsFor(role, s).With(p.fixed)
	rights.CanChat = rights.CanChat && s.AllowChat
	return rights
}
