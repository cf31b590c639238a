package identity

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"soul-jam/shared/proof"
)

func TestPromiseTokensAreRandom(t *testing.T) {
	const n = 10_000
	seen, ones := map[string]bool{}, [8 * tokenBytes]int{}
	for range n {
		token, err := New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		text := token.Reveal()
		bits, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(bits) != tokenBytes || seen[text] {
			t.Fatalf("token %q", text)
		}
		seen[text] = true
		for i := range ones {
			ones[i] += int(bits[i/8]>>(i%8)) & 1
		}
	}
	// Of a fair coin's 10,000 throws the number of heads is nearer than 400 to 5,000, but once in 10^15 times: eight standard deviations.
	fair := !slices.ContainsFunc(ones[:], func(heads int) bool { return heads < n/2-400 || heads > n/2+400 })
	proof.Show(t, "Tokens are random: 256 bits, each as often 0 as 1, and none comes twice",
		fmt.Sprintf("%d bits, %d different of %d", len(ones), len(seen), n), "128 bits or more, 10,000 different", fair && len(ones) >= 128 && len(seen) == n)
	if _, err := New(bytes.NewReader(make([]byte, tokenBytes-1))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a random source that ends: %v", err)
	}
}

// TestNothingShowsASecret is rule T23: whatever prints, logs or marshals a
// Secret, alone or inside something else, shows none of its text.
func TestNothingShowsASecret(t *testing.T) {
	const text = "uYtkF3nqPbVJmXwR7c2aZ_"
	secret := Keep(text)
	type outer struct {
		Public  Secret
		private Secret
		Pointer *Secret
		Many    []Secret
		Keyed   map[string]Secret
	}
	in := outer{secret, secret, &secret, []Secret{secret}, map[string]Secret{"a": secret}}
	show := map[string]string{"error": fmt.Errorf("no seat for %w and %v", errors.New("x"), secret).Error()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%T", "%100.50s"} {
		show["fmt "+verb] = fmt.Sprintf(verb+verb+verb, secret, &secret, in)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%20s"} {
		if got := fmt.Sprintf(verb, secret); got != redacted {
			t.Errorf("%s gives %q", verb, got)
		}
	}
	show["panic"] = fmt.Sprint(any(in))
	for name, marshal := range map[string]func(any) ([]byte, error){"json": json.Marshal, "xml": xml.Marshal} {
		for _, v := range []any{secret, &secret, []Secret{secret}} {
			out, err := marshal(v)
			if err != nil || !strings.Contains(string(out), redacted) {
				t.Errorf("%s of %T: %s, %v", name, v, out, err)
			}
			show[fmt.Sprintf("%s %T", name, v)] = string(out)
		}
	}
	out, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	show["json outer"] = string(out)
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).With("seat", secret).Info("x", "token", secret, "in", in, "private", in.private, slog.Group("g", "t", &secret))
	}
	show["slog"] = log.String()
	for how, shown := range show {
		// %x and %X would show it in hexadecimal.
		for _, leak := range []string{text, fmt.Sprintf("%x", text), fmt.Sprintf("%X", text)} {
			if strings.Contains(shown, leak) {
				t.Errorf("%s shows the secret: %s", how, shown)
			}
		}
	}
	if secret.Reveal() != text {
		t.Errorf("Reveal gives %q", secret.Reveal())
	}
}

func TestHashAndCompare(t *testing.T) {
	token, other := Keep("one"), Keep("two")
	// echo -n one | sha256sum
	const known = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
	text, err := token.Hash().MarshalText()
	if err != nil || string(text) != known {
		t.Errorf("hash %s, %v", text, err)
	}
	var zeroHash Hash
	for _, test := range []struct {
		name      string
		got, want bool
	}{
		{"its own hash", token.Hash().Matches(Keep("one")), true},
		{"another's hash", token.Hash().Matches(other), false},
		{"no secret", token.Hash().Matches(Secret{}), false},
		{"zero hash", zeroHash.Matches(token), false},
		{"zero hash, no secret", zeroHash.Matches(Keep("")), false},
		{"equal", token.Equal(Keep("one")), true},
		{"not equal", token.Equal(other), false},
		{"both none", Secret{}.Equal(Secret{}), false},
		{"is zero", Keep("").IsZero() && Secret{}.Reveal() == "", true},
		{"is not zero", token.IsZero(), false},
	} {
		if test.got != test.want {
			t.Errorf("%s: %v", test.name, test.got)
		}
	}
}

func TestStoredHash(t *testing.T) {
	want := map[string]Hash{"seat": Keep("one").Hash()}
	stored, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]Hash
	if err := json.Unmarshal(stored, &got); err != nil || got["seat"] != want["seat"] {
		t.Errorf("stored %s, read %v, %v", stored, got, err)
	}
	kept := Keep("one").Hash()
	for _, bad := range []string{"", "7692", strings.Repeat("g", 64), strings.Repeat("a", 65), strings.Repeat("a", 1<<20)} {
		if err := kept.UnmarshalText([]byte(bad)); err == nil || kept != Keep("one").Hash() {
			t.Errorf("read %.70q: %v, hash now %x", bad, err, kept)
		}
	}
}
