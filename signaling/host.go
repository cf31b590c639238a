package signaling

import (
	"encoding/json"
	"errors"
	"fmt"

	"soul-jam/shared/wire"
)

// Control is one text frame on the host's socket; the fields of its type are set.
type Control struct {
	Type string `json:"type"`

	V         int       `json:"v,omitempty"`          // challenge
	Nonce     []byte    `json:"nonce,omitempty"`      // challenge, claim, publish
	Key       []byte    `json:"key,omitempty"`        // prove: Ed25519
	Signature []byte    `json:"signature,omitempty"`  // prove, claim
	PublicURL string    `json:"public_url,omitempty"` // welcome
	ICE       []ICE     `json:"ice,omitempty"`        // welcome
	P2P       []string  `json:"p2p,omitempty"`        // welcome: multiaddrs of the circuit relay, each with its peer id
	Code      string    `json:"code,omitempty"`       // claim, claimed, refused, release
	Summary   *Landing  `json:"summary,omitempty"`    // claim, publish
	Bundle    string    `json:"bundle,omitempty"`     // claim
	Reason    string    `json:"reason,omitempty"`     // release: wire.EndReason; close
	Error     *Refusal  `json:"error,omitempty"`      // refused
	Guest     uint32    `json:"guest,omitempty"`      // open, closed, seated, close, taken
	Plain     bool      `json:"plain,omitempty"`      // open
	From      string    `json:"from,omitempty"`       // open: keyed hash of the guest's address
	Seat      string    `json:"seat,omitempty"`       // seated; open: what the host said at seated, when it has been away since
	Bytes     int       `json:"bytes,omitempty"`      // taken
	CloseCode int       `json:"close_code,omitempty"` // close
	ID        uint64    `json:"id,omitempty"`         // request, response
	Path      string    `json:"path,omitempty"`       // request, see Request
	Token     string    `json:"token,omitempty"`      // request: the bearer token that came with it
	Answer    *Response `json:"answer,omitempty"`     // response
}

// The types of Control.
const (
	Challenge = "challenge"
	Prove     = "prove"
	Welcome   = "welcome"
	Claim     = "claim"
	Claimed   = "claimed"
	Refused   = "refused"
	Publish   = "publish"
	Release   = "release"
	Open      = "open"
	Closed    = "closed"
	Seated    = "seated"
	Close     = "close"
	Taken     = "taken"
	Ask       = "request"
	Respond   = "response"
)

// Landing is what soul-server tells whoever knows the code, without asking the host.
type Landing = wire.Landing

// Refusal says why a claim was refused.
type Refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// CodeTaken refuses a claim of a code that belongs to another key.
const CodeTaken = "code_taken"

// ICE is one server for WebRTC, in the browser's own words.
type ICE struct {
	URLs []string `json:"urls"`
}

// Response is the host's answer to what a page asked soul-server over HTTP.
type Response struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header,omitempty"` // of PassedHeaders
	Body   []byte            `json:"body,omitempty"`
}

// PassedHeaders are all that a response brings to the page.
func PassedHeaders() []string { return []string{"Content-Type", "Cache-Control", "ETag"} }

// Proof is the text that prove signs. host is the Host header that was dialled.
func Proof(host string, nonce []byte) string {
	return fmt.Sprintf("soul-jam host v1\n%s\n%x", host, nonce)
}

// ErrProtocol: the other end does not keep to the protocol.
var ErrProtocol = errors.New("signaling protocol broken")

// DecodeControl reads a text frame.
func DecodeControl(frame []byte) (Control, error) {
	var c Control
	if len(frame) > MaxControl {
		return c, fmt.Errorf("%w: a control frame of %d bytes", ErrProtocol, len(frame))
	}
	if err := json.Unmarshal(frame, &c); err != nil || c.Type == "" {
		return c, fmt.Errorf("%w: a control frame that is none", ErrProtocol)
	}
	return c, nil
}

// Encode is the text frame.
func (c Control) Encode() []byte {
	b, _ := json.Marshal(c) // plain values only: cannot fail
	return b
}
