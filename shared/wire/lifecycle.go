package wire

// EndSession ends the jam for everyone: now, or after InSeconds (0 to MaxEndIn, in
// seconds). Cancel takes back what an earlier one announced.
type EndSession struct {
	InSeconds *int `json:"in_seconds,omitempty"`
	Cancel    bool `json:"cancel,omitempty"`
}

// Ending is the end that is announced.
type Ending struct {
	Reason EndReason `json:"reason"`
	// EndsAt is on the clock of server_time_ms.
	EndsAt Time `json:"ends_at"`
}

// SessionEnding: the end is announced, or not to come any more (null). State is the jam's from now on.
type SessionEnding struct {
	Ending *Ending `json:"ending"`
	State  State   `json:"state"`
}

// SessionEnded is the last event of a jam. Recap looks back at it; null when nothing is known of it any more.
type SessionEnded struct {
	Reason EndReason `json:"reason"`
	Recap  *Recap    `json:"recap"`
	// FollowedBy is the share code of the jam that goes on with the music of the host's solo session, at its end; else absent.
	FollowedBy string `json:"followed_by,omitempty"`
}

// EndReason says why a jam ended.
type EndReason string

// The reasons. By host and host_gone end at once, the others after EndingFor.
const (
	EndedByHost      EndReason = "host"
	EndedGone        EndReason = "host_gone"    // away for over ReturnsWithin
	EndedIdle        EndReason = "idle"         // nothing played and nobody did anything for IdleAfter
	EndedEmpty       EndReason = "empty"        // everyone left and nothing played for EmptyAfter
	EndedMaxDuration EndReason = "max_duration" // ran for MaxDuration
	EndedExpired     EndReason = "expired"      // the setting expires_at
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
func (EndSession) CommandType() string { return "end_session" }

// MessageType names the message on the wire.
func (SessionEnding) MessageType() string { return "session_ending" }

// MessageType names the message on the wire.
func (SessionEnded) MessageType() string { return "session_ended" }
