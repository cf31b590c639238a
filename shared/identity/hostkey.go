package identity

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// HostKey is what a host is known by, for good: an Ed25519 key whose libp2p peer id
// claims codes at a soul-server and signs the bundle of each jam. It shows itself no
// more than a [Secret] does.
type HostKey struct {
	private ed25519.PrivateKey
	_       [0]func() // see Secret
}

// NewHostKey makes the key of a token of [New] or [LoadOrCreateFile]: its 32 bytes are the seed.
func NewHostKey(seed Secret) (HostKey, error) {
	b, err := base64.RawURLEncoding.DecodeString(seed.Reveal())
	if err != nil || len(b) != ed25519.SeedSize {
		return HostKey{}, errors.New("read the host's key: it is not 32 bytes in base64url; remove it, and a new one will be made")
	}
	return HostKey{private: ed25519.NewKeyFromSeed(b)}, nil
}

// DrawHostKey draws a new key.
func DrawHostKey(random io.Reader) (HostKey, error) {
	seed, err := New(random)
	if err != nil {
		return HostKey{}, err
	}
	return NewHostKey(seed)
}

// LoadOrCreateHostKey is [LoadOrCreateFile] for the file of a key.
func LoadOrCreateHostKey(dir, name string) (HostKey, error) {
	seed, err := LoadOrCreateFile(dir, name)
	if err != nil {
		return HostKey{}, err
	}
	key, err := NewHostKey(seed)
	if err != nil {
		return HostKey{}, fmt.Errorf("use %s: %w", name, err)
	}
	return key, nil
}

// Public is the key that others check signatures with, 32 bytes.
func (k HostKey) Public() ed25519.PublicKey {
	public, _ := k.private.Public().(ed25519.PublicKey)
	return public
}

// Sign signs a text; whoever signs two kinds of texts begins them differently.
func (k HostKey) Sign(text string) []byte { return ed25519.Sign(k.private, []byte(text)) }

// Private is the key itself, for libp2p, which proves with it on every connection whose peer id this is.
func (k HostKey) Private() ed25519.PrivateKey { return k.private }

// PeerID is the host's libp2p peer id.
func (k HostKey) PeerID() string { return PeerID(k.Public()) }

// Format implements [fmt.Formatter] and tells nothing, whatever the verb.
func (k HostKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText keeps a key out of JSON and logs.
func (k HostKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Signed reports whether the key signed that text. A key of another size signed nothing.
func Signed(public []byte, text string, signature []byte) bool {
	return len(public) == ed25519.PublicKeySize && ed25519.Verify(public, []byte(text), signature)
}

// PeerID is the libp2p peer id of an Ed25519 key: the multihash "identity" of its protobuf
// form, in base58 (https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md).
func PeerID(public ed25519.PublicKey) string {
	return base58(append([]byte{0x00, 0x24, 0x08, 0x01, 0x12, 0x20}, public...))
}

// base58 is Bitcoin's alphabet.
func base58(b []byte) string {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	var reversed []byte
	radix, rest := big.NewInt(58), new(big.Int)
	for n := new(big.Int).SetBytes(b); n.Sign() > 0; {
		n.QuoRem(n, radix, rest)
		reversed = append(reversed, alphabet[rest.Int64()])
	}
	for _, zero := range b {
		if zero != 0 {
			break
		}
		reversed = append(reversed, alphabet[0])
	}
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	return string(reversed)
}
