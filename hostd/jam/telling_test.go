package jam

import (
	"encoding/json"
	"fmt"
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
	for _, n := range e.Notices {
		params, _ := json.Marshal(n.Params)
		s.say("~ %s %s %q %s%s", n.Level, n.Kind, n.Message, params, s.audience(n))
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
	for _, seat := range j.arrival {
		if j.Sees(seat, m) {
			text += " " + s.call(seat)
		}
	}
	return text
}

// words spells an event.
func (s *stage) words(m wire.Message) string {
	switch m := m.(type) {
	case wire.ParticipantJoined:
		s.may[m.Participant.ID] = s.rights(m.Participant.Permissions)
		return fmt.Sprintf("participant_joined %s %s %q%s", s.call(m.Participant.ID), m.Participant.Role, m.Participant.DisplayName, s.path(m.Participant))
	case wire.ParticipantUpdated:
		return "participant_updated " + s.call(m.Participant.ID) + " " + s.presence(m.Participant) + s.path(m.Participant) + s.newRights(m.Participant)
	case wire.ParticipantLeft:
		return "participant_left " + s.call(m.ParticipantID)
	case wire.TrackAdded:
		s.items = append(s.items, m.Item.ID)
		s.names()
		return fmt.Sprintf("track_added %s %s by %s at %d", s.call(m.Item.ID), m.Item.TrackID, s.call(*m.By), m.Position)
	case wire.TrackRemoved:
		return "track_removed " + s.call(m.ItemID) + " by " + s.call(*m.By)
	case wire.TrackUpdated:
		return fmt.Sprintf("track_updated %s pinned=%v", s.call(m.ItemID), m.Pinned)
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
		return "session_ended " + string(m.Reason)
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
		text += " (" + s.call(why.ItemID) + " " + why.Reason + ")"
	}
	return text
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
			s.say("%s %s %s by %s", pointer, s.call(item.ID), item.TrackID, s.call(*item.AddedBy))
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

func (s *stage) history() {
	h := s.world.jam.History()
	s.say("%d people, %d tracks", h.ParticipantCount, h.TrackCount)
	for _, t := range h.Tracks {
		s.say("%s %s by %s skipped=%v %s", t.PlayedAt.Format("15:04:05"), t.TrackID, *t.AddedBy, t.Skipped, t.Outcome)
	}
	if h.EndedAt != nil {
		s.say("ended %s %s", h.EndedAt.Format("15:04:05"), *h.EndReason)
	}
}
