package wire

import (
	"encoding/json"
	"maps"
	"testing"
)

func TestParseRights(t *testing.T) {
	yes, no := true, false
	for text, want := range map[string]map[string]*bool{ // nil: an error
		`{}`: {},
		`{"can_chat":false,"can_skip":true,"can_kick":null}`: {"can_chat": &no, "can_skip": &yes, "can_kick": nil},
		`{"can_fly":"yes","can_chat":false}`:                 {"can_chat": &no},
		`{"can_chat":"no"}`:                                  nil,
		`{"can_chat":0}`:                                     nil,
		`null`:                                               nil,
		`[]`:                                                 nil,
		`"can_chat"`:                                         nil,
		``:                                                   nil,
	} {
		got, err := ParseRights(json.RawMessage(text))
		same := func(a, b *bool) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
		if (want == nil) != (err != nil) || (want != nil && !maps.EqualFunc(got, want, same)) {
			t.Errorf("%s gave %v %v", text, got, err)
		}
	}
}

// TestEveryRightHasItsName: the name is the one on the wire, and each stands for itself.
func TestEveryRightHasItsName(t *testing.T) {
	var names map[string]bool
	text, err := json.Marshal(JamPermissions{})
	if err == nil {
		err = json.Unmarshal(text, &names)
	}
	if err != nil || len(names) != 10 {
		t.Fatalf("%v %v", names, err)
	}
	for name := range names {
		given := JamPermissions{}.With(FixedRights{name: true, "can_fly": true})
		text, _ := json.Marshal(given)
		var now map[string]bool
		if err := json.Unmarshal(text, &now); err != nil {
			t.Fatal(err)
		}
		for other, yes := range now {
			if yes != (other == name) {
				t.Errorf("%s given, %s is %v", name, other, yes)
			}
		}
		if taken := given.With(FixedRights{name: false}); taken != (JamPermissions{}) {
			t.Errorf("%s taken: %+v", name, taken)
		}
	}
	if (&JamPermissions{}).Right("can_fly") != nil {
		t.Error("there is a right to fly")
	}
}
