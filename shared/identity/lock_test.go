package identity

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"
)

func TestWhatIsLockedOpensWithItsKeyAndPurposeAlone(t *testing.T) {
	key, other := newHostKey(t), newHostKey(t)
	secret := []byte("sixteen letters!")
	locked, err := key.Lock(rand.Reader, "link of a jam", secret)
	if err != nil || bytes.Contains(locked, secret) {
		t.Fatalf("locked as %x, %v", locked, err)
	}
	if opened, err := key.Unlock("link of a jam", locked); err != nil || !bytes.Equal(opened, secret) {
		t.Errorf("opened as %q, %v", opened, err)
	}
	if again, err := key.Lock(rand.Reader, "link of a jam", secret); err != nil || bytes.Equal(again, locked) {
		t.Errorf("locked the same way twice, or %v", err)
	}
	if _, err := other.Unlock("link of a jam", locked); !errors.Is(err, ErrLocked) {
		t.Errorf("another key: %v", err)
	}
	if _, err := key.Unlock("link of another", locked); !errors.Is(err, ErrLocked) {
		t.Errorf("another purpose: %v", err)
	}
	for i := range locked {
		damaged := bytes.Clone(locked)
		damaged[i] ^= 1
		if _, err := key.Unlock("link of a jam", damaged); !errors.Is(err, ErrLocked) {
			t.Errorf("byte %d changed: %v", i, err)
		}
		if _, err := key.Unlock("link of a jam", locked[:i]); !errors.Is(err, ErrLocked) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
	if _, err := key.Lock(bytes.NewReader(nil), "link of a jam", secret); err == nil {
		t.Error("without randomness it is locked all the same")
	}
}
