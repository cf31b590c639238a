package wire

// Search asks the host's library, on each keystroke. Limit is at most MaxSearchResults; absent means DefaultSearchResults.
type Search struct {
	Q     string `json:"q,omitempty"`
	Limit int    `json:"limit,omitempty"`
}

// Art asks for the cover of a track over the jam's own connection, for paths without HTTP to the host.
type Art struct {
	TrackID string `json:"track_id"`
}

// SearchResults answers the Search with that id, best first.
type SearchResults struct {
	ID     string      `json:"id"`
	Q      string      `json:"q"`
	Tracks []TrackInfo `json:"tracks"`
}

// ArtData is a cover in base64, at most MaxArtData.
type ArtData struct {
	TrackID string `json:"track_id"`
	Mime    string `json:"mime"`
	Data    string `json:"data"`
}

// CommandType names the command on the wire.
func (Search) CommandType() string { return "search" }

// CommandType names the command on the wire.
func (Art) CommandType() string { return "art" }

// MessageType names the message on the wire.
func (SearchResults) MessageType() string { return "search_results" }

// MessageType names the message on the wire.
func (ArtData) MessageType() string { return "art_data" }
