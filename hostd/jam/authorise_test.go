package jam

import (
	"fmt"
	"testing"

	"soul-jam/shared/wire"
)

// right is a line of the permission matrix: who may, as long as nothing is said
// otherwise; and the setting that gives it to guests or to everyone.
type right struct {
	host, member, guest bool
	guestBy             func(*wire.JamSettings) *bool // the setting that decides for guests
	allBy               func(*wire.JamSettings) *bool // the setting that gives it to everyone
	noneWithout         func(*wire.JamSettings) *bool // the setting without which nobody has it
}

func matrix() map[string]right {
	control := func(s *wire.JamSettings) *bool { return &s.GuestCanControl }
	everyone := right{host: true, member: true, guest: true}
	hosts := right{host: true}
	// The seed: remove any, reorder and skip are the host's alone. The contract: guest_can_control gives them to everyone.
	controls := right{host: true, allBy: control}
	chat := right{host: true, member: true, guest: true, noneWithout: func(s *wire.JamSettings) *bool { return &s.AllowChat }}
	votes := right{host: true, member: true, guest: true, guestBy: func(s *wire.JamSettings) *bool { return &s.GuestCanSkipVote }}
	return map[string]right{
		"add_track": {host: true, member: true, guest: true, guestBy: func(s *wire.JamSettings) *bool { return &s.GuestCanAdd }},
		// Own items; whose it is, the scripts show (Q8, Q9). With control, any item, own ones among them.
		"remove_track": {host: true, member: true, guest: true, guestBy: func(s *wire.JamSettings) *bool { return &s.GuestCanRemoveOwn }, allBy: control},
		"reorder":      controls, "skip": controls, "play_now": controls, "play": controls, "pause": controls, "seek": controls,
		"set_volume":      {host: true, allBy: func(s *wire.JamSettings) *bool { return &s.GuestCanSetVolume }},
		"end_session":     hosts,
		"update_settings": hosts, "approve_join": hosts, "deny_join": hosts, "kick": hosts, "unban": hosts,
		"set_role": hosts, "set_permissions": hosts, "transfer_host": hosts,
		"vote_skip": votes, "unvote_skip": votes, "chat": chat, "react": chat, "upvote": everyone, "unupvote": everyone,
		"leave": everyone, "away": everyone, "search": everyone, "list_participants": everyone, "art": everyone, "ping": everyone,
	}
}

func (r right) of(role wire.Role, s wire.JamSettings) bool {
	if r.noneWithout != nil && !*r.noneWithout(&s) {
		return false
	}
	if r.allBy != nil && *r.allBy(&s) {
		return true
	}
	switch role {
	case wire.RoleHost:
		return r.host
	case wire.RoleMember:
		return r.member
	}
	return r.guest && (r.guestBy == nil || *r.guestBy(&s))
}

// beforeJoining are the commands of those who have no seat yet: their tokens decide, not a role.
func beforeJoining() map[string]bool {
	return map[string]bool{"join_request": true, "resume": true, "watch": true}
}

// byOwner are the commands of seated people that need the library, a clock or only an answer, so that FromWire does not know them.
func byOwner() map[string]bool {
	return map[string]bool{"add_track": true, "approve_join": true, "set_role": true, "search": true, "list_participants": true, "art": true, "ping": true}
}

// TestMatrix asks the one table about every command of the wire, for every role and every switch.
func TestMatrix(t *testing.T) {
	for bits := range 64 {
		settings := wire.DefaultSettings()
		settings.GuestCanControl, settings.GuestCanAdd = bits&1 > 0, bits&2 > 0
		settings.GuestCanRemoveOwn, settings.GuestCanSetVolume = bits&4 > 0, bits&8 > 0
		settings.GuestCanSkipVote, settings.AllowChat = bits&16 > 0, bits&32 > 0
		w := newWorld(t, settings, chance(1))
		guest, _ := w.step("", "", Admit{DisplayName: "Gus", Token: "g"})
		member, _ := w.step("", "", Admit{DisplayName: "Mia", Token: "m"})
		w.step(w.jam.HostSeat(), "", SetRole{SetRole: wire.SetRole{ParticipantID: member.Seat, Role: wire.RoleMember}, UserID: "mia"})
		seats := map[wire.Role]string{wire.RoleHost: w.jam.HostSeat(), wire.RoleMember: member.Seat, wire.RoleGuest: guest.Seat}
		for _, c := range wire.Commands() {
			row, listed := matrix()[c.CommandType()]
			for role, seat := range seats {
				name := fmt.Sprintf("%s by %s, bits %b", c.CommandType(), role, bits)
				want := listed && row.of(role, settings)
				if got := w.jam.May(seat, c.CommandType()) == nil; got != want {
					t.Errorf("%s: %v, want %v", name, got, want)
				}
				rule, ok := FromWire(c)
				if !ok {
					continue
				}
				refusal := w.jam.authorise(seat, rule)
				if got := refusal == nil; got != want {
					t.Errorf("%s, as a rule: %v, want %v", name, refusal, want)
				}
				if refusal != nil && refusal.Code != wire.CodeNotAuthorized {
					t.Errorf("%s: %v", name, refusal)
				}
			}
			for _, nobody := range []string{"", "nobody"} {
				if w.jam.May(nobody, c.CommandType()) == nil {
					t.Errorf("seat %q may %s", nobody, c.CommandType())
				}
			}
		}
	}
}

// TestEveryCommandHasARow: a new command must be in the table, and either a rule or on one of the lists above.
func TestEveryCommandHasARow(t *testing.T) {
	rows := table()
	known := map[string]bool{}
	for _, c := range wire.Commands() {
		name := c.CommandType()
		known[name] = true
		rule, isRule := FromWire(c)
		if isRule && rule.name() != name {
			t.Errorf("%s asks the table for %s", name, rule.name())
		}
		switch _, row := rows[name]; {
		case beforeJoining()[name]:
			if row || isRule {
				t.Errorf("%s is for those without a seat, yet the table or FromWire has it", name)
			}
		case !row:
			t.Errorf("%s is not in the authorisation table", name)
		case isRule == byOwner()[name]:
			t.Errorf("%s: a rule %v, the owner's %v; want one of the two", name, isRule, byOwner()[name])
		}
		if _, listed := matrix()[name]; !listed && !beforeJoining()[name] {
			t.Errorf("%s is not in the matrix of this test", name)
		}
	}
	w := newWorld(t, wire.DefaultSettings(), chance(1))
	for _, c := range []Command{Admit{}, Return{}, Drop{}, Withdraw{}, TrackEnded{}, Position{}, Reopen{}, Woke{}, Stir{}, Forget{}, TakeOver{}, Follow{}, Block{}} {
		known[c.name()] = true
		if row := rows[c.name()]; row == nil || row(permissionsFor(wire.RoleHost, w.jam.settings), true) {
			t.Errorf("%s is the house's own, yet people may send it or the table has no row", c.name())
		}
	}
	for _, c := range []Command{Add{}, Back{}, Approve{}, SetRole{}} { // without a wire type of their own
		known[c.name()] = true
	}
	for name := range rows {
		if !known[name] {
			t.Errorf("the table has a row %s that nothing asks for", name)
		}
	}
}

// TestNobodySendsTheHousesCommands: not even the host.
func TestNobodySendsTheHousesCommands(t *testing.T) {
	w := newWorld(t, wire.DefaultSettings(), chance(1))
	for _, c := range []Command{Admit{}, Return{}, Drop{}, Withdraw{}, TrackEnded{}, Position{}, Reopen{}, Woke{}, Stir{}, Forget{}, TakeOver{}, Follow{}, Block{}} {
		if _, refusal := w.step(w.jam.HostSeat(), "", c); refusal == nil || refusal.Code != wire.CodeNotAuthorized {
			t.Errorf("%s by the host: %v", c.name(), refusal)
		}
	}
	w.check()
}
