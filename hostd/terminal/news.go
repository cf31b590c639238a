package terminal

import (
	"math"
	"slices"
	"strings"
	"time"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

// notice is a passing sentence.
type notice struct {
	text  string
	wrong bool
	until time.Time
}

// A sentence passes after noticeStays; one that says something went wrong stays longer. At most mostNotices wait for their turn.
const (
	noticeStays = 5 * time.Second
	wrongStays  = 8 * time.Second
	mostNotices = 3
)

// float is a reaction that passes, after floatStays; at most mostFloats are shown.
type float struct {
	emoji, from string
	until       time.Time
}

const (
	floatStays = 3 * time.Second
	mostFloats = 5
)

// tell shows a sentence.
func (s *state) tell(text string, wrong bool) {
	if text = clean(text); text == "" {
		return
	}
	stays := noticeStays
	if wrong {
		stays = wrongStays
	}
	s.news = slices.DeleteFunc(s.news, func(n notice) bool { return n.text == text })
	s.news = lastOf(append(s.news, notice{text, wrong, s.now.Add(stays)}), mostNotices)
}

// pass lets go of what has been shown long enough.
func (s *state) pass() {
	s.news = slices.DeleteFunc(s.news, func(n notice) bool { return !s.now.Before(n.until) })
	s.floats = slices.DeleteFunc(s.floats, func(f float) bool { return !s.now.Before(f.until) })
}

// next is when the screen changes by itself, at most a second from now; ok is false when it does not.
func (s *state) next() (in time.Duration, ok bool) {
	in = math.MaxInt64
	sooner := func(d time.Duration) { in = min(in, max(d, time.Millisecond)) }
	for _, n := range s.news {
		sooner(n.until.Sub(s.now))
	}
	for _, f := range s.floats {
		sooner(f.until.Sub(s.now))
	}
	if s.room.Ending != nil {
		sooner(time.Second)
	}
	if s.room.Playback.Playing && s.room.Current != nil && s.room.Seated {
		into := math.Mod(s.position(), 1000) // in step with the song's own seconds
		sooner(time.Duration(1005-into) * time.Millisecond)
	}
	return in, in != math.MaxInt64
}

// isNews: what is said elsewhere on the screen, or is no news to this person, is no sentence.
func (s *state) isNews(n wire.Notification) bool {
	if n.Kind == wire.NoticeEnding {
		return false
	}
	if (n.Kind == wire.NoticeJoined || n.Kind == wire.NoticeLeft) && s.room.People.count > wire.Crowd {
		return false // in a crowd somebody comes or goes all the time
	}
	own := s.room.People.names[s.room.Me]
	for _, who := range []string{"by", "name", "new_host"} {
		if name, _ := n.Params[who].(string); own != "" && clean(name) == own {
			return false
		}
	}
	return true
}

// standing is what one is and may do.
type standing struct {
	role   wire.Role
	rights wire.JamPermissions
}

func (s *state) standing() standing {
	role := wire.RoleGuest
	if me := s.room.Self(); me != nil {
		role = me.Role
	}
	return standing{role, s.room.Rights}
}

// rightsNews is what a person is told when keys come or go under their hands: one sentence for all that changed at once.
func rightsNews(before, now standing, settings wire.JamSettings) string {
	if before.role != now.role {
		switch {
		case now.role == wire.RoleHost:
			return "You are the host now. ? shows the host’s keys."
		case before.role == wire.RoleHost:
			return "You are not the host any more."
		case now.role == wire.RoleMember:
			return "The host made you a member: you are known in their next jams, too."
		}
		return "The host made you a guest again."
	}
	var news []string
	for _, right := range []struct {
		had, has, all         bool
		given, taken, fromYou string
	}{
		{before.rights.CanControl, now.rights.CanControl, settings.GuestCanControl, "The host lets you play, pause, skip and move songs now.",
			"Only the host plays, pauses, skips and moves songs now.", "The host took the controls from you."},
		{before.rights.CanAddToQueue, now.rights.CanAddToQueue, settings.GuestCanAdd, "The host lets you add songs now.",
			"Only the host adds songs now.", "The host took from you the right to add songs."},
		{before.rights.CanVoteSkip, now.rights.CanVoteSkip, settings.GuestCanSkipVote, "The host lets you vote to skip songs now.",
			"The host turned off voting to skip.", "The host took from you the right to vote to skip."},
		{before.rights.CanChat, now.rights.CanChat, settings.AllowChat, "You may chat now.",
			"The host turned off the chat.", "The host muted you."},
		{before.rights.CanSetVolume, now.rights.CanSetVolume, settings.GuestCanSetVolume, "The host lets you set the volume now.",
			"Only the host sets the volume now.", "The host took the volume from you."},
		{before.rights.CanRemoveOwn, now.rights.CanRemoveOwn, settings.GuestCanRemoveOwn, "The host lets you remove your songs again.",
			"Only the host removes songs now.", "The host took from you the right to remove songs."},
	} {
		switch {
		case right.had == right.has:
		case right.has:
			news = append(news, right.given)
		case right.all: // the settings give it to everyone: it was taken from this one alone
			news = append(news, right.fromYou)
		default:
			news = append(news, right.taken)
		}
	}
	return strings.Join(news, " ")
}

// hear takes in one message of the host's: the room, and what passes. It gives back what the message answers, if it does.
func (s *state) hear(seq uint64, m wire.Message) {
	before, seated := s.standing(), s.room.Seated
	me, last := s.room.Me, s.room.Seq
	s.room.take(seq, m)
	switch m := m.(type) {
	case wire.Joined:
		s.clock.guess(m.ServerTimeMS, s.now)
		s.place = 0
		if me != s.room.Me {
			s.ballot = ballot{upvotes: map[string]bool{}}
		}
		s.dropAdded()
	case wire.SessionUpdate:
		s.dropAdded()
	case wire.Resumed:
		s.place = 0
		s.dropAdded()
		for _, event := range m.Events {
			if seq, m := decode(event); m != nil && !nests(m) && seq > last {
				s.passing(m)
			}
		}
	case wire.TrackAdded:
		if seq > last && m.By != nil && *m.By == s.room.Me {
			s.added(m.Item.TrackID)
		}
	default:
		s.passing(m)
	}
	if seated {
		if news := rightsNews(before, s.standing(), s.room.Settings); news != "" {
			s.tell(news, false)
		}
	}
}

// passing is what a message changes that is no part of the room.
func (s *state) passing(m wire.Message) {
	switch m := m.(type) {
	case wire.Notification:
		if s.isNews(m) {
			s.tell(m.Message, m.Level == wire.LevelWarning)
		}
	case wire.JoinPending:
		s.place = max(1, m.Position)
	case wire.JoinDenied:
		s.reason = clean(m.Reason)
	case wire.Kicked:
		s.reason = clean(m.Reason)
	case wire.NowPlaying:
		s.ballot.skip = ""
	case wire.SkipVote:
		if m.Votes == 0 {
			s.ballot.skip = ""
		}
	case wire.ParticipantLeft:
		if m.ParticipantID == s.room.Me { // the host takes the upvotes of those who are away for long
			s.ballot.upvotes = map[string]bool{}
		}
	case wire.TrackAdded, wire.TrackRemoved:
		s.dropAdded()
	case wire.Reaction:
		if emoji := clean(m.Emoji); emoji != "" {
			one := float{cut(emoji, 8), s.room.nameOf(m.FromID), s.now.Add(floatStays)}
			s.floats = lastOf(append(s.floats, one), mostFloats)
		}
	case wire.Pong:
		s.clock.pong(m.T0, m.T1, s.now)
	case wire.SearchResults:
		s.answer(m)
	}
}

// added: the host has put one of the songs that were asked for into the queue.
func (s *state) added(trackID string) {
	if i := slices.IndexFunc(s.adding, func(a adding) bool { return a.track.TrackID == trackID }); i >= 0 {
		s.adding = slices.Delete(s.adding, i, i+1)
	}
}

// dropAdded lets go of songs that were asked for and stand in the queue of a fresh snapshot.
func (s *state) dropAdded() {
	here := map[string]bool{}
	if s.room.Current != nil {
		here[s.room.Current.TrackID] = true
	}
	for _, item := range s.room.Upcoming {
		here[item.TrackID] = true
	}
	s.adding = slices.DeleteFunc(s.adding, func(a adding) bool { return here[a.track.TrackID] })
}

// answer takes the results of the newest question; others are late. Results stay until then, so that nothing flickers.
func (s *state) answer(m wire.SearchResults) {
	if m.ID == "" || m.ID != s.search.newest {
		return
	}
	q := clean(m.Q)
	s.search.newest, s.search.answered, s.search.tracks = "", &q, nil
	for _, track := range firstOf(m.Tracks, wire.MaxSearchResults) {
		s.search.tracks = append(s.search.tracks, cleanTrack(track))
	}
	s.found = list{}
}

// moved takes in how the connection stands now.
func (s *state) moved(l visitor.Line) {
	l.Code, l.HostName, l.Said, l.Path = clean(l.Code), clean(l.HostName), clean(l.Said), clean(l.Path)
	words := make([]string, 0, 4)
	for _, word := range firstOf(l.Words, 8) {
		words = append(words, clean(word))
	}
	l.Words, l.Said = words, sentence(l.Said)
	switch met := strings.Join(words, " "); {
	case met != "" && !l.Known:
		s.stranger = met
	case met == s.stranger:
		l.Known = false
	}
	if l.State == visitor.Joined && (s.line.State != visitor.Joined || s.line.Path != l.Path) {
		s.clock.reset()
	}
	if l.Said != s.line.Said && l.State == visitor.Joined {
		s.seen = false
	}
	if l.State == visitor.Over {
		s.over, s.ask, s.cover = true, nil, coverNone
	}
	s.line = l
}
