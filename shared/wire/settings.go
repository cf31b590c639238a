package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

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

// DefaultSettings is what a jam starts with.
func DefaultSettings() JamSettings {
	return JamSettings{
		AllowGuests: true, GuestCanAdd: true, GuestCanSkipVote: true, GuestCanRemoveOwn: true, AllowChat: true, Autoplay: true,
		MaxParticipants: 100, SkipThreshold: 0.5, QueueOrder: OrderFair,
	}
}

// Merge returns the settings with the fields that patch holds, checked. A field
// of the wrong type or out of range is an error.
func (s JamSettings) Merge(patch json.RawMessage) (JamSettings, error) {
	if len(patch) == 0 {
		return s, nil
	}
	// Decoding writes through pointers that are there: the caller's settings must stay as they are.
	s.Name, s.ExpiresAt = clone(s.Name), clone(s.ExpiresAt)
	patch, err := exactly(patch)
	if err != nil {
		return JamSettings{}, err
	}
	var wrong *json.UnmarshalTypeError
	switch err := json.Unmarshal(patch, &s); {
	case errors.As(err, &wrong) && wrong.Field != "":
		return JamSettings{}, fmt.Errorf("%s cannot be a %s", wrong.Field, wrong.Value)
	case err != nil:
		return JamSettings{}, errors.New("settings are a JSON object of settings")
	}
	return s, s.Validate()
}

// exactly leaves out what is no setting by its exact name: Go would take MAX_PARTICIPANTS for max_participants.
func exactly(patch json.RawMessage) (json.RawMessage, error) {
	var given, known map[string]json.RawMessage
	all, _ := json.Marshal(JamSettings{}) // texts, numbers and times: cannot fail
	if json.Unmarshal(patch, &given) != nil || json.Unmarshal(all, &known) != nil {
		return nil, errors.New("settings are a JSON object of settings")
	}
	for name := range given {
		if _, ok := known[name]; !ok {
			delete(given, name)
		}
	}
	return json.Marshal(given)
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
	case s.QueueOrder != OrderFIFO && s.QueueOrder != OrderFair && s.QueueOrder != OrderVotes:
		return fmt.Errorf("queue_order is fifo, fair or votes")
	}
	return nil
}

// UpdateSettings changes some settings; fields that are absent stay.
type UpdateSettings struct {
	Settings json.RawMessage `json:"settings" ts:"Partial<JamSettings>"`
}

// SettingsUpdated carries the settings as they now are, whole.
type SettingsUpdated struct {
	Settings JamSettings `json:"settings"`
}

// CommandType names the command on the wire.
func (UpdateSettings) CommandType() string { return "update_settings" }

// MessageType names the message on the wire.
func (SettingsUpdated) MessageType() string { return "settings_updated" }
