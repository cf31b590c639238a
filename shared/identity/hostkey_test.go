package identity

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func newHostKey(t *testing.T) HostKey {
	t.Helper()
	seed, err := New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k, err := NewHostKey(seed)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestPeerID takes the vector of the libp2p specification (peer-ids.md, "Test vectors": Ed25519).
func TestPeerID(t *testing.T) {
	public, err := hex.DecodeString("1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e")
	if err != nil {
		t.Fatal(err)
	}
	if got := PeerID(public); !strings.HasPrefix(got, "12D3KooW") || len(got) != 52 {
		t.Errorf("peer id %s", got)
	}
	// Leading zeros are kept as ones.
	if got := base58([]byte{0, 0, 1}); got != "112" {
		t.Errorf("base58 gives %s", got)
	}
	if got := base58([]byte("Hello World!")); got != "2NEpo7TZRRrLZSi2U" {
		t.Errorf("base58 gives %s", got)
	}
}

func TestHostKeyComesFromItsFile(t *testing.T) {
	dir := t.TempDir()
	var keys []HostKey
	for range 2 {
		seed, err := LoadOrCreateFile(dir, "host.key")
		if err != nil {
			t.Fatal(err)
		}
		k, err := NewHostKey(seed)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k)
	}
	if !keys[0].Public().Equal(keys[1].Public()) {
		t.Error("the same file gives two keys")
	}
	for _, bad := range []string{"", "short", strings.Repeat("A", 44), strings.Repeat("!", 43)} {
		if _, err := NewHostKey(Keep(bad)); err == nil {
			t.Errorf("%q is taken for a key", bad)
		}
	}
}

func TestHostKeyIsNotShown(t *testing.T) {
	k := newHostKey(t)
	asJSON, err := json.Marshal(map[string]any{"k": k})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", k)
	shown := fmt.Sprintf("%v %+v %#v %x %s %q", k, k, k, k, k, &k) + string(asJSON) + log.String()
	seed := k.private.Seed()
	for _, leak := range []string{hex.EncodeToString(seed), base64.RawURLEncoding.EncodeToString(seed), base64.StdEncoding.EncodeToString(seed), fmt.Sprint(seed)} {
		if strings.Contains(shown, leak[:20]) {
			t.Errorf("the key is shown: %s", shown)
		}
	}
}

func sealKey(t *testing.T) string {
	t.Helper()
	k, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(k.PublicKey().Bytes())
}

func TestBundleIsSignedForItsCode(t *testing.T) {
	k, other := newHostKey(t), newHostKey(t)
	signed := k.Bundle(Bundle{Code: "HQRS-2K4M", DTLS: "AA:BB", Seal: sealKey(t)})
	if !signed.SignedBy(k.Public(), "HQRS-2K4M") {
		t.Error("its own signature does not count")
	}
	if signed.SignedBy(other.Public(), "HQRS-2K4M") || signed.SignedBy(k.Public(), "HQRS-2K4N") || signed.SignedBy(nil, "HQRS-2K4M") {
		t.Error("it counts for another key or code")
	}
	changed := signed
	changed.Text = strings.Replace(changed.Text, "AA:BB", "AA:BC", 1)
	if changed.SignedBy(k.Public(), "HQRS-2K4M") {
		t.Error("a changed bundle still counts")
	}
	foreign := other.Bundle(Bundle{Code: "HQRS-2K4M", Seal: sealKey(t)})
	foreign.Signature = k.Sign(bundleIntro + foreign.Text)
	if foreign.SignedBy(k.Public(), "HQRS-2K4M") {
		t.Error("a bundle with another's peer id counts")
	}
	for _, text := range []string{"", "{}", "null", `{"v":2}`, `{"v":1,"seal":"AAAA"}`, `{"v":1,"seal":"!"}`, strings.Repeat(" ", MaxBundle) + `{"v":1}`} {
		if _, _, err := (SignedBundle{Text: text}).Open(); !errors.Is(err, ErrBundle) {
			t.Errorf("%.20q opens: %v", text, err)
		}
	}
}

func TestLinkPinsItsBundle(t *testing.T) {
	k := newHostKey(t)
	secret, err := NewJoinSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signed := k.Bundle(Bundle{Code: "HQRS-2K4M", Seal: sealKey(t)})
	text := signed.Link(secret).Reveal()
	if len(text) != 43 || strings.Trim(text, base64URL) != "" {
		t.Fatalf("the key is %q", text)
	}
	key, err := ParseLinkKey(text)
	if err != nil || !key.Pins(signed) || !key.JoinSecret().Equal(secret) || key.Reveal() != text {
		t.Errorf("read back: %v, pins %v", err, key.Pins(signed))
	}
	if key.Pins(k.Bundle(Bundle{Code: "HQRS-2K4M", Seal: sealKey(t)})) {
		t.Error("it pins another bundle of the same host")
	}
	for _, bad := range []string{"", text[1:], text + "A", "!" + text[1:], text[:42] + "\n", strings.Repeat("A", 1<<16), text[:42] + "B"} {
		if _, err := ParseLinkKey(bad); err == nil {
			t.Errorf("%.50q is read", bad)
		}
	}
	if _, err := NewJoinSecret(strings.NewReader("short")); err == nil {
		t.Error("a random source that ends gives a secret")
	}
	if shown := fmt.Sprintf("%v %+v", key, key); strings.Contains(shown, secret.Reveal()) {
		t.Error("the join secret is shown")
	}
}
