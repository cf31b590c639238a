package wire

import (
	"encoding/json"
	"reflect"
	"testing"
)

// neverEvents are messages that answer one person: an error is no event, and the other two have a seq of their own.
func neverEvents() map[string]bool {
	return map[string]bool{"error": true, "ack": true, "resumed": true}
}

func TestEventRoundTrip(t *testing.T) {
	for _, m := range Messages() {
		if neverEvents()[m.MessageType()] {
			continue
		}
		want := Event{Seq: 1<<53 + 1, Message: full(m).(Message)}
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got Event
		if err := json.Unmarshal(b, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\ngave %+v %v\nwant %+v", b, got, err, want)
		}
	}
}

func TestEventIsNotRead(t *testing.T) {
	for _, text := range []string{
		`5`, `{`, `{"seq":1}`, `{"type":"of_later","seq":1}`, `{"type":"error","seq":1,"code":"internal"}`,
		`{"type":"playback","seq":-1}`, `{"type":"playback","seq":1,"playing":"yes"}`, `{"type":"play","seq":1}`,
	} {
		e := Event{Seq: 5, Message: Pong{}}
		if err := json.Unmarshal([]byte(text), &e); err == nil || e.Seq != 5 {
			t.Errorf("%s gave %+v, %v", text, e, err)
		}
	}
}
