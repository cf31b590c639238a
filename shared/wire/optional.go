package wire

import (
	"encoding/json"
	"errors"
)

// OptionalID tells an id that is absent (Set false) from one that is null (Set, ID empty).
type OptionalID struct {
	ID  string
	Set bool
}

// UnmarshalJSON is called only when the field is present.
func (o *OptionalID) UnmarshalJSON(b []byte) error {
	o.Set, o.ID = true, ""
	if string(b) == "null" {
		return nil
	}
	if err := json.Unmarshal(b, &o.ID); err != nil {
		return err
	}
	if o.ID == "" {
		return errors.New("an id is not empty") // or it would be taken for null
	}
	return nil
}

// MarshalJSON writes null for a set but empty id; omitzero keeps an absent one away.
func (o OptionalID) MarshalJSON() ([]byte, error) {
	if o.ID == "" {
		return []byte("null"), nil
	}
	return json.Marshal(o.ID)
}
