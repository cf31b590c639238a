// Package invitation holds what the link of a jam stands for: the jam's keys and join
// secret, the bundle that pins them, and the four words that people compare who have no link. The guests
// who come through a soul-server and those who come by libp2p meet the host by the same one.
package invitation

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"soul-jam/hostd/link/rtc"
	"soul-jam/shared/identity"
)

// Store is what a Book needs of hostd/store.
type Store interface {
	// Keep stores something beside the running jam, which goes with it when it ends.
	Keep(jam, name string, content []byte) error
	// Kept gives it back; nil = there is nothing.
	Kept(jam, name string) ([]byte, error)
}

// Invitation is what the link of one jam stands for.
type Invitation struct {
	Session string // its id
	Code    string
	Bundle  identity.SignedBundle
	Link    identity.LinkKey // behind the # of the link
	// Seal opens the pipes of this jam, Join is the link's join secret.
	Seal *ecdh.PrivateKey
	Join identity.Secret
	// Certificate is that of its data channels.
	Certificate *rtc.Certificate
	// Words are those of the bundle; the first call takes a tenth of a second.
	Words func() []string
}

// Book keeps the invitation of the running jam. Its methods may be called by several goroutines.
type Book struct {
	key     identity.HostKey
	store   Store
	entropy io.Reader

	mu  sync.Mutex // guards now
	now *Invitation
}

// NewBook makes the invitations of the host with that key.
func NewBook(key identity.HostKey, store Store, entropy io.Reader) *Book {
	return &Book{key: key, store: store, entropy: entropy}
}

// secrets are what makes an invitation the same after a restart of hostd. They go with the jam, and are locked with the
// host's key: what ends in a copy of the data file opens no link, and no pipe that somebody has recorded.
type secrets struct {
	Seal []byte `json:"seal"` // P-256 scalar
	Join []byte `json:"join"`
	DTLS []byte `json:"dtls"` // PEM: certificate and key
}

// secretsName is what the store keeps them under.
const secretsName = "link"

// Of gives the invitation of a jam, which is made when it is first asked for.
func (b *Book) Of(session, code string) (*Invitation, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now != nil && b.now.Session == session {
		return b.now, nil
	}
	s, err := b.secrets(session)
	if err != nil {
		return nil, err
	}
	seal, err := ecdh.P256().NewPrivateKey(s.Seal)
	if err != nil {
		return nil, fmt.Errorf("read the jam's key: %w", err)
	}
	certificate, err := rtc.LoadCertificate(s.DTLS)
	if err != nil {
		return nil, err
	}
	fingerprint, err := certificate.Fingerprint()
	if err != nil {
		return nil, err
	}
	bundle := b.key.Bundle(identity.Bundle{
		Code: code, DTLS: fingerprint, Seal: base64.RawURLEncoding.EncodeToString(seal.PublicKey().Bytes()),
	})
	join := identity.Keep(string(s.Join))
	b.now = &Invitation{
		Session: session, Code: code, Bundle: bundle, Link: bundle.Link(join), Seal: seal, Join: join, Certificate: certificate,
		Words: sync.OnceValue(bundle.Words),
	}
	return b.now, nil
}

// secrets reads or makes them.
func (b *Book) secrets(jam string) (s secrets, err error) {
	kept, err := b.store.Kept(jam, secretsName)
	if err != nil {
		return s, err
	}
	if kept != nil {
		if len(kept) > 0 && kept[0] != '{' { // versions before kept them open
			if kept, err = b.key.Unlock(purpose(jam), kept); err != nil {
				return s, fmt.Errorf("read the jam's link: %w", err)
			}
		}
		if err := json.Unmarshal(kept, &s); err != nil {
			return s, fmt.Errorf("read the jam's link: %w", err)
		}
		return s, nil
	}
	seal, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return s, fmt.Errorf("make the jam's key: %w", err)
	}
	join, err := identity.NewJoinSecret(b.entropy)
	if err != nil {
		return s, err
	}
	s.Seal, s.Join = seal.Bytes(), []byte(join.Reveal())
	if s.DTLS, _, err = rtc.NewCertificate(); err != nil {
		return s, err
	}
	content, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	if content, err = b.key.Lock(b.entropy, purpose(jam), content); err != nil {
		return s, fmt.Errorf("keep the jam's link: %w", err)
	}
	return s, b.store.Keep(jam, secretsName, content)
}

// purpose ties what is locked to one jam.
func purpose(jam string) string { return "link of the jam " + jam }
