package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"soul-jam/relay/directory"
	"soul-jam/signaling/server"
)

// writeCertificate makes a certificate for 127.0.0.1 with a serial number, and trusts it.
func writeCertificate(t *testing.T, dir string, serial int64) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pool = x509.NewCertPool()
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool.AppendCertsFromPEM(text)
	for path, content := range map[string][]byte{cert: text, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key, pool
}

func TestTLSByFiles(t *testing.T) {
	dir := t.TempDir()
	cert, key, pool := writeCertificate(t, dir, 1)
	r := start(t, func(c *Config) { c.TLSCert, c.TLSKey, c.STUNListen = cert, key, "127.0.0.1:0" })
	if !strings.HasPrefix(r.url, "https://127.0.0.1:") {
		t.Fatalf("it listens on %s", r.url)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	response, err := client.Get(r.url + "/api/jam/sessions/x")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != 404 || response.ProtoMajor != 2 {
		t.Errorf("answered %s by %s", response.Status, response.Proto)
	}
	if got := response.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("Strict-Transport-Security is %q where TLS is its own", got)
	}
	h := newHost(t)
	h.Via = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	c := r.attach(h)
	if len(c.Welcome.ICE) != 1 || !strings.HasPrefix(c.Welcome.ICE[0].URLs[0], "stun:127.0.0.1:") {
		t.Errorf("welcomed with %+v", c.Welcome)
	}
}

func TestANewCertificateIsTaken(t *testing.T) {
	dir := t.TempDir()
	c := &certificate{}
	serial := func() int64 {
		t.Helper()
		got, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return got.Leaf.SerialNumber.Int64()
	}
	c.cert, c.key, _ = writeCertificate(t, dir, 1)
	if got := serial(); got != 1 {
		t.Errorf("certificate %d", got)
	}
	writeCertificate(t, dir, 2)
	if err := os.Chtimes(c.cert, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 1 {
		t.Errorf("the files are read for each handshake: certificate %d", got)
	}
	c.looked = time.Time{}
	if got := serial(); got != 2 {
		t.Errorf("the new certificate is not taken: %d", got)
	}
	if err := os.WriteFile(c.key, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(c.cert, time.Time{}, time.Now().Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	c.looked = time.Time{}
	if got := serial(); got != 2 {
		t.Errorf("while a new pair is half written: %d", got)
	}
}

func TestICEIsAtTheNameThatPeopleUse(t *testing.T) {
	at := func(host string) *http.Request { return &http.Request{Host: host} }
	for _, c := range []struct{ public, port, host, want string }{
		{"", "3478", "127.0.0.1:8080", "stun:127.0.0.1:3478"}, {"", "3478", "[::1]:8080", "stun:[::1]:3478"}, {"", "3478", "box.local", "stun:box.local:3478"},
		{"soul.example:443", "3478", "inner:8080", "stun:soul.example:3478"}, {"", "", "127.0.0.1:8080", ""}, {"soul.example:443", "", "x", ""},
	} {
		got := ""
		if all := iceFor(c.public, c.port)(at(c.host)); len(all) > 0 {
			got = all[0].URLs[0]
		}
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestMetrics(t *testing.T) {
	s := server.New(server.Config{Directory: server.NewMemory()})
	defer s.Close(t.Context())
	s.Counts().Claims.Add(7)
	own := &refused{}
	own.foreign.Add(3)
	h := metrics(s, own, func() int64 { return 9 }, nil)
	for path, want := range map[string][]string{
		"/healthz": {"ok"},
		"/metrics": {"relay_hosts 0", "relay_claims_total 7", "relay_codes 9", `relay_refused_total{reason="foreign"} 3`, `relay_guests{kind="signal"} 0`, `relay_carried_bytes_total{to="host"} 0`, "go_goroutines"},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		for _, line := range want {
			if w.Code != 200 || !strings.Contains(w.Body.String(), line) {
				t.Errorf("%s: %d, without %q", path, w.Code, line)
			}
		}
	}
	r := start(t, nil)
	for _, path := range []string{"/metrics", "/healthz", "/api/jam/history", "/api/console/status"} {
		if status, _, _ := r.get(path); status != 404 {
			t.Errorf("%s is served to everybody: %d", path, status)
		}
	}
}

func TestASecondRelayOnTheSameDataSaysSo(t *testing.T) {
	dir := t.TempDir()
	start(t, func(c *Config) { c.Data = dir })
	err := Run(t.Context(), Config{Listen: "127.0.0.1:0", Data: dir})
	if err == nil || !strings.Contains(err.Error(), "already") || !strings.Contains(err.Error(), directory.File) {
		t.Errorf("the second one: %v", err)
	}
}
