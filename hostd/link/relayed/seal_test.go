package relayed

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"testing"

	"soul-jam/shared/identity"
)

var update = flag.Bool("update", false, "rewrite testdata/pipe.json")

// jam is a host with its link.
type jam struct {
	host   *Host
	bundle identity.SignedBundle
	link   identity.LinkKey
	nonce  []byte
}

const testCode = "HQRS-2K4M"

func newJam(t testing.TB) jam {
	t.Helper()
	key, err := identity.DrawHostKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	seal, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := identity.NewJoinSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	bundle := key.Bundle(identity.Bundle{Code: testCode, DTLS: "AA", Seal: base64.RawURLEncoding.EncodeToString(seal.PublicKey().Bytes())})
	j := jam{host: NewHost(bundle, seal, secret), bundle: bundle, link: bundle.Link(secret), nonce: []byte("0123456789abcdef")}
	j.host.Renew(j.nonce)
	return j
}

func (j jam) meeting(withLink bool) Meeting {
	m := Meeting{Bundle: j.bundle, Nonce: j.nonce, Code: testCode}
	if withLink {
		m.Link = &j.link
	}
	return m
}

func TestPipeOpensForBothModes(t *testing.T) {
	j := newJam(t)
	for _, withLink := range []bool{true, false} {
		hello, finish, err := j.meeting(withLink).hello([]byte("\x00first"))
		if err != nil {
			t.Fatal(err)
		}
		host, reply, first, err := j.host.accept(hello)
		if err != nil || string(first) != "\x00first" || host.verified != withLink {
			t.Fatalf("with link %v: first %q, verified %v, %v", withLink, first, host.verified, err)
		}
		guest, err := finish(reply)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			for _, ends := range [][2]*pipe{{host, guest}, {guest, host}} {
				sealed := ends[0].out.seal([]byte{kindFrame}, []byte{byte(i)})
				if got, err := ends[1].in.open(sealed, 1); err != nil || !bytes.Equal(got, []byte{byte(i)}) {
					t.Fatalf("frame %d: %q, %v", i, got, err)
				}
			}
		}
	}
}

// TestSoulServerCanDoNothing: 100 times each, with the untouched case beside it (TestPipeOpensForBothModes).
func TestSoulServerCanDoNothing(t *testing.T) {
	j, other := newJam(t), newJam(t)
	for range 100 {
		// Another bundle, even one that it signed: the link does not pin it.
		m := j.meeting(true)
		m.Bundle = other.bundle
		if _, _, err := m.hello(nil); !errors.Is(err, ErrNotTheHost) {
			t.Fatalf("another's bundle is taken: %v", err)
		}
		hello, finish, err := j.meeting(true).hello([]byte("secret"))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := other.host.accept(hello); err == nil {
			t.Fatal("another host opens the hello")
		}
		// Without the join secret nobody is verified: the mode is sealed in.
		typed, _, err := j.meeting(false).hello([]byte("secret"))
		if err != nil {
			t.Fatal(err)
		}
		typed[1] = modeLink
		if _, _, _, err := j.host.accept(typed); err == nil {
			t.Fatal("a typed code passes for the link")
		}
		// One bit anywhere.
		at := randomBelow(t, len(hello)*8)
		flipped := bytes.Clone(hello)
		flipped[at/8] ^= 1 << (at % 8)
		if _, _, _, err := j.host.accept(flipped); err == nil {
			t.Fatalf("bit %d of the hello does not matter", at)
		}
		host, reply, _, err := j.host.accept(hello)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := j.host.accept(hello); err == nil {
			t.Fatal("the same hello counts twice")
		}
		at = randomBelow(t, len(reply)*8)
		flipped = bytes.Clone(reply)
		flipped[at/8] ^= 1 << (at % 8)
		if _, err := finish(flipped); err == nil {
			t.Fatalf("bit %d of the reply does not matter", at)
		}
		guest, err := finish(reply)
		if err != nil {
			t.Fatal(err)
		}
		one, two := host.out.seal([]byte{kindFrame}, []byte("one")), host.out.seal([]byte{kindFrame}, []byte("two"))
		if _, err := guest.in.open(two, 1); err == nil {
			t.Fatal("frames may be lost or swapped")
		}
		if _, err := guest.in.open(one, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := guest.in.open(one, 1); err == nil {
			t.Fatal("a frame may come twice")
		}
		if _, err := host.in.open(two, 1); err == nil {
			t.Fatal("a frame may be sent back to where it came from")
		}
	}
}

func TestNoncesWearOut(t *testing.T) {
	j := newJam(t)
	hello := func() []byte {
		t.Helper()
		frame, _, err := j.meeting(true).hello([]byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		return frame
	}
	early, late, never := hello(), hello(), hello()
	take := func(frame []byte) bool {
		_, _, _, err := j.host.accept(frame)
		return err == nil
	}
	if !take(early) {
		t.Error("a hello is refused")
	}
	j.host.Renew([]byte("fedcba9876543210"))
	if take(early) || !take(late) || take(late) {
		t.Error("under the nonce before, each hello counts once")
	}
	j.host.Renew([]byte("another-nonce-16"))
	if take(never) {
		t.Error("a hello for an older nonce counts")
	}
	for i := range MaxHellos/2 - 1 {
		j.host.now.seen[[16]byte{byte(i), byte(i >> 8), 1}] = true
	}
	if j.host.Worn() {
		t.Error("the nonce is worn too early")
	}
	j.host.now.seen[[16]byte{2}] = true
	if !j.host.Worn() {
		t.Error("the nonce does not wear out")
	}
}

func randomBelow(t *testing.T, n int) int {
	t.Helper()
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		t.Fatal(err)
	}
	return (int(b[0])<<16 | int(b[1])<<8 | int(b[2])) % n
}

// vector is one whole pipe with known keys; the page's seal is tested with the same file.
type vector struct {
	Bundle, Signature, Code, Nonce, Link            string
	HostSeal, HostKey, GuestKey                     []byte // private keys (scalars)
	HostPublic, GuestPublic                         []byte
	First, Hello, Reply                             []byte
	FromHost, FromHostSealed, FromGuest, FromGuest2 []byte
	FromGuestSealed, FromGuest2Sealed               []byte
}

func makeVector(t *testing.T) vector {
	t.Helper()
	scalar := func(b byte) *ecdh.PrivateKey {
		k, err := ecdh.P256().NewPrivateKey(bytes.Repeat([]byte{b}, 32))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	seal, host, guest := scalar(1), scalar(2), scalar(3)
	key, err := identity.NewHostKey(identity.Keep(base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{4}, 32))))
	if err != nil {
		t.Fatal(err)
	}
	bundle := key.Bundle(identity.Bundle{Code: testCode, DTLS: "AA:BB", Seal: base64.RawURLEncoding.EncodeToString(seal.PublicKey().Bytes())})
	secret, nonce := identity.Keep("join-secret-16-b"), []byte("nonce-of-16-byte")
	link := bundle.Link(secret)
	v := vector{
		Bundle: bundle.Text, Signature: base64.RawURLEncoding.EncodeToString(bundle.Signature), Code: testCode,
		Nonce: base64.RawURLEncoding.EncodeToString(nonce), Link: link.Reveal(),
		HostSeal: seal.Bytes(), HostKey: host.Bytes(), GuestKey: guest.Bytes(),
		HostPublic: host.PublicKey().Bytes(), GuestPublic: guest.PublicKey().Bytes(),
		First: []byte("\x00{\"type\":\"join_request\"}"), FromHost: []byte("\x00{\"type\":\"joined\"}"),
		FromGuest: []byte("\x00{\"type\":\"ping\"}"), FromGuest2: []byte("\x02\x11\x9abecause"),
	}
	es, err := guest.ECDH(seal.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	ee, err := guest.ECDH(host.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	a := newAgreement(bundle, nonce, v.GuestPublic, modeLink, secret)
	v.Hello = a.hello(es).seal(append([]byte{kindHello, modeLink}, v.GuestPublic...), v.First)
	fromGuest, fromHost := a.frames(es, ee, v.HostPublic)
	v.Reply = fromHost.seal(append([]byte{kindReply}, v.HostPublic...), nil)
	v.FromHostSealed = fromHost.seal([]byte{kindFrame}, v.FromHost)
	v.FromGuestSealed = fromGuest.seal([]byte{kindFrame}, v.FromGuest)
	v.FromGuest2Sealed = fromGuest.seal([]byte{kindFrame}, v.FromGuest2)
	return v
}

// TestVector holds the bytes that the page's own seal is tested with.
func TestVector(t *testing.T) {
	got, err := json.MarshalIndent(makeVector(t), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/pipe.json"
	if *update {
		if err := os.WriteFile(file, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(bytes.TrimSpace(want), got) {
		t.Errorf("the bytes on the wire have changed (%v); if they should, rewrite with -update", err)
	}
}

func FuzzHello(f *testing.F) {
	j := newJam(f)
	hello, _, err := j.meeting(true).hello([]byte("x"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(hello)
	f.Add(hello[:helloHead])
	f.Add([]byte{1, 1, 4})
	f.Fuzz(func(t *testing.T, frame []byte) {
		if bytes.Equal(frame, hello) {
			return
		}
		if _, _, _, err := j.host.accept(frame); err == nil {
			t.Error("a hello that no guest made is taken")
		}
	})
}
