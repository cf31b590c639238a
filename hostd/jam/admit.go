package jam

import (
	"slices"
	"time"

	"soul-jam/shared/wire"
)

// Admit is a join_request whose tokens the owner has checked and hashed.
type Admit struct {
	DisplayName string
	Host        bool   // came with the host's token on the console listener
	UserID      string // came with the token or the key of that member; "" = anonymous
	JoinKey     string
	From        string // hash of the address, see SeatKeys
	Key         string // see SeatKeys
	Token       string // hash of the resume token that the answer will carry
	Path        wire.Path
	Verified    bool
	Uninvited   bool // did not show that they know the code
}

func (Admit) name() string { return "admit" }

func (a Admit) step(j *Jam, now time.Time, _ string) *wire.Error {
	if a.Host {
		return j.reclaim(now, j.founded.HostSeat, a)
	}
	if j.founded.Solo {
		return wire.Refuse(wire.CodeSessionNotFound)
	}
	if j.bars(a) {
		return wire.Refuse(wire.CodeBanned)
	}
	if seat, known := j.members[a.UserID]; known && a.UserID != "" {
		return j.reclaim(now, seat, a)
	}
	if seat := j.keys[a.JoinKey]; j.retried(now, seat, a) {
		return j.reclaim(now, seat, a)
	}
	known := a.UserID != ""
	switch {
	case !known && j.requested(a.JoinKey) != nil:
		return j.askHost(now, a) // they have a place already: whether there is room counts when they are let in
	case !known && j.closedTo(a.Verified):
		return wire.Refuse(wire.CodeNotAuthorized)
	case j.guests() >= j.settings.MaxParticipants:
		return refuseFull()
	case len(j.arrival) >= wire.MaxSeats:
		return wire.Refuse(wire.CodeSessionFull).Because(wire.LimitSeats)
	case !known && j.mustWait(a.From, a.Path, a.Uninvited):
		return j.askHost(now, a)
	}
	shown := j.newcomer(now, a)
	if known {
		shown.Role, shown.UserID = wire.RoleMember, &a.UserID
	}
	keys := SeatKeys{Seat: shown.ID, Newest: a.Token, JoinKey: a.JoinKey, JoinedAt: wire.At(now), Key: a.Key}
	keys.seenFrom(a.From)
	j.seatNew(shown, keys)
	j.entry.Seat = shown.ID
	if r := j.requested(a.JoinKey); r != nil {
		j.emit(wire.ParticipantLeft{ParticipantID: r.ID}) // they waited, and came in as a member
	}
	return nil
}

func refuseFull() *wire.Error {
	return wire.Refuse(wire.CodeSessionFull).Because(wire.LimitParticipants)
}

// closedTo tells whether newcomers are refused.
func (j *Jam) closedTo(verified bool) bool {
	return !j.settings.AllowGuests || j.settings.VerifiedOnly && !verified
}

// mustWait tells whether a host decides about newcomers from there.
func (j *Jam) mustWait(from string, path wire.Path, uninvited bool) bool {
	return j.settings.RequireApproval || uninvited || j.suspects(from, path)
}

// bars tells whether somebody comes with the join key or the program of a banned seat.
func (j *Jam) bars(a Admit) bool {
	return slices.ContainsFunc(j.bans, func(p *person) bool {
		return a.JoinKey != "" && p.keys.JoinKey == a.JoinKey || a.Key != "" && p.keys.Key == a.Key
	})
}

// newcomer is somebody without a seat, under a name that is free.
func (j *Jam) newcomer(now time.Time, a Admit) wire.JamParticipant {
	return wire.JamParticipant{
		ID: j.newID(), DisplayName: j.freeName(cleanName(a.DisplayName, "")), Role: wire.RoleGuest,
		Connected: true, Path: a.Path, Verified: a.Verified, JoinedAt: wire.At(now),
	}
}

// seatNew makes a seat for somebody who had none.
func (j *Jam) seatNew(shown wire.JamParticipant, keys SeatKeys) {
	shown.Permissions = permissionsFor(shown.Role, j.settings)
	j.emit(wire.ParticipantJoined{Participant: shown})
	j.setKeys(keys)
	j.noteJoined(shown.DisplayName)
}

// reclaim gives a seat to whoever proved that it is theirs. There is one seat a
// member: while it is taken, only the join that took it may be sent again.
func (j *Jam) reclaim(now time.Time, seat string, a Admit) *wire.Error {
	p := j.people[seat]
	switch {
	case p.banned:
		return wire.Refuse(wire.CodeBanned)
	case p.left && j.guests() >= j.settings.MaxParticipants:
		return refuseFull()
	case p.Connected && !j.retried(now, seat, a):
		return wire.Refuse(wire.CodeAlreadyJoined)
	}
	j.seatTaken(now, seat, a)
	return nil
}

// retried tells whether this is the join that made the seat, sent again.
func (j *Jam) retried(now time.Time, seat string, a Admit) bool {
	p := j.people[seat]
	return a.JoinKey != "" && p != nil && (p.keeps() || p.console) && p.keys.JoinKey == a.JoinKey && now.Sub(p.keys.JoinedAt.Time) < wire.JoinKeyLife
}

// seatTaken gives an existing seat to whoever proved to own it.
func (j *Jam) seatTaken(now time.Time, seat string, a Admit) {
	keys := j.people[seat].keys
	keys.Seat, keys.Newest, keys.Key = seat, a.Token, a.Key
	if a.JoinKey != "" && (keys.JoinedAt.IsZero() || keys.JoinKey != a.JoinKey) {
		// The host's seat and a member's are joined anew, with another key each time.
		keys.JoinKey, keys.JoinedAt = a.JoinKey, wire.At(now)
	}
	keys.seenFrom(a.From)
	j.entry.Seat = seat
	j.setKeys(keys)
	j.connect(seat, a.Path, a.Verified)
}
