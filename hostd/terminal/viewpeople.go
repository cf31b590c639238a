package terminal

import (
	"fmt"

	"soul-jam/shared/wire"
)

// peopleRows is who is here; for hosts also who asks to come in, and who was removed.
func (s *state) peopleRows(w, height int) []row {
	all := s.everyone()
	var rows []row
	for i := s.folk.top; i < len(all) && len(rows) < height; i++ {
		rows = append(rows, s.chosen(s.personRow(all[i], w, i == s.folk.at), i == s.folk.at))
	}
	if hidden := s.room.People.count - len(s.room.People.list); hidden > 0 && len(rows) < height {
		rows = append(rows, inset(say(fmt.Sprintf("    and %d more", hidden), faint), w))
	}
	return rows
}

// personRow: the host's star is drawn here, never by a name.
func (s *state) personRow(one somebody, w int, on bool) row {
	mark := "   "
	if on {
		mark = " " + markSelected + " "
	}
	sign, l := markPerson, look(0)
	switch {
	case one.part == atDoor:
		sign, l = "?", accent|bold
	case one.part == barred:
		sign, l = "x", faint
	case one.Role == wire.RoleHost:
		sign, l = markHost, accent|bold
	}
	name := look(0)
	if one.ID == s.room.Me {
		name = bold
	}
	if !one.Connected && one.part == present || one.part == barred {
		name = faint
	}
	left := row{{mark, 0}, {sign + " ", l}, {one.DisplayName, name}}
	return spread(w-1, left, s.tags(one, w)).fit(w)
}

// tags are what there is to say about a person, in columns where there is room.
func (s *state) tags(one somebody, w int) row {
	switch {
	case one.part == barred:
		return say("removed", faint)
	case one.part == atDoor && !one.Connected:
		return row{{"wants to join", bold}, {"  away", faint}}
	case one.part == atDoor:
		return say("wants to join", bold)
	}
	you, role, muted, path := "", "", "", pathName(clean(string(one.Path)))
	if one.ID == s.room.Me {
		you = "You"
	}
	switch one.Role {
	case wire.RoleHost:
		role = "Host"
	case wire.RoleMember:
		role = "Member"
	}
	if s.room.Rights.CanKick && s.room.Settings.AllowChat && !one.Permissions.CanChat {
		muted = "muted"
	}
	if !one.Connected {
		path = "away"
	}
	if w >= 60 {
		return row{{figure(muted, 7), alarm}, {figure(you, 5), accent | bold}, {figure(role, 8), 0}, {figure(path, 14), faint}}
	}
	r := row{}
	for _, tag := range []span{{muted, alarm}, {you, accent | bold}, {role, 0}} {
		if tag.text != "" {
			r = append(r, span{" " + tag.text, tag.look})
		}
	}
	if !one.Connected {
		r = append(r, span{" away", faint})
	}
	return r
}
