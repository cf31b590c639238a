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
		j.applyPerson(m.Participant, at)
		if m.Participant.Role != wire.RoleHost {
			j.wake()
		}
	case wire.ParticipantUpdated:
		j.applyPerson(m.Participant, at)
	case wire.ParticipantLeft:
		j.applyLeft(m.ParticipantID)
	case wire.TrackAdded:
		j.upcoming = slices.Insert(j.upcoming, min(m.Position, len(j.upcoming)), waiting{JamQueueItem: m.Item, turn: ev.Seq, pin: unpinned})
	case wire.TrackRemoved:
		j.upcoming = slices.DeleteFunc(j.upcoming, func(w waiting) bool { return w.ID == m.ItemID })
	case wire.TrackUpdated:
		if i := j.find(m.ItemID); i >= 0 {
			j.upcoming[i].Upvotes, j.upcoming[i].Pinned = m.Upvotes, m.Pinned
			j.upcoming[i].pin, j.upcoming[i].pinnedBy = i, ev.Seq
		}
	case wire.QueueOrder:
		j.applyOrder(ev.Seq, m.Order)
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
	case wire.SessionEnded:
		j.state, j.ended, j.endedAt = wire.StateEnded, m.Reason, at
		j.playback.Playing = false
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
		p = &person{}
		j.people[shown.ID] = p
	}
	switch {
	case p.ID == "":
		j.arrival = append(j.arrival, shown.ID)
	case p.left:
		j.gone--
	}
	if p.DisplayName != shown.DisplayName {
		p.looks = lookOf(shown.DisplayName)
	}
	p.JamParticipant, p.left = shown, false
	j.leaveStale = true
	switch {
	case shown.Connected:
		p.away = time.Time{}
	case p.away.IsZero():
		p.away = at
	}
}

func (j *Jam) applyLeft(id string) {
	if p := j.people[id]; p != nil && !p.left {
		p.left, p.Connected, p.away = true, false, time.Time{}
		j.gone++
		j.leaveStale = true
	}
}

// applyOrder puts the upcoming items into the order that people see. An order
// that follows a pin is the hand that moved it: every pinned item keeps the index it has there.
func (j *Jam) applyOrder(seq uint64, order []string) {
	place := make(map[string]int, len(order))
	for i, id := range order {
		place[id] = i
	}
	slices.SortStableFunc(j.upcoming, func(a, b waiting) int { return place[a.ID] - place[b.ID] })
	if !slices.ContainsFunc(j.upcoming, func(w waiting) bool { return w.Pinned && w.pinnedBy == seq-1 }) {
		return
	}
	for i := range j.upcoming {
		if j.upcoming[i].Pinned {
			j.upcoming[i].pin = i
		}
	}
}

func (j *Jam) applyNowPlaying(m wire.NowPlaying) {
	if j.current != nil {
		j.played = append(j.played, playedItem{JamQueueItem: *j.current, outcome: m.Previous})
	}
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
	j.upcoming = slices.DeleteFunc(j.upcoming, func(w waiting) bool { return w.ID == item.ID })
	for i := range j.upcoming {
		if j.upcoming[i].pin > 0 {
			j.upcoming[i].pin--
		}
	}
}
