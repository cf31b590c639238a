package remote

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"soul-jam/hostd/link/relayed"
	"soul-jam/hostd/link/rtc"
	"soul-jam/hostd/session"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// Store is what the part needs of hostd/store.
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
	Pipes   *relayed.Host
	Calls   *rtc.Host // nil = there are no direct paths
}

// secrets are what makes an invitation the same after a restart of hostd. They go with the jam.
type secrets struct {
	Seal []byte `json:"seal"` // P-256 scalar
	Join []byte `json:"join"`
	DTLS []byte `json:"dtls"` // PEM: certificate and key
}

// secretsName is what the store keeps them under.
const secretsName = "link"

// Invitation gives the running jam's, which is made when it is first asked for.
func (r *Remote) Invitation(v *session.View) (*Invitation, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.invitation != nil && r.invitation.Session == v.SessionID {
		return r.invitation, nil
	}
	s, err := r.secrets(v.SessionID)
	if err != nil {
		return nil, err
	}
	seal, err := ecdh.P256().NewPrivateKey(s.Seal)
	if err != nil {
		return nil, fmt.Errorf("read the jam's key: %w", err)
	}
	calls, fingerprint, err := r.listen(s.DTLS)
	if err != nil {
		return nil, err
	}
	bundle := r.cfg.Key.Bundle(identity.Bundle{
		Code: v.ShareCode, DTLS: fingerprint, Seal: base64.RawURLEncoding.EncodeToString(seal.PublicKey().Bytes()),
	})
	join := identity.Keep(string(s.Join))
	r.retire(&Invitation{
		Session: v.SessionID, Code: v.ShareCode, Bundle: bundle, Link: bundle.Link(join), Pipes: relayed.NewHost(bundle, seal, join), Calls: calls,
	})
	return r.invitation, nil
}

// listen opens what the jam's data channels come in by. A port that is taken costs the direct paths, not the jam.
func (r *Remote) listen(pem []byte) (calls *rtc.Host, fingerprint string, err error) {
	certificate, err := rtc.LoadCertificate(pem)
	if err != nil {
		return nil, "", err
	}
	if fingerprint, err = certificate.Fingerprint(); err != nil || r.cfg.WebRTC == "" {
		return nil, fingerprint, err
	}
	calls, err = rtc.Listen(rtc.Config{
		Listen: r.cfg.WebRTC, Certificate: certificate, Limit: wire.MaxClientFrame, ResolveNames: r.cfg.MDNS, Loopback: r.cfg.Loopback, Log: r.cfg.Log,
	})
	if err != nil {
		r.cfg.Log.Warn("guests from elsewhere get no direct path", "error", err)
		return nil, fingerprint, nil
	}
	return calls, fingerprint, nil
}

// retire puts another invitation in the place of the one before, whose data channels end. The lock is held, or nobody else is left.
func (r *Remote) retire(next *Invitation) {
	if before := r.invitation; before != nil && before.Calls != nil {
		if err := before.Calls.Close(); err != nil {
			r.cfg.Log.Warn("the data channels did not close well", "error", err)
		}
	}
	r.invitation = next
}

// secrets reads or makes them.
func (r *Remote) secrets(jam string) (s secrets, err error) {
	kept, err := r.cfg.Store.Kept(jam, secretsName)
	if err != nil {
		return s, err
	}
	if kept != nil {
		if err := json.Unmarshal(kept, &s); err != nil {
			return s, fmt.Errorf("read the jam's link: %w", err)
		}
		return s, nil
	}
	seal, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return s, fmt.Errorf("make the jam's key: %w", err)
	}
	join, err := identity.NewJoinSecret(r.cfg.Entropy)
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
	return s, r.cfg.Store.Keep(jam, secretsName, content)
}

// renew has the hellos of before forgotten.
func (r *Remote) renew(nonce []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.invitation != nil {
		r.invitation.Pipes.Renew(nonce)
	}
}

// current is the invitation that guests come for; nil when no jam runs.
func (r *Remote) current() *Invitation {
	v := r.cfg.House.View()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.invitation == nil || r.invitation.Session != v.SessionID {
		return nil
	}
	return r.invitation
}
