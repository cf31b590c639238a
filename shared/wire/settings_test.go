package wire

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestMerge(t *testing.T) {
	name := "Friday"
	before := DefaultSettings()
	before.Name, before.MaxQueuePerPerson = &name, 3
	change := func(f func(*JamSettings)) *JamSettings {
		s := before
		f(&s)
		return &s
	}
	saturday, longest := "Saturday", strings.Repeat("é", MaxJamName)
	for patch, want := range map[string]*JamSettings{ // nil: an error
		``:                                      &before,
		`{}`:                                    &before,
		`null`:                                  &before,
		`{"of_later":true}`:                     &before,
		`{"MAX_PARTICIPANTS":7,"Name":"x"}`:     &before,
		`{"name":"Saturday"}`:                   change(func(s *JamSettings) { s.Name = &saturday }),
		`{"name":"` + longest + `"}`:            change(func(s *JamSettings) { s.Name = &longest }),
		`{"name":null}`:                         change(func(s *JamSettings) { s.Name = nil }),
		`{"allow_guests":false}`:                change(func(s *JamSettings) { s.AllowGuests = false }),
		`{"allow_guests":null}`:                 &before, // null is an absent value
		`{"max_participants":1}`:                change(func(s *JamSettings) { s.MaxParticipants = 1 }),
		`{"max_participants":2000}`:             change(func(s *JamSettings) { s.MaxParticipants = 2000 }),
		`{"skip_threshold":0.01}`:               change(func(s *JamSettings) { s.SkipThreshold = 0.01 }),
		`{"skip_threshold":1}`:                  change(func(s *JamSettings) { s.SkipThreshold = 1 }),
		`{"max_queue_per_person":0}`:            change(func(s *JamSettings) { s.MaxQueuePerPerson = 0 }),
		`{"max_queue_per_person":500}`:          change(func(s *JamSettings) { s.MaxQueuePerPerson = 500 }),
		`{"max_track_ms":1}`:                    change(func(s *JamSettings) { s.MaxTrackMS = 1 }),
		`{"allow_chat":false}`:                  change(func(s *JamSettings) { s.AllowChat = false }),
		`{"autoplay":false}`:                    change(func(s *JamSettings) { s.Autoplay = false }),
		`{"guest_can_skip_vote":false}`:         change(func(s *JamSettings) { s.GuestCanSkipVote = false }),
		`{"require_approval":true}`:             change(func(s *JamSettings) { s.RequireApproval = true }),
		`{"verified_only":true}`:                change(func(s *JamSettings) { s.VerifiedOnly = true }),
		`{"queue_order":"fifo"}`:                change(func(s *JamSettings) { s.QueueOrder = OrderFIFO }),
		`{"queue_order":"votes"}`:               change(func(s *JamSettings) { s.QueueOrder = OrderVotes }),
		`{"expires_at":"2030-01-01T00:00:00Z"}`: change(func(s *JamSettings) { e := At(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)); s.ExpiresAt = &e }),
		`{"expires_at":null}`:                   &before,
		`{"max_participants":0}`:                nil,
		`{"max_participants":2001}`:             nil,
		`{"max_participants":2.5}`:              nil,
		`{"max_participants":"2"}`:              nil,
		`{"skip_threshold":0.009}`:              nil,
		`{"skip_threshold":1.001}`:              nil,
		`{"max_queue_per_person":-1}`:           nil,
		`{"max_queue_per_person":501}`:          nil,
		`{"max_track_ms":-1}`:                   nil,
		`{"allow_guests":"yes"}`:                nil,
		`{"name":7}`:                            nil,
		`{"expires_at":"tomorrow"}`:             nil,
		`{"queue_order":""}`:                    nil,
		`{"queue_order":"lifo"}`:                nil,
		`[]`:                                    nil,
		`"all"`:                                 nil,
		`7`:                                     nil,
		`{"name":"` + strings.Repeat("é", MaxJamName+1) + `"}`: nil,
		`{"name":"Sunday","max_participants":0}`:               nil,
	} {
		got, err := before.Merge(json.RawMessage(patch))
		switch {
		case want == nil && err == nil:
			t.Errorf("%s was taken: %+v", patch, got)
		case want == nil && strings.Contains(err.Error(), "json:"):
			t.Errorf("%s: %v is no sentence for people", patch, err)
		case want != nil && (err != nil || !reflect.DeepEqual(got, *want)):
			t.Errorf("%s: got %+v %v, want %+v", patch, got, err, *want)
		}
		if name != "Friday" || *before.Name != "Friday" || before.MaxQueuePerPerson != 3 || before.ExpiresAt != nil {
			t.Fatalf("%s changed the settings it was merged into: %+v", patch, before)
		}
	}
}

// TestMergeLeavesTheReceiver: decoding writes through pointers that are there already.
func TestMergeLeavesTheReceiver(t *testing.T) {
	friday, at := "Friday", known()[reflect.TypeFor[Time]()].(Time)
	before := DefaultSettings()
	before.Name, before.ExpiresAt = &friday, &at
	was := at
	before.Merge(json.RawMessage(`{"name":"Saturday","expires_at":"2030-01-01T00:00:00Z"}`))
	if friday != "Friday" || at != was {
		t.Errorf("the name is %q now, the end %v", friday, at)
	}
}

// TestDefaults: what the contract gives a new jam.
func TestDefaults(t *testing.T) {
	const want = `{"name":null,"allow_guests":true,"require_approval":false,"guest_can_add":true,"guest_can_skip_vote":true,` +
		`"max_queue_per_person":0,"expires_at":null,"max_participants":100,"skip_threshold":0.5,"allow_chat":true,"queue_order":"fair",` +
		`"allow_duplicates":false,"max_track_ms":0,"guest_can_remove_own":true,"guest_can_control":false,"guest_can_set_volume":false,` +
		`"autoplay":true,"verified_only":false}`
	if got, err := json.Marshal(DefaultSettings()); err != nil || string(got) != want {
		t.Errorf("got  %s %v\nwant %s", got, err, want)
	}
	if err := DefaultSettings().Validate(); err != nil {
		t.Error(err)
	}
}

// TestMergeSaysWhatIsWrong in words for the person who changed it.
func TestMergeSaysWhatIsWrong(t *testing.T) {
	for patch, want := range map[string]string{
		`{"max_participants":"20"}`: "max_participants cannot be a string",
		`{"max_participants":2001}`: "max_participants is 1 to 2000",
		`[]`:                        "settings are a JSON object of settings",
	} {
		if _, err := DefaultSettings().Merge(json.RawMessage(patch)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", patch, err, want)
		}
	}
}
