package terminal

import (
	"slices"

	"soul-jam/shared/wire"
)

// people is who is here, as this seat knows it. In a crowd that is a part of them, and more when asked for.
type people struct {
	list  []wire.JamParticipant
	count int
	// names of everyone seen, also of those who left: their songs are still in the queue.
	names map[string]string
	// listed is how far the host's list was asked for, from its beginning; -1 = list began with a snapshot.
	listed int
	// untold: some came or went without being told by name, so list may hold who left and lack who came.
	untold bool
}

// mostPeople are kept: what a jam may hold, and its host. mostAtDoor of those who wait or were removed.
const (
	mostPeople = wire.MaxParticipants + 1
	mostAtDoor = 200
)

func (p *people) begin(list []wire.JamParticipant, count int) {
	if p.names == nil {
		p.names = map[string]string{}
	}
	p.list, p.count, p.listed, p.untold = nil, max(0, count), -1, false
	for _, one := range firstOf(list, mostPeople) {
		p.list = replaced(p.list, one, mostPeople)
		p.name(one)
	}
}

// name remembers a name; as many as a jam can ever have seats.
func (p *people) name(one wire.JamParticipant) {
	if _, known := p.names[one.ID]; known || len(p.names) < wire.MaxSeats {
		p.names[one.ID] = clean(one.DisplayName)
	}
}

// with is someone new, or someone known who changed. The host says "joined" only of someone new or someone who had
// left, also when a song of theirs kept them in the list.
func (p *people) with(one wire.JamParticipant, arrives bool) {
	p.list = replaced(p.list, one, mostPeople)
	p.name(one)
	if arrives {
		if p.listed == p.count { // who comes stands at the end of the host's list, which this one may not have reached
			p.listed++
		}
		p.count++
	}
}

func (p *people) without(id string) {
	before := len(p.list)
	p.list = slices.DeleteFunc(p.list, byID(id))
	if p.listed >= 0 && len(p.list) < before {
		p.listed = max(0, p.listed-1)
	}
	p.count = max(0, p.count-1)
}

// counted is how many there are, when nobody is told by name. A list that holds more than that is asked for anew.
func (p *people) counted(count int) {
	p.count, p.untold = max(0, count), true
	if p.listed > p.count {
		p.listed = -1
	}
}

// page is a part of the host's list: the first one replaces what was known, the next ones continue it, others are late.
func (p *people) page(m wire.Participants, me string) {
	p.count = max(0, m.Total)
	if m.Offset != 0 && m.Offset != p.listed {
		return
	}
	if m.Offset == 0 {
		p.list = slices.DeleteFunc(p.list, func(one wire.JamParticipant) bool { return one.ID != me && one.Role != wire.RoleHost })
	}
	for _, one := range firstOf(m.Participants, mostPeople) {
		p.list = replaced(p.list, one, mostPeople)
		p.name(one)
	}
	p.listed = m.Offset + len(m.Participants)
}

// more tells whether the host's list holds people that are not here.
func (p *people) more() bool {
	if p.listed < 0 {
		return p.untold || p.count > len(p.list)
	}
	return p.listed < p.count && len(p.list) < mostPeople
}

// person is what one message about people changes.
func (r *Room) person(m wire.Message) {
	switch m := m.(type) {
	case wire.ParticipantJoined:
		r.known(m.Participant, true)
		r.Pending = slices.DeleteFunc(r.Pending, byID(m.Participant.ID))
		if r.State == wire.StateCreated && m.Participant.Role != wire.RoleHost {
			r.State = wire.StateActive // the first guest
		}
	case wire.ParticipantUpdated:
		r.known(m.Participant, false)
	case wire.ParticipantLeft:
		r.left(m.ParticipantID)
	case wire.Granted:
		r.granted(m)
	case wire.JoinRequested:
		r.Pending = replaced(r.Pending, m.Participant, mostAtDoor)
	case wire.ParticipantBanned:
		r.Bans = replaced(r.Bans, m.Participant, mostAtDoor)
	case wire.ParticipantUnbanned:
		r.Bans = slices.DeleteFunc(r.Bans, byID(m.ParticipantID))
	case wire.ParticipantCount:
		r.People.counted(m.Count)
	case wire.Participants:
		r.People.page(m, r.Me)
	}
}

// known is somebody new or changed; also oneself, whose rights come with it.
func (r *Room) known(one wire.JamParticipant, arrives bool) {
	r.People.with(one, arrives)
	if one.ID == r.Me {
		r.Rights = one.Permissions
	}
}

// left: who leaves the door was never among the people; nor is a stranger, who asked before one was a host oneself.
func (r *Room) left(id string) {
	if slices.ContainsFunc(r.Pending, byID(id)) {
		r.Pending = slices.DeleteFunc(r.Pending, byID(id))
		return
	}
	if _, seen := r.People.names[id]; seen || r.People.untold || r.People.count > wire.Crowd {
		r.People.without(id)
	}
}

// granted is what oneself now is. Who has no right to remove people is not told any more who stands at the door.
func (r *Room) granted(m wire.Granted) {
	r.Rights = m.Permissions
	if me := r.Self(); me != nil {
		me.Role, me.Permissions = m.Role, m.Permissions
	}
	if !m.Permissions.CanKick {
		r.Pending, r.Bans = nil, nil
	}
}

// door is who is kept outside, as a host was told.
func (r *Room) door(pending, bans []wire.JamParticipant) {
	r.Pending, r.Bans = nil, nil
	for _, one := range pending {
		r.Pending = replaced(r.Pending, one, mostAtDoor)
	}
	for _, one := range bans {
		r.Bans = replaced(r.Bans, one, mostAtDoor)
	}
}

// Self is oneself among the people, nil when the host did not tell.
func (r *Room) Self() *wire.JamParticipant {
	if i := slices.IndexFunc(r.People.list, byID(r.Me)); i >= 0 {
		return &r.People.list[i]
	}
	return nil
}

// Here are the people as this seat knows them, and how many there are: in a crowd more than are known.
func (r *Room) Here() (known []wire.JamParticipant, count int) {
	return slices.Clone(r.People.list), r.People.count
}

// Hosts tells whether this person has the host's role.
func (r *Room) Hosts() bool {
	me := r.Self()
	return me != nil && me.Role == wire.RoleHost
}

// host is the name of the host, "" when it is not known.
func (r *Room) host() string {
	if i := slices.IndexFunc(r.People.list, func(one wire.JamParticipant) bool { return one.Role == wire.RoleHost }); i >= 0 {
		return r.People.list[i].DisplayName
	}
	return ""
}

// nameOf is who that id is, for people.
func (r *Room) nameOf(id string) string {
	if name := r.People.names[id]; name != "" {
		return name
	}
	return "Someone"
}

func byID(id string) func(wire.JamParticipant) bool {
	return func(one wire.JamParticipant) bool { return one.ID == id }
}

// replaced is the list with one person as they now are, at the end when they are new.
func replaced(list []wire.JamParticipant, one wire.JamParticipant, most int) []wire.JamParticipant {
	one.DisplayName = clean(one.DisplayName)
	if i := slices.IndexFunc(list, byID(one.ID)); i >= 0 {
		list[i] = one
		return list
	}
	if len(list) >= most {
		return list
	}
	return append(list, one)
}
