package rtc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/pion/webrtc/v4"
)

// certificateLife is how long a certificate is good for. A jam lives for a day; the
// rest is for clocks that are wrong.
const certificateLife = 30 * 24 * time.Hour

// errFingerprint: whoever answers is not who the link or the bundle names.
var errFingerprint = errors.New("the answer is not by the host whose certificate was pinned")

// NewCertificate makes a jam's certificate (ECDSA P-256, from the system's entropy)
// for the caller to keep: the same must be loaded again as long as the jam lives,
// because its fingerprint is in the jam's link. The PEM text holds the private key.
func NewCertificate() (pem []byte, fingerprint string, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, "", fmt.Errorf("make a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, "", fmt.Errorf("make a serial number: %w", err)
	}
	now := time.Now()
	c, err := webrtc.NewCertificate(key, x509.Certificate{
		SerialNumber: serial,
		// One name for all: a certificate is seen by whoever calls and says nothing about the machine.
		Subject:   pkix.Name{CommonName: "WebRTC"},
		NotBefore: now.Add(-24 * time.Hour),
		NotAfter:  now.Add(certificateLife),
	})
	if err != nil {
		return nil, "", fmt.Errorf("make a certificate: %w", err)
	}
	text, err := c.PEM()
	if err != nil {
		return nil, "", fmt.Errorf("encode the certificate: %w", err)
	}
	cert := &Certificate{*c}
	fingerprint, err = cert.Fingerprint()
	return []byte(text), fingerprint, err
}

// Certificate is what a host proves itself with.
type Certificate struct{ c webrtc.Certificate }

// LoadCertificate reads what NewCertificate made.
func LoadCertificate(pem []byte) (*Certificate, error) {
	c, err := webrtc.CertificateFromPEM(string(pem))
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	return &Certificate{*c}, nil
}

// Expires tells until when it is good.
func (c *Certificate) Expires() time.Time { return c.c.Expires() }

// Fingerprint is the SHA-256 of the certificate as SDP writes it: "AA:BB:…".
func (c *Certificate) Fingerprint() (string, error) {
	prints, err := c.c.GetFingerprints()
	if err != nil || len(prints) == 0 {
		return "", fmt.Errorf("fingerprint of the certificate: %w", err)
	}
	return strings.ToUpper(prints[0].Value), nil
}
