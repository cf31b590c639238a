package jam

import (
	"slices"
	"time"

	"soul-jam/shared/wire"
)

// apply is what an event does to the state: the same for a new event and for one
// of the log. It decides nothing.
func (j *Jam) apply(ev wire.Event, at time.Time) {
	j.seq = ev.Seq
	switch m := ev.Message.(type) {
	case wire.ParticipantJoined:
		j.pending = slices.DeleteFunc(j.pending, func(r *request) bool { return r.ID == m.Participant.ID })
		j.applyPerson(m.Participant, at)
		j.people[m.Participant.ID].crowded = j.Crowded()
		if m.Participant.ID != j.founded.HostSeat {
			j.wake()
		}
	case wire.ParticipantUpdated:
		j.applyPerson(m.Participant, at)
	case wire.ParticipantLeft:
		j.applyLeft(m.ParticipantID, at)
	case wire.JoinRequested:
		j.applyRequest(m.Participant, at)
	case wire.ParticipantBanned:
		j.applyBan(m.Participant.ID, true)
	case wire.ParticipantUnbanned:
		j.applyBan(m.ParticipantID, false)
	case wire.TrackAdded:
		j.applyAdded(ev.Seq, m)
	case wire.TrackRemoved:
		if i := j.find(m.ItemID); i >= 0 {
			j.takeOut(i)
		}
	case wire.TrackUpdated:
		j.applyTrack(ev.Seq, m)
	case wire.QueueOrder:
		j.applyOrder(ev.Seq, m.Order)
	case wire.SkipVote:
		if j.vote = &m; m.Votes == 0 {
			j.vote = nil
		}
	case wire.ChatLine:
		j.chat = append(j.chat, m)
		j.chat = j.chat[max(0, len(j.chat)-wire.ChatKept):]
	case wire.NowPlaying:
		j.applyNowPlaying(m)
	case wire.Playback:
		j.playback = m
		if m.Playing && j.failures >= failuresInARow {
			j.failures = 0 // start leaves such an item silent: somebody pressed play, and the count begins anew
		}
	case wire.SettingsUpdated:
		j.settings = m.Settings
	case wire.HostStatus:
		j.state = wire.StatePaused
		if m.Status == wire.HostOnline {
			j.state = wire.StateActive
		}
	case wire.SessionEnding:
		j.applyEnding(m.Ending)
	case wire.SessionEnded:
		j.ending, j.planned, j.vote = nil, nil, nil
		j.state, j.ended, j.endedAt = wire.StateEnded, m.Reason, at
		j.playback.Playing = false
	}
}

func (j *Jam) applyBan(id string, banned bool) {
	p := j.people[id]
	p.banned = banned
	j.bans = slices.DeleteFunc(j.bans, func(b *person) bool { return b == p })
	if banned {
		j.bans = append(j.bans, p)
	}
}

// wake makes a created jam active: the first guest came, or the first track plays.
func (j *Jam) wake() {
	if j.state == wire.StateCreated {
		j.state = wire.StateActive
	}
}

func (j *Jam) applyPerson(shown wire.JamParticipant, at time.Time) {
	p := j.people[shown.ID]
	if p == nil {
		p = &person{console: shown.ID == j.founded.HostSeat}
		j.people[shown.ID] = p
	}
	switch {
	case p.ID == "":
		j.arrival = append(j.arrival, p)
	case p.left:
		j.gone--
	default:
		j.unlook(p.looks)
	}
	if p.DisplayName != shown.DisplayName {
		p.looks = lookOf(shown.DisplayName)
	}
	j.looks[p.looks]++
	j.count(p.Connected, shown.Connected, at)
	if p.UserID != nil {
		delete(j.members, *p.UserID)
	}
	if shown.UserID != nil {
		j.members[*shown.UserID] = shown.ID
	}
	p.JamParticipant, p.left = shown, false
	switch {
	case shown.Connected:
		p.away = time.Time{}
	case p.away.IsZero():
		p.away = at
	}
	if shown.Role == wire.RoleHost {
		j.host = shown.ID
	}
	p.shown = p.shown || shown.Role != wire.RoleGuest
	j.presence.stale = true
}

// count keeps how many are connected, and since when nobody is.
func (j *Jam) count(before, after bool, at time.Time) {
	switch {
	case after && !before:
		j.here, j.deserted = j.here+1, time.Time{}
	case before && !after:
		if j.here--; j.here == 0 {
			j.deserted = at
		}
	}
}

func (j *Jam) unlook(looks string) {
	if j.looks[looks]--; j.looks[looks] <= 0 {
		delete(j.looks, looks)
	}
}

func (j *Jam) applyLeft(id string, at time.Time) {
	j.presence.stale = true
	p := j.people[id]
	if p == nil {
		j.pending = slices.DeleteFunc(j.pending, func(r *request) bool { return r.ID == id })
		return
	}
	if p.left {
		return
	}
	j.count(p.Connected, false, at)
	j.unlook(p.looks)
	p.left, p.Connected, p.away = true, false, time.Time{}
	j.gone++
	for _, w := range j.upcoming {
		delete(w.voters, id)
	}
}

func (j *Jam) applyAdded(seq uint64, m wire.TrackAdded) {
	w := &waiting{JamQueueItem: m.Item, added: seq, line: j.lineOf(m.Item.AddedBy), pin: unpinned}
	if w.line != nil {
		w.line.turns = w.line.raised(j)
		w.line.waits++
	}
	j.upcoming = slices.Insert(j.upcoming, min(m.Position, len(j.upcoming)), w)
}

// takeOut removes an upcoming item.
func (j *Jam) takeOut(i int) {
	if l := j.upcoming[i].line; l != nil {
		l.waits--
	}
	j.upcoming = slices.Delete(j.upcoming, i, i+1)
}

// applyTrack takes votes, or the pin: a hand that moves an item never votes for it.
func (j *Jam) applyTrack(seq uint64, m wire.TrackUpdated) {
	i := j.find(m.ItemID)
	if i < 0 {
		return
	}
	w := j.upcoming[i]
	if m.Upvotes != w.Upvotes {
		w.Upvotes = m.Upvotes
		return
	}
	w.Pinned, w.pin, w.pinnedBy = m.Pinned, i, seq
}

// applyOrder puts the upcoming items into the order that people see. An order
// that follows a pin is the hand that moved it: every pinned item keeps the index it has there.
func (j *Jam) applyOrder(seq uint64, order []string) {
	place := make(map[string]int, len(order))
	for i, id := range order {
		place[id] = i
	}
	slices.SortStableFunc(j.upcoming, func(a, b *waiting) int { return place[a.ID] - place[b.ID] })
	if !slices.ContainsFunc(j.upcoming, func(w *waiting) bool { return w.Pinned && w.pinnedBy == seq-1 }) {
		return
	}
	for i, w := range j.upcoming {
		if w.Pinned {
			w.pin = i
		}
	}
}

func (j *Jam) applyNowPlaying(m wire.NowPlaying) {
	j.started(j.current, m.Previous, m.Item)
	if j.current != nil {
		j.played = append(j.played, playedItem{JamQueueItem: *j.current, outcome: m.Previous})
	}
	j.ballots, j.vote = map[string]bool{}, nil
	if m.Previous == wire.OutcomeFailed {
		j.failures++
	} else {
		j.failures = 0 // also when nothing was before: the first add to an idle jam starts the music
	}
	if m.Item == nil {
		j.current = nil
		return
	}
	j.wake()
	item := *m.Item
	j.current = &item
	if i := j.find(item.ID); i >= 0 {
		j.takeOut(i)
	}
	for _, w := range j.upcoming {
		if w.pin > 0 {
			w.pin--
		}
	}
}
