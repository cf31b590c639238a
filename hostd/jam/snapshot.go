package jam

import (
	"soul-jam/shared/wire"
)

// Session is the whole jam as the person in that seat sees it.
func (j *Jam) Session(seat string) wire.JamSession {
	s := wire.JamSession{
		ID: j.founded.ID, ShareCode: j.founded.ShareCode, HostDeviceID: j.founded.DeviceID,
		Settings: j.settings, CreatedAt: j.founded.CreatedAt, IsActive: j.state.IsActive(), State: j.State(), Seq: j.seq, HostUserID: j.people[j.host].UserID, Ending: j.ending,
		CurrentIndex: -1, Playback: j.playback, SkipVote: j.vote, Chat: append([]wire.ChatLine{}, j.chat...), ParticipantCount: j.present(),
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
	s.QueueOrder = wire.QueueOrder{Order: ids(j.upcoming), Why: j.whyAll(j.upcoming)}
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
	for _, p := range j.arrival {
		switch {
		case named[p.ID]:
		case p.left:
			continue
		case p.ID == self || p.Role != wire.RoleGuest:
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
		Name: j.settings.Name, HostName: j.people[j.host].DisplayName,
		ParticipantCount: j.present(), IsActive: j.state.IsActive(), State: j.State(),
	}
	if j.current != nil {
		l.CurrentTrack = &wire.LandingTrack{Title: j.current.TrackInfo.Title, Artist: j.current.TrackInfo.Artist}
	}
	return l
}

// Sound is what the player should be doing, and with what. Next is what waits first or, when
// nothing does, what autoplay will add: see LookAhead.
type Sound struct {
	Current, Next *wire.JamQueueItem
	Playback      wire.Playback
	// Stuck: the music rests because songs in a row could not be played.
	Stuck bool
}

// Sound tells the player's part of the state.
func (j *Jam) Sound() Sound {
	s := Sound{Current: j.current, Next: j.ahead, Playback: j.playback, Stuck: !j.playback.Playing && j.failures >= failuresInARow}
	if len(j.upcoming) > 0 {
		s.Next = &j.upcoming[0].JamQueueItem
	}
	return s
}

// Upcoming are the track ids of what waits, soonest first, at most n.
func (j *Jam) Upcoming(n int) []string {
	tracks := make([]string, min(n, len(j.upcoming)))
	for i := range tracks {
		tracks[i] = j.upcoming[i].TrackID
	}
	return tracks
}
