package session

import (
	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// recognise finds the member whose token was shown. A wrong one is refused, and the connection stays.
func (h *House) recognise(admit *jam.Admit, token string) *wire.Error {
	m, ok, err := h.cfg.Store.Member(hashOf(identity.Keep(token)))
	switch {
	case err != nil:
		h.cfg.Log.Error("the members cannot be read", "error", err)
		return wire.Refuse(wire.CodeInternal)
	case !ok:
		return wire.Refuse(wire.CodeNotAuthorized)
	}
	admit.UserID = m.ID
	if admit.DisplayName == "" {
		admit.DisplayName = m.Name
	}
	return nil
}

// setRole is set_role with a new member's identity, which the same round writes
// down. A guest's is taken back there.
func (b *batch) setRole(p *Peer, id string, c wire.SetRole) (jam.Command, bool) {
	token, err := identity.New(b.h.cfg.Entropy)
	if err == nil {
		var user identity.Secret
		if user, err = identity.New(b.h.cfg.Entropy); err == nil {
			before, _ := b.h.jam.Participant(c.ParticipantID)
			rule := jam.SetRole{SetRole: c, UserID: hashOf(user)[:32], UserToken: token.Reveal()}
			b.roles = append(b.roles, newRole{before: before.UserID, seat: c.ParticipantID, user: rule.UserID, token: hashOf(token)})
			return rule, true
		}
	}
	p.Refuse(id, wire.Refuse(wire.CodeInternal))
	return nil, false
}

// newRole is a set_role of this round, which the rules may have refused.
type newRole struct {
	before *string // user id before it
	seat   string
	user   string // user id of who becomes a member
	token  string // its hash
}

// members are the memberships that this round made or took back.
func (b *batch) members() (made []store.Member) {
	for _, r := range b.roles {
		now, _ := b.h.jam.Participant(r.seat)
		if r.before != nil && (now.UserID == nil || *now.UserID != *r.before) {
			made = append(made, store.Member{ID: *r.before})
		}
		if now.UserID != nil && *now.UserID == r.user {
			made = append(made, store.Member{ID: r.user, Name: now.DisplayName, TokenHash: r.token})
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
