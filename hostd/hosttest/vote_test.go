package hosttest_test

import (
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// vote gives the count that this person was told last.
func vote(t *testing.T, c *hosttest.Client, votes, required, eligible int) {
	t.Helper()
	c.Settled()
	var v wire.SkipVote
	c.Last("skip_vote").Into(t, &v)
	if v.Votes != votes || v.Required != required || v.Eligible != eligible {
		t.Errorf("the vote is %+v, want %d of %d, eligible %d", v, votes, required, eligible)
	}
}

func TestAVoteThatPasses(t *testing.T) {
	w := jam(t)
	host, alice, bob, carol := w.Host(), w.Join("Alice"), w.Join("Bob"), w.Join("Carol")
	alice.Refused(wire.VoteSkip{}, wire.CodeTrackNotFound)
	alice.Must(wire.UnvoteSkip{})
	host.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	host.Must(wire.AddTrack{TrackID: w.Track("Song 02")})
	alice.Must(wire.VoteSkip{})
	vote(t, bob, 1, 2, 4)
	last := alice.LastSeq
	if seq := alice.Must(wire.VoteSkip{}); seq != last {
		t.Errorf("a second vote is acked with %d, want the last event so far: %d", seq, last)
	}
	alice.Must(wire.UnvoteSkip{})
	vote(t, bob, 0, 2, 4)
	alice.Must(wire.VoteSkip{})
	carol.Must(wire.VoteSkip{})
	bob.ExpectWhere("now_playing", `"previous":"voted_out"`, "Song 02")
	bob.Settled()
	if bob.Told("notification", `"kind":"track_skipped"`, `"reason":"voted out"`, `"track":"Song 01"`) != 1 {
		t.Error("nobody was told why")
	}
	// The next song begins without votes, and skips exactly once.
	alice.Must(wire.VoteSkip{})
	vote(t, bob, 1, 2, 4)
	if bob.Told("now_playing", "voted_out") != 1 {
		t.Errorf("skipped %d times", bob.Told("now_playing", "voted_out"))
	}
}

func TestAVoteIsCountedAnewWithEverybodysComingAndGoing(t *testing.T) {
	w := jam(t)
	host, alice, bob, carol := w.Host(), w.Join("Alice"), w.Join("Bob"), w.Join("Carol")
	host.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	alice.Must(wire.VoteSkip{})
	vote(t, carol, 1, 2, 4)
	dan, eve := w.Join("Dan"), w.Join("Eve")
	vote(t, carol, 1, 3, 6)
	host.Must(wire.SetPermissions{ParticipantID: dan.ID, Permissions: []byte(`{"can_vote_skip":false}`)})
	vote(t, carol, 1, 3, 5)
	host.Must(wire.Kick{ParticipantID: eve.ID})
	vote(t, carol, 1, 2, 4)
	bob.Drop() // away for less than five minutes: still counted
	host.ExpectWhere("participant_updated", bob.ID, `"connected":false`)
	vote(t, carol, 1, 2, 4)
	host.Settings(`{"skip_threshold":0.76}`)
	vote(t, carol, 1, 4, 4)
	host.Settings(`{"skip_threshold":0.5}`)
	host.Drop() // a closed console does not count
	carol.ExpectWhere("skip_vote", `"eligible":3`)
	vote(t, carol, 1, 2, 3)
	alice.Drop() // the vote of somebody away counts for five minutes, too
	carol.ExpectWhere("participant_updated", alice.ID, `"connected":false`)
	next, _ := w.Return(alice)
	next.Must(wire.VoteSkip{}) // nobody votes twice by coming back
	vote(t, carol, 1, 2, 3)
	back, _ := w.Return(bob)
	back.Must(wire.Leave{})
	carol.ExpectWhere("now_playing", "voted_out") // of two, one is enough: it passes because he left
}

func TestVotesSurviveARestart(t *testing.T) {
	w := jam(t)
	host, alice, bob := w.Host(), w.Join("Alice"), w.Join("Bob")
	host.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	host.Settings(`{"skip_threshold":1}`)
	alice.Must(wire.VoteSkip{})
	vote(t, bob, 1, 3, 3)
	w.Restart()
	next, m := w.Return(bob)
	if m.Type != "resumed" {
		t.Errorf("came back to %s", m.Type)
	}
	host = w.Host()
	var joined wire.Joined
	host.Last("joined").Into(t, &joined)
	if v := joined.Session.SkipVote; v == nil || v.Votes != 1 || v.Required != 3 || v.Eligible != 3 {
		t.Errorf("the vote after a restart is %+v", v)
	}
	next.Must(wire.VoteSkip{})
	vote(t, host, 2, 3, 3)
	host.Must(wire.VoteSkip{})
	next.ExpectWhere("now_playing", "voted_out")
}

func TestVotingSwitchedOff(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	host.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	host.Settings(`{"skip_threshold":1}`)
	alice.Must(wire.VoteSkip{})
	vote(t, alice, 1, 2, 2)
	host.Settings(`{"guest_can_skip_vote":false}`)
	vote(t, alice, 0, 1, 1)
	alice.Refused(wire.VoteSkip{}, wire.CodeNotAuthorized)
	alice.Heard("participant_updated", alice.ID, `"can_vote_skip":false`)
}
