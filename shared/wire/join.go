package wire

import "encoding/json"

// JoinRequest asks for a seat.
type JoinRequest struct {
	// DisplayName is cleaned by the host; what is left empty or over MaxDisplayName becomes Guest- and four digits.
	DisplayName string `json:"display_name,omitempty"`
	// UserToken is the host's token (console listener only), or a member's that granted gave.
	UserToken string `json:"user_token,omitempty"`
	// JoinKey is at least 128 random bits of the client's; the same key within JoinKeyLife gets the same seat.
	JoinKey string `json:"join_key,omitempty"`
	// V is the version of the contract; absent means 1.
	V *int `json:"v,omitempty"`
}

// Resume takes a seat up again on a new connection.
type Resume struct {
	ResumeToken string `json:"resume_token"`
	// LastSeq is the last event the client holds. A page that holds nothing leaves it out and gets joined.
	LastSeq *uint64 `json:"last_seq,omitempty"`
	V       *int    `json:"v,omitempty"`
}

// Away says that the page is being hidden or closed; there is no answer.
type Away struct{}

// Leave gives the seat up: the Leave button.
type Leave struct{}

// Watch shows the jam to a TV, which takes no seat. Token is in the console's TV link;
// it is needed when require_approval is on or allow_guests off.
type Watch struct {
	Token string `json:"token,omitempty"`
	V     *int   `json:"v,omitempty"`
}

// Joined gives the seat and the whole jam. ParticipantID and ResumeToken are null for who only watches.
type Joined struct {
	Session       JamSession     `json:"session"`
	ParticipantID *string        `json:"participant_id"`
	Permissions   JamPermissions `json:"permissions"`
	ResumeToken   *string        `json:"resume_token"`
	ServerTimeMS  int64          `json:"server_time_ms"`
	// Pending wait to be let in, Bans were kicked: for hosts only.
	Pending []JamParticipant `json:"pending,omitzero"`
	Bans    []JamParticipant `json:"bans,omitzero"`
}

// Resumed gives the events after last_seq that this person may see, each with its type and seq.
type Resumed struct {
	Seq         uint64            `json:"seq"`
	Events      []json.RawMessage `json:"events" ts:"ServerMessage[]"`
	ResumeToken string            `json:"resume_token"`
	// Pending and Bans are as in Joined: who came back may have been a host before, or be one since.
	Pending []JamParticipant `json:"pending,omitzero"`
	Bans    []JamParticipant `json:"bans,omitzero"`
}

// CommandType names the command on the wire.
func (JoinRequest) CommandType() string { return "join_request" }

// CommandType names the command on the wire.
func (Resume) CommandType() string { return "resume" }

// CommandType names the command on the wire.
func (Watch) CommandType() string { return "watch" }

// CommandType names the command on the wire.
func (Away) CommandType() string { return "away" }

// CommandType names the command on the wire.
func (Leave) CommandType() string { return "leave" }

// MessageType names the message on the wire.
func (Joined) MessageType() string { return "joined" }

// MessageType names the message on the wire.
func (Resumed) MessageType() string { return "resumed" }
