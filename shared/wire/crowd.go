package wire

// Crowd: with more people than this in the jam, joins and leaves are told as
// participant_count to everyone but the host, and lists are asked for in pages.
const Crowd = 100

// ParticipantsPage people at most come in one answer.
const ParticipantsPage = 100

// ListParticipants asks for a page of the people, from Offset in the order of their coming.
type ListParticipants struct {
	Offset int `json:"offset,omitempty"`
}

// Participants answers it. Total counts everyone in the jam, the host too.
type Participants struct {
	Offset       int              `json:"offset"`
	Total        int              `json:"total"`
	Participants []JamParticipant `json:"participants"`
}

// ParticipantCount stands for the joins and leaves of a crowd, at most one a second. It has no seq.
type ParticipantCount struct {
	Count int `json:"count"`
}

// CommandType names the command on the wire.
func (ListParticipants) CommandType() string { return "list_participants" }

// MessageType names the message on the wire.
func (Participants) MessageType() string { return "participants" }

// MessageType names the message on the wire.
func (ParticipantCount) MessageType() string { return "participant_count" }
