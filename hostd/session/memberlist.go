package session

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// Members are those whom the host made members, in this jam or an earlier one: who is here
// first, then whoever was seen last.
func (h *House) Members(ctx context.Context) (list []wire.Member, err error) {
	called := h.call(ctx, func(b *batch) {
		b.answer(func(*wire.Error) {
			var kept []store.Member
			if kept, err = h.cfg.Store.Members(); err == nil {
				list = h.listed(kept, wire.At(b.now))
			}
		})
	})
	return list, cmp.Or(called, err)
}

func (h *House) listed(kept []store.Member, now wire.Time) []wire.Member {
	here := map[string]bool{}
	for _, user := range h.here {
		here[user] = true
	}
	for i := range kept {
		if here[kept[i].ID] {
			kept[i].LastSeen = now
		}
	}
	slices.SortFunc(kept, func(a, b store.Member) int {
		return cmp.Or(b.LastSeen.Compare(a.LastSeen.Time), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	list := make([]wire.Member, len(kept))
	for i, m := range kept {
		list[i] = wire.Member{ID: m.ID, Name: m.Name, Native: m.Key != "", Connected: here[m.ID]}
		if !m.LastSeen.IsZero() {
			list[i].LastSeen = &m.LastSeen
		}
	}
	return list
}

// Forget takes a membership back; who sits in the running jam is a guest there at once.
// known is false when there is no such member.
func (h *House) Forget(ctx context.Context, userID string) (known bool, err error) {
	called := h.call(ctx, func(b *batch) {
		var kept []store.Member
		if kept, err = h.cfg.Store.Members(); err != nil {
			return
		}
		if known = slices.ContainsFunc(kept, func(m store.Member) bool { return m.ID == userID }); !known {
			return
		}
		b.forgotten = append(b.forgotten, userID)
		if h.jam != nil {
			b.step("", "", jam.Forget{UserID: userID}, nil, nil) // refused when the jam is over: then it has no guests
		}
		b.answer(func(disk *wire.Error) {
			if disk != nil {
				err = disk
			}
		})
	})
	return known, cmp.Or(called, err)
}

// writeMembers writes what a round without a jam has decided about members.
func (b *batch) writeMembers() error {
	if len(b.forgotten) == 0 && !b.doubts() {
		return nil
	}
	if err := b.h.cfg.Store.Commit(store.Batch{Members: b.members()}); err != nil {
		return err
	}
	b.h.saved()
	return nil
}

// seen tells which members came or went in this round, and who is here after it.
func (b *batch) seen() (seen []store.Seen, here map[string]string) {
	here = b.h.here
	at := wire.At(b.now)
	if !b.alive.IsZero() {
		at = wire.At(b.alive)
	}
	note := func(seat, user, name string, connected bool) {
		now := ""
		if connected {
			now = user
		}
		if now == here[seat] {
			return
		}
		if here = maps.Clone(here); here == nil {
			here = map[string]string{}
		}
		if here[seat] = now; now == "" {
			delete(here, seat)
		}
		if user != "" {
			seen = append(seen, store.Seen{ID: user, Name: name, At: at, Key: b.vouched[user]})
		}
	}
	for _, e := range b.entries {
		for _, ev := range e.Events {
			p, connected := b.concerns(ev.Message)
			note(p.ID, userOf(p), p.DisplayName, connected)
		}
	}
	if why, _ := b.h.jam.Ended(); why != "" {
		for seat, user := range here {
			p, _ := b.h.jam.Participant(seat)
			note(seat, user, p.DisplayName, false)
		}
	}
	return seen, here
}

// concerns tells whose coming or going an event may be; nobody's when the person is empty.
func (b *batch) concerns(m wire.Message) (p wire.JamParticipant, connected bool) {
	switch m := m.(type) {
	case wire.ParticipantJoined:
		return m.Participant, m.Participant.Connected
	case wire.ParticipantUpdated:
		return m.Participant, m.Participant.Connected
	case wire.ParticipantLeft:
		p, _ = b.h.jam.Participant(m.ParticipantID)
	}
	return p, false
}

func userOf(p wire.JamParticipant) string {
	if p.UserID == nil {
		return ""
	}
	return *p.UserID
}
