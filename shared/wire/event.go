package wire

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Event is a message that changed the session, with its place in the session's
// one order. It is stored, sent and applied as it is.
type Event struct {
	Seq uint64
	Message
}

// MarshalJSON writes the event as it goes over the wire.
func (e Event) MarshalJSON() ([]byte, error) { return Encode(e.Message, e.Seq) }

// UnmarshalJSON reads an event of the log. A type that this version does not know is an error:
// a log is only read by a program at least as new as the one that wrote it.
func (e *Event) UnmarshalJSON(b []byte) error {
	var head struct {
		Type string `json:"type"`
		Seq  uint64 `json:"seq"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return fmt.Errorf("read event: %w", err)
	}
	for _, m := range Messages() {
		if m.MessageType() != head.Type {
			continue
		}
		kind := reflect.TypeOf(m)
		if kind.Kind() == reflect.Pointer {
			break
		}
		v := reflect.New(kind)
		if err := json.Unmarshal(b, v.Interface()); err != nil {
			return fmt.Errorf("read event %s: %w", head.Type, err)
		}
		e.Seq, e.Message = head.Seq, v.Elem().Interface().(Message)
		return nil
	}
	return fmt.Errorf("read event: no event is called %.40q", head.Type)
}
