package session

import (
	"encoding/json"

	"soul-jam/shared/wire"
)

// What stays in memory for those who come back, at least this and at most twice
// as much; who missed more gets a snapshot. Twice recentBytes fits a host frame.
const (
	// recentKept events.
	recentKept = 1024
	// recentBytes of events: a long queue that is moved about makes long ones.
	recentBytes = 1 << 20
)

// recent is the newest events as they were sent, for resume.
type recent struct {
	events []recentEvent
	bytes  int
}

// recentEvent is an event with the bytes that everyone got.
type recentEvent struct {
	wire.Event
	encoded []byte
}

// add keeps an event and gives the bytes that everyone gets.
func (r *recent) add(ev wire.Event) ([]byte, error) {
	encoded, err := wire.Encode(ev.Message, ev.Seq)
	if err != nil {
		return nil, err
	}
	r.events = append(r.events, recentEvent{ev, encoded})
	r.bytes += len(encoded)
	if len(r.events) < 2*recentKept && r.bytes < 2*recentBytes {
		return encoded, nil
	}
	drop := 0
	for len(r.events)-drop > recentKept || r.bytes > recentBytes {
		r.bytes -= len(r.events[drop].encoded)
		drop++
	}
	r.events = append([]recentEvent(nil), r.events[drop:]...)
	return encoded, nil
}

// after gives the events after last that this person may see; kept is false when
// the client holds nothing, holds what this jam never sent, or what it misses is
// not kept any more.
func (r *recent) after(last *uint64, newest uint64, sees func(wire.Message) bool) (events []json.RawMessage, kept bool) {
	if last == nil || *last > newest {
		return nil, false
	}
	events = []json.RawMessage{}
	if *last == newest {
		return events, true
	}
	if len(r.events) == 0 || *last+1 < r.events[0].Seq {
		return nil, false
	}
	for _, ev := range r.events {
		if ev.Seq > *last && sees(ev.Message) {
			events = append(events, ev.encoded)
		}
	}
	return events, true
}
