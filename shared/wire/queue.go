package wire

// JamQueueItem is one track in the queue. The same track added twice is two items.
type JamQueueItem struct {
	ID        string    `json:"id"`
	TrackID   string    `json:"track_id"`
	TrackInfo TrackInfo `json:"track_info"`
	// AddedBy is a participant id, null for autoplay.
	AddedBy *string `json:"added_by"`
	AddedAt Time    `json:"added_at"`
	// PlayedAt is when it began to play; null while it waits.
	PlayedAt *Time `json:"played_at"`
	Upvotes  int   `json:"upvotes"`
	// Pinned items were moved by hand and keep their index.
	Pinned bool `json:"pinned"`
	// Because is why autoplay chose it; absent for what people added.
	Because *Because `json:"because,omitempty"`
}

// Because says why autoplay chose a track, for a page that makes a sentence of it.
type Because struct {
	Reason BecauseReason `json:"reason"`
	// Name is the artist or genre that it has in common with what played.
	Name string `json:"name,omitempty"`
	// Year is the one that it is of or near to.
	Year int `json:"year,omitempty"`
}

// BecauseReason is why autoplay chose a track.
type BecauseReason string

// The reasons, the nearest first.
const (
	BecauseArtist    BecauseReason = "artist"    // of an artist that played
	BecauseGenre     BecauseReason = "genre"     // of a genre that played
	BecauseYear      BecauseReason = "year"      // of about the same year
	BecauseFavourite BecauseReason = "favourite" // often played in this house
	BecauseAny       BecauseReason = "any"       // out of the library, by chance
)

// AddTrack puts a track of the host's library into the queue.
type AddTrack struct {
	TrackID string `json:"track_id"`
}

// RemoveTrack takes an upcoming item out.
type RemoveTrack struct {
	QueueItemID string `json:"queue_item_id"`
}

// Reorder moves an upcoming item and pins it there. NewPosition counts from 0
// among the upcoming; beyond the end means the end. Before, when present, wins:
// the item to stand in front of, null for the end; it does not race with others.
type Reorder struct {
	QueueItemID string     `json:"queue_item_id"`
	NewPosition *int       `json:"new_position,omitempty"`
	Before      OptionalID `json:"before,omitzero" ts:"string | null"`
}

// PlayNow starts an upcoming item at once.
type PlayNow struct {
	QueueItemID string `json:"queue_item_id"`
}

// TrackAdded: Position counts from 0 among the upcoming items.
type TrackAdded struct {
	Item     JamQueueItem `json:"item"`
	By       *string      `json:"by"`
	Position int          `json:"position"`
	// Why it stands there.
	Why Why `json:"why"`
}

// TrackRemoved: an upcoming item was taken out.
type TrackRemoved struct {
	ItemID string  `json:"item_id"`
	By     *string `json:"by"`
}

// TrackUpdated: an upcoming item changed otherwise than by its place.
type TrackUpdated struct {
	ItemID  string `json:"item_id"`
	Upvotes int    `json:"upvotes"`
	Pinned  bool   `json:"pinned"`
}

// QueueOrder is the order of the upcoming items, and why each stands where it does.
type QueueOrder struct {
	Order []string `json:"order"`
	Why   []Why    `json:"why"`
}

// Why explains the place of one item, with a reason that a page says as a sentence.
type Why struct {
	ItemID string    `json:"item_id"`
	Reason WhyReason `json:"reason"`
	Params WhyParams `json:"params"`
}

// WhyReason is why an item stands where it does.
type WhyReason string

// The reasons.
const (
	WhyPinned WhyReason = "pinned" // moved there by hand
	WhyAdded  WhyReason = "added"  // fifo: in the order of adding
	WhyTurn   WhyReason = "turn"   // fair: it is this turn of who added it, and who had fewer turns goes first
	WhyVotes  WhyReason = "votes"  // votes: so many upvotes, the same number in the order of adding
)

// WhyParams are for the sentence.
type WhyParams struct {
	Turn  int `json:"turn,omitempty"`
	Votes int `json:"votes,omitempty"`
}

// NowPlaying: Item begins; null when the queue ran dry. Previous says how the item before it came to its end.
type NowPlaying struct {
	Item     *JamQueueItem `json:"item"`
	Previous Outcome       `json:"previous,omitempty"`
}

// Outcome is how a played item came to its end.
type Outcome string

// The outcomes; a failed item could not be decoded or was gone, a stopped one was
// playing when the jam ended, a voted out one is no turn of who added it.
const (
	OutcomeFinished Outcome = "finished"
	OutcomeSkipped  Outcome = "skipped"
	OutcomeFailed   Outcome = "failed"
	OutcomeStopped  Outcome = "stopped"
	OutcomeVotedOut Outcome = "voted_out"
)

// QueueUpdate is the whole queue anew, for resynchronising only. This host sends session_update in its place.
type QueueUpdate struct {
	Queue []JamQueueItem `json:"queue"`
}

// CommandType names the command on the wire.
func (AddTrack) CommandType() string { return "add_track" }

// CommandType names the command on the wire.
func (RemoveTrack) CommandType() string { return "remove_track" }

// CommandType names the command on the wire.
func (Reorder) CommandType() string { return "reorder" }

// CommandType names the command on the wire.
func (PlayNow) CommandType() string { return "play_now" }

// MessageType names the message on the wire.
func (TrackAdded) MessageType() string { return "track_added" }

// MessageType names the message on the wire.
func (TrackRemoved) MessageType() string { return "track_removed" }

// MessageType names the message on the wire.
func (TrackUpdated) MessageType() string { return "track_updated" }

// MessageType names the message on the wire.
func (QueueOrder) MessageType() string { return "queue_order" }

// MessageType names the message on the wire.
func (NowPlaying) MessageType() string { return "now_playing" }

// MessageType names the message on the wire.
func (QueueUpdate) MessageType() string { return "queue_update" }
