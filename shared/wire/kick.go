package wire

// Kick removes somebody and bans the seat for this jam.
type Kick struct {
	ParticipantID string `json:"participant_id"`
}

// Unban lifts a ban: the seat may be taken up again.
type Unban struct {
	ParticipantID string `json:"participant_id"`
}

// Kicked is the last message to who was removed, before bye.
type Kicked struct {
	Reason string `json:"reason,omitempty"`
}

// ParticipantBanned tells the hosts that a seat is banned; participant_left goes before it.
type ParticipantBanned struct {
	Participant JamParticipant `json:"participant"`
}

// ParticipantUnbanned tells the hosts that it is not any more.
type ParticipantUnbanned struct {
	ParticipantID string `json:"participant_id"`
}

// CommandType names the command on the wire.
func (Kick) CommandType() string { return "kick" }

// CommandType names the command on the wire.
func (Unban) CommandType() string { return "unban" }

// MessageType names the message on the wire.
func (Kicked) MessageType() string { return "kicked" }

// MessageType names the message on the wire.
func (ParticipantBanned) MessageType() string { return "participant_banned" }

// MessageType names the message on the wire.
func (ParticipantUnbanned) MessageType() string { return "participant_unbanned" }
