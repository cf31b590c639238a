package terminal

import (
	"encoding/json"
	"reflect"

	"soul-jam/shared/wire"
)

// Room is the jam as this seat knows it. Every text in it is clean (see [clean]); ids are as they came, and never shown.
type Room struct {
	// Seated is false until the first snapshot; nothing else is known before.
	Seated   bool
	Code     string
	Settings wire.JamSettings
	State    wire.State
	Playback wire.Playback
	// Current plays, nil when nothing does; Upcoming in the order in which they will play, Why by item id.
	Current  *wire.JamQueueItem
	Upcoming []wire.JamQueueItem
	Why      map[string]wire.Why
	// Vote is on Current; nil while nobody votes.
	Vote   *wire.SkipVote
	Chat   []wire.ChatLine
	Ending *wire.Ending
	People people
	// Pending wait to be let in, Bans were removed: hosts only.
	Pending, Bans []wire.JamParticipant
	// Me is this seat's participant id; Rights are what it may do.
	Me     string
	Rights wire.JamPermissions
	// Seq is the last event that is contained here.
	Seq uint64
	// Ended is why the jam ended, "" while it lives; Recap looks back at it when the host told.
	Ended wire.EndReason
	Recap *wire.Recap
}

// decode reads one message of the host's. What is no message, of unknown type or of the wrong shape gives nil.
func decode(raw json.RawMessage) (seq uint64, m wire.Message) {
	var head struct {
		Type string `json:"type"`
		Seq  uint64 `json:"seq"`
	}
	if json.Unmarshal(raw, &head) != nil {
		return 0, nil
	}
	for _, known := range wire.Messages() {
		if known.MessageType() != head.Type {
			continue
		}
		kind, pointer := reflect.TypeOf(known), false
		if kind.Kind() == reflect.Pointer {
			kind, pointer = kind.Elem(), true
		}
		v := reflect.New(kind)
		if json.Unmarshal(raw, v.Interface()) != nil {
			return 0, nil
		}
		if !pointer {
			v = v.Elem()
		}
		return head.Seq, v.Interface().(wire.Message)
	}
	return 0, nil
}

// Apply takes in one message of the host's as it came. What is old, unknown or cannot be understood changes nothing.
func (r *Room) Apply(raw json.RawMessage) {
	if seq, m := decode(raw); m != nil {
		r.take(seq, m)
	}
}

// take takes in one message, in its order.
func (r *Room) take(seq uint64, m wire.Message) {
	switch m := m.(type) {
	case wire.Joined:
		r.Me = ""
		if m.ParticipantID != nil {
			r.Me = *m.ParticipantID
		}
		r.Rights = m.Permissions
		r.snapshot(m.Session)
		r.door(m.Pending, m.Bans)
		return
	case wire.SessionUpdate:
		if r.Seated {
			r.snapshot(m.Session)
		}
		return
	case wire.Resumed:
		if !r.Seated {
			return
		}
		for _, event := range m.Events {
			if seq, m := decode(event); m != nil && !nests(m) {
				r.take(seq, m)
			}
		}
		// Who was a host when the link broke may not be one any more, and the other way about.
		r.door(m.Pending, m.Bans)
		r.Seq = max(r.Seq, m.Seq)
		return
	case wire.Ack: // its seq names the event that the command caused, which may still be on its way
		return
	}
	if !r.Seated || seq > 0 && seq <= r.Seq {
		return
	}
	r.event(seq, m)
	r.Seq = max(r.Seq, seq)
}

// nests tells whether a message holds others: those are never an event.
func nests(m wire.Message) bool {
	_, resumed := m.(wire.Resumed)
	return resumed
}

// event is what one event changes.
func (r *Room) event(seq uint64, m wire.Message) {
	switch m := m.(type) {
	case wire.ParticipantJoined, wire.ParticipantUpdated, wire.ParticipantLeft, wire.Granted, wire.JoinRequested,
		wire.ParticipantBanned, wire.ParticipantUnbanned, wire.ParticipantCount, wire.Participants:
		r.person(m)
	case wire.TrackAdded, wire.TrackRemoved, wire.TrackUpdated, wire.QueueOrder, wire.QueueUpdate, wire.NowPlaying:
		r.queue(m)
	case wire.Playback:
		r.Playback = m
	case wire.SettingsUpdated:
		r.Settings = cleanSettings(m.Settings)
	case wire.HostStatus:
		// Without a number it is soul-server's and about the connection. While an end is announced, that is the state.
		if seq == 0 || r.Ending != nil {
			return
		}
		r.State = wire.StatePaused
		if m.Status == wire.HostOnline {
			r.State = wire.StateActive
		}
	case wire.SkipVote:
		r.Vote = nil
		if m.Votes != 0 {
			r.Vote = &m
		}
	case wire.ChatLine:
		r.Chat = lastOf(append(r.Chat, cleanLine(m)), wire.ChatKept)
	case wire.SessionEnding:
		r.Ending, r.State = m.Ending, m.State
	case wire.SessionEnded:
		r.State, r.Ended, r.Recap = wire.StateEnded, m.Reason, cleanRecap(m.Recap)
		r.Ending, r.Vote, r.Playback.Playing = nil, nil, false
	}
}

// snapshot begins anew with the whole jam.
func (r *Room) snapshot(s wire.JamSession) {
	r.Seated = true
	r.Code = clean(s.ShareCode)
	r.Settings = cleanSettings(s.Settings)
	r.State, r.Playback, r.Vote, r.Ending, r.Seq = s.State, s.Playback, s.SkipVote, s.Ending, s.Seq
	r.Chat = make([]wire.ChatLine, 0, len(s.Chat))
	for _, line := range lastOf(s.Chat, wire.ChatKept) {
		r.Chat = append(r.Chat, cleanLine(line))
	}
	r.setQueue(s.Queue, s.CurrentIndex)
	r.setWhy(s.QueueOrder.Why)
	r.People.begin(s.Participants, s.ParticipantCount)
	if me := r.Self(); me != nil {
		r.Rights = me.Permissions
	}
	if s.State == wire.StateEnded && r.Ended == "" {
		r.Ended = wire.EndedByHost
	}
	if s.State != wire.StateEnded {
		r.Ended, r.Recap = "", nil
	}
}

// lastOf is the end of a list, at most so many.
func lastOf[T any](list []T, most int) []T { return list[max(0, len(list)-most):] }

// firstOf is the beginning of a list, at most so many.
func firstOf[T any](list []T, most int) []T { return list[:min(len(list), most)] }
