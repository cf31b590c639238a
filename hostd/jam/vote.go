package jam

import (
	"math"
	"time"

	"soul-jam/shared/wire"
)

// The votes are the wire's own.
type (
	VoteSkip   wire.VoteSkip
	UnvoteSkip wire.UnvoteSkip
	Upvote     wire.Upvote
	Unupvote   wire.Unupvote
)

// Ballot is one person's vote: to skip the current item, or for an upcoming one.
type Ballot struct {
	Seat string `json:"seat"`
	Item string `json:"item"`
	For  bool   `json:"for"`
}

func (VoteSkip) name() string   { return "vote_skip" }
func (UnvoteSkip) name() string { return "unvote_skip" }
func (Upvote) name() string     { return "upvote" }
func (Unupvote) name() string   { return "unupvote" }

func (VoteSkip) step(j *Jam, _ time.Time, seat string) *wire.Error   { return j.voteSkip(seat, true) }
func (UnvoteSkip) step(j *Jam, _ time.Time, seat string) *wire.Error { return j.voteSkip(seat, false) }

// voteSkip keeps the ballot; recount, after every Step, tells what it brought.
func (j *Jam) voteSkip(seat string, skip bool) *wire.Error {
	switch {
	case j.current == nil && skip:
		return wire.Refusef(wire.CodeTrackNotFound, "Nothing plays that could be skipped")
	case j.current != nil && j.ballots[seat] != skip:
		j.cast(Ballot{Seat: seat, Item: j.current.ID, For: skip})
	}
	return nil
}

func (u Upvote) step(j *Jam, _ time.Time, seat string) *wire.Error {
	return j.upvote(seat, u.QueueItemID, 1)
}

func (u Unupvote) step(j *Jam, _ time.Time, seat string) *wire.Error {
	return j.upvote(seat, u.QueueItemID, -1)
}

func (j *Jam) upvote(seat, item string, by int) *wire.Error {
	i := j.find(item)
	if i < 0 {
		return wire.Refuse(wire.CodeTrackNotFound)
	}
	w := j.upcoming[i]
	if w.voters[seat] == (by > 0) {
		return nil
	}
	j.cast(Ballot{Seat: seat, Item: item, For: by > 0})
	j.emit(wire.TrackUpdated{ItemID: item, Upvotes: w.Upvotes + by, Pinned: w.Pinned})
	if j.settings.QueueOrder == wire.OrderVotes {
		j.settle(false)
	}
	return nil
}

func (j *Jam) cast(b Ballot) {
	j.entry.Ballot = &b
	j.applyBallot(b)
}

func (j *Jam) applyBallot(b Ballot) {
	votes := &j.ballots
	if i := j.find(b.Item); i >= 0 {
		votes = &j.upcoming[i].voters
	}
	if !b.For {
		delete(*votes, b.Seat)
		return
	}
	if *votes == nil {
		*votes = map[string]bool{}
	}
	(*votes)[b.Seat] = true
}

// votes tells whether somebody counts in a vote now: they may, and are connected or
// away for less than VoterAway. The host at the console counts with an open console only.
func (p *person) votes(now time.Time) bool {
	if p.left || !p.Permissions.CanVoteSkip {
		return false
	}
	return p.Connected || (!p.console && now.Sub(p.away) < wire.VoterAway)
}

// recount tells the vote when votes, required or eligible are others than before,
// and skips when there are enough. It runs after everything that happens.
func (j *Jam) recount(now time.Time) {
	if j.current == nil || (j.vote == nil && len(j.ballots) == 0) {
		return
	}
	j.recounted = now
	tally := wire.SkipVote{QueueItemID: j.current.ID}
	for _, p := range j.arrival {
		if !p.votes(now) {
			continue
		}
		tally.Eligible++
		if len(j.ballots) > 0 && j.ballots[p.ID] {
			tally.Votes++
		}
	}
	// Without the small number, 0.07 x 100 would be 8 of them.
	const slack = 1e-9
	tally.Required = max(1, int(math.Ceil(j.settings.SkipThreshold*float64(tally.Eligible)-slack)))
	if tally.Votes == 0 && j.vote == nil || j.vote != nil && tally == *j.vote {
		return
	}
	j.emit(tally)
	if tally.Votes < tally.Required {
		return
	}
	track := j.current.TrackInfo
	j.note(wire.NoticeTrackSkipped, wire.LevelInfo, quoted(track)+" was voted out", "track", track.Title, "reason", "voted out")
	j.next(now, wire.OutcomeVotedOut, j.playback.Playing)
}
