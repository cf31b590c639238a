package wire

// ApproveJoin lets somebody in who waits for it.
type ApproveJoin struct {
	ParticipantID string `json:"participant_id"`
}

// DenyJoin turns somebody away who waits.
type DenyJoin struct {
	ParticipantID string `json:"participant_id"`
}

// JoinPending tells who asked to join that a host decides. It is sent again when
// their place changes; 1 is next.
type JoinPending struct {
	Message  string `json:"message"`
	Position int    `json:"position"`
}

// JoinDenied is the answer of deny_join.
type JoinDenied struct {
	Reason string `json:"reason"`
}

// JoinRequested tells the hosts of somebody who waits, and when that changes:
// connected is false while their page is closed. They come in by
// participant_joined with the same id, and go by participant_left.
type JoinRequested struct {
	Participant JamParticipant `json:"participant"`
}

// CommandType names the command on the wire.
func (ApproveJoin) CommandType() string { return "approve_join" }

// CommandType names the command on the wire.
func (DenyJoin) CommandType() string { return "deny_join" }

// MessageType names the message on the wire.
func (JoinPending) MessageType() string { return "join_pending" }

// MessageType names the message on the wire.
func (JoinDenied) MessageType() string { return "join_denied" }

// MessageType names the message on the wire.
func (JoinRequested) MessageType() string { return "join_requested" }
