package wire

import (
	"fmt"
	"time"
)

// timeLayout is RFC 3339 in UTC with exactly three decimals, so that times sort as text.
const timeLayout = "2006-01-02T15:04:05.000Z"

// Time is a moment as the contract writes it: RFC 3339, UTC, milliseconds.
type Time struct{ time.Time }

// At is t as it will be read back from the wire: UTC, whole milliseconds, no monotonic part.
func At(t time.Time) Time { return Time{t.Round(0).UTC().Truncate(time.Millisecond)} }

// MarshalJSON writes the contract's form.
func (t Time) MarshalJSON() ([]byte, error) {
	return []byte(`"` + t.UTC().Format(timeLayout) + `"`), nil
}

// UnmarshalJSON reads any RFC 3339 time, whatever its zone or precision.
func (t *Time) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return fmt.Errorf("a time is a text in RFC 3339, got %.40s", b)
	}
	parsed, err := time.Parse(time.RFC3339Nano, string(b[1:len(b)-1]))
	if err != nil {
		return fmt.Errorf("a time is a text in RFC 3339: %w", err)
	}
	*t = At(parsed)
	return nil
}
