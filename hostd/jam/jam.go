package jam

import (
	"errors"
	"fmt"
	"io"
	"time"

	"soul-jam/shared/wire"
)

// Jam is one session's whole state.
type Jam struct {
	founded  Founding
	settings wire.JamSettings
	state    wire.State   // as it is or, while an end is announced, would be without: see State
	ending   *wire.Ending // announced
	planned  *wire.Ending // by the host, when another end is announced that comes before it
	seq      uint64

	people  map[string]*person // by participant id, also those who left
	arrival []*person          // first comer first
	gone    int                // how many of them are not in the list any more
	host    string             // participant id of who has the role
	members map[string]string  // user id -> participant id
	looks   map[string]int     // how many people in the list have a name of that look
	tokens  map[string]string  // hash of a valid resume token -> participant id
	keys    map[string]string  // hash of a join key -> participant id
	pending []*request         // who waits to be let in, oldest first
	bans    []*person          // in the order of the kicks

	played   []playedItem // oldest first
	current  *wire.JamQueueItem
	upcoming []*waiting // in shown order; empty when current is nil
	lines    map[string]*line
	playback wire.Playback
	failures int // items in a row that could not be played

	ballots map[string]bool // participant ids who voted to skip the current item, also those who are away
	vote    *wire.SkipVote  // as last told; nil while nobody votes
	chat    []wire.ChatLine // the last ChatKept, oldest first

	here     int       // people connected, the console too
	deserted time.Time // since when nobody is; zero while somebody is
	ended    wire.EndReason
	endedAt  time.Time

	presence presence
	memory

	tally  []int32        // see counts
	rights map[string]may // the authorisation table
	entry  *Entry         // being made by the Step that runs now
	chance Chance
}

// memory is what the log does not keep: a restart begins it anew.
type memory struct {
	touched   time.Time          // when somebody did something last
	recounted time.Time          // when the vote was counted last
	slept     time.Duration      // of the machine: the clock stood still meanwhile
	ahead     *wire.JamQueueItem // what autoplay will add, if nobody adds anything before; nil = not known
	sought    string             // the item during which ahead was looked for last
}

// Memory is what the log does not keep of a jam, at one moment.
type Memory struct{ memory }

// Memory gives it, for Recall.
func (j *Jam) Memory() Memory { return Memory{j.memory} }

// Recall takes it over into the same jam after that was read again.
func (j *Jam) Recall(m Memory) { j.memory = m.memory }

// Chance is what comes from outside and cannot be foretold. Replay needs none of it.
type Chance struct {
	Entropy io.Reader
	// Radio chooses for autoplay; a nil one never has anything.
	Radio Radio
}

// Founding is what a jam is born with and never changes.
type Founding struct {
	ID        string           `json:"id"`
	ShareCode string           `json:"share_code"`
	DeviceID  string           `json:"device_id"`
	HostSeat  string           `json:"host_seat"`
	CreatedAt wire.Time        `json:"created_at"`
	Settings  wire.JamSettings `json:"settings"`
	// Heard are the tracks that were heard in this house tonight before, at most heardKept: autoplay takes others first.
	Heard []string `json:"heard,omitempty"`
	// Solo: see Jam.Solo.
	Solo bool `json:"solo,omitempty"`
}

// Entry is what one Step decided: the line that the store appends. What nobody but
// the host's machine may know, hashes of tokens and who voted, stands beside the events, never inside one.
type Entry struct {
	At      wire.Time `json:"at"`
	Founded *Founding `json:"founded,omitempty"`
	Seat    string    `json:"seat,omitempty"` // who acted; "" = the house
	ID      string    `json:"id,omitempty"`   // of the command, when it had one
	Ack     uint64    `json:"ack,omitempty"`  // what that command is acked with
	Keys    *SeatKeys `json:"keys,omitempty"`
	Asked   *Asked    `json:"asked,omitempty"`
	Fixed   *Fixed    `json:"fixed,omitempty"`
	Ballot  *Ballot   `json:"ballot,omitempty"`
	Forgot  string    `json:"forgot,omitempty"` // user id of a member who is not in the list, and is none any more
	// Reopened: a new run of hostd begins, whose clock may stand before the one of the last run.
	Reopened bool `json:"reopened,omitempty"`
	// Skipped is how many numbers before these events were passed over: see Reopen.
	Skipped uint64       `json:"skipped,omitempty"`
	Events  []wire.Event `json:"events,omitempty"`
	Passing []Passing    `json:"-"`
	// Waits is the request to join that this entry is about, "" when the join gave a seat.
	Waits string `json:"-"`
	// Repeat: the command was done before, and this is the ack it got then.
	Repeat bool `json:"-"`
	// Finished is the track that a person added and that came to its end, "" for none: a play that counts.
	Finished string `json:"-"`
}

// Stored tells whether the entry must be on disk before anyone is told. An ack
// alone is kept too: the same id later must not do a thing that now was nothing.
func (e Entry) Stored() bool {
	return !e.Repeat && (e.Founded != nil || e.Keys != nil || e.Asked != nil || e.Fixed != nil || e.Ballot != nil || e.Forgot != "" || e.Reopened || e.ID != "" || len(e.Events) > 0)
}

// Found makes a new jam with its host in the first seat, not yet connected.
func Found(now time.Time, f Founding, hostName string, chance Chance) (*Jam, Entry) {
	j := empty(chance)
	f.HostSeat = j.newID()
	f.CreatedAt, f.Settings = wire.At(now), cleanSettings(f.Settings)
	if f.Solo {
		f.Settings = alone(f.Settings)
	}
	j.begin(now)
	j.found(f)
	j.entry.Founded = &f
	j.emit(wire.ParticipantJoined{Participant: wire.JamParticipant{
		ID: f.HostSeat, DisplayName: cleanName(hostName, "Host"), Role: wire.RoleHost,
		Permissions: permissionsFor(wire.RoleHost, f.Settings), Path: wire.PathLAN, Verified: true, JoinedAt: wire.At(now),
	}})
	j.emit(wire.Playback{AtMS: now.UnixMilli(), Volume: 100})
	return j, j.finish()
}

// ErrNotALog: the entries do not begin with the founding of a jam, or break their order.
var ErrNotALog = errors.New("not the log of a jam")

// Replay rebuilds a jam from its entries, in order.
func Replay(entries []Entry, chance Chance) (*Jam, error) {
	if len(entries) == 0 || entries[0].Founded == nil {
		return nil, ErrNotALog
	}
	j := empty(chance)
	j.found(*entries[0].Founded)
	for i, e := range entries {
		j.seq += e.Skipped
		j.applyFacts(e)
		for _, ev := range e.Events {
			if ev.Seq != j.seq+1 {
				return nil, fmt.Errorf("%w: entry %d holds event %d after %d", ErrNotALog, i, ev.Seq, j.seq)
			}
			j.apply(ev, e.At.Time)
		}
		j.remember(e)
		j.touched = e.At.Time
	}
	return j, nil
}

func empty(chance Chance) *Jam {
	return &Jam{
		people: map[string]*person{}, members: map[string]string{}, looks: map[string]int{}, tokens: map[string]string{}, keys: map[string]string{},
		lines: map[string]*line{}, ballots: map[string]bool{}, state: wire.StateCreated, rights: table(), chance: chance,
	}
}

func (j *Jam) found(f Founding) {
	j.founded = f
	j.settings = f.Settings
	j.deserted, j.touched = f.CreatedAt.Time, f.CreatedAt.Time
}

// begin opens the entry that emit, note and the facts fill.
func (j *Jam) begin(now time.Time) { j.entry = &Entry{At: wire.At(now)} }

// emit is the only way in which the state changes: make the event, apply it, keep it for disk and people.
func (j *Jam) emit(m wire.Message) {
	ev := wire.Event{Seq: j.seq + 1, Message: m}
	j.apply(ev, j.entry.At.Time)
	j.entry.Events = append(j.entry.Events, ev)
}

func (j *Jam) finish() Entry {
	e := *j.entry
	j.entry = nil
	return e
}

// applyFacts takes what an entry knows beside its events.
func (j *Jam) applyFacts(e Entry) {
	if e.Keys != nil {
		j.applyKeys(*e.Keys)
	}
	if e.Asked != nil {
		j.applyAsked(*e.Asked)
	}
	if e.Fixed != nil {
		j.applyFixed(*e.Fixed)
	}
	if e.Ballot != nil {
		j.applyBallot(*e.Ballot)
	}
	if e.Forgot != "" {
		j.applyForgot(e.Forgot)
	}
	if e.Reopened {
		j.applyReopened(e.At.Time)
	}
}

// Seq is the last event so far.
func (j *Jam) Seq() uint64 { return j.seq }

// ID is the session's id.
func (j *Jam) ID() string { return j.founded.ID }

// ShareCode is the code that friends type.
func (j *Jam) ShareCode() string { return j.founded.ShareCode }

// HostSeat is the participant id of the console, whoever has the role of the host.
func (j *Jam) HostSeat() string { return j.founded.HostSeat }

// Ended tells why and when the jam ended; "" while it lives.
func (j *Jam) Ended() (wire.EndReason, time.Time) { return j.ended, j.endedAt }
