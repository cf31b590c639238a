package identity

import (
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// Bundle is what the link of a jam pins, so that no soul-server can put itself between
// guest and host: who holds the link compares its hash and then believes what it says.
type Bundle struct {
	V    int    `json:"v"`    // 1
	Code string `json:"code"` // the share code
	DTLS string `json:"dtls"` // SHA-256 of the host's DTLS certificate, as in SDP: AA:BB:…
	Seal string `json:"seal"` // P-256 key of the sealed pipe, uncompressed, base64url
	Peer string `json:"peer"` // the host's peer id
}

// MaxBundle, bytes of a bundle's text.
const MaxBundle = 1 << 10

// SignedBundle is the bundle as it travels: the exact text that is hashed and signed.
type SignedBundle struct {
	Text      string
	Signature []byte
}

// Bundle signs a bundle with the host's key and puts its peer id in.
func (k HostKey) Bundle(b Bundle) SignedBundle {
	b.V, b.Peer = 1, k.PeerID()
	text, _ := json.Marshal(b) // texts and a number: cannot fail
	return SignedBundle{Text: string(text), Signature: k.Sign(bundleIntro + string(text))}
}

// bundleIntro begins what is signed, so that the signature counts for nothing else.
const bundleIntro = "soul-jam bundle v1\n"

// ErrBundle: a bundle is not what it has to be.
var ErrBundle = errors.New("the host's bundle is not valid")

// Open reads the text. It checks the form only; see SignedBy and Key.Pins.
func (s SignedBundle) Open() (Bundle, *ecdh.PublicKey, error) {
	var b Bundle
	if len(s.Text) > MaxBundle {
		return b, nil, fmt.Errorf("%w: it is longer than %d bytes", ErrBundle, MaxBundle)
	}
	if err := json.Unmarshal([]byte(s.Text), &b); err != nil || b.V != 1 {
		return b, nil, fmt.Errorf("%w: it cannot be read", ErrBundle)
	}
	point, err := base64.RawURLEncoding.DecodeString(b.Seal)
	if err != nil {
		return b, nil, fmt.Errorf("%w: its key cannot be read", ErrBundle)
	}
	key, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		return b, nil, fmt.Errorf("%w: its key is no key", ErrBundle)
	}
	return b, key, nil
}

// SignedBy reports whether that host signed the bundle, for that code.
func (s SignedBundle) SignedBy(public []byte, shareCode string) bool {
	b, _, err := s.Open()
	return err == nil && b.Code == shareCode && Signed(public, bundleIntro+s.Text, s.Signature) && b.Peer == PeerID(public)
}

// Salt is the SHA-256 of the text: the start of every key made with this bundle.
func (s SignedBundle) Salt() [sha256.Size]byte { return sha256.Sum256([]byte(s.Text)) }
