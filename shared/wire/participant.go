package wire

// JamParticipant is one person in the jam, as everyone may see them. Connection
// ids, addresses and tokens are not here: they never leave the host.
type JamParticipant struct {
	ID          string         `json:"id"`
	UserID      *string        `json:"user_id"`
	DisplayName string         `json:"display_name"`
	Role        Role           `json:"role"`
	Permissions JamPermissions `json:"permissions"`
	Connected   bool           `json:"connected"`
	Path        Path           `json:"path"`
	Verified    bool           `json:"verified"`
	JoinedAt    Time           `json:"joined_at"`
}

// Role decides what a person may do; it comes from a token, never from a message.
type Role string

// The roles of the permission matrix.
const (
	RoleHost   Role = "host"
	RoleMember Role = "member"
	RoleGuest  Role = "guest"
)

// Path is how a person's messages reach the host.
type Path string

// The paths that the badge on the page names.
const (
	PathLAN     Path = "lan"
	PathDirect  Path = "direct"
	PathRelayed Path = "relayed"
)

// JamPermissions is what one person may do right now.
type JamPermissions struct {
	CanAddToQueue bool `json:"can_add_to_queue"`
	CanRemoveOwn  bool `json:"can_remove_own"`
	CanRemoveAny  bool `json:"can_remove_any"`
	CanReorder    bool `json:"can_reorder"`
	CanSkip       bool `json:"can_skip"`
	CanKick       bool `json:"can_kick"`
	CanVoteSkip   bool `json:"can_vote_skip"`
	CanChat       bool `json:"can_chat"`
	CanControl    bool `json:"can_control"`
	CanSetVolume  bool `json:"can_set_volume"`
}

// ParticipantJoined: someone took a seat, or came back after having left the list.
type ParticipantJoined struct {
	Participant JamParticipant `json:"participant"`
}

// ParticipantUpdated carries a person as they now are: connected or not, path, rights.
type ParticipantUpdated struct {
	Participant JamParticipant `json:"participant"`
}

// ParticipantLeft: the Leave button, a kick, or ten minutes away; to hosts also of who waited to be let in.
type ParticipantLeft struct {
	ParticipantID string `json:"participant_id"`
}

// MessageType names the message on the wire.
func (ParticipantJoined) MessageType() string { return "participant_joined" }

// MessageType names the message on the wire.
func (ParticipantUpdated) MessageType() string { return "participant_updated" }

// MessageType names the message on the wire.
func (ParticipantLeft) MessageType() string { return "participant_left" }
