package jam

import (
	"soul-jam/shared/wire"
)

// Session is the whole jam as the person in that seat sees it.
func (j *Jam) Session(seat string) wire.JamSession {
	s := wire.JamSession{
		ID: j.founded.ID, ShareCode: j.founded.ShareCode, HostDeviceID: j.founded.DeviceID,
		Settings: j.settings, CreatedAt: j.founded.CreatedAt, IsActive: j.state.IsActive(), State: j.state, Seq: j.seq,
		CurrentIndex: -1, Playback: j.playback, Chat: []wire.ChatMessage{}, ParticipantCount: j.present(),
		Queue: make([]wire.JamQueueItem, 0, wire.PlayedShown+1+len(j.upcoming)),
	}
	for _, p := range j.shownPlayed() {
		s.Queue = append(s.Queue, p.JamQueueItem)
	}
	if j.current != nil {
		s.CurrentIndex = len(s.Queue)
		s.Queue = append(s.Queue, *j.current)
	}
	for _, w := range j.upcoming {
		s.Queue = append(s.Queue, w.JamQueueItem)
	}
	order := ids(j.upcoming)
	s.QueueOrder = wire.QueueOrder{Order: order, Why: j.why(order)}
	s.Participants = j.shown(seat, s.Queue)
	return s
}

// shownPlayed is the part of the past that a snapshot holds.
func (j *Jam) shownPlayed() []playedItem { return j.played[max(0, len(j.played)-wire.PlayedShown):] }

// shown picks the people of a snapshot: host, members, everyone with an item in
// the queue (also when they left: their name stands there), oneself, and others
// up to ParticipantsShown.
func (j *Jam) shown(self string, queue []wire.JamQueueItem) []wire.JamParticipant {
	named := map[string]bool{}
	for _, item := range queue {
		if item.AddedBy != nil {
			named[*item.AddedBy] = true
		}
	}
	people := make([]wire.JamParticipant, 0, min(len(j.arrival), wire.ParticipantsShown))
	others := 0
	for _, id := range j.arrival {
		p := j.people[id]
		switch {
		case named[id]:
		case p.left:
			continue
		case id == self || p.Role != wire.RoleGuest:
		case others >= wire.ParticipantsShown:
			continue
		default:
			others++
		}
		people = append(people, p.JamParticipant)
	}
	return people
}

// Landing is what anyone who knows the code may see.
func (j *Jam) Landing() wire.Landing {
	l := wire.Landing{
		Name: j.settings.Name, HostName: j.people[j.founded.HostSeat].DisplayName,
		ParticipantCount: j.present(), IsActive: j.state.IsActive(), State: j.state,
	}
	if j.current != nil {
		l.CurrentTrack = &wire.LandingTrack{Title: j.current.TrackInfo.Title, Artist: j.current.TrackInfo.Artist}
	}
	return l
}

// Sound is what the player should be doing, and with what.
type Sound struct {
	Current, Next *wire.JamQueueItem
	Playback      wire.Playback
}

// Sound tells the player's part of the state.
func (j *Jam) Sound() Sound {
	s := Sound{Current: j.current, Playback: j.playback}
	if len(j.upcoming) > 0 {
		s.Next = &j.upcoming[0].JamQueueItem
	}
	return s
}

// History is the jam as the host's archive keeps it.
func (j *Jam) History() wire.HistoryDetail {
	h := wire.HistoryDetail{HistoryRow: wire.HistoryRow{
		ID: j.founded.ID, Name: j.settings.Name, ShareCode: j.founded.ShareCode, CreatedAt: j.founded.CreatedAt,
		ParticipantCount: len(j.arrival),
	}, Tracks: []wire.HistoryTrack{}}
	if j.ended != "" {
		at, why := wire.At(j.endedAt), j.ended
		h.EndedAt, h.EndReason = &at, &why
	}
	items := j.played
	if j.current != nil {
		items = append(items[:len(items):len(items)], playedItem{JamQueueItem: *j.current})
	}
	for _, p := range items {
		t := wire.HistoryTrack{TrackInfo: p.TrackInfo, PlayedAt: *p.PlayedAt, Skipped: p.outcome == wire.OutcomeSkipped, Outcome: p.outcome}
		if p.AddedBy != nil {
			name := j.people[*p.AddedBy].DisplayName
			t.AddedBy = &name
		}
		h.Tracks = append(h.Tracks, t)
	}
	h.TrackCount = len(h.Tracks)
	return h
}
