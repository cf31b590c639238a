package visitor

import "encoding/json"

// Update is one thing that happened, in order: a message of the host's, or something about the connection.
type Update struct {
	// Message is one message of the host's as it came; nil when Line is set.
	Message json.RawMessage
	// Line is how the visit stands now; nil when Message is set.
	Line *Line
}

// State is how far a visit is.
type State string

// The states of a visit.
const (
	Finding  State = "finding"   // looking for the host
	Joining  State = "joining"   // connected, no seat yet
	Waiting  State = "waiting"   // for the host to let us in
	Joined   State = "joined"    // has a seat
	Away     State = "away"      // the connection is lost: trying again
	HostAway State = "host_away" // the host is not there: trying again
	Over     State = "over"      // for good; Said says why
)

// Line is how a visit stands.
type Line struct {
	State State `json:"state"`
	// Path is lan, direct or relayed once connected (wire.Path).
	Path string `json:"path,omitempty"`
	// Code and HostName of the jam, as far as known.
	Code     string `json:"code,omitempty"`
	HostName string `json:"host_name,omitempty"`
	// Words are the four that the host's screen shows too, unless somebody else answers in its place.
	Words []string `json:"words,omitempty"`
	// Verified: the jam's link has shown that this is the host. Known: this host has been visited before.
	Verified bool `json:"verified"`
	Known    bool `json:"known"`
	// Said is a sentence for the person: what went wrong, or why it is over.
	Said string `json:"said,omitempty"`
}
