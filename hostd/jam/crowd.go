package jam

import (
	"slices"

	"soul-jam/shared/wire"
)

// Count is how many people are in the list, the host too.
func (j *Jam) Count() int { return j.present() }

// Crowded tells whether joins and leaves are told as a count.
func (j *Jam) Crowded() bool { return j.present() > wire.Crowd }

// Sees decides who may see a message: everything is for everyone, but who waits to
// be let in and who is banned is for hosts, and in a crowd what comes and goes with one
// guest is for hosts, for that guest, and for everyone only while a song of theirs shows their name.
func (j *Jam) Sees(seat string, m wire.Message) bool {
	all, about := j.Audience(m)
	return all || j.Hosts(seat) || (seat != "" && seat == about)
}

// ForAll tells whether everyone sees a message.
func (j *Jam) ForAll(m wire.Message) bool {
	switch m := m.(type) {
	case wire.JoinRequested, wire.ParticipantBanned, wire.ParticipantUnbanned:
		return false
	case wire.ParticipantLeft:
		if j.people[m.ParticipantID] == nil {
			return false // they only waited
		}
	}
	if !j.Crowded() {
		return true
	}
	if n, ok := m.(wire.Notification); ok {
		return n.Kind != wire.NoticeJoined && n.Kind != wire.NoticeLeft
	}
	p := j.people[subject(m)]
	return p == nil || p.shown || j.named(p.ID)
}

// Audience tells whether everyone sees a message, and if not whom it is about, who
// sees it besides the hosts; "" = nobody.
func (j *Jam) Audience(m wire.Message) (all bool, about string) {
	return j.ForAll(m), subject(m)
}

// subject is the person in the list whom a message is about, "" when it is about none.
func subject(m wire.Message) string {
	switch m := m.(type) {
	case wire.ParticipantJoined:
		return m.Participant.ID
	case wire.ParticipantUpdated:
		return m.Participant.ID
	case wire.ParticipantLeft:
		return m.ParticipantID
	}
	return ""
}

// named tells whether a song in everyone's snapshot was added by that person.
func (j *Jam) named(id string) bool {
	by := func(item wire.JamQueueItem) bool { return item.AddedBy != nil && *item.AddedBy == id }
	return j.current != nil && by(*j.current) ||
		slices.ContainsFunc(j.upcoming, func(w *waiting) bool { return by(w.JamQueueItem) }) ||
		slices.ContainsFunc(j.shownPlayed(), func(p playedItem) bool { return by(p.JamQueueItem) })
}

// introduce tells the name that will stand beside a song to those who were never
// told, because there is a crowd or was one when they came.
func (j *Jam) introduce(seat string) {
	if p := j.people[seat]; (j.Crowded() || p.crowded) && !p.shown && !j.named(seat) {
		j.emit(wire.ParticipantUpdated{Participant: p.JamParticipant})
	}
}

// People is a page of the list, in the order of their coming.
func (j *Jam) People(offset int) wire.Participants {
	page := wire.Participants{Offset: offset, Total: j.present(), Participants: []wire.JamParticipant{}}
	at := 0
	for _, p := range j.arrival {
		if p.left {
			continue
		}
		if at >= offset && len(page.Participants) < wire.ParticipantsPage {
			page.Participants = append(page.Participants, p.JamParticipant)
		}
		at++
	}
	return page
}
