package hosttest_test

import (
	"strings"
	"testing"

	"soul-jam/shared/wire"
)

// A page that lost its link sends again what it had no answer to: it gets the answer, however much it has sent.
func TestWhatWasDoneIsAckedAgainAtAnyPace(t *testing.T) {
	w := jam(t)
	alice := w.Join("Alice")
	tracks := w.Tracks(11)
	for i, track := range tracks[:10] {
		alice.Send(wire.AddTrack{TrackID: track}, string(rune('a'+i)))
		alice.ExpectWhere("ack", `"id":"`+string(rune('a'+i))+`"`)
	}
	alice.Send(wire.AddTrack{TrackID: tracks[10]}, "k")
	alice.ExpectWhere("error", `"id":"k"`, `rate_limited`)
	alice.Send(wire.AddTrack{TrackID: tracks[0]}, "a")
	alice.ExpectWhere("ack", `"id":"a"`)
}

// The host's retried join is no second host, but the first one on a newer connection.
func TestTheHostsRetriedJoinTakesTheSeat(t *testing.T) {
	w := jam(t)
	request := wire.JoinRequest{UserToken: w.Token, JoinKey: strings.Repeat("k", wire.MinJoinKey)}
	first, again := w.Dial(w.Console, w.Code), w.Dial(w.Console, w.Code)
	seat := *first.Join(request).ParticipantID
	if got := *again.Join(request).ParticipantID; got != seat {
		t.Errorf("the retried join got seat %s, want %s", got, seat)
	}
	first.ExpectClose(wire.CloseReplaced)
	other := w.Dial(w.Console, w.Code)
	request.JoinKey = strings.Repeat("x", wire.MinJoinKey)
	other.Refused(request, wire.CodeAlreadyJoined)
}
