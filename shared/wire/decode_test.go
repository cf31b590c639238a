package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestDecodeEveryCommand(t *testing.T) {
	d := NewDecoder()
	for _, c := range Commands() {
		for _, want := range []Command{c, full(c).(Command)} {
			switch c := want.(type) { // which cannot be understood without: see TestWhatCannotBeLeftOut
			case UpdateSettings:
				if len(c.Settings) == 0 {
					continue
				}
			case SetPermissions:
				if len(c.Permissions) == 0 {
					continue
				}
			}
			frame, err := EncodeCommand(want, "id-1")
			if err != nil {
				t.Fatal(err)
			}
			id, got, refusal := d.Decode(frame)
			if refusal != nil || id != "id-1" || !reflect.DeepEqual(normal(got), normal(want)) {
				t.Errorf("%s\ngave %q %+v %v\nwant %+v", frame, id, got, refusal, want)
			}
		}
	}
}

func TestWhatCannotBeLeftOut(t *testing.T) {
	d := NewDecoder()
	for _, frame := range []string{
		`{"type":"set_volume","id":"1"}`, `{"type":"set_volume","id":"1","volume":null}`, `{"type":"set_volume","id":"1","VOLUME":5}`,
		`{"type":"seek","id":"1"}`, `{"type":"update_settings","id":"1"}`, `{"type":"update_settings","id":"1","settings":null}`,
		`{"type":"add_track","id":"1"}`, `{"type":"remove_track","id":"1"}`, `{"type":"resume","id":"1"}`,
		`{"type":"chat","id":"1"}`, `{"type":"react","id":"1","emoji":null}`, `{"type":"kick","id":"1"}`, `{"type":"set_permissions","id":"1","participant_id":"p"}`,
	} {
		if id, c, refusal := d.Decode([]byte(frame)); refusal == nil || refusal.Code != CodeBadRequest || id != "1" {
			t.Errorf("%s gave %q %+v %v", frame, id, c, refusal)
		}
	}
	for _, frame := range []string{`{"type":"set_volume","volume":0}`, `{"type":"join_request"}`, `{"type":"search"}`, `{"type":"ping"}`, `{"type":"list_participants"}`} {
		if _, _, refusal := d.Decode([]byte(frame)); refusal != nil {
			t.Errorf("%s: %v", frame, refusal)
		}
	}
}

// normal leaves out what JSON cannot tell apart: raw settings that are absent or null.
func normal(c Command) Command {
	if u, ok := c.(UpdateSettings); ok && string(u.Settings) == "null" {
		return UpdateSettings{}
	}
	return c
}

func TestDecode(t *testing.T) {
	five, long := 5, strings.Repeat("x", MaxCommandID)
	for _, c := range []struct {
		what, frame string
		id          string
		want        Command // nil: bad_request
	}{
		{"plain", `{"type":"play"}`, "", Play{}},
		{"white space around", " \r\n\t{\"type\":\"play\"}\n", "", Play{}},
		{"an id", `{"type":"play","id":"7"}`, "7", Play{}},
		{"the longest id", `{"type":"play","id":"` + long + `"}`, long, Play{}},
		{"an id over 64 bytes", `{"type":"play","id":"` + long + `x"}`, "", nil},
		{"an id over 64 bytes in fewer letters", `{"type":"play","id":"` + strings.Repeat("é", 33) + `"}`, "", nil},
		{"an empty id is none", `{"type":"play","id":""}`, "", Play{}},
		{"a null id is none", `{"type":"play","id":null}`, "", Play{}},
		{"an id that is no text", `{"type":"play","id":7}`, "", nil},
		{"unknown fields", `{"type":"seek","position_ms":5,"of_later":{"a":[1,2]}}`, "", Seek{PositionMS: 5}},
		{"no last_seq", `{"type":"resume","resume_token":"t"}`, "", Resume{ResumeToken: "t"}},
		{"before absent", `{"type":"reorder","queue_item_id":"a","new_position":5}`, "", Reorder{QueueItemID: "a", NewPosition: &five}},
		{"before null", `{"type":"reorder","queue_item_id":"a","before":null}`, "", Reorder{QueueItemID: "a", Before: OptionalID{Set: true}}},
		{"before an item", `{"type":"reorder","queue_item_id":"a","before":"b"}`, "", Reorder{QueueItemID: "a", Before: OptionalID{ID: "b", Set: true}}},
		{"before nothing", `{"type":"reorder","queue_item_id":"a","before":"","id":"7"}`, "7", nil},
		{"before a number", `{"type":"reorder","queue_item_id":"a","before":4,"id":"7"}`, "7", nil},
		{"escapes", `{"type":"add_track","track_id":"\u0000\ud83c\udf89"}`, "", AddTrack{TrackID: "\x00🎉"}},
		{"half a surrogate", `{"type":"add_track","track_id":"\ud83c"}`, "", AddTrack{TrackID: "\ufffd"}},
		{"nothing", ``, "", nil},
		{"white space", `   `, "", nil},
		{"not JSON", `play`, "", nil},
		{"half of it", `{"type":"play"`, "", nil},
		{"two", `{"type":"play"}{"type":"play"}`, "", nil},
		{"more behind it", `{"type":"play"} x`, "", nil},
		{"a comment", `{"type":"play"/**/}`, "", nil},
		{"a BOM", "\ufeff" + `{"type":"play"}`, "", nil},
		{"null", `null`, "", nil},
		{"a text", `"play"`, "", nil},
		{"an array", `[{"type":"play"}]`, "", nil},
		{"no type", `{"id":"7"}`, "7", nil},
		{"a null type", `{"type":null,"id":"7"}`, "7", nil},
		{"a type that is no text", `{"type":5,"id":"7"}`, "7", nil},
		{"an unknown type", `{"type":"dance","id":"7"}`, "7", nil},
		{"a message of the host's", `{"type":"joined","id":"7"}`, "7", nil},
		{"a type in capitals", `{"type":"PLAY","id":"7"}`, "7", nil},
		{"a field of the wrong type", `{"type":"seek","position_ms":"5","id":"7"}`, "7", nil},
		{"a fraction", `{"type":"seek","position_ms":5.5,"id":"7"}`, "7", nil},
		{"a number out of all range", `{"type":"seek","position_ms":1e300,"id":"7"}`, "7", nil},
		{"a negative seq", `{"type":"resume","resume_token":"t","last_seq":-1,"id":"7"}`, "7", nil},
		{"a version that is no number", `{"type":"join_request","display_name":"A","v":"1","id":"7"}`, "7", nil},
		{"a name that is an object", `{"type":"join_request","display_name":{},"id":"7"}`, "7", nil},
		{"invalid UTF-8", "{\"type\":\"add_track\",\"track_id\":\"\xff\"}", "", nil},
		{"UTF-8 of a surrogate", "{\"type\":\"add_track\",\"track_id\":\"\xed\xa0\x80\"}", "", nil},
		{"a raw control", "{\"type\":\"add_track\",\"track_id\":\"\x01\"}", "", nil},
		{"deep arrays", `{"type":"play","x":` + strings.Repeat("[", 8000) + strings.Repeat("]", 8000) + `}`, "", Play{}},
		{"deeper arrays, cut off", `{"type":"play","x":` + strings.Repeat("[", 16000), "", nil},
		{"deep objects", strings.Repeat(`{"type":`, 2000) + `1` + strings.Repeat("}", 2000), "", nil},
	} {
		id, got, refusal := NewDecoder().Decode([]byte(c.frame))
		switch {
		case id != c.id:
			t.Errorf("%s: the id is %q, want %q", c.what, id, c.id)
		case c.want != nil && (refusal != nil || !reflect.DeepEqual(got, c.want)):
			t.Errorf("%s: got %+v %v, want %+v", c.what, got, refusal, c.want)
		case c.want == nil && (got != nil || refusal == nil || refusal.Code != CodeBadRequest || refusal.Message != "That message could not be understood"):
			t.Errorf("%s: got %+v %v, want bad_request", c.what, got, refusal)
		}
	}
}

func TestDecodeLength(t *testing.T) {
	frame := func(n int) []byte {
		const head, tail = `{"type":"add_track","id":"7","track_id":"`, `"}`
		return []byte(head + strings.Repeat("x", n-len(head)-len(tail)) + tail)
	}
	if _, c, refusal := NewDecoder().Decode(frame(MaxClientFrame)); refusal != nil {
		t.Errorf("%d bytes: %v %v", MaxClientFrame, c, refusal)
	}
	for _, n := range []int{MaxClientFrame + 1, 1 << 20} {
		if id, c, refusal := NewDecoder().Decode(frame(n)); id != "" || c != nil || refusal == nil || refusal.Code != CodeBadRequest {
			t.Errorf("%d bytes: %q %v %v", n, id, c, refusal)
		}
	}
}

// TestEncodeCommandKeepsNumbers: what a Go client sends is what it meant.
func TestEncodeCommandKeepsNumbers(t *testing.T) {
	seq := uint64(1<<63 + 1)
	b, err := EncodeCommand(Resume{ResumeToken: "t", LastSeq: &seq}, "")
	if err != nil || !bytes.Contains(b, []byte("9223372036854775809")) {
		t.Errorf("%s %v", b, err)
	}
}

func TestEncodeFails(t *testing.T) {
	broken := UpdateSettings{Settings: json.RawMessage(`{`)}
	if b, err := EncodeCommand(broken, "1"); err == nil {
		t.Errorf("encoded %s", b)
	}
	if b, err := Encode(Resumed{Events: []json.RawMessage{[]byte(`{`)}}, 0); err == nil {
		t.Errorf("encoded %s", b)
	}
}

func TestJoinFrame(t *testing.T) {
	for want, messages := range map[string][][]byte{
		`{"a":1}`:                   {[]byte(`{"a":1}`)},
		`[{"a":1},{"b":2}]`:         {[]byte(`{"a":1}`), []byte(`{"b":2}`)},
		`[{"a":1},{"b":2},{"c":3}]`: {[]byte(`{"a":1}`), []byte(`{"b":2}`), []byte(`{"c":3}`)},
	} {
		if got := string(JoinFrame(messages)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// FuzzDecode: whatever the bytes are, there is a command or a bad_request, the id
// is within its limit, and what was understood survives being sent again.
func FuzzDecode(f *testing.F) {
	for _, c := range Commands() {
		frame, err := EncodeCommand(full(c).(Command), "id-1")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(frame)
	}
	for _, frame := range []string{``, `null`, `[]`, `{"type":5,"id":"7"}`, `{"type":"reorder","before":""}`, `{"type":"play","TYPE":"pause"}`, "{\"type\":\"\xff\"}"} {
		f.Add([]byte(frame))
	}
	d := NewDecoder()
	f.Fuzz(func(t *testing.T, frame []byte) {
		id, c, refusal := d.Decode(frame)
		if len(id) > MaxCommandID || (c == nil) == (refusal == nil) {
			t.Fatalf("id %q, command %v, refusal %v", id, c, refusal)
		}
		if refusal != nil {
			if refusal.Code != CodeBadRequest {
				t.Fatal(refusal)
			}
			return
		}
		again, err := EncodeCommand(c, id)
		if err != nil {
			t.Fatal(err)
		}
		if len(again) > MaxClientFrame {
			return // escapes can make it longer
		}
		id2, c2, refusal := d.Decode(again)
		once, _ := json.Marshal(c)
		twice, _ := json.Marshal(c2)
		if refusal != nil || id2 != id || !bytes.Equal(once, twice) {
			t.Fatalf("%s\nbecame %s\nbecame %q %s %v", frame, again, id2, twice, refusal)
		}
	})
}
