package signaling

import (
	"encoding/base64"
	"encoding/json"

	"soul-jam/shared/identity"
)

// Meet is what soul-server tells a page at once: who the host is.
type Meet struct {
	Type      string `json:"type"` // "host"
	Bundle    string `json:"bundle"`
	Signature string `json:"signature"` // base64url
	Nonce     string `json:"nonce"`     // base64url, NonceSize bytes
	ICE       []ICE  `json:"ice"`
}

// NewMeet makes the message.
func NewMeet(s identity.SignedBundle, nonce []byte, ice []ICE) Meet {
	if ice == nil {
		ice = []ICE{}
	}
	return Meet{
		Type: "host", Bundle: s.Text, Signature: base64.RawURLEncoding.EncodeToString(s.Signature),
		Nonce: base64.RawURLEncoding.EncodeToString(nonce), ICE: ice,
	}
}

// Signal is a text frame between page and host about WebRTC.
type Signal struct {
	Type string `json:"type"` // offer, answer, candidate, refused
	// Attempt counts the page's PeerConnections on this socket, from 1; a further offer of the same attempt restarts its ICE.
	Attempt   int             `json:"attempt"`
	SDP       string          `json:"sdp,omitempty"`
	Candidate json.RawMessage `json:"candidate,omitempty"` // RTCIceCandidateInit; null = that was the last
	Message   string          `json:"message,omitempty"`   // refused: for the page's console
}

// The types of Signal.
const (
	Offer     = "offer"
	Answer    = "answer"
	Candidate = "candidate"
	Declined  = "refused"
)
