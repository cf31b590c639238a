package wire

import "time"

// What the contract limits. A frame is one WebSocket message, or its equal on other paths.
const (
	// Version of the contract that this host speaks.
	Version = 1
	// MaxClientFrame, bytes: a longer one gets bye and close 4505.
	MaxClientFrame = 16 << 10
	// MaxHostFrame, bytes: what a client must be ready to read.
	MaxHostFrame = 4 << 20
	// MaxCommandID, bytes: a longer id is bad_request.
	MaxCommandID = 64
	// MaxDisplayName, characters after clean-up: a longer name becomes Guest-NNNN.
	MaxDisplayName = 40
	// MaxJamName, characters: a longer name of a jam is bad_request.
	MaxJamName = 80
	// MaxSearchText, characters: longer is bad_request.
	MaxSearchText = 200
	// MaxSearchResults and DefaultSearchResults, tracks in one answer; a higher limit is lowered.
	MaxSearchResults     = 50
	DefaultSearchResults = 20
	// MaxToken, bytes of a resume token, user token or join key: longer is bad_request.
	MaxToken = 256
	// MinJoinKey, characters: 128 bits are 22 characters of base64.
	MinJoinKey = 22
	// MaxUpcoming items wait in a queue: one more is queue_full.
	MaxUpcoming = 500
	// MaxParticipants is the most that max_participants may allow.
	MaxParticipants = 2000
	// ParticipantsShown in a snapshot besides host, members, those with an item in the queue and oneself.
	ParticipantsShown = 100
	// PlayedShown: played items in a snapshot.
	PlayedShown = 20
	// AcksKept per seat: the same id again within them gets the same ack and changes nothing.
	AcksKept = 256
	// MaxChat, characters of a chat message: longer is bad_request.
	MaxChat = 500
	// ChatKept messages are kept.
	ChatKept = 100
	// MaxEmoji, bytes of a reaction: longer is bad_request.
	MaxEmoji = 32
	// MaxSeats that one jam gives out in all its life: one more is session_full. It keeps who leaves and joins again
	// without end from filling the host's memory.
	MaxSeats = 20_000
	// MaxPending people wait to be let in: one more gets session_full.
	MaxPending = 20
	// PendingForOthers more may wait when so many do, each from an address from which fewer than that wait: one address, which may be a
	// whole house's, can fill the waiting room, but not keep everybody else out of it.
	PendingForOthers = 5
	// MaxWatchers TVs: one more gets session_full.
	MaxWatchers = 8
	// RecapTracks, played items in a recap.
	RecapTracks = 500
	// MaxEndIn, seconds until an announced end: more is bad_request.
	MaxEndIn = 3600
	// MaxArtData, bytes of base64 in art_data.
	MaxArtData = 48 << 10

	// JoinKeyLife: the same join key gets the same seat for this long.
	JoinKeyLife = 10 * time.Minute
	// AwayLife: a seat without a connection leaves the list after this; it can still be resumed.
	AwayLife = 10 * time.Minute
	// VoterAway: who is away for longer neither counts nor is counted in a vote.
	VoterAway = 5 * time.Minute
	// IdleAfter: nothing plays and nobody does anything for this long: the jam ends.
	IdleAfter = 30 * time.Minute
	// EmptyAfter: no guest and no console connected and nothing playing for this long, after the first guest joined: the jam ends.
	EmptyAfter = 5 * time.Minute
	// MaxDuration: a jam that ran for this long ends.
	MaxDuration = 24 * time.Hour
	// EndingFor: an end that nobody asked for is announced for this long.
	EndingFor = time.Minute
	// AutoplayWithout: autoplay adds nothing when neither guest nor console was there for this long.
	AutoplayWithout = 30 * time.Minute
	// DriftTolerance: the position is told anew when it is further off than this.
	DriftTolerance = 250 * time.Millisecond
	// StartTolerance: when the sound has just begun, or goes on, the position is told anew when it is further off than this.
	StartTolerance = 50 * time.Millisecond
	// GoesOnWithin: a host back within this goes on playing where it was.
	GoesOnWithin = 5 * time.Minute
	// ReturnsWithin: a host back within this finds its jam, paused; later it has ended.
	ReturnsWithin = 30 * time.Minute
	// EndedKept: an ended jam answers session_ended for this long, then session_not_found.
	EndedKept = 24 * time.Hour
)

// Rate is how often a seat may do a kind of thing: Burst at once, then one every Every.
type Rate struct {
	Burst int
	Every time.Duration
}

// The rates of the contract, per seat; the host is not limited.
func AddRate() Rate { return Rate{Burst: 10, Every: 3 * time.Second} }

// ChatRate is for chat messages.
func ChatRate() Rate { return Rate{Burst: 5, Every: 2 * time.Second} }

// OtherRate is for everything else.
func OtherRate() Rate { return Rate{Burst: 20, Every: 200 * time.Millisecond} }
