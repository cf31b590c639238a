package code

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
)

func TestAlphabet(t *testing.T) {
	if len(Alphabet) != 31 {
		t.Fatalf("the alphabet has %d letters, want 31", len(Alphabet))
	}
	for _, never := range "01ILO" {
		if strings.ContainsRune(Alphabet, never) {
			t.Errorf("%q is in the alphabet", never)
		}
		if !strings.ContainsRune(Never, never) {
			t.Errorf("%q is not named in Never", never)
		}
	}
	for i, r := range Alphabet {
		if strings.ContainsRune(Alphabet[i+1:], r) {
			t.Errorf("%q is in the alphabet twice", r)
		}
	}
}

func TestNewParsesBack(t *testing.T) {
	for range 1000 {
		made, err := New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if read, err := Parse(made.String()); err != nil || read != made {
			t.Fatalf("Parse(%q) = %q, %v", made, read, err)
		}
	}
}

// TestNewIsUniform shows that no letter is favoured at any place. The bytes
// are the whole range in turn, so the counts are exact: with a plain "mod 31" the
// first eight letters would come 9 times where the others come 8 times.
func TestNewIsUniform(t *testing.T) {
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	// 31 rounds of 248 usable bytes are 961 codes exactly.
	source := bytes.NewReader(bytes.Repeat(all[:], 31))
	counts := map[rune]int{}
	for range 31 * 248 / Length {
		made, err := New(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range strings.ReplaceAll(made.String(), "-", "") {
			counts[r]++
		}
	}
	for _, r := range Alphabet {
		if counts[r] != 31*8 {
			t.Errorf("%q came %d times, want %d", r, counts[r], 31*8)
		}
	}
}

func TestNewWithABrokenSource(t *testing.T) {
	if _, err := New(bytes.NewReader(make([]byte, Length-1))); !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		t.Errorf("a source that ends: %v", err)
	}
	stuck := bytes.NewReader(bytes.Repeat([]byte{0xff}, 10_000))
	if made, err := New(stuck); err == nil || errors.Is(err, io.EOF) || stuck.Len() == 0 {
		t.Errorf("a source of unusable bytes gave %q, %v with %d bytes left", made, err, stuck.Len())
	}
}

func TestParseAcceptsWhatPeopleType(t *testing.T) {
	for _, typed := range []string{
		"HQRS-2K4M", "hqrs-2k4m", "HqRs2K4m", "HQRS2K4M", " hqrs 2k4m ", "H Q R S 2 K 4 M",
		"HQRS–2K4M", "HQRS—2K4M", "HQRS‑2K4M", "HQRS -\t2K4M\n", "HQRS\u00a02K4M", "-HQRS2K4M-",
	} {
		if got, err := Parse(typed); err != nil || got != "HQRS-2K4M" {
			t.Errorf("Parse(%q) = %q, %v", typed, got, err)
		}
	}
}

func TestParseRefusals(t *testing.T) {
	for _, test := range []struct{ typed, says string }{
		{"", "this has 0"},
		{"-", "this has 0"},
		{"HQRS-2K4", "this has 7"},
		{"HQRS-2K4MM", "this has 9"},
		{"ABCD-1234", "'1' never occurs in a code, nor do 0, 1, I, L and O"},
		{"HQRS-2K4O", "'O' never occurs"},
		{"hqrs-2k4l", "'L' never occurs"},
		{"HQRS_2K4M", "'_' never occurs"},
		{"HQRS-2K4ſ", "'ſ' never occurs"}, // upper case of ſ is S in Unicode
		{"HQRS-2K4Ｍ", "'Ｍ' never occurs"},
		{"HQRS\x002K4M", `'\x00' never occurs`},
		{"HQRS-2K4\xff", "'�' never occurs"},
		{strings.Repeat("A", 1<<20), "8 letters and digits long"},
	} {
		got, err := Parse(test.typed)
		if !errors.Is(err, ErrMalformed) || got != "" {
			t.Errorf("Parse(%.20q) = %q, %v", test.typed, got, err)
			continue
		}
		if !strings.Contains(err.Error(), test.says) {
			t.Errorf("Parse(%.20q) says %q, want %q in it", test.typed, err, test.says)
		}
	}
}

func TestLogsShowACodeRedacted(t *testing.T) {
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("jam", "code", Code("HQRS-2K4M"), "none", Code(""))
	if got := log.String(); strings.Contains(got, "2K4M") || !strings.Contains(got, "code=HQ**-**** none=****-****") {
		t.Errorf("logged %s", got)
	}
}

// FuzzParse holds that whatever is typed, Parse gives one canonical code or a
// refusal, and that the canonical form reads back as itself.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"HQRS-2K4M", "hqrs 2k4m", "ABCD-1234", "", "H-Q-R-S-2-K-4-M", "\xff\xfe", "ſſſſſſſſ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := Parse(typed)
		if err != nil {
			if !errors.Is(err, ErrMalformed) || got != "" {
				t.Fatalf("Parse(%q) = %q, %v", typed, got, err)
			}
			return
		}
		if len(got) != Length+1 || got[half] != '-' || strings.Trim(string(got), Alphabet+"-") != "" {
			t.Fatalf("Parse(%q) = %q, which is not canonical", typed, got)
		}
		if again, err := Parse(string(got)); err != nil || again != got {
			t.Fatalf("Parse(%q) = %q, %v", got, again, err)
		}
	})
}
