package wire

// Chat says something to everyone. It is cleaned as a name is; empty or over MaxChat is bad_request.
type Chat struct {
	Message string `json:"message"`
}

// ChatLine is one line of chat. From is the name at that time, FromID a participant id.
type ChatLine struct {
	From    string `json:"from"`
	FromID  string `json:"from_id"`
	Message string `json:"message"`
	At      Time   `json:"at"`
}

// React shows an emoji to everyone for a moment: at most MaxEmoji bytes of nothing but emoji.
type React struct {
	Emoji string `json:"emoji"`
}

// Reaction is that moment. It changes nothing, is not stored and has no seq.
type Reaction struct {
	FromID string `json:"from_id"`
	Emoji  string `json:"emoji"`
}

// CommandType names the command on the wire.
func (Chat) CommandType() string { return "chat" }

// CommandType names the command on the wire.
func (React) CommandType() string { return "react" }

// MessageType names the message on the wire.
func (ChatLine) MessageType() string { return "chat_message" }

// MessageType names the message on the wire.
func (Reaction) MessageType() string { return "reaction" }
