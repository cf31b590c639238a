package wire

import "encoding/json"

// CreateSession is the body of POST /api/jam/sessions.
type CreateSession struct {
	Settings json.RawMessage `json:"settings,omitempty" ts:"Partial<JamSettings>"`
}

// SessionCreated is its answer: what to pass on to friends.
type SessionCreated struct {
	SessionID string `json:"session_id"`
	ShareCode string `json:"share_code"`
	URL       string `json:"url"`
}

// Landing is what anyone who knows the code may see: GET /api/jam/sessions/{code}.
type Landing struct {
	Name             *string       `json:"name"`
	HostName         string        `json:"host_name"`
	ParticipantCount int           `json:"participant_count"`
	CurrentTrack     *LandingTrack `json:"current_track"`
	IsActive         bool          `json:"is_active"`
	State            State         `json:"state"`
}

// Introduction is how a program that speaks libp2p finds the host, for anyone who knows the code:
// GET /api/jam/sessions/{code}/introduction. Whoever has the jam's link compares the bundle with it.
type Introduction struct {
	Bundle    string `json:"bundle"`    // see shared/identity
	Signature string `json:"signature"` // base64url, by the key of the bundle's peer
	// P2P are the multiaddrs to dial that peer at: the host's own, or circuits through a soul-server.
	P2P []string `json:"p2p"`
}

// LandingTrack is all that a passer-by learns of the music.
type LandingTrack struct {
	Title  string `json:"title"`
	Artist string `json:"artist"`
}

// TrackList answers GET …/search.
type TrackList struct {
	Tracks []TrackInfo `json:"tracks"`
}

// HistoryRow is one jam in GET /api/jam/history.
type HistoryRow struct {
	ID               string     `json:"id"`
	Name             *string    `json:"name"`
	ShareCode        string     `json:"share_code"`
	CreatedAt        Time       `json:"created_at"`
	EndedAt          *Time      `json:"ended_at"`
	EndReason        *EndReason `json:"end_reason"`
	ParticipantCount int        `json:"participant_count"`
	TrackCount       int        `json:"track_count"`
}

// HistoryList answers GET /api/jam/history, newest first.
type HistoryList struct {
	Sessions []HistoryRow `json:"sessions"`
}

// HistoryDetail is one jam with what was played in it, in order.
type HistoryDetail struct {
	HistoryRow
	Tracks []HistoryTrack `json:"tracks"`
	// Recap is null in what older versions kept.
	Recap *Recap `json:"recap"`
}

// HistoryTrack is one played item. AddedBy is a name, null for autoplay.
type HistoryTrack struct {
	TrackInfo
	AddedAt  Time    `json:"added_at"`
	PlayedAt Time    `json:"played_at"`
	AddedBy  *string `json:"added_by"`
	Upvotes  int     `json:"upvotes"`
	Skipped  bool    `json:"skipped"` // by a host or by vote
	Outcome  Outcome `json:"outcome"`
}

// ConsoleStatus answers GET /api/console/status (host token): what the console
// and `hostd status` show besides the jam itself.
type ConsoleStatus struct {
	HostName string      `json:"host_name"`
	Jam      *ConsoleJam `json:"jam"`
	// Solo is what the console plays by while no jam runs; null until something was played.
	Solo    *SoloSession  `json:"solo"`
	Player  PlayerStatus  `json:"player"`
	Library LibraryStatus `json:"library"`
	// Warnings are sentences for the host: no sound, no music, not announced.
	Warnings []string `json:"warnings"`
	// Troubles are the same, in the same order, for a page that has its own words for them.
	Troubles []Trouble `json:"troubles"`
	// Addresses are where phones may reach this host, such as http://192.168.1.5:7420: the
	// one that the jam's link has first, then the others; none when no phone could.
	Addresses []string `json:"addresses"`
	// Nearby are the jams announced on this LAN, by name, at most 200; none when mDNS is off.
	Nearby []NearbyJam `json:"nearby"`
}

// ConsoleJam is the running jam.
type ConsoleJam struct {
	SessionID string `json:"session_id"`
	ShareCode string `json:"share_code"`
	URL       string `json:"url"`
	// Words are the four that a friend's terminal shows, too, when it speaks with this host and nobody in between.
	Words []string `json:"words"`
	// TVURL is the link for a TV, with the token that lets it watch any jam of these settings.
	TVURL            string  `json:"tv_url"`
	Name             *string `json:"name"`
	State            State   `json:"state"`
	ParticipantCount int     `json:"participant_count"`
}

// PlayerStatus names the player in use.
type PlayerStatus struct {
	Name string `json:"name" ts:"\"mpv\" | \"silent\""`
}

// LibraryStatus is how far the scan is.
type LibraryStatus struct {
	Scanning bool `json:"scanning"`
	Files    int  `json:"files"` // looked at in this scan, of Total
	Total    int  `json:"total"`
	// PerSecond and SecondsLeft are of this scan; SecondsLeft is null while nobody can tell.
	PerSecond   float64  `json:"per_second"`
	SecondsLeft *int     `json:"seconds_left"`
	Tracks      int      `json:"tracks"`
	Broken      int      `json:"broken"`
	Folders     []string `json:"folders"`
}

// BrokenList answers GET /api/console/broken (host token): the music files that cannot be played.
type BrokenList struct {
	Files []BrokenFile `json:"files"`
}

// BrokenFile is one, with a sentence for the host.
type BrokenFile struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// Proof answers GET /api/console/proof?challenge=: HMAC-SHA-256 of the challenge under the host's token, in hex.
type Proof struct {
	Proof string `json:"proof"`
}

// Objects holds what crosses HTTP only, for the generated types.
func Objects() []any {
	return []any{CreateSession{}, SessionCreated{}, Landing{}, TrackList{}, HistoryList{}, HistoryDetail{}, ConsoleStatus{}, BrokenList{}, MemberList{},
		SoloSession{}, SharingStatus{}, PlaylistList{}, Queued{}, OutputList{}, ChooseOutput{}, Wifi{}, SetWifi{}}
}

// MemberList answers GET /api/console/members (host token): who is here first, then whoever was seen last.
type MemberList struct {
	Members []Member `json:"members"`
}

// Member is somebody whom the host made one, and who is known in every jam of this host's.
type Member struct {
	ID   string `json:"id"` // also the user_id of a participant; DELETE /api/console/members/{id} forgets them
	Name string `json:"name"`
	// LastSeen is now while they are connected; null when only an older version has seen them.
	LastSeen  *Time `json:"last_seen"`
	Native    bool  `json:"native"`    // their own program is known, so that they need no token
	Connected bool  `json:"connected"` // in the running jam
}

// NearbyJam is a jam that somebody announces on this LAN. Anybody there can announce
// anything: its texts are cleaned, and it is a hint, no proof.
type NearbyJam struct {
	Name string `json:"name"`
	Code string `json:"code"`
	URL  string `json:"url"`
	Own  bool   `json:"own"` // it is the jam that this host runs
}
