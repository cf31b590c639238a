package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// person is a seat: what everyone may see, and what only the host's machine knows.
type person struct {
	wire.JamParticipant
	looks string // what the name looks like: see lookOf
	keys  SeatKeys
	left  bool      // not in the list: left, or away for AwayLife
	away  time.Time // since when without a connection; zero while connected
	acks  ackRing
}

// keeps tells whether the seat can still be taken up: it was not given up by leave.
func (p *person) keeps() bool { return p.keys.Newest != "" }

// SeatKeys are the hashes that a seat answers to. Only hashes are ever stored.
type SeatKeys struct {
	Seat string `json:"seat"`
	// Newest is the resume token issued last, Used the last one that was used to
	// resume: if the answer to a resume is lost on the way, the old one still works.
	Newest string `json:"newest,omitempty"`
	Used   string `json:"used,omitempty"`
	// JoinKey answers to a retried join for JoinKeyLife from JoinedAt.
	JoinKey  string    `json:"join_key,omitempty"`
	JoinedAt wire.Time `json:"joined_at"`
}

// Admit is a join_request whose tokens the owner has checked and hashed.
type Admit struct {
	DisplayName string
	Host        bool // came with the host's token on the console listener
	JoinKey     string
	Token       string // hash of the resume token that the answer will carry
	Path        wire.Path
	Verified    bool
}

// Return is a resume: the owner found the seat by SeatOf.
type Return struct {
	Seat  string
	Used  string // hash of the token that was presented
	Token string // hash of the one that the answer will carry
	Path  wire.Path
}

// Drop says that the seat's connection is gone.
type Drop struct{ Seat string }

// Away is the page being hidden or closed. Back is the first word after it on the same connection.
type (
	Away  wire.Away
	Back  struct{}
	Leave wire.Leave
)

func (Admit) name() string  { return "admit" }
func (Return) name() string { return "return" }
func (Drop) name() string   { return "drop" }
func (Away) name() string   { return "away" }
func (Back) name() string   { return "back" }
func (Leave) name() string  { return "leave" }

// SeatOf finds the seat of a resume token by its hash.
func (j *Jam) SeatOf(tokenHash string) (seat string, ok bool) {
	seat, ok = j.tokens[tokenHash]
	return seat, ok
}

// Participant gives a person by id.
func (j *Jam) Participant(id string) (wire.JamParticipant, bool) {
	p, ok := j.people[id]
	if !ok {
		return wire.JamParticipant{}, false
	}
	return p.JamParticipant, true
}

func (a Admit) step(j *Jam, now time.Time, _ string) *wire.Error {
	if a.Host {
		if j.people[j.founded.HostSeat].Connected && !j.retried(now, j.founded.HostSeat, a) {
			return wire.Refuse(wire.CodeAlreadyJoined)
		}
		j.seatTaken(now, j.founded.HostSeat, a)
		return nil
	}
	if seat := j.keys[a.JoinKey]; j.retried(now, seat, a) {
		j.seatTaken(now, seat, a)
		return nil
	}
	switch {
	case !j.settings.AllowGuests:
		return wire.Refuse(wire.CodeNotAuthorized)
	case j.guests() >= j.settings.MaxParticipants:
		return wire.Refuse(wire.CodeSessionFull)
	}
	seat := j.newID()
	name := j.freeName(cleanName(a.DisplayName, ""))
	j.emit(wire.ParticipantJoined{Participant: wire.JamParticipant{
		ID: seat, DisplayName: name, Role: wire.RoleGuest, Permissions: permissionsFor(wire.RoleGuest, j.settings),
		Connected: true, Path: a.Path, Verified: a.Verified, JoinedAt: wire.At(now),
	}})
	j.entry.Seat = seat
	j.setKeys(SeatKeys{Seat: seat, Newest: a.Token, JoinKey: a.JoinKey, JoinedAt: wire.At(now)})
	j.noteJoined(name)
	return nil
}

// retried tells whether this is the join that made the seat, sent again.
func (j *Jam) retried(now time.Time, seat string, a Admit) bool {
	p := j.people[seat]
	return a.JoinKey != "" && p != nil && p.keys.JoinKey == a.JoinKey && now.Sub(p.keys.JoinedAt.Time) < wire.JoinKeyLife
}

// seatTaken gives an existing seat to whoever proved to own it.
func (j *Jam) seatTaken(now time.Time, seat string, a Admit) {
	keys := j.people[seat].keys
	keys.Seat, keys.Newest = seat, a.Token
	if keys.JoinedAt.IsZero() || keys.JoinKey != a.JoinKey {
		// The host's seat is joined anew, with another key each time.
		keys.JoinKey, keys.JoinedAt = a.JoinKey, wire.At(now)
	}
	j.entry.Seat = seat
	j.setKeys(keys)
	j.connect(seat, a.Path)
}

func (r Return) step(j *Jam, _ time.Time, _ string) *wire.Error {
	p := j.people[r.Seat]
	if p == nil || !p.keeps() {
		return wire.Refuse(wire.CodeNotAuthorized)
	}
	keys := p.keys
	keys.Seat, keys.Newest, keys.Used = r.Seat, r.Token, r.Used
	j.entry.Seat = r.Seat
	j.setKeys(keys)
	j.connect(r.Seat, r.Path)
	return nil
}

// connect shows a seat as there, on the path it came by.
func (j *Jam) connect(seat string, path wire.Path) {
	p := j.people[seat]
	if p.Connected && p.Path == path && !p.left {
		return
	}
	shown := p.JamParticipant
	shown.Connected, shown.Path = true, path
	if p.left {
		shown.Permissions = permissionsFor(shown.Role, j.settings)
		shown.DisplayName = j.freeName(shown.DisplayName) // somebody may have taken it meanwhile
		j.emit(wire.ParticipantJoined{Participant: shown})
		j.noteJoined(shown.DisplayName)
		return
	}
	j.emit(wire.ParticipantUpdated{Participant: shown})
}

func (j *Jam) disconnect(seat string) {
	p := j.people[seat]
	if p == nil || p.left || !p.Connected {
		return
	}
	shown := p.JamParticipant
	shown.Connected = false
	j.emit(wire.ParticipantUpdated{Participant: shown})
}

func (d Drop) step(j *Jam, _ time.Time, _ string) *wire.Error {
	j.disconnect(d.Seat)
	return nil
}

func (Away) step(j *Jam, _ time.Time, seat string) *wire.Error {
	j.disconnect(seat)
	return nil
}

func (Back) step(j *Jam, _ time.Time, seat string) *wire.Error {
	j.connect(seat, j.people[seat].Path)
	return nil
}

func (Leave) step(j *Jam, _ time.Time, seat string) *wire.Error {
	if seat == j.founded.HostSeat {
		// The host's seat stays with the daemon: leaving only closes the console.
		j.disconnect(seat)
		return nil
	}
	j.setKeys(SeatKeys{Seat: seat, JoinedAt: j.people[seat].keys.JoinedAt})
	j.goodbye(seat)
	return nil
}

func (j *Jam) goodbye(seat string) {
	name := j.people[seat].DisplayName
	j.emit(wire.ParticipantLeft{ParticipantID: seat})
	j.note(wire.NoticeLeft, wire.LevelInfo, name+" left", "name", name)
}

// setKeys changes what a seat answers to, and puts it in the entry.
func (j *Jam) setKeys(k SeatKeys) {
	j.entry.Keys = &k
	j.applyKeys(k)
}

func (j *Jam) applyKeys(k SeatKeys) {
	p := j.people[k.Seat]
	if p == nil {
		// Keys stand before the event that makes the person only in a log's entry.
		p = &person{}
		j.people[k.Seat] = p
	}
	delete(j.tokens, p.keys.Newest)
	delete(j.tokens, p.keys.Used)
	// After JoinKeyLife the same join key has made another seat: then it is that one's.
	if j.keys[p.keys.JoinKey] == k.Seat {
		delete(j.keys, p.keys.JoinKey)
	}
	newKey := k.JoinKey != p.keys.JoinKey
	p.keys = k
	for _, hash := range []string{k.Newest, k.Used} {
		if hash != "" {
			j.tokens[hash] = k.Seat
		}
	}
	if _, taken := j.keys[k.JoinKey]; k.JoinKey != "" && (newKey || !taken) {
		j.keys[k.JoinKey] = k.Seat
	}
}

// guests counts the seats that max_participants limits: everyone but the host.
func (j *Jam) guests() int { return j.present() - 1 }

// present counts everyone in the list, the host too.
func (j *Jam) present() int { return len(j.arrival) - j.gone }
