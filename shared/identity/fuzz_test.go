package identity

import (
	"bytes"
	"encoding/json"
	"testing"
)

// FuzzLinkKey: what stands behind the # of a link is a whole key, which is written again as it was, or none.
func FuzzLinkKey(f *testing.F) {
	for _, text := range []string{
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
		"AAEC\nAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "AAEC+w/FBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "", "#token=x",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParseLinkKey(text)
		if err != nil {
			return
		}
		again, err := ParseLinkKey(k.Reveal())
		if err != nil || again.Reveal() != k.Reveal() || len(k.Reveal()) != 43 || len(k.JoinSecret().Reveal()) != JoinSecretSize {
			t.Errorf("%q is read as %d characters (%v)", text, len(k.Reveal()), err)
		}
		if k.Pins(SignedBundle{Text: text}) {
			t.Error("a key pins what it was not made of")
		}
	})
}

// FuzzBundle: a bundle's form decides nothing about whom it is believed from: without the host's signature nobody stands behind it.
func FuzzBundle(f *testing.F) {
	key, err := NewHostKey(Keep("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"))
	if err != nil {
		f.Fatal(err)
	}
	const point = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU" // the base point of P-256
	signed := key.Bundle(Bundle{Code: "HQRS-2K4M", DTLS: "AA:BB", Seal: point})
	f.Add(signed.Text, signed.Signature)
	f.Add(signed.Text, []byte{})
	f.Add(`{"v":1,"code":"HQRS-2K4M","seal":"AAAA"}`, signed.Signature)
	f.Add(`{"v":1,"V":2,"seal":"`+point+`","code":5}`, bytes.Repeat([]byte{255}, 64))
	f.Add(`{"v":1e400}`, []byte(nil))
	f.Add(signed.Text+" ", signed.Signature)
	f.Fuzz(func(t *testing.T, text string, signature []byte) {
		s := SignedBundle{Text: text, Signature: signature}
		b, public, err := s.Open()
		if (err == nil) != (public != nil) || err == nil && (b.V != 1 || len(text) > MaxBundle) {
			t.Fatalf("%+v, %v", b, err)
		}
		genuine := text == signed.Text && bytes.Equal(signature, signed.Signature)
		if s.SignedBy(key.Public(), "HQRS-2K4M") != genuine {
			t.Errorf("%q with %x: signed is %v", text, signature, !genuine)
		}
		if text != signed.Text && signed.Link(Keep("0123456789abcdef")).Pins(s) {
			t.Errorf("a link pins %q", text)
		}
	})
}

// FuzzHash: a stored hash is read as it is written, or not at all.
func FuzzHash(f *testing.F) {
	f.Add([]byte(`"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`))
	f.Add([]byte(`"9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"`))
	f.Add([]byte(`"9f86"`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var h, again Hash
		if json.Unmarshal(text, &h) != nil {
			if h != (Hash{}) {
				t.Error("half a hash is kept")
			}
			return
		}
		written, err := json.Marshal(h)
		if err != nil || json.Unmarshal(written, &again) != nil || again != h {
			t.Errorf("%q becomes %q (%v)", text, written, err)
		}
	})
}
