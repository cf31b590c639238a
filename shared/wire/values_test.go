package wire

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTimeIsWritten(t *testing.T) {
	east := time.FixedZone("east", 2*3600)
	for want, at := range map[string]time.Time{
		`"2025-11-22T20:30:00.000Z"`: time.Date(2025, 11, 22, 20, 30, 0, 0, time.UTC),
		`"2025-11-22T20:30:00.120Z"`: time.Date(2025, 11, 22, 22, 30, 0, 120_999_999, east),
		`"1969-12-31T23:59:59.999Z"`: time.Date(1969, 12, 31, 23, 59, 59, 999_000_000, time.UTC),
	} {
		got, err := json.Marshal(At(at))
		if err != nil || string(got) != want {
			t.Errorf("%v became %s %v, want %s", at, got, err, want)
		}
		var back Time
		if err := json.Unmarshal(got, &back); err != nil || back != At(at) {
			t.Errorf("%s gave %v %v, want %v", got, back, err, At(at))
		}
	}
	if now := At(time.Now()); now != At(now.Time) || now.Location() != time.UTC {
		t.Errorf("%v is not as it will be read back", now)
	}
}

func TestTimeIsRead(t *testing.T) {
	want := At(time.Date(2025, 11, 22, 20, 30, 0, 120_000_000, time.UTC))
	for _, text := range []string{`"2025-11-22T20:30:00.12Z"`, `"2025-11-22T22:30:00.120+02:00"`, `"2025-11-22T20:30:00.120999999Z"`} {
		var got Time
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s gave %v %v", text, got, err)
		}
	}
	for _, text := range []string{`5`, `""`, `x2025-11-22T20:30:00Z"`, `"2025-11-22T20:30:00Zx`, `"2025-11-22"`, `"2025-11-22 20:30:00Z"`, `"2025-11-22T20:30:00"`, `"2025-13-22T20:30:00Z"`, `{}`, `"`} {
		got := want
		if err := got.UnmarshalJSON([]byte(text)); err == nil || got != want {
			t.Errorf("%s gave %v", text, got)
		}
	}
	got := want
	if err := json.Unmarshal([]byte(`null`), &got); err != nil || got != want {
		t.Errorf("null gave %v %v", got, err)
	}
}

func TestOptionalID(t *testing.T) {
	for text, want := range map[string]Reorder{
		`{"queue_item_id":"a"}`:               {QueueItemID: "a"},
		`{"queue_item_id":"a","before":null}`: {QueueItemID: "a", Before: OptionalID{Set: true}},
		`{"queue_item_id":"a","before":"b"}`:  {QueueItemID: "a", Before: OptionalID{ID: "b", Set: true}},
	} {
		b, err := json.Marshal(want)
		if err != nil || string(b) != text {
			t.Errorf("%+v became %s %v, want %s", want, b, err, text)
		}
		var got Reorder
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Errorf("%s gave %+v %v", b, got, err)
		}
	}
}

// TestErrors: every code of the contract, in its words; the first eight are the seed's.
func TestErrors(t *testing.T) {
	want := []struct {
		code, sentence string
		close          CloseCode
	}{
		{"session_not_found", "This jam session doesn't exist", 4503},
		{"session_ended", "This jam session has ended", 4501},
		{"session_full", "This jam is full", 4504},
		{"not_authorized", "You don't have permission to do that", 0},
		{"already_joined", "You're already in this jam", 0},
		{"track_not_found", "Song not found", 0},
		{"queue_full", "You've reached your song limit", 0},
		{"rate_limited", "Slow down! Try again in a moment", 0},
		{"bad_request", "That message could not be understood", 0},
		{"internal", "Something went wrong on the host", 0},
		{"already_active", "A jam is already running", 0},
		{"duplicate_track", "That song is already in the queue", 0},
		{"track_too_long", "That song is too long for this jam", 0},
		{"banned", "The host removed you from this jam", 4500},
		{"host_offline", "The host is away", 4003},
		{"version_unsupported", "Please reload the page", 4505},
	}
	rows := Errors()
	if len(rows) != len(want) {
		t.Fatalf("%d errors, want %d", len(rows), len(want))
	}
	for i, w := range want {
		c := Code(w.code)
		if rows[i] != (ErrorRow{c, w.sentence, w.close}) {
			t.Errorf("%+v, want %+v", rows[i], w)
		}
		if c.Sentence() != w.sentence || c.Close() != w.close || *Refuse(c) != (Error{Code: c, Message: w.sentence}) {
			t.Errorf("%s: %q %d %v", c, c.Sentence(), c.Close(), Refuse(c))
		}
	}
	if s := Code("of_later").Sentence(); s != CodeInternal.Sentence() {
		t.Errorf("an unknown code says %q", s)
	}
	if e := Refusef(CodeQueueFull, "%d songs", 500); e.Error() != "queue_full: 500 songs" {
		t.Error(e)
	}
}

func TestCloseCodes(t *testing.T) {
	for code, want := range map[CloseCode]Bye{
		CloseRestarting:  {4000, "restarting", true},
		CloseTooSlow:     {4001, "too_slow", true},
		CloseReplaced:    {4002, "replaced", false}, // only if the person asks
		CloseHostAway:    {4003, "host_away", true},
		CloseKicked:      {4500, "kicked", false},
		CloseEnded:       {4501, "ended", false},
		CloseDenied:      {4502, "denied", false},
		CloseNotFound:    {4503, "not_found", false},
		CloseFull:        {4504, "full", false},
		CloseBadProtocol: {4505, "bad_protocol", false},
		CloseLeft:        {4506, "left", false},
		4499:             {4499, "closed", true},
	} {
		if got := ByeFor(code); got != want {
			t.Errorf("%d: %+v, want %+v", code, got, want)
		}
	}
}

// TestLimits: the contract's numbers, so that a slip of the hand does not change them.
func TestLimits(t *testing.T) {
	for name, pair := range map[string][2]int64{
		"client frame": {MaxClientFrame, 16384}, "host frame": {MaxHostFrame, 4194304}, "id": {MaxCommandID, 64}, "name": {MaxDisplayName, 40},
		"search": {MaxSearchText, 200}, "results": {MaxSearchResults, 50}, "default results": {DefaultSearchResults, 20}, "upcoming": {MaxUpcoming, 500},
		"participants": {MaxParticipants, 2000}, "shown": {ParticipantsShown, 100}, "played": {PlayedShown, 20}, "acks": {AcksKept, 256}, "art": {MaxArtData, 49152},
		"join key": {int64(JoinKeyLife), int64(10 * time.Minute)}, "away": {int64(AwayLife), int64(10 * time.Minute)}, "drift": {int64(DriftTolerance), 250e6},
		"goes on": {int64(GoesOnWithin), int64(5 * time.Minute)}, "returns": {int64(ReturnsWithin), int64(30 * time.Minute)}, "ended": {int64(EndedKept), int64(24 * time.Hour)},
		"chat": {MaxChat, 500}, "chat kept": {ChatKept, 100}, "watchers": {MaxWatchers, 8}, "voter away": {int64(VoterAway), int64(5 * time.Minute)},
		"idle": {int64(IdleAfter), int64(30 * time.Minute)}, "empty": {int64(EmptyAfter), int64(5 * time.Minute)}, "longest": {int64(MaxDuration), int64(24 * time.Hour)},
		"ending": {int64(EndingFor), int64(time.Minute)}, "autoplay": {int64(AutoplayWithout), int64(30 * time.Minute)},
		"chats": {int64(ChatRate().Burst), 5}, "chat every": {int64(ChatRate().Every), 2e9},
		"adds": {int64(AddRate().Burst), 10}, "add every": {int64(AddRate().Every), 3e9}, "others": {int64(OtherRate().Burst), 20}, "other every": {int64(OtherRate().Every), 2e8},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %d, the contract says %d", name, pair[0], pair[1])
		}
	}
}

func TestActive(t *testing.T) {
	for state, want := range map[State]bool{StateCreated: true, StateActive: true, StatePaused: true, StateEnding: true, StateEnded: false} {
		if state.IsActive() != want {
			t.Errorf("%s: %v", state, !want)
		}
	}
}
