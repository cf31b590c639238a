package guest

import (
	"context"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// join asks the house for a seat, after the checks that need no house.
func (g *Guest) join(ctx context.Context, id string, c wire.JoinRequest) error {
	switch {
	case !g.mayEnter(id, c.V, false):
		return nil
	case len(c.UserToken) > wire.MaxToken || len(c.JoinKey) > wire.MaxToken:
		g.peer.Refuse(id, refuseToken())
		return nil
	case c.JoinKey != "" && len(c.JoinKey) < wire.MinJoinKey:
		g.peer.Refuse(id, wire.Refusef(wire.CodeBadRequest, "A join_key has at least 128 random bits: %d characters or more", wire.MinJoinKey).Because(wire.LimitJoinKey))
		return nil
	}
	// The host's token counts on the console alone: elsewhere it is a wrong token like any other.
	host := c.UserToken != "" && g.peer.Console && g.door.HostToken.Equal(identity.Keep(c.UserToken))
	if !host && !g.mayJoin(id) {
		return nil
	}
	if jam.NameTooLong(c.DisplayName) {
		g.door.Counts.Met(wire.LimitDisplayName)
	}
	return g.door.House.Join(ctx, g.peer, id, c, host)
}

// How often one address may ask for a seat: all the seats of a full jam at once, for they may be in one house behind one address, then so
// often that it cannot use up a jam's wire.MaxSeats in the day that a jam may last.
const (
	joinsAtOnce = wire.MaxParticipants
	joinEvery   = 5 * time.Second
)

// NewJoins is the pace of a host's door.
func NewJoins() *Paces { return &Paces{Burst: joinsAtOnce, Every: joinEvery} }

// mayJoin refuses whoever comes from where too many have asked for a seat.
func (g *Guest) mayJoin(id string) bool {
	if g.door.Joins == nil {
		return true
	}
	wait, ok := g.door.Joins.Take(g.peer.From, g.door.Now())
	if !ok {
		refusal := wire.Refuse(wire.CodeRateLimited).Because(wire.LimitJoins)
		refusal.RetryAfterMS = wait.Milliseconds() + 1
		g.peer.Refuse(id, refusal)
	}
	return ok
}

func refuseToken() *wire.Error { return wire.Refuse(wire.CodeBadRequest).Because(wire.LimitToken) }

// resume asks the house for the seat of a token.
func (g *Guest) resume(ctx context.Context, id string, c wire.Resume) error {
	switch {
	case !g.mayEnter(id, c.V, true):
		return nil
	case len(c.ResumeToken) > wire.MaxToken:
		g.peer.Refuse(id, wire.Refuse(wire.CodeNotAuthorized).Because(wire.LimitToken))
		return nil
	case c.ResumeToken == "":
		g.peer.Refuse(id, wire.Refuse(wire.CodeNotAuthorized))
		return nil
	}
	return g.door.House.Resume(ctx, g.peer, id, c)
}

// watch asks the house to show the jam to a TV.
func (g *Guest) watch(ctx context.Context, id string, c wire.Watch) error {
	switch {
	case !g.mayEnter(id, c.V, false):
		return nil
	case len(c.Token) > wire.MaxToken:
		g.peer.Refuse(id, refuseToken())
		return nil
	}
	trusted := c.Token != "" && g.door.TVToken().Equal(identity.Keep(c.Token))
	return g.door.House.Watch(ctx, g.peer, id, trusted)
}

// mayEnter refuses who is in already, and who speaks another version.
func (g *Guest) mayEnter(id string, v *int, resumes bool) bool {
	switch {
	case g.peer.Joined() && !(resumes && g.peer.Kept()), g.peer.Watches():
		g.peer.Refuse(id, wire.Refuse(wire.CodeAlreadyJoined))
	case !speaks(v):
		g.peer.TurnAway(id, wire.Refuse(wire.CodeVersionUnsupported))
	default:
		return true
	}
	return false
}

// speaks tells whether this host knows that version of the contract; absent means 1.
func speaks(v *int) bool { return v == nil || *v == wire.Version }
