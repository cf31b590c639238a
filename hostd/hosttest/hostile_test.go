package hosttest_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// Every command with fields of the wrong kind, from the one who may do everything.
func TestFieldsOfTheWrongKindChangeNothing(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	host.Settled()
	seq := host.LastSeq
	wrong := []string{`null`, `true`, `[]`, `{}`, `""`, `-1`, `1e99`, `"` + strings.Repeat("x", 9000) + `"`, `"\u0000"`, `[[[[[]]]]]`, `{"a":{"b":[null]}}`, `"` + alice.ID + `x"`}
	fields := map[string][]string{
		"approve_join": {"participant_id"}, "deny_join": {"participant_id"}, "kick": {"participant_id"}, "unban": {"participant_id"},
		"transfer_host": {"participant_id"}, "upvote": {"queue_item_id"}, "unupvote": {"queue_item_id"}, "chat": {"message"}, "react": {"emoji"},
	}
	n := 0
	send := func(frame string) {
		n++
		id := fmt.Sprint("wrong-", n)
		host.SendRaw(strings.Replace(frame, "{", `{"id":"`+id+`",`, 1))
		_, refusal := host.Answer(id)
		if refusal == nil || refusal.Code != wire.CodeBadRequest && refusal.Code != wire.CodeTrackNotFound {
			if strings.Contains(frame, `"chat"`) && refusal == nil {
				return // some of them are a text that can be said
			}
			t.Errorf("%.120s is answered with %v", frame, refusal)
		}
	}
	for command, names := range fields {
		send(`{"type":"` + command + `"}`)
		for _, name := range names {
			for _, value := range wrong {
				if command == "chat" && strings.Contains(value, alice.ID) {
					continue
				}
				send(`{"type":"` + command + `","` + name + `":` + value + `}`)
			}
		}
	}
	for _, frame := range []string{
		`{"type":"set_role"}`, `{"type":"set_role","participant_id":"` + alice.ID + `"}`, `{"type":"set_role","participant_id":"` + alice.ID + `","role":1}`,
		`{"type":"set_role","participant_id":"` + alice.ID + `","role":["member"]}`, `{"type":"set_role","participant_id":{},"role":"member"}`,
		`{"type":"set_role","participant_id":"` + alice.ID + `","role":"Member"}`, `{"type":"set_role","participant_id":"` + alice.ID + `","role":null}`,
		`{"type":"set_permissions"}`, `{"type":"set_permissions","participant_id":"` + alice.ID + `"}`, `{"type":"set_permissions","participant_id":"` + alice.ID + `","permissions":null}`,
		`{"type":"set_permissions","participant_id":"` + alice.ID + `","permissions":{"can_chat":{}}}`, `{"type":"set_permissions","participant_id":null,"permissions":{}}`,
		`{"type":"end_session","in_seconds":"60"}`, `{"type":"end_session","in_seconds":1.5}`, `{"type":"end_session","in_seconds":1e18}`, `{"type":"end_session","in_seconds":-9223372036854775808}`,
		`{"type":"end_session","cancel":"yes"}`, `{"type":"list_participants","offset":-1}`, `{"type":"list_participants","offset":"0"}`, `{"type":"list_participants","offset":1e30}`,
		`{"type":"watch","token":1}`, `{"type":"update_settings","settings":{"expires_at":"9999-99-99T00:00:00Z"}}`, `{"type":"update_settings","settings":{"skip_threshold":1e400}}`,
		`{"type":"update_settings","settings":{"skip_threshold":0}}`, `{"type":"update_settings","settings":{"max_participants":0}}`, `{"type":"update_settings","settings":{"queue_order":"FAIR"}}`,
		`{"type":"update_settings","settings":{"require_approval":"true"}}`, `{"type":"update_settings","settings":{"name":7}}`,
	} {
		send(frame)
	}
	host.Settled()
	for _, m := range host.Seen {
		if m.Seq > seq && m.Type != "chat_message" {
			t.Errorf("something changed: %s", m.Raw)
		}
	}
	alice.Must(wire.Chat{Message: "still here"})
	host.Must(wire.EndSession{})
}

func TestAFarOffsetIsAnEmptyPage(t *testing.T) {
	w := jam(t)
	alice := w.Join("Alice")
	alice.SendRaw(`{"type":"list_participants","id":"far","offset":9223372036854775807}`)
	alice.ExpectWhere("participants", `"total":2`, `"participants":[]`)
}

// Who waits has no pace, and so must not be able to make the host work or grow without end.
func TestAFloodFromTheWaitingRoom(t *testing.T) {
	w, host := guarded(t)
	alice := knocks(w, "Alice", key("a"))
	request := host.Requested("Alice")
	before := host.LastSeq
	const n = 400
	frame, err := wire.EncodeCommand(wire.JoinRequest{DisplayName: strings.Repeat("A", 9000), JoinKey: key("a")}, "again")
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for i := range n {
		alice.SendRaw(string(frame))
		alice.SendRaw(`{"type":"chat","message":"let me in"}`)
		if i%50 == 49 {
			alice.Must(wire.Ping{T0: 1}) // it reads, too
		}
	}
	alice.Must(wire.JoinRequest{DisplayName: "Alice", JoinKey: key("a")})
	t.Logf("%d frames in %v", 2*n, time.Since(began))
	host.Settled()
	if host.LastSeq != before || host.Told("join_requested") != 1 {
		t.Errorf("the host was told %d times, seq %d after %d", host.Told("join_requested"), host.LastSeq, before)
	}
	host.Must(wire.ApproveJoin{ParticipantID: request.ID})
	alice.LetIn()
	host.Must(wire.SetVolume{Volume: 3})
}

// Many who come and go at once, with a host who lets them in, throws them out and hands its role on.
func TestAHostAndACrowdAtTheDoor(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Start: "Friday", MaxPerAddress: 1000})
	host := w.Host()
	host.Settings(`{"require_approval":true,"max_participants":2000}`)
	const people, rounds = 8, 8
	var crowd sync.WaitGroup
	for i := range people {
		crowd.Go(func() {
			for n := range rounds {
				c := w.Guest()
				c.Send(wire.JoinRequest{DisplayName: fmt.Sprint("Person ", i), JoinKey: key("k") + fmt.Sprint(i, n/2)}, "in")
				if n%3 != 0 {
					_, _ = c.Answer("in") // waits, sits or is banned
				}
				c.Drop()
			}
		})
	}
	quiet := make(chan struct{})
	go func() { crowd.Wait(); close(quiet) }()
	for done := false; !done; {
		select {
		case <-quiet:
			done = true
		default:
		}
		host.Settled()
		var last wire.JoinRequested
		for _, m := range host.Seen {
			if m.Type == "join_requested" {
				m.Into(t, &last)
			}
		}
		if id := last.Participant.ID; id != "" {
			_, _ = host.Do(wire.ApproveJoin{ParticipantID: id})
			_, _ = host.Do(wire.TransferHost{ParticipantID: id})
			_, _ = host.Do(wire.TransferHost{ParticipantID: host.ID})
			_, _ = host.Do(wire.Kick{ParticipantID: id})
			_, _ = host.Do(wire.Unban{ParticipantID: id})
		}
	}
	host.Drop()
	again := w.Dial(w.Console, w.Code)
	rejoin(t, w, again)
	for deadline := time.Now().Add(20 * time.Second); ; {
		there := ghosts(t, w, host.ID)
		if len(there) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("nobody is there any more, but for %v", there)
		}
	}
	seq := snapshot(t, w).Seq
	w.Restart() // the log replays
	if s := snapshot(t, w); s.Seq < seq {
		t.Errorf("seq %d after a restart, was %d", s.Seq, seq)
	}
}

// ghosts are those who are shown as connected, besides the host.
func ghosts(t *testing.T, w *hosttest.World, host string) (names []string) {
	t.Helper()
	for _, p := range snapshot(t, w).Participants {
		if p.Connected && p.ID != host {
			names = append(names, p.DisplayName)
		}
	}
	return names
}
