// Package identity holds what proves who somebody is: random bearer tokens, the
// type that keeps them out of logs, and the hash under which they are stored.
//
// A token goes [New] (or [LoadOrCreateFile]) → [Secret] → [Secret.Reveal] at the
// one place where it leaves the process for its owner. What stays behind is its
// [Hash], and whoever shows up with a token is checked with [Hash.Matches].
package identity

import (
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
)

// tokenBytes is how much randomness a token has: 32 bytes are 256 bits, twice
// what guessing could ever threaten. As text that is 43 letters.
const tokenBytes = 32

// redacted is what a Secret shows instead of itself.
const redacted = "[secret]"

// Secret is a text that must not be seen: a bearer token. However it is printed,
// logged or marshalled, only "[secret]" comes out; [Secret.Reveal] is the one way
// to its text, so that a search for it finds every place where a token leaves.
//
// The zero value is no secret at all: it matches nothing.
type Secret struct {
	// text is behind a pointer because fmt prints unexported fields of an outer
	// struct without asking any method; of a pointer it prints the address.
	text *string

	// Comparing with == would compare addresses, and comparing texts would
	// take longer the more of them agrees: this makes == a compile error.
	_ [0]func()
}

// New draws a token from random, which has to be crypto/rand.Reader outside
// tests. The text is base64url, safe in links, headers and file names.
func New(random io.Reader) (Secret, error) {
	var token [tokenBytes]byte
	if _, err := io.ReadFull(random, token[:]); err != nil {
		return Secret{}, fmt.Errorf("draw a token: %w", err)
	}
	return Keep(base64.RawURLEncoding.EncodeToString(token[:])), nil
}

// Keep makes a Secret of a text from outside, such as the token in a request.
// It checks nothing; the empty text gives the zero Secret.
func Keep(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal returns the text. Call it only where the secret is handed to its owner
// or written to its file.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.text == nil }

// String implements [fmt.Stringer] and tells nothing.
func (s Secret) String() string { return redacted }

// GoString implements [fmt.GoStringer] and tells nothing.
func (s Secret) GoString() string { return redacted }

// Format implements [fmt.Formatter], so that no verb (%x, %q, %d…) gets past it.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText implements [encoding.TextMarshaler] and tells nothing.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements [json.Marshaler] and tells nothing. A message that has
// to carry a token has a string field, filled by [Secret.Reveal].
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue implements [slog.LogValuer] and tells nothing.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
