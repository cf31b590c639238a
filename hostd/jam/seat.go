package jam

import (
	"slices"
	"time"

	"soul-jam/shared/wire"
)

// person is a seat: what everyone may see, and what only the host's machine knows.
type person struct {
	wire.JamParticipant
	console bool   // the host's own seat
	looks   string // what the name looks like: see lookOf
	crowded bool   // joined in a crowd: not everyone was told the name
	shown   bool   // was more than a guest: everyone was told
	keys    SeatKeys
	fixed   wire.FixedRights // by a host, whatever the settings say
	left    bool             // not in the list: left, or away for AwayLife
	banned  bool
	away    time.Time // since when without a connection; zero while connected
	acks    ackRing
}

// keeps tells whether the seat can still be taken up: it was not given up by leave.
func (p *person) keeps() bool { return p.keys.Newest != "" }

// SeatKeys are the hashes that a seat answers to. Of secrets only hashes are ever stored.
type SeatKeys struct {
	Seat string `json:"seat"`
	// Newest is the resume token issued last, Used the last one that was used to
	// resume: if the answer to a resume is lost on the way, the old one still works.
	Newest string `json:"newest,omitempty"`
	Used   string `json:"used,omitempty"`
	// JoinKey answers to a retried join for JoinKeyLife from JoinedAt.
	JoinKey  string    `json:"join_key,omitempty"`
	JoinedAt wire.Time `json:"joined_at"`
	// From are keyed hashes of the addresses that the seat was used from lately, the newest last.
	From []string `json:"from,omitempty"`
	// Key is the libp2p peer id of the program that took the seat last; "" for a browser.
	Key string `json:"key,omitempty"`
}

// addressesKept of a seat, for a ban.
const addressesKept = 4

// seenFrom adds an address; "" = unknown.
func (k *SeatKeys) seenFrom(address string) {
	if address == "" || slices.Contains(k.From, address) {
		return
	}
	k.From = append(slices.Clone(k.From), address)
	k.From = k.From[max(0, len(k.From)-addressesKept):]
}

// Return is a resume: the owner found the seat by SeatOf.
type Return struct {
	Seat  string
	Used  string // hash of the token that was presented
	Token string // hash of the one that the answer will carry; "" = there is none, and the seat's tokens stay
	From  string // hash of the address, see SeatKeys
	Key   string // see SeatKeys
	Path  wire.Path
	// Verified as in Admit: it is what the connection in use shows.
	Verified bool
}

// Drop says that the seat's connection is gone.
type Drop struct{ Seat string }

// The other commands about one's own seat: the page hidden or closed, the first word
// after it on the same connection, and the Leave button.
type (
	Away  wire.Away
	Back  struct{}
	Leave wire.Leave
)

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

// KeyOf is the libp2p peer id of the program that took a seat last; "" for a browser.
func (j *Jam) KeyOf(seat string) string {
	if p := j.people[seat]; p != nil {
		return p.keys.Key
	}
	return ""
}

// Participant gives a person by id.
func (j *Jam) Participant(id string) (wire.JamParticipant, bool) {
	p, ok := j.people[id]
	if !ok {
		return wire.JamParticipant{}, false
	}
	return p.JamParticipant, true
}

func (r Return) step(j *Jam, _ time.Time, _ string) *wire.Error {
	p := j.people[r.Seat]
	switch {
	case p == nil || !p.keeps():
		return wire.Refuse(wire.CodeNotAuthorized)
	case p.banned:
		return wire.Refuse(wire.CodeBanned)
	}
	keys := p.keys
	keys.Seat, keys.Key = r.Seat, r.Key
	if r.Token != "" {
		keys.Newest, keys.Used = r.Token, r.Used
	}
	keys.seenFrom(r.From)
	j.entry.Seat = r.Seat
	j.setKeys(keys)
	j.connect(r.Seat, r.Path, r.Verified)
	return nil
}

// connect shows a seat as there, on the path it came by.
func (j *Jam) connect(seat string, path wire.Path, verified bool) {
	p := j.people[seat]
	if p.Connected && p.Path == path && p.Verified == verified && !p.left {
		return
	}
	shown := p.JamParticipant
	shown.Connected, shown.Path, shown.Verified = true, path, verified
	if p.left {
		shown.Permissions = j.rightsOf(p, shown.Role, j.settings)
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
	if j.requestOf(d.Seat) != nil {
		j.leaveWaiting(d.Seat)
		return nil
	}
	j.disconnect(d.Seat)
	return nil
}

func (Away) step(j *Jam, _ time.Time, seat string) *wire.Error {
	j.disconnect(seat)
	return nil
}

func (Back) step(j *Jam, _ time.Time, seat string) *wire.Error {
	j.connect(seat, j.people[seat].Path, j.people[seat].Verified)
	return nil
}

func (Leave) step(j *Jam, _ time.Time, seat string) *wire.Error {
	if seat == j.founded.HostSeat {
		// The host's seat stays with the daemon: leaving only closes the console.
		j.disconnect(seat)
		return nil
	}
	// Join key, addresses and key open nothing any more, but a ban may come yet.
	before := j.people[seat].keys
	j.setKeys(SeatKeys{Seat: seat, JoinedAt: before.JoinedAt, JoinKey: before.JoinKey, From: before.From, Key: before.Key})
	j.goodbye(seat, "left")
	return nil
}

// goodbye takes somebody out of the list, and their upvotes out of the queue. The
// role of the host does not go with them.
func (j *Jam) goodbye(seat, how string) {
	if seat == j.host {
		j.handOver(j.founded.HostSeat)
	}
	voted := false
	for _, w := range j.upcoming {
		if w.voters[seat] {
			voted = true
			j.emit(wire.TrackUpdated{ItemID: w.ID, Upvotes: w.Upvotes - 1, Pinned: w.Pinned})
		}
	}
	name := j.people[seat].DisplayName
	j.emit(wire.ParticipantLeft{ParticipantID: seat})
	if voted {
		j.settle(false)
	}
	j.note(wire.NoticeLeft, wire.LevelInfo, name+" "+how, "name", name)
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
		p = &person{console: k.Seat == j.founded.HostSeat}
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
