package jam

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"soul-jam/shared/wire"
)

// answer says what a command brought: its refusal, or its entry.
func (s *stage) answer(e Entry, refusal *wire.Error) {
	if refusal != nil {
		if refusal.Message == refusal.Code.Sentence() {
			s.say("! %s", refusal.Code)
			return
		}
		s.say("! %s: %s", refusal.Code, refusal.Message)
		return
	}
	s.tell(e)
}

// tell says everything that is in an entry.
func (s *stage) tell(e Entry) {
	for _, ev := range e.Events {
		s.say("%d %s%s", ev.Seq, s.words(ev.Message), s.audience(ev.Message))
	}
	for _, p := range e.Passing {
		to := s.audience(p.Message)
		if p.To != "" {
			to = ", to " + s.call(p.To)
		}
		s.say("~ %s%s", s.passing(p.Message), to)
	}
	switch {
	case e.Repeat:
		s.say("= %s %d again", e.ID, e.Ack)
	case e.ID != "":
		s.say("= %s %d", e.ID, e.Ack)
	}
}

// audience says so when not everyone sees a message: who does of the host and the person whom it is about, and that nobody else does.
func (s *stage) audience(m wire.Message) string {
	j := s.world.jam
	if j.ForAll(m) {
		return ""
	}
	text := ", for"
	for _, p := range j.arrival {
		if j.Sees(p.ID, m) {
			text += " " + s.call(p.ID)
		}
	}
	return text
}

// words spells an event.
func (s *stage) words(m wire.Message) string {
	switch m := m.(type) {
	case wire.ParticipantJoined:
		s.may[m.Participant.ID] = s.rights(m.Participant.Permissions)
		s.calls[m.Participant.ID+" role"] = string(m.Participant.Role)
		return fmt.Sprintf("participant_joined %s %s %q%s", s.call(m.Participant.ID), m.Participant.Role, m.Participant.DisplayName, s.path(m.Participant))
	case wire.ParticipantUpdated:
		return "participant_updated " + s.call(m.Participant.ID) + " " + s.presence(m.Participant) + s.path(m.Participant) + s.newRole(m.Participant) + s.newRights(m.Participant)
	case wire.ParticipantLeft:
		return "participant_left " + s.call(m.ParticipantID)
	case wire.JoinRequested:
		return fmt.Sprintf("join_requested %s %q %s%s", s.call(m.Participant.ID), m.Participant.DisplayName, s.presence(m.Participant), s.path(m.Participant))
	case wire.ParticipantBanned:
		return "participant_banned " + s.call(m.Participant.ID)
	case wire.ParticipantUnbanned:
		return "participant_unbanned " + s.call(m.ParticipantID)
	case wire.SkipVote:
		return "skip_vote " + s.vote(m)
	case wire.ChatLine:
		return fmt.Sprintf("chat_message %s %q: %q", s.call(m.FromID), m.From, m.Message)
	case wire.SessionEnding:
		if m.Ending == nil {
			return "session_ending not, " + string(m.State)
		}
		return fmt.Sprintf("session_ending %s at %s, %s", m.Ending.Reason, m.Ending.EndsAt.Format("15:04:05"), m.State)
	case wire.TrackAdded:
		if !slices.Contains(s.items, m.Item.ID) { // else it was the solo session's
			s.items = append(s.items, m.Item.ID)
		}
		if m.By != nil {
			s.whose[m.Item.ID] = s.world.jam.people[*m.By].DisplayName
		}
		s.names()
		return fmt.Sprintf("track_added %s %s by %s at %d%s%s", s.call(m.Item.ID), m.Item.TrackID, s.adder(m.By), m.Position, s.because(m.Why), chosen(m.Item.Because))
	case wire.TrackRemoved:
		return "track_removed " + s.call(m.ItemID) + " by " + s.remover(m.By)
	case wire.TrackUpdated:
		return fmt.Sprintf("track_updated %s upvotes=%d pinned=%v", s.call(m.ItemID), m.Upvotes, m.Pinned)
	case wire.QueueOrder:
		return "queue_order" + s.order(m)
	case wire.NowPlaying:
		return "now_playing " + s.playing(m)
	case wire.Playback:
		return "playback " + sounds(m)
	case wire.SettingsUpdated:
		before := s.rules
		s.rules = m.Settings
		return "settings_updated" + changes(before, m.Settings)
	case wire.HostStatus:
		return fmt.Sprintf("host_status %s since %s", m.Status, m.Since.Format("15:04:05"))
	case wire.SessionEnded:
		if m.FollowedBy != "" {
			return fmt.Sprintf("session_ended %s, followed by %s", m.Reason, m.FollowedBy)
		}
		return fmt.Sprintf("session_ended %s, %s", m.Reason, s.recap(m.Recap))
	}
	s.t.Fatalf("%q: nobody can spell %T", s.line, m)
	return ""
}

func (s *stage) presence(p wire.JamParticipant) string {
	if p.Connected {
		return "here"
	}
	return "away"
}

// path is told unless it is the usual one.
func (s *stage) path(p wire.JamParticipant) (text string) {
	if p.Path != wire.PathLAN {
		text = " by " + string(p.Path)
	}
	if !p.Verified {
		text += " unverified"
	}
	return text
}

// newRights are told only when they are others than before.
func (s *stage) newRights(p wire.JamParticipant) string {
	rights := s.rights(p.Permissions)
	if s.may[p.ID] == rights {
		return ""
	}
	s.may[p.ID] = rights
	return " may " + rights
}

// rights lists what someone may do, without the can_.
func (s *stage) rights(p wire.JamPermissions) string {
	var may []string
	for name, yes := range fields(s, p) {
		if yes == true {
			may = append(may, strings.TrimPrefix(name, "can_"))
		}
	}
	sort.Strings(may)
	if len(may) == 0 {
		return "nothing"
	}
	return strings.Join(may, ",")
}

func (s *stage) order(o wire.QueueOrder) (text string) {
	for _, id := range o.Order {
		text += " " + s.call(id)
	}
	for _, why := range o.Why {
		text += s.because(why)
	}
	return text
}

// because is the reason of a place; that of fifo goes without saying.
func (s *stage) because(why wire.Why) string {
	switch why.Reason {
	case wire.WhyAdded:
		return ""
	case wire.WhyTurn:
		return fmt.Sprintf(" (%s turn %d of %s)", s.call(why.ItemID), why.Params.Turn, s.whose[why.ItemID])
	case wire.WhyVotes:
		return fmt.Sprintf(" (%s votes %d)", s.call(why.ItemID), why.Params.Votes)
	}
	return fmt.Sprintf(" (%s %s)", s.call(why.ItemID), why.Reason)
}

func (s *stage) adder(id *string) string {
	if id == nil {
		return "autoplay"
	}
	return s.call(*id)
}

func (s *stage) remover(id *string) string {
	if id == nil {
		return "the house"
	}
	return s.call(*id)
}

// chosen is why autoplay chose a song.
func chosen(b *wire.Because) string {
	if b == nil {
		return ""
	}
	return strings.TrimRight(fmt.Sprintf(" because %s %s", b.Reason, b.Name), " ")
}

func (s *stage) vote(v wire.SkipVote) string {
	return fmt.Sprintf("%s %d of %d, %d may vote", s.call(v.QueueItemID), v.Votes, v.Required, v.Eligible)
}

func (s *stage) recap(r *wire.Recap) string {
	if r == nil {
		return "no recap"
	}
	text := fmt.Sprintf("%d tracks, %d people, %dms", r.TrackCount, r.ParticipantCount, r.DurationMS)
	if r.TopAdder != nil {
		text += fmt.Sprintf(", %s added %d", r.TopAdder.Name, r.TopAdder.Tracks)
	}
	if r.TopTrack != nil {
		text += fmt.Sprintf(", %s got %d votes", r.TopTrack.Title, r.TopTrack.Upvotes)
	}
	return text
}

// passing spells what changes nothing.
func (s *stage) passing(m wire.Message) string {
	switch m := m.(type) {
	case wire.Notification:
		params, _ := json.Marshal(m.Params)
		return fmt.Sprintf("%s %s %q %s", m.Level, m.Kind, m.Message, params)
	case wire.Granted:
		token := ""
		if m.UserToken != "" {
			token = " with " + m.UserToken
		}
		return fmt.Sprintf("granted %s, may %s%s", m.Role, s.rights(m.Permissions), token)
	case wire.Reaction:
		return "reaction " + s.call(m.FromID) + " " + m.Emoji
	}
	return s.words(m)
}

// newRole is told only when it is another than before.
func (s *stage) newRole(p wire.JamParticipant) string {
	key := p.ID + " role"
	if s.calls[key] == string(p.Role) {
		return ""
	}
	s.calls[key] = string(p.Role)
	return " as " + string(p.Role)
}

func (s *stage) playing(m wire.NowPlaying) string {
	text := "nothing"
	if m.Item != nil {
		text = s.call(m.Item.ID)
	}
	if m.Previous != "" {
		text += ", the one before " + string(m.Previous)
	}
	return text
}

func sounds(p wire.Playback) string {
	state := "silent"
	if p.Playing {
		state = "playing"
	}
	return fmt.Sprintf("%s at %dms volume %d", state, p.PositionMS, p.Volume)
}

func fields(s *stage, v any) map[string]any {
	var of map[string]any
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &of)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return of
}

func changes(before, after wire.JamSettings) (text string) {
	s := &stage{}
	old, now := fields(s, before), fields(s, after)
	names := make([]string, 0, len(now))
	for name := range now {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if fmt.Sprint(old[name]) != fmt.Sprint(now[name]) {
			text += fmt.Sprintf(" %s=%v", name, now[name])
		}
	}
	return text
}

// show says what can be asked of the jam.
func (s *stage) show(words []string) {
	self := s.world.jam.HostSeat()
	if len(words) > 1 {
		self = s.seats[words[1]]
	}
	session := s.world.jam.Session(self)
	switch words[0] {
	case "queue":
		for i, item := range session.Queue {
			pointer := " "
			if i == session.CurrentIndex {
				pointer = ">"
			}
			s.say("%s %s %s by %s", pointer, s.call(item.ID), item.TrackID, s.adder(item.AddedBy))
		}
		s.say("order:%s", s.order(session.QueueOrder))
	case "people":
		for _, p := range session.Participants {
			s.say("%s %s %q %s, may %s", s.call(p.ID), p.Role, p.DisplayName, s.presence(p), s.rights(p.Permissions))
		}
		s.say("participant_count %d", session.ParticipantCount)
	case "crowd":
		last := session.Participants[len(session.Participants)-4:]
		s.say("%d people, the last are %s %s %s %s", len(session.Participants), s.call(last[0].ID), s.call(last[1].ID), s.call(last[2].ID), s.call(last[3].ID))
		s.say("participant_count %d", session.ParticipantCount)
	case "page":
		offset, _ := strconv.Atoi(words[1])
		page := s.world.jam.People(offset)
		s.say("%d of %d from %d", len(page.Participants), page.Total, page.Offset)
		if n := len(page.Participants); n > 0 {
			s.say("%s to %s", s.call(page.Participants[0].ID), s.call(page.Participants[n-1].ID))
		}
	case "chat":
		for _, line := range session.Chat {
			s.say("%s %q: %q", s.call(line.FromID), line.From, line.Message)
		}
		s.say("%d messages", len(session.Chat))
	case "vote":
		if session.SkipVote == nil {
			s.say("no vote")
			return
		}
		s.say("%s", s.vote(*session.SkipVote))
	case "ahead":
		if next := s.world.jam.Sound().Next; next == nil {
			s.say("the player has nothing next")
		} else if _, known := s.calls[next.ID]; known {
			s.say("the player has %s next", s.call(next.ID))
		} else {
			s.say("the player has %s next, which nobody sees", next.TrackID)
		}
	case "plays":
		s.say("%v", s.world.plays)
	case "seeds":
		s.say("%v", s.world.seeds)
	case "waiting", "bans":
		list := s.world.jam.Pending()
		if words[0] == "bans" {
			list = s.world.jam.Bans()
		}
		for i, p := range list {
			s.say("%d. %s %q %s", i+1, s.call(p.ID), p.DisplayName, s.presence(p))
		}
		s.say("%d people", len(list))
	case "admissible":
		for _, id := range s.world.jam.Admissible() {
			s.say("%s", s.call(id))
		}
		s.say("%d people", len(s.world.jam.Admissible()))
	case "recap":
		recap := s.world.jam.recap(s.world.now)
		s.say("%s", s.recap(&recap))
	case "state":
		s.say("%s active=%v seq %d, %s", session.State, session.IsActive, session.Seq, sounds(session.Playback))
		s.say("position %dms", s.world.jam.PositionMS(s.world.now))
	case "landing":
		text, _ := json.Marshal(s.world.jam.Landing())
		s.say("%s", text)
	case "history":
		s.history()
	default:
		s.t.Fatalf("%q: that cannot be shown", s.line)
	}
}
