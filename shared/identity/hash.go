package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
)

// Hash is the SHA-256 of a secret: what is stored at rest, so that a stolen data
// file lets nobody in. A plain hash is enough because tokens are long and random;
// it would not be for passwords that people choose.
//
// It is comparable, so it can be a map's key: a look-up by hash gives away no
// part of the token. The zero value belongs to no secret.
type Hash [sha256.Size]byte

// Hash returns the hash to store. That of the zero Secret is the zero Hash.
func (s Secret) Hash() Hash {
	if s.IsZero() {
		return Hash{}
	}
	return sha256.Sum256([]byte(*s.text))
}

// Matches reports whether shown is the secret that h was made of, in a time that
// does not depend on how much of it is right. Nothing matches the zero Hash.
func (h Hash) Matches(shown Secret) bool {
	if shown.IsZero() {
		return false // its hash is the zero Hash, which no real text has
	}
	got := shown.Hash()
	return subtle.ConstantTimeCompare(h[:], got[:]) == 1
}

// Equal reports whether both hold the same text, in a time that does not depend
// on how much of it agrees. The zero Secret equals nothing.
func (s Secret) Equal(other Secret) bool { return s.Hash().Matches(other) }

// MarshalText gives 64 hexadecimal digits, the form in stored records.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads exactly what [Hash.MarshalText] writes.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("read a token's hash: %d characters instead of %d", len(text), hex.EncodedLen(len(h)))
	}
	var read Hash
	if _, err := hex.Decode(read[:], text); err != nil {
		return fmt.Errorf("read a token's hash: %w", err)
	}
	*h = read
	return nil
}

// Prove answers a challenge: who knows the secret can check that the other side
// knows it too, before showing it. The text is HMAC-SHA-256 in hex.
func (s Secret) Prove(challenge string) string {
	mac := hmac.New(sha256.New, []byte(s.Reveal()))
	mac.Write([]byte(challenge)) // a hash takes everything
	return hex.EncodeToString(mac.Sum(nil))
}
