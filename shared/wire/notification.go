package wire

// Notification is a passing sentence for a toast: it changes nothing, is not
// stored and has no seq. Kind and Params let a client say it in another language.
type Notification struct {
	Kind    NoticeKind     `json:"kind"`
	Level   Level          `json:"level"`
	Message string         `json:"message"`
	Params  map[string]any `json:"params" ts:"Record<string, string | number>"`
}

// Level is how a toast looks.
type Level string

// The levels of a notification.
const (
	LevelInfo    Level = "info"
	LevelSuccess Level = "success"
	LevelWarning Level = "warning"
)

// NoticeKind is what a notification is about.
type NoticeKind string

// The kinds, with their params: joined and left {name}, track_added and
// track_removed {track, by}, now_playing {track}, track_skipped {track, reason}, session_ending
// {in_seconds}, host_transferred {new_host}, up_next {track}, which is for one person alone.
const (
	NoticeJoined          NoticeKind = "participant_joined"
	NoticeLeft            NoticeKind = "participant_left"
	NoticeTrackAdded      NoticeKind = "track_added"
	NoticeTrackRemoved    NoticeKind = "track_removed"
	NoticeNowPlaying      NoticeKind = "now_playing"
	NoticeTrackSkipped    NoticeKind = "track_skipped"
	NoticeEnding          NoticeKind = "session_ending"
	NoticeHostTransferred NoticeKind = "host_transferred"
	NoticeUpNext          NoticeKind = "up_next"
)

// MessageType names the message on the wire.
func (Notification) MessageType() string { return "notification" }
