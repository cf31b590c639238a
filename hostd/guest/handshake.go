package guest

import (
	"context"

	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// join asks the house for a seat, after the checks that need no house.
func (g *Guest) join(ctx context.Context, id string, c wire.JoinRequest) error {
	switch {
	case !g.mayEnter(id, c.V, false):
		return nil
	case len(c.UserToken) > wire.MaxToken || len(c.JoinKey) > wire.MaxToken:
		g.peer.Refuse(id, wire.Refuse(wire.CodeBadRequest))
		return nil
	case c.JoinKey != "" && len(c.JoinKey) < wire.MinJoinKey:
		g.peer.Refuse(id, wire.Refusef(wire.CodeBadRequest, "A join_key has at least 128 random bits: %d characters or more", wire.MinJoinKey))
		return nil
	}
	// The host's token counts on the console alone: elsewhere it is a wrong token like any other.
	host := c.UserToken != "" && g.peer.Console && g.door.HostToken.Equal(identity.Keep(c.UserToken))
	return g.door.House.Join(ctx, g.peer, id, c, host)
}

// resume asks the house for the seat of a token.
func (g *Guest) resume(ctx context.Context, id string, c wire.Resume) error {
	switch {
	case !g.mayEnter(id, c.V, true):
		return nil
	case c.ResumeToken == "" || len(c.ResumeToken) > wire.MaxToken:
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
		g.peer.Refuse(id, wire.Refuse(wire.CodeBadRequest))
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
