package wire

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write testdata/golden.txt anew; the diff is what clients will see")

// sample gives a value of the type with every field set, so that a new field
// shows in the golden file by itself. name is the field that it is for.
func sample(t reflect.Type, name string) reflect.Value {
	v := reflect.New(t).Elem()
	switch special := known()[t]; {
	case special != nil:
		v.Set(reflect.ValueOf(special).Convert(t))
		return v
	case name == "UpdateSettings.Settings" || name == "CreateSession.Settings":
		v.SetBytes([]byte(`{"name":"Friday"}`))
		return v
	case name == "SetPermissions.Permissions":
		v.SetBytes([]byte(`{"can_chat":false}`))
		return v
	case name == "Resumed.Events":
		v.Set(reflect.ValueOf([]json.RawMessage{json.RawMessage(`{"type":"session_ended","seq":7,"reason":"host"}`)}))
		return v
	}
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			v.Field(i).Set(sample(t.Field(i).Type, t.Name()+"."+t.Field(i).Name))
		}
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(sample(t.Elem(), name))
	case reflect.Slice:
		v.Set(reflect.Append(v, sample(t.Elem(), name)))
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(reflect.ValueOf("key"), reflect.ValueOf("value").Convert(t.Elem()))
	case reflect.String:
		v.SetString("a " + strings.ToLower(name[strings.Index(name, ".")+1:]))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(len(name)))
	case reflect.Uint64:
		v.SetUint(uint64(len(name)))
	}
	return v
}

// known gives the types whose values mean something a sensible one.
func known() map[reflect.Type]any {
	return map[reflect.Type]any{
		reflect.TypeFor[Time]():       At(time.Date(2025, 11, 22, 20, 30, 0, 123_000_000, time.UTC)),
		reflect.TypeFor[Role]():       RoleGuest,
		reflect.TypeFor[Path]():       PathLAN,
		reflect.TypeFor[State]():      StateActive,
		reflect.TypeFor[Outcome]():    OutcomeSkipped,
		reflect.TypeFor[EndReason]():  EndedByHost,
		reflect.TypeFor[HostState]():  HostPaused,
		reflect.TypeFor[Level]():      LevelSuccess,
		reflect.TypeFor[NoticeKind](): NoticeTrackAdded,
		reflect.TypeFor[WhyReason]():  WhyTurn,
		reflect.TypeFor[Code]():       CodeRateLimited,
		reflect.TypeFor[CloseCode]():  CloseTooSlow,
		reflect.TypeFor[OptionalID](): OptionalID{ID: "another", Set: true},
	}
}

// full is a value like zero with every field set.
func full(zero any) any {
	t := reflect.TypeOf(zero)
	return sample(t, t.String()).Interface()
}

// TestGolden: these are the bytes that clients rely on. A line that changes or goes breaks them; lines only come.
func TestGolden(t *testing.T) {
	var out bytes.Buffer
	must := func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range Commands() {
		fmt.Fprintf(&out, "command %s\n", must(EncodeCommand(c, "")))
		fmt.Fprintf(&out, "command %s\n", must(EncodeCommand(full(c).(Command), "id-1")))
	}
	for _, m := range Messages() {
		fmt.Fprintf(&out, "message %s\n", must(Encode(full(m).(Message), 0)))
	}
	fmt.Fprintf(&out, "message %s\n", must(Encode(Refuse(CodeBadRequest), 0)))
	for _, m := range []Message{NowPlaying{}, SessionEnded{Reason: EndedByHost}} {
		fmt.Fprintf(&out, "event %s\n", must(Encode(m, 7)))
	}
	for _, o := range Objects() {
		fmt.Fprintf(&out, "object %T %s\n", o, must(json.Marshal(full(o))))
	}
	const file = "testdata/golden.txt"
	if *update {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wanted, got := strings.Split(string(want), "\n"), strings.Split(out.String(), "\n")
	for _, line := range wanted {
		if !slices.Contains(got, line) {
			t.Errorf("clients that rely on this break: %s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(wanted, line) {
			t.Errorf("this is new; if it is meant, go test ./shared/wire -update: %s", line)
		}
	}
}

// TestNames: one name a type on the wire, and every field in snake case.
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Commands() {
		if seen[c.CommandType()] {
			t.Errorf("two commands are called %s", c.CommandType())
		}
		seen[c.CommandType()] = true
	}
	seen = map[string]bool{}
	for _, m := range Messages() {
		if seen[m.MessageType()] {
			t.Errorf("two messages are called %s", m.MessageType())
		}
		seen[m.MessageType()] = true
		b, err := Encode(full(m).(Message), 0)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(b, &fields); err != nil || fields["type"] != m.MessageType() {
			t.Errorf("%s: %v in %s", m.MessageType(), err, b)
		}
		for name := range fields {
			if name != strings.ToLower(name) || strings.Contains(name, "-") {
				t.Errorf("%s has a field %s", m.MessageType(), name)
			}
		}
	}
}
