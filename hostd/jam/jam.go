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
	state    wire.State
	seq      uint64

	people  map[string]*person // by participant id, also those who left
	arrival []string           // their ids, first comer first
	gone    int                // how many of them are not in the list any more
	tokens  map[string]string  // hash of a valid resume token -> participant id
	keys    map[string]string  // hash of a join key -> participant id

	played   []playedItem // oldest first
	current  *wire.JamQueueItem
	upcoming []waiting // in shown order; empty when current is nil
	playback wire.Playback
	failures int // items in a row that could not be played

	ended     wire.EndReason // "" while it lives
	endedAt   time.Time
	nextLeave time.Time // see NextDeadline
	// leaveStale: somebody came, went or left since nextLeave was found.
	leaveStale bool

	rights  map[string]may // the authorisation table
	entry   *Entry         // being made by the Step that runs now
	entropy io.Reader
}

// Founding is what a jam is born with and never changes.
type Founding struct {
	ID        string           `json:"id"`
	ShareCode string           `json:"share_code"`
	DeviceID  string           `json:"device_id"`
	HostSeat  string           `json:"host_seat"`
	CreatedAt wire.Time        `json:"created_at"`
	Settings  wire.JamSettings `json:"settings"`
}

// Entry is what one Step decided: the line that the store appends. Hashes of
// tokens are in it, beside the events and never inside one.
type Entry struct {
	At      wire.Time           `json:"at"`
	Founded *Founding           `json:"founded,omitempty"`
	Seat    string              `json:"seat,omitempty"` // who acted; "" = the house
	ID      string              `json:"id,omitempty"`   // of the command, when it had one
	Ack     uint64              `json:"ack,omitempty"`  // what that command is acked with
	Keys    *SeatKeys           `json:"keys,omitempty"`
	Events  []wire.Event        `json:"events,omitempty"`
	Notices []wire.Notification `json:"-"`
	// Repeat: the command was done before, and this is the ack it got then.
	Repeat bool `json:"-"`
}

// Stored tells whether the entry must be on disk before anyone is told. An ack
// alone is kept too: the same id later must not do a thing that now was nothing.
func (e Entry) Stored() bool {
	return !e.Repeat && (e.Founded != nil || e.Keys != nil || e.ID != "" || len(e.Events) > 0)
}

// Found makes a new jam with its host in the first seat, not yet connected.
func Found(now time.Time, f Founding, hostName string, entropy io.Reader) (*Jam, Entry) {
	j := empty(entropy)
	f.HostSeat = j.newID()
	f.CreatedAt, f.Settings = wire.At(now), cleanSettings(f.Settings)
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
func Replay(entries []Entry, entropy io.Reader) (*Jam, error) {
	if len(entries) == 0 || entries[0].Founded == nil {
		return nil, ErrNotALog
	}
	j := empty(entropy)
	j.found(*entries[0].Founded)
	for i, e := range entries {
		if e.Keys != nil {
			j.applyKeys(*e.Keys)
		}
		for _, ev := range e.Events {
			if ev.Seq != j.seq+1 {
				return nil, fmt.Errorf("%w: entry %d holds event %d after %d", ErrNotALog, i, ev.Seq, j.seq)
			}
			j.apply(ev, e.At.Time)
		}
		j.remember(e)
	}
	return j, nil
}

func empty(entropy io.Reader) *Jam {
	return &Jam{people: map[string]*person{}, tokens: map[string]string{}, keys: map[string]string{}, state: wire.StateCreated, rights: table(), entropy: entropy}
}

func (j *Jam) found(f Founding) {
	j.founded = f
	j.settings = f.Settings
}

// begin opens the entry that emit, note and setKeys fill.
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

// Seq is the last event so far.
func (j *Jam) Seq() uint64 { return j.seq }

// ID is the session's id.
func (j *Jam) ID() string { return j.founded.ID }

// ShareCode is the code that friends type.
func (j *Jam) ShareCode() string { return j.founded.ShareCode }

// HostSeat is the participant id of the host.
func (j *Jam) HostSeat() string { return j.founded.HostSeat }

// Ended tells why and when the jam ended; "" while it lives.
func (j *Jam) Ended() (wire.EndReason, time.Time) { return j.ended, j.endedAt }
