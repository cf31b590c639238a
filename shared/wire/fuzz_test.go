package wire

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

// FuzzEvent: an event of the log is refused, or is read again as it is written.
func FuzzEvent(f *testing.F) {
	for i, m := range Messages() {
		if text, err := Encode(m, uint64(i)+1); err == nil {
			f.Add(text)
		}
	}
	for _, text := range []string{`{"type":"track_added","seq":-1}`, `{"type":"chat","seq":18446744073709551615,"at":"0000-01-01T00:00:00+24:00"}`, `{"type":"joined","type":"kicked"}`, `[]`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var e, again Event
		if json.Unmarshal(text, &e) != nil {
			return
		}
		once, err := json.Marshal(e)
		if err != nil {
			t.Fatalf("%q cannot be written: %v", text, err)
		}
		if err := json.Unmarshal(once, &again); err != nil {
			t.Fatalf("%q cannot be read again: %v", once, err)
		}
		if twice, _ := json.Marshal(again); !bytes.Equal(once, twice) || again.Seq != e.Seq {
			t.Errorf("%s\nbecame %s", once, twice)
		}
	})
}

// FuzzSettings: whatever a host's patch holds, the settings stay within their bounds, and those of the caller as they were.
func FuzzSettings(f *testing.F) {
	for _, patch := range []string{
		`{"name":"Friday","max_participants":2000}`, `{"MAX_PARTICIPANTS":0,"skip_threshold":1e-9}`, `{"name":null,"expires_at":"2026-01-01T00:00:00Z"}`,
		`{"queue_order":"votes","queue_order":5}`, `{"skip_threshold":1e999}`, `null`, `[]`, `{"max_track_ms":-1}`, "{\"name\":\"\xff\"}",
	} {
		f.Add([]byte(patch))
	}
	name, ends := "Before", At(time.Unix(1, 0))
	f.Fuzz(func(t *testing.T, patch []byte) {
		before := DefaultSettings()
		before.Name, before.ExpiresAt = &name, &ends
		merged, err := before.Merge(patch)
		if *before.Name != "Before" || !before.ExpiresAt.Equal(time.Unix(1, 0)) {
			t.Fatal("the caller's settings changed")
		}
		if err != nil {
			return
		}
		if err := merged.Validate(); err != nil {
			t.Errorf("%q gives settings that are not valid: %v", patch, err)
		}
		if _, err := merged.Merge(json.RawMessage(`{}`)); err != nil {
			t.Errorf("%q gives settings that cannot be changed any more: %v", patch, err)
		}
	})
}

// FuzzRights: only rights that there are come out, however they are called.
func FuzzRights(f *testing.F) {
	for _, text := range []string{`{"can_kick":true,"can_chat":null}`, `{"CAN_KICK":true}`, `{"can_kick":1}`, `{"can_kick":true,"can_kick":false}`, `null`, `{"host":true}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rights, err := ParseRights(text)
		if err != nil {
			return
		}
		fixed := FixedRights{}
		for name, yes := range rights {
			if (&JamPermissions{}).Right(name) == nil {
				t.Errorf("%q gives the right %q", text, name)
			}
			if yes != nil {
				fixed[name] = *yes
			}
		}
		with := JamPermissions{}.With(fixed)
		for name, yes := range fixed {
			if *with.Right(name) != yes {
				t.Errorf("%q does not fix %s", text, name)
			}
		}
	})
}
