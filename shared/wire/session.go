package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// JamSession is the whole jam as one person sees it: the snapshot in joined and session_update.
type JamSession struct {
	ID           string      `json:"id"`
	ShareCode    string      `json:"share_code"`
	HostUserID   *string     `json:"host_user_id"`
	HostDeviceID string      `json:"host_device_id"`
	Settings     JamSettings `json:"settings"`
	// Participants holds the host, members, everyone with an item in Queue, oneself, and others up to ParticipantsShown.
	Participants []JamParticipant `json:"participants"`
	// Queue is the last PlayedShown played items, the current one, then the upcoming ones in the order in which they will play.
	Queue []JamQueueItem `json:"queue"`
	// CurrentIndex points into Queue; -1 when nothing plays.
	CurrentIndex int  `json:"current_index"`
	IsActive     bool `json:"is_active"`
	CreatedAt    Time `json:"created_at"`

	State State `json:"state"`
	// Seq is the last event that this snapshot contains.
	Seq              uint64        `json:"seq"`
	Playback         Playback      `json:"playback"`
	SkipVote         *SkipVote     `json:"skip_vote"`
	Chat             []ChatMessage `json:"chat"`
	QueueOrder       QueueOrder    `json:"queue_order"`
	ParticipantCount int           `json:"participant_count"`
}

// State is where a jam stands in its life.
type State string

// The states of a jam. Created lasts until the first guest joins or a track plays.
const (
	StateCreated State = "created"
	StateActive  State = "active"
	StatePaused  State = "paused"
	StateEnding  State = "ending"
	StateEnded   State = "ended"
)

// IsActive tells whether a jam in this state can be joined.
func (s State) IsActive() bool { return s != StateEnded }

// The ways in which the queue may be ordered.
const (
	OrderFIFO  = "fifo"
	OrderFair  = "fair"
	OrderVotes = "votes"
)

// JamSettings is what the host decides about a jam.
type JamSettings struct {
	Name              *string `json:"name"`
	AllowGuests       bool    `json:"allow_guests"`
	RequireApproval   bool    `json:"require_approval"`
	GuestCanAdd       bool    `json:"guest_can_add"`
	GuestCanSkipVote  bool    `json:"guest_can_skip_vote"`
	MaxQueuePerPerson int     `json:"max_queue_per_person"` // upcoming items, 0 = any number
	ExpiresAt         *Time   `json:"expires_at"`
	MaxParticipants   int     `json:"max_participants"` // 1-2000, the host not counted
	SkipThreshold     float64 `json:"skip_threshold"`   // 0.01-1, share of those who may vote
	AllowChat         bool    `json:"allow_chat"`
	QueueOrder        string  `json:"queue_order" ts:"\"fifo\" | \"fair\" | \"votes\""`
	AllowDuplicates   bool    `json:"allow_duplicates"` // a duplicate is current or upcoming
	MaxTrackMS        int64   `json:"max_track_ms"`     // 0 = any length
	GuestCanRemoveOwn bool    `json:"guest_can_remove_own"`
	GuestCanControl   bool    `json:"guest_can_control"` // everyone may skip, pause, reorder, remove
	GuestCanSetVolume bool    `json:"guest_can_set_volume"`
	Autoplay          bool    `json:"autoplay"`
	VerifiedOnly      bool    `json:"verified_only"`
}

// DefaultSettings is what a jam starts with. Skip votes, chat, fair order and
// autoplay are off because this version does not have them yet: a setting never
// says what the jam does not do.
func DefaultSettings() JamSettings {
	return JamSettings{
		AllowGuests: true, GuestCanAdd: true, GuestCanRemoveOwn: true,
		MaxParticipants: 100, SkipThreshold: 0.5, QueueOrder: OrderFIFO,
	}
}

// Merge returns the settings with the fields that patch holds, checked. A field
// of the wrong type, out of range or not offered by this version is an error.
func (s JamSettings) Merge(patch json.RawMessage) (JamSettings, error) {
	if len(patch) == 0 {
		return s, nil
	}
	// Decoding writes through pointers that are there: the caller's settings must stay as they are.
	s.Name, s.ExpiresAt = clone(s.Name), clone(s.ExpiresAt)
	var wrong *json.UnmarshalTypeError
	switch err := json.Unmarshal(patch, &s); {
	case errors.As(err, &wrong) && wrong.Field != "":
		return JamSettings{}, fmt.Errorf("%s cannot be a %s", wrong.Field, wrong.Value)
	case err != nil:
		return JamSettings{}, errors.New("settings are a JSON object of settings")
	}
	return s, s.Validate()
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// Validate names the first setting that is out of range.
func (s JamSettings) Validate() error {
	switch {
	case s.Name != nil && len([]rune(*s.Name)) > MaxJamName:
		return fmt.Errorf("name is at most %d characters", MaxJamName)
	case s.MaxQueuePerPerson < 0 || s.MaxQueuePerPerson > MaxUpcoming:
		return fmt.Errorf("max_queue_per_person is 0 to %d", MaxUpcoming)
	case s.MaxParticipants < 1 || s.MaxParticipants > MaxParticipants:
		return fmt.Errorf("max_participants is 1 to %d", MaxParticipants)
	case !(s.SkipThreshold >= 0.01 && s.SkipThreshold <= 1):
		return fmt.Errorf("skip_threshold is 0.01 to 1")
	case s.MaxTrackMS < 0:
		return fmt.Errorf("max_track_ms is 0 or more")
	}
	return s.offered()
}

// offered refuses what later versions of the program will do, rather than
// accepting a setting that nothing obeys.
func (s JamSettings) offered() error {
	switch {
	case s.RequireApproval, s.GuestCanSkipVote, s.AllowChat, s.Autoplay, s.VerifiedOnly, s.ExpiresAt != nil:
		return fmt.Errorf("require_approval, guest_can_skip_vote, allow_chat, autoplay, verified_only and expires_at are not offered by this version")
	case s.QueueOrder != OrderFIFO:
		return fmt.Errorf("queue_order %.20q is not offered by this version", s.QueueOrder)
	}
	return nil
}

// UpdateSettings changes some settings; fields that are absent stay.
type UpdateSettings struct {
	Settings json.RawMessage `json:"settings" ts:"Partial<JamSettings>"`
}

// EndSession ends the jam for everyone. InSeconds is known so that it can be
// refused: this version ends at once or not at all.
type EndSession struct {
	InSeconds *int `json:"in_seconds,omitempty"`
}

// SettingsUpdated carries the settings as they now are, whole.
type SettingsUpdated struct {
	Settings JamSettings `json:"settings"`
}

// SessionUpdate is a fresh snapshot for someone who fell behind.
type SessionUpdate struct {
	Session JamSession `json:"session"`
}

// SessionEnded is the last event of a jam.
type SessionEnded struct {
	Reason EndReason `json:"reason"`
}

// EndReason says why a jam ended.
type EndReason string

// The reasons this version knows: a host ended it, or was away for over 30 minutes.
const (
	EndedByHost EndReason = "host"
	EndedGone   EndReason = "host_gone"
)

// HostStatus tells whether the host is there. Paused: it was away for 5 to 30
// minutes and the music waits until a host presses play.
type HostStatus struct {
	Status HostState `json:"status"`
	Since  Time      `json:"since"`
}

// HostState is whether the host is there.
type HostState string

// The states of the host.
const (
	HostOnline  HostState = "online"
	HostOffline HostState = "offline"
	HostPaused  HostState = "paused"
)

// MessageType names the message on the wire.
func (HostStatus) MessageType() string { return "host_status" }

// CommandType names the command on the wire.
func (UpdateSettings) CommandType() string { return "update_settings" }

// CommandType names the command on the wire.
func (EndSession) CommandType() string { return "end_session" }

// MessageType names the message on the wire.
func (SettingsUpdated) MessageType() string { return "settings_updated" }

// MessageType names the message on the wire.
func (SessionUpdate) MessageType() string { return "session_update" }

// MessageType names the message on the wire.
func (SessionEnded) MessageType() string { return "session_ended" }

// SkipVote is the count on the current item. This version has no vote: it is always null.
type SkipVote struct {
	QueueItemID string `json:"queue_item_id"`
	Votes       int    `json:"votes"`
	Required    int    `json:"required"`
	Eligible    int    `json:"eligible"`
}

// ChatMessage is one line of chat. This version has no chat: the list is always empty.
type ChatMessage struct {
	From    string `json:"from"`
	FromID  string `json:"from_id"`
	Message string `json:"message"`
	At      Time   `json:"at"`
}
