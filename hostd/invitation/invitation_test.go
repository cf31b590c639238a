package invitation

import (
	"bytes"
	"crypto/rand"
	"testing"

	"soul-jam/shared/identity"
)

// kept is a store of one record.
type kept struct{ content []byte }

func (k *kept) Keep(_, _ string, content []byte) error {
	k.content = content
	return nil
}

func (k *kept) Kept(string, string) ([]byte, error) { return k.content, nil }

func of(t *testing.T, key identity.HostKey, store Store, session string) (*Invitation, error) {
	t.Helper()
	return NewBook(key, store, rand.Reader).Of(session, "HQRS-2K4M")
}

// TestSecretsAreLockedAtRest: the record alone opens nothing, with the host's key it is the same invitation; and that
// of a version which kept it open goes on.
func TestSecretsAreLockedAtRest(t *testing.T) {
	key, err := identity.DrawHostKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := identity.DrawHostKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	store := &kept{}
	first, err := of(t, key, store, "one")
	if err != nil {
		t.Fatal(err)
	}
	for what, secret := range map[string][]byte{"join secret": []byte(first.Join.Reveal()), "sealing key": first.Seal.Bytes(), "the field's name": []byte(`"join"`)} {
		if bytes.Contains(store.content, secret) {
			t.Errorf("%s is in the record", what)
		}
	}
	if again, err := of(t, key, store, "one"); err != nil || again.Link.Reveal() != first.Link.Reveal() || !again.Seal.Equal(first.Seal) {
		t.Errorf("after a restart it is another: %v", err)
	}
	if _, err := of(t, other, store, "one"); err == nil {
		t.Error("another host's key opens it")
	}
	if _, err := of(t, key, store, "two"); err == nil {
		t.Error("it opens for another jam")
	}
	open, err := key.Unlock(purpose("one"), store.content)
	if err != nil {
		t.Fatal(err)
	}
	if before, err := of(t, key, &kept{open}, "one"); err != nil || before.Link.Reveal() != first.Link.Reveal() {
		t.Errorf("as a version before kept it: %v", err)
	}
}
