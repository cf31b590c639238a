package wire

// VoteSkip is a vote to skip the current item. A repeated one is acked and changes nothing.
type VoteSkip struct{}

// UnvoteSkip takes it back.
type UnvoteSkip struct{}

// Upvote says that one wants to hear an upcoming item; once per person and item.
type Upvote struct {
	QueueItemID string `json:"queue_item_id"`
}

// Unupvote takes it back.
type Unupvote struct {
	QueueItemID string `json:"queue_item_id"`
}

// SkipVote is the count on the current item: the item goes when Votes reaches
// Required. Eligible people may vote and are connected, or away for less than VoterAway.
type SkipVote struct {
	QueueItemID string `json:"queue_item_id"`
	Votes       int    `json:"votes"`
	Required    int    `json:"required"`
	Eligible    int    `json:"eligible"`
}

// CommandType names the command on the wire.
func (VoteSkip) CommandType() string { return "vote_skip" }

// CommandType names the command on the wire.
func (UnvoteSkip) CommandType() string { return "unvote_skip" }

// CommandType names the command on the wire.
func (Upvote) CommandType() string { return "upvote" }

// CommandType names the command on the wire.
func (Unupvote) CommandType() string { return "unupvote" }

// MessageType names the message on the wire.
func (SkipVote) MessageType() string { return "skip_vote" }
