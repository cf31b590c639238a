package wire

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
	Seq      uint64   `json:"seq"`
	Playback Playback `json:"playback"`
	// SkipVote is null while nobody votes.
	SkipVote *SkipVote `json:"skip_vote"`
	// Chat is the last ChatKept messages, oldest first.
	Chat             []ChatLine `json:"chat"`
	QueueOrder       QueueOrder `json:"queue_order"`
	ParticipantCount int        `json:"participant_count"`
	// Ending is set while State is ending.
	Ending *Ending `json:"ending"`
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

// SessionUpdate is a fresh snapshot for someone who fell behind.
type SessionUpdate struct {
	Session JamSession `json:"session"`
}

// MessageType names the message on the wire.
func (SessionUpdate) MessageType() string { return "session_update" }
