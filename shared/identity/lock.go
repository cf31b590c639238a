package identity

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// lockVersion begins what Lock gives.
const lockVersion = 1

// ErrLocked: this key did not lock that, or not for that purpose, or it was changed.
var ErrLocked = errors.New("what was kept cannot be opened with this host's key")

// Lock encrypts what must be read again after a restart, so that the data file and its copies hold no secret: to open it
// takes the key's own file, too. It opens again for the same purpose only.
func (k HostKey) Lock(random io.Reader, purpose string, content []byte) ([]byte, error) {
	box, err := k.box(purpose)
	if err != nil {
		return nil, err
	}
	locked := make([]byte, 1+box.NonceSize(), 1+box.NonceSize()+len(content)+box.Overhead())
	locked[0] = lockVersion
	if _, err := io.ReadFull(random, locked[1:]); err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	return box.Seal(locked, locked[1:], content, nil), nil
}

// Unlock gives back what was locked; else [ErrLocked].
func (k HostKey) Unlock(purpose string, locked []byte) ([]byte, error) {
	box, err := k.box(purpose)
	if err != nil {
		return nil, err
	}
	head := 1 + box.NonceSize()
	if len(locked) < head || locked[0] != lockVersion {
		return nil, ErrLocked
	}
	content, err := box.Open(nil, locked[1:head], locked[head:], nil)
	if err != nil {
		return nil, ErrLocked
	}
	return content, nil
}

// box is AES-256-GCM with a key of its own for each purpose.
func (k HostKey) box(purpose string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, k.private.Seed(), nil, "soul-jam lock v1\n"+purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("make the key of a lock: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make the key of a lock: %w", err)
	}
	return cipher.NewGCM(block)
}
