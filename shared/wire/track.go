package wire

// TrackInfo is what a guest may know of a piece of music. The id is opaque: no
// path ever reaches a guest, and none is accepted from one.
type TrackInfo struct {
	TrackID    string `json:"track_id"`
	Title      string `json:"title"`
	Artist     string `json:"artist"`
	Album      string `json:"album"`
	DurationMS int64  `json:"duration_ms"`
	HasArt     bool   `json:"has_art"`
}
