package signaling

import (
	"time"

	"soul-jam/shared/wire"
)

// The subprotocols.
const (
	HostProtocol   = "jam.host.v1"
	SignalProtocol = "jam.signal.v1"
	PlainProtocol  = "jam.v1"
)

// Version of the host's protocol.
const Version = 1

const (
	// MaxControl, bytes of a text frame between host and soul-server: a response with a cover is the largest.
	MaxControl = 2 << 20
	// MaxResponse, bytes of a response's body before base64: a larger one becomes a 404 to the page.
	MaxResponse = 1 << 20
	// MaxBatch, bytes of a binary frame; a single larger frame goes alone.
	MaxBatch = 256 << 10
	// MaxGuestFrame, bytes of what a guest sends in one frame: the contract's largest command and its seal. A longer one ends the connection (4505).
	MaxGuestFrame = wire.MaxClientFrame + 256
	// MaxHostFrame, bytes of one frame to a guest: the contract's largest, in plain. Sealed ones are pieces and smaller.
	MaxHostFrame = wire.MaxHostFrame
	// MaxCarried, bytes of a batch that either end reads at most.
	MaxCarried = MaxHostFrame + entryHead
	// Window, bytes that the host may send to one guest before soul-server says that the guest took them. A larger single frame may go when less than TakenEvery is under way.
	Window = 256 << 10
	// TakenEvery, bytes: soul-server says so when a guest took that much.
	TakenEvery = 64 << 10
	// MaxPath, bytes of the path of a request.
	MaxPath = 2 << 10
	// MaxSummary, bytes of a landing summary as JSON.
	MaxSummary = 4 << 10
	// MaxSeat, bytes of a seat in seated: a longer one is not kept.
	MaxSeat = 256
	// MaxP2P, addresses of a circuit relay in a welcome: two for each name or address of soul-server, and some to spare.
	MaxP2P = 16
	// NonceSize, bytes.
	NonceSize = 16
	// SeatedBurst and SeatedRate, bytes and bytes a second: what one guest may send. A faster one is read more slowly, and waits.
	SeatedBurst = 256 << 10
	SeatedRate  = 64 << 10

	// CodeKept: a code goes to no other key for this long after its jam was released or its host last seen.
	CodeKept = wire.EndedKept
	// AnswerWithin: a host that has not answered a request by then is taken for away.
	AnswerWithin = 5 * time.Second
	// ProveWithin: a host proves its key within this, or is closed.
	ProveWithin = 10 * time.Second
)
