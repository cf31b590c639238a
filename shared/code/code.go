// Package code makes and reads the share code of a jam, such as HQRS-2K4M: what
// a guest types when no link or QR is at hand.
//
// Eight letters of a 31-letter alphabet are 31^8 = 852,891,037,441 codes, 39.6
// bits. That is enough to tell jams apart and to type without tiring; it is not
// a secret that withstands guessing, so whoever answers to codes limits the
// attempts.
package code

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// Alphabet holds the letters and digits a code is made of. I, L and O, 0
	// and 1 are left out because people mix them up.
	Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

	// Never lists, for sentences shown to people, what never occurs in a code.
	Never = "0, 1, I, L and O"

	// Length of a code in letters, the dash not counted.
	Length = 8

	// half is where the dash stands.
	half = Length / 2

	// maxInput bounds what Parse looks at, in bytes; beyond it the text is
	// refused unread. A code with a space or dash between all its letters has
	// at most 36.
	maxInput = 64

	// maxDraws bounds how many random bytes New reads. Of 256 bytes 248 are
	// usable, so a sound source never comes near it; a broken one must not
	// keep the program here for ever.
	maxDraws = 256
)

// ErrMalformed is what every error of [Parse] wraps. The wrapping error's text is a
// sentence for the person who typed.
var ErrMalformed = errors.New("not a share code")

// Code is a share code in its one canonical form, "HQRS-2K4M": upper case with
// the dash. It comes from [New] or [Parse]; the zero value is no code.
//
// In a log line it shows itself redacted, see [Code.LogValue].
type Code string

// New draws a code from random, which has to be crypto/rand.Reader outside
// tests. Every code is equally likely: bytes from 248 up, which would favour the first
// letters of the alphabet (256 mod 31 = 8), are thrown away.
func New(random io.Reader) (Code, error) {
	const usable = 256 - 256%len(Alphabet)
	letters := make([]byte, 0, Length)
	var draw [1]byte
	for range maxDraws {
		if _, err := io.ReadFull(random, draw[:]); err != nil {
			return "", fmt.Errorf("draw a share code: %w", err)
		}
		if int(draw[0]) >= usable {
			continue
		}
		letters = append(letters, Alphabet[int(draw[0])%len(Alphabet)])
		if len(letters) == Length {
			return join(letters), nil
		}
	}
	return "", errors.New("draw a share code: the random source is broken")
}

// Parse reads a code as people type it: in any case, with or without dash or
// spaces. The error wraps [ErrMalformed] and says what to look at, for example
// which characters never occur in a code.
func Parse(typed string) (Code, error) {
	if len(typed) > maxInput {
		return "", fmt.Errorf("%w: a code is %d letters and digits long, like HQRS-2K4M", ErrMalformed, Length)
	}
	letters := make([]byte, 0, Length)
	count := 0
	for _, r := range typed {
		if separates(r) {
			continue
		}
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		if r >= utf8.RuneSelf || !strings.ContainsRune(Alphabet, r) {
			return "", fmt.Errorf("%w: %q never occurs in a code, nor do %s", ErrMalformed, r, Never)
		}
		if count++; count <= Length {
			letters = append(letters, byte(r))
		}
	}
	if count != Length {
		return "", fmt.Errorf("%w: a code is %d letters and digits long, like HQRS-2K4M; this has %d", ErrMalformed, Length, count)
	}
	return join(letters), nil
}

// separates reports whether r may stand anywhere in a typed code: white space
// and every kind of dash, because phones turn a hyphen into a longer one.
func separates(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r)
}

// join puts the dash between the two halves of eight checked letters.
func join(letters []byte) Code {
	return Code(letters[:half]) + "-" + Code(letters[half:])
}

// String returns the canonical form, which is what links and screens show.
func (c Code) String() string { return string(c) }

// Redacted returns the form for logs, "HQ**-****": enough to tell two jams
// apart, too little to walk into one.
func (c Code) Redacted() string {
	if len(c) != Length+1 {
		return "****-****"
	}
	return string(c[:2]) + "**-****"
}

// LogValue implements [slog.LogValuer]. It works for a Code that is itself an
// attribute's value; slog does not look into structs.
func (c Code) LogValue() slog.Value { return slog.StringValue(c.Redacted()) }
