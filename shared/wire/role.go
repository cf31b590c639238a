package wire

import (
	"encoding/json"
	"fmt"
)

// SetRole makes a guest a member, who is known in the next jam too, or a member a guest.
type SetRole struct {
	ParticipantID string `json:"participant_id"`
	Role          Role   `json:"role"`
}

// SetPermissions fixes some rights of one person, whatever the settings say: mute and
// the like. Rights that are absent stay; null gives one back to the settings.
type SetPermissions struct {
	ParticipantID string          `json:"participant_id"`
	Permissions   json.RawMessage `json:"permissions" ts:"{ [right in keyof JamPermissions]?: boolean | null }"`
}

// TransferHost gives somebody every right of the host's.
type TransferHost struct {
	ParticipantID string `json:"participant_id"`
}

// Granted tells somebody what they now are. UserToken is a secret, for a member's
// next join_request; it comes once.
type Granted struct {
	Role        Role           `json:"role"`
	Permissions JamPermissions `json:"permissions"`
	UserToken   string         `json:"user_token,omitempty"`
}

// FixedRights are the rights of one person that a host has decided, by their name on the wire.
type FixedRights map[string]bool

// ParseRights reads the permissions of SetPermissions; null for those to be given back. Unknown rights are passed over.
func ParseRights(raw json.RawMessage) (map[string]*bool, error) {
	var asked map[string]json.RawMessage
	if err := json.Unmarshal(raw, &asked); err != nil || asked == nil {
		return nil, fmt.Errorf("permissions are a JSON object of rights")
	}
	rights := map[string]*bool{}
	for name, value := range asked {
		if (&JamPermissions{}).Right(name) == nil {
			continue
		}
		var yes *bool
		if err := json.Unmarshal(value, &yes); err != nil {
			return nil, fmt.Errorf("%s is true, false or null", name)
		}
		rights[name] = yes
	}
	return rights, nil
}

// Right finds a right by its name on the wire, nil when there is none of that name.
func (p *JamPermissions) Right(name string) *bool {
	return map[string]*bool{
		"can_add_to_queue": &p.CanAddToQueue, "can_remove_own": &p.CanRemoveOwn, "can_remove_any": &p.CanRemoveAny,
		"can_reorder": &p.CanReorder, "can_skip": &p.CanSkip, "can_kick": &p.CanKick, "can_vote_skip": &p.CanVoteSkip,
		"can_chat": &p.CanChat, "can_control": &p.CanControl, "can_set_volume": &p.CanSetVolume,
	}[name]
}

// With gives the rights with those that are fixed.
func (p JamPermissions) With(fixed FixedRights) JamPermissions {
	if len(fixed) == 0 {
		return p
	}
	rights := p // apart, so that what is most often the case costs no memory
	for name, yes := range fixed {
		if right := rights.Right(name); right != nil {
			*right = yes
		}
	}
	return rights
}

// CommandType names the command on the wire.
func (SetRole) CommandType() string { return "set_role" }

// CommandType names the command on the wire.
func (SetPermissions) CommandType() string { return "set_permissions" }

// CommandType names the command on the wire.
func (TransferHost) CommandType() string { return "transfer_host" }

// MessageType names the message on the wire.
func (Granted) MessageType() string { return "granted" }
