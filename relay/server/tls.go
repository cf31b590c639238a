package server

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/crypto/acme/autocert"
)

// tlsConfig is nil when the relay speaks plain HTTP, behind a proxy or on one machine.
func (c Config) tlsConfig() (*tls.Config, error) {
	switch {
	case c.TLSAuto != "" && (c.TLSCert != "" || c.TLSKey != ""):
		return nil, errors.New("--tls-auto gets a certificate by itself: leave --tls-cert and --tls-key out")
	case c.TLSAuto != "":
		// By TLS-ALPN-01, on the very listener: the one port 443 is enough.
		auto := autocert.Manager{
			Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(c.TLSAuto), Cache: autocert.DirCache(filepath.Join(c.Data, "certificates")),
		}
		return auto.TLSConfig(), nil
	case c.TLSCert == "" && c.TLSKey == "":
		return nil, nil //nolint:nilnil // plain
	case c.TLSCert == "" || c.TLSKey == "":
		return nil, errors.New("--tls-cert and --tls-key go together")
	}
	files := &certificate{cert: c.TLSCert, key: c.TLSKey}
	if _, err := files.get(nil); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: files.get, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// certificate is read from its files, and anew when they have changed: nobody has to restart for a new one.
type certificate struct {
	cert, key string

	mu      sync.Mutex // guards what follows
	now     *tls.Certificate
	written time.Time
	looked  time.Time
}

// lookEvery: the files are looked at no more often.
const lookEvery = 10 * time.Second

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now != nil && time.Since(c.looked) < lookEvery {
		return c.now, nil
	}
	c.looked = time.Now()
	info, err := os.Stat(c.cert)
	if err == nil && (c.now == nil || !info.ModTime().Equal(c.written)) {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.cert, c.key); err == nil {
			c.now, c.written = &pair, info.ModTime()
		}
	}
	if c.now == nil {
		return nil, fmt.Errorf("read the certificate: %w", err)
	}
	return c.now, nil // the old one, while the new pair is half written
}
