package session

import (
	"slices"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// recognise finds the member whose token was shown or, without one, whose program came. A
// wrong token is refused, and the connection stays. It asks on the house's own goroutine:
// nobody is taken back between this and the seat.
func (b *batch) recognise(admit *jam.Admit, token string) *wire.Error {
	var m store.Member
	var ok bool
	var err error
	switch {
	case admit.Host:
		return nil
	case token != "":
		m, ok, err = b.h.cfg.Store.Member(hashOf(identity.Keep(token)))
	case admit.Key != "":
		m, ok, err = b.h.cfg.Store.MemberByKey(admit.Key)
	}
	ok = ok && !slices.ContainsFunc(b.members(), func(gone store.Member) bool { return gone.ID == m.ID && gone.TokenHash == "" })
	switch {
	case err != nil:
		b.h.cfg.Log.Error("the members cannot be read", "error", err)
		return wire.Refuse(wire.CodeInternal)
	case ok:
		admit.UserID = m.ID
		if admit.DisplayName == "" {
			admit.DisplayName = m.Name
		}
	case token != "":
		return wire.Refuse(wire.CodeNotAuthorized)
	}
	return nil
}

// vouches notes that a member has shown the token from their own program: the program is
// known from now on, too.
func (b *batch) vouches(admit jam.Admit, token string) {
	if token == "" || admit.UserID == "" || admit.Key == "" {
		return
	}
	if b.vouched == nil {
		b.vouched = map[string]string{}
	}
	b.vouched[admit.UserID] = admit.Key
}

// setRole is set_role with a new member's identity, which the same round writes
// down. A guest's is taken back there.
func (b *batch) setRole(c wire.SetRole) (jam.Command, *wire.Error) {
	token, err := identity.New(b.h.cfg.Entropy)
	if err == nil {
		var user identity.Secret
		if user, err = identity.New(b.h.cfg.Entropy); err == nil {
			before, _ := b.h.jam.Participant(c.ParticipantID)
			rule := jam.SetRole{SetRole: c, UserID: hashOf(user)[:32], UserToken: token.Reveal()}
			b.roles = append(b.roles, newRole{
				before: before.UserID, seat: c.ParticipantID, user: rule.UserID, token: hashOf(token), key: b.h.jam.KeyOf(c.ParticipantID),
			})
			return rule, nil
		}
	}
	return nil, wire.Refuse(wire.CodeInternal)
}

// newRole is a set_role of this round, which the rules may have refused.
type newRole struct {
	before *string // user id before it
	seat   string
	user   string // user id of who becomes a member
	token  string // its hash
	key    string // of the program that sits there; "" = a browser
}

// members are the memberships that this round made or took back.
func (b *batch) members() (made []store.Member) {
	for _, id := range b.forgotten {
		made = append(made, store.Member{ID: id})
	}
	for _, r := range b.roles {
		now, _ := b.h.jam.Participant(r.seat)
		if r.before != nil && (now.UserID == nil || *now.UserID != *r.before) {
			made = append(made, store.Member{ID: *r.before})
		}
		if now.UserID != nil && *now.UserID == r.user {
			made = append(made, store.Member{
				ID: r.user, Name: now.DisplayName, TokenHash: r.token, Key: r.key, MadeAt: wire.At(b.now), LastSeen: wire.At(b.now),
			})
		}
	}
	return made
}

// keepGrants keeps the tokens of new members who are not connected until they come back.
func (h *House) keepGrants(round []outgoing) {
	for _, m := range round {
		if g, ok := m.Message.(wire.Granted); ok && g.UserToken != "" && h.peers[m.to] == nil {
			h.grants[m.to] = g
		}
	}
}

func (h *House) giveGrant(seat string, p *Peer) {
	g, ok := h.grants[seat]
	if !ok {
		return
	}
	delete(h.grants, seat)
	if me, _ := h.jam.Participant(seat); me.Role == g.Role {
		p.Tell(g)
	}
}
