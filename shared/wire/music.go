package wire

// SoloSession answers POST /api/console/solo (host token): where the console plays before any jam, by the jam's own
// messages over WS /ws/jam/{share_code} on the console. Nobody else finds it.
type SoloSession struct {
	ShareCode string `json:"share_code"`
}

// Sharing is what guests may see, add and hear by autoplay: GET and PUT /api/console/sharing (host token). Hosts
// have everything but what is blocked. It holds for every jam of this host's.
type Sharing struct {
	// Limited leaves only what lies in one of the folders or playlists, or is of one of the genres.
	Limited   bool     `json:"limited"`
	Folders   []string `json:"folders"`   // as Choices has them
	Playlists []string `json:"playlists"` // ids
	Genres    []string `json:"genres"`
	// NoExplicit leaves out what its tags say is explicit.
	NoExplicit bool `json:"no_explicit"`
	// Blocked is for nobody, and leaves the queue at once.
	BlockedTracks  []string `json:"blocked_tracks"` // track ids
	BlockedArtists []string `json:"blocked_artists"`
}

// SharingStatus answers GET and PUT /api/console/sharing: the rules, and what they can name.
type SharingStatus struct {
	Sharing
	// Blocked are the blocked tracks that the library knows, to be shown by name.
	Blocked []TrackInfo `json:"blocked"`
	// Shared and Tracks are how many songs guests may see, of how many.
	Shared  int     `json:"shared"`
	Tracks  int     `json:"tracks"`
	Choices Choices `json:"choices"`
}

// Choices are what the rules of Sharing can name, each with how many songs it has.
type Choices struct {
	Folders   []Choice   `json:"folders"`
	Genres    []Choice   `json:"genres"` // most songs first, at most 200
	Playlists []Playlist `json:"playlists"`
}

// Choice is one of them.
type Choice struct {
	Name   string `json:"name"`
	Tracks int    `json:"tracks"`
}

// PlaylistList answers GET /api/console/playlists (host token).
type PlaylistList struct {
	Playlists []Playlist `json:"playlists"`
}

// Playlist is a playlist file of a music folder, or one of a music server.
type Playlist struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	From   string `json:"from"` // the folder or server it is in
	Tracks int    `json:"tracks"`
	// Missing are its lines that name nothing in the library.
	Missing int `json:"missing"`
}

// Queued answers POST /api/console/playlists/{id}/queue (host token): the whole playlist is put into the queue of the
// running jam or, without one, of the solo session.
type Queued struct {
	Added int `json:"added"`
	// Refused are in the queue already, gone, blocked or too long, or found the queue full.
	Refused int `json:"refused"`
}

// OutputList answers GET /api/console/outputs (host token): where the music can be heard.
type OutputList struct {
	Outputs []Output `json:"outputs"`
	// Chosen is the name of one of them, also of one that is away; "" leaves it to the system.
	Chosen string `json:"chosen"`
}

// Output is an audio device of the host's machine.
type Output struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// ChooseOutput is the body of PUT /api/console/output (host token), answered by an OutputList.
type ChooseOutput struct {
	Name string `json:"name"`
}
