package wire

// Ping asks for the host's clock. T0 is the client's own time, given back as it came.
type Ping struct {
	T0 float64 `json:"t0,omitempty"`
}

// Pong: T1 is the host's clock in milliseconds, as in server_time_ms.
type Pong struct {
	T0 float64 `json:"t0"`
	T1 int64   `json:"t1"`
}

// Ack answers a command that carried an id. Seq is the first event it caused, or the last so far.
type Ack struct {
	ID  string `json:"id"`
	Seq uint64 `json:"seq"`
}

// Bye is the last message before a close; Retry says whether to come back.
type Bye struct {
	Code   CloseCode `json:"code"`
	Reason string    `json:"reason"`
	Retry  bool      `json:"retry"`
}

// CommandType names the command on the wire.
func (Ping) CommandType() string { return "ping" }

// MessageType names the message on the wire.
func (Pong) MessageType() string { return "pong" }

// MessageType names the message on the wire.
func (Ack) MessageType() string { return "ack" }

// MessageType names the message on the wire.
func (Bye) MessageType() string { return "bye" }
