package wire

// Play goes on; with nothing current it changes nothing.
type Play struct{}

// Pause stops the sound where it is.
type Pause struct{}

// Skip ends the current item now.
type Skip struct{}

// Seek jumps within the current item; beyond its end means its end.
type Seek struct {
	PositionMS int64 `json:"position_ms"`
}

// SetVolume: 0 to 100, else bad_request.
type SetVolume struct {
	Volume int `json:"volume"`
}

// Playback is where the sound stands. While Playing, the position at a later
// server time t is PositionMS + t - AtMS: it is sent on change or drift over
// DriftTolerance, never as a tick.
type Playback struct {
	Playing    bool  `json:"playing"`
	PositionMS int64 `json:"position_ms"`
	// AtMS is on the clock of server_time_ms, which clients learn by ping and pong.
	AtMS   int64 `json:"at_ms"`
	Volume int   `json:"volume"`
}

// CommandType names the command on the wire.
func (Play) CommandType() string { return "play" }

// CommandType names the command on the wire.
func (Pause) CommandType() string { return "pause" }

// CommandType names the command on the wire.
func (Skip) CommandType() string { return "skip" }

// CommandType names the command on the wire.
func (Seek) CommandType() string { return "seek" }

// CommandType names the command on the wire.
func (SetVolume) CommandType() string { return "set_volume" }

// MessageType names the message on the wire.
func (Playback) MessageType() string { return "playback" }
