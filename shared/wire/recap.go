package wire

// Recap looks back at a jam: for everyone, on the ended page.
type Recap struct {
	TrackCount       int `json:"track_count"` // items that began to play
	ParticipantCount int `json:"participant_count"`
	// DurationMS from the start of the jam to its end.
	DurationMS int64 `json:"duration_ms"`
	// Tracks are the last RecapTracks of them, in the order of playing.
	Tracks []RecapTrack `json:"tracks"`
	// TopAdder added most of what was played; null when all of it came from autoplay.
	TopAdder *TopAdder `json:"top_adder"`
	// TopTrack got most upvotes; null when nothing got any.
	TopTrack *RecapTrack `json:"top_track"`
}

// RecapTrack is one item of it. AddedBy is a name, null for autoplay.
type RecapTrack struct {
	Title   string  `json:"title"`
	Artist  string  `json:"artist"`
	AddedBy *string `json:"added_by"`
	Upvotes int     `json:"upvotes"`
	Skipped bool    `json:"skipped"`
}

// TopAdder is a name, and how many songs of theirs were played.
type TopAdder struct {
	Name   string `json:"name"`
	Tracks int    `json:"tracks"`
}
