package jam

import (
	"slices"
	"time"

	"soul-jam/shared/wire"
)

// request is somebody who waits to be let in.
type request struct {
	wire.JamParticipant
	asked Asked
	away  time.Time // since when their page is closed; zero while it is open
}

// Asked is what only the host's machine knows of a request, as in SeatKeys.
type Asked struct {
	ID      string `json:"id"`
	JoinKey string `json:"join_key,omitempty"`
	From    string `json:"from,omitempty"`
	Key     string `json:"key,omitempty"`
	// Uninvited: they wait whatever the settings say.
	Uninvited bool `json:"uninvited,omitempty"`
}

// Approve is approve_join with the hash of the resume token that the answer will carry.
type Approve struct {
	ParticipantID string
	Token         string
}

// Deny is the wire's own; Withdraw is the person's second thought.
type (
	Deny     wire.DenyJoin
	Withdraw struct{ Request string }
)

func (Approve) name() string  { return "approve_join" }
func (Deny) name() string     { return "deny_join" }
func (Withdraw) name() string { return "withdraw" }

// suspects tells whether somebody comes from where a banned person came from. Many
// homes share one address as the soul-server sees it: there, a guest who sits speaks for it.
func (j *Jam) suspects(address string, path wire.Path) bool {
	from := func(p *person) bool { return slices.Contains(p.keys.From, address) }
	if address == "" || !slices.ContainsFunc(j.bans, from) {
		return false
	}
	return path == wire.PathLAN || !slices.ContainsFunc(j.arrival, func(p *person) bool { return p.Connected && from(p) })
}

// askHost puts somebody among those who wait, or finds them there again.
func (j *Jam) askHost(now time.Time, a Admit) *wire.Error {
	if r := j.requested(a.JoinKey); r != nil {
		j.entry.Waits = r.ID
		asked := r.asked
		asked.Key, asked.Uninvited = a.Key, asked.Uninvited && a.Uninvited
		j.ask(asked)
		if !r.Connected {
			shown := r.JamParticipant
			shown.Connected, shown.Path = true, a.Path
			j.emit(wire.JoinRequested{Participant: shown})
		}
		return nil
	}
	if limit := j.waitingRoomFull(a); limit != "" {
		return wire.Refusef(wire.CodeSessionFull, "Too many people wait to be let in: try again in a moment").Because(limit)
	}
	shown := j.newcomer(now, a)
	j.entry.Waits = shown.ID
	j.ask(Asked{ID: shown.ID, JoinKey: a.JoinKey, From: a.From, Key: a.Key, Uninvited: a.Uninvited})
	j.emit(wire.JoinRequested{Participant: shown})
	return nil
}

// maxUninvited people wait at most who did not show that they know the code: anybody in
// the world can ask, and the places are for friends. Beyond it: session_full.
const maxUninvited = 5

// waitingRoomFull names the limit that keeps one more from waiting, "" = none.
func (j *Jam) waitingRoomFull(a Admit) wire.Limit {
	uninvited, neighbours := 0, 0
	for _, r := range j.pending {
		if r.asked.Uninvited {
			uninvited++
		}
		if r.asked.From == a.From {
			neighbours++
		}
	}
	switch {
	case a.Uninvited && uninvited >= maxUninvited:
		return wire.LimitUninvited
	case len(j.pending) >= wire.MaxPending+wire.PendingForOthers:
		return wire.LimitPendingOthers
	case len(j.pending) >= wire.MaxPending && neighbours >= wire.PendingForOthers:
		return wire.LimitPending
	}
	return ""
}

// ask changes what only the host's machine knows of a request, and puts it in the entry.
func (j *Jam) ask(a Asked) {
	if r := j.requestOf(a.ID); r != nil && r.asked == a {
		return
	}
	j.entry.Asked = &a
	j.applyAsked(a)
}

// applyAsked opens the request that the event beside it shows, or changes one.
func (j *Jam) applyAsked(a Asked) {
	if r := j.requestOf(a.ID); r != nil {
		r.asked = a
		return
	}
	j.pending = append(j.pending, &request{asked: a, JamParticipant: wire.JamParticipant{ID: a.ID}})
}

func (j *Jam) applyRequest(shown wire.JamParticipant, at time.Time) {
	r := j.requestOf(shown.ID)
	if r == nil {
		return
	}
	r.JamParticipant, r.away = shown, time.Time{}
	if !shown.Connected {
		r.away = at
	}
	j.presence.stale = true
}

// requested finds who waits with that join key.
func (j *Jam) requested(joinKey string) *request {
	if joinKey == "" {
		return nil
	}
	return j.findRequest(func(r *request) bool { return r.asked.JoinKey == joinKey })
}

func (j *Jam) requestOf(id string) *request {
	return j.findRequest(func(r *request) bool { return r.ID == id })
}

func (j *Jam) findRequest(is func(*request) bool) *request {
	if i := slices.IndexFunc(j.pending, is); i >= 0 {
		return j.pending[i]
	}
	return nil
}

func (a Approve) step(j *Jam, now time.Time, _ string) *wire.Error {
	r := j.requestOf(a.ParticipantID)
	switch {
	case r == nil:
		return refuseNobody()
	case j.guests() >= j.settings.MaxParticipants:
		return refuseFull()
	}
	shown := r.JamParticipant
	shown.JoinedAt = wire.At(now)
	shown.DisplayName = j.freeName(shown.DisplayName) // somebody may have taken it meanwhile
	keys := SeatKeys{Seat: r.ID, Newest: a.Token, JoinKey: r.asked.JoinKey, JoinedAt: wire.At(now), Key: r.asked.Key}
	keys.seenFrom(r.asked.From)
	j.seatNew(shown, keys)
	return nil
}

// refuseNobody says that the person of a command is not there.
func refuseNobody() *wire.Error {
	return wire.Refusef(wire.CodeBadRequest, "That person is not here any more")
}

func (d Deny) step(j *Jam, _ time.Time, _ string) *wire.Error {
	if j.requestOf(d.ParticipantID) == nil {
		return refuseNobody()
	}
	j.emit(wire.ParticipantLeft{ParticipantID: d.ParticipantID})
	return nil
}

func (w Withdraw) step(j *Jam, _ time.Time, _ string) *wire.Error {
	if j.requestOf(w.Request) != nil {
		j.emit(wire.ParticipantLeft{ParticipantID: w.Request})
	}
	return nil
}

// leaveWaiting is a closed page in the waiting room: who has a join key can come back to their place.
func (j *Jam) leaveWaiting(id string) {
	r := j.requestOf(id)
	if r.asked.JoinKey == "" {
		j.emit(wire.ParticipantLeft{ParticipantID: id})
		return
	}
	if r.Connected {
		shown := r.JamParticipant
		shown.Connected = false
		j.emit(wire.JoinRequested{Participant: shown})
	}
}

// Pending are those who wait to be let in, in the order of their asking.
func (j *Jam) Pending() []wire.JamParticipant {
	people := make([]wire.JamParticipant, len(j.pending))
	for i, r := range j.pending {
		people[i] = r.JamParticipant
	}
	return people
}

// Admissible are those who would not have to wait if they asked now: a host has
// switched approval off.
func (j *Jam) Admissible() []string {
	var ids []string
	for _, r := range j.pending {
		if !j.closedTo(r.Verified) && !j.mustWait(r.asked.From, r.Path, r.asked.Uninvited) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}
