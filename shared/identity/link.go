package identity

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"io"
)

// halfKey, bytes: 128 bits, as much as guessing could ever threaten twice over.
const halfKey = 16

// LinkKey is what stands behind the # of a jam's link, where no server sees it: the
// hash of the jam's bundle and the join secret. Who shows that they know the secret has the link.
type LinkKey struct {
	hash   [halfKey]byte
	secret Secret // JoinSecretSize bytes
}

// JoinSecretSize, bytes.
const JoinSecretSize = halfKey

// NewJoinSecret draws a jam's join secret: 16 bytes, kept as they are.
func NewJoinSecret(random io.Reader) (Secret, error) {
	b := make([]byte, JoinSecretSize)
	if _, err := io.ReadFull(random, b); err != nil {
		return Secret{}, errors.New("draw a join secret: the random source has ended")
	}
	return Keep(string(b)), nil
}

// Link makes the key of a jam's link.
func (s SignedBundle) Link(joinSecret Secret) LinkKey {
	k := LinkKey{secret: joinSecret}
	salt := s.Salt()
	copy(k.hash[:], salt[:])
	return k
}

// ParseLinkKey reads the 43 characters behind the #.
func ParseLinkKey(text string) (LinkKey, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != 2*halfKey {
		return LinkKey{}, errors.New("the part of the link after # is not whole")
	}
	return LinkKey{hash: [halfKey]byte(b), secret: Keep(string(b[halfKey:]))}, nil
}

// Reveal gives the text behind the #. Call it only where the link is handed on.
func (k LinkKey) Reveal() string {
	return base64.RawURLEncoding.EncodeToString(append(k.hash[:], k.secret.Reveal()...))
}

// Pins reports whether that bundle is the one of the link.
func (k LinkKey) Pins(s SignedBundle) bool {
	salt := s.Salt()
	return subtle.ConstantTimeCompare(k.hash[:], salt[:halfKey]) == 1
}

// JoinSecret is the half that the host alone knows besides.
func (k LinkKey) JoinSecret() Secret { return k.secret }
