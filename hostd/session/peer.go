package session

import (
	"log/slog"
	"sync/atomic"
	"time"

	"soul-jam/shared/wire"
)

// Peer is one connection as the house sees it. Whoever serves the connection
// makes one, sends commands through the House and writes what Outbox gives.
type Peer struct {
	// Code is the share code that the connection asked for.
	Code string
	// Console: it came by the console listener, where the host's token counts.
	Console bool
	Path    wire.Path
	// Unverified: it came through a soul-server without showing that it has the jam's
	// link. On the LAN there is nobody between guest and host whom a link could find out.
	Unverified bool
	// Open: the soul-server reads along.
	Open bool
	// From is a keyed hash of the address that the connection comes from; "" = unknown.
	From string
	// Key is the libp2p peer id of the caller's own program, which the link has authenticated; "" elsewhere.
	Key string
	// Uninvited: it came from outside the house without showing that it knows the code. Who
	// is no member waits for the host, whatever the settings say.
	Uninvited bool
	Outbox    *Outbox
	// Met is told of each limit that this connection met, by whoever refuses; nil = nobody counts. Set before it is served.
	Met func(wire.Limit)

	seat    atomic.Pointer[seat] // nil before joining and after the seat is lost; set by the house
	watches atomic.Bool          // a TV; set by the house
	place   int                  // in the waiting room, as last told; the house's
	kept    atomic.Bool          // see Reseat
	log     *slog.Logger
}

// seat is what a joined connection sits on; several connections of one person share it, one after the other.
type seat struct {
	id    string
	pace  *pace
	open  bool        // who sat down last came through a soul-server that reads along; the house's
	hosts atomic.Bool // has the host's rights, and no limit; set by the house
}

// NewPeer makes the house's side of a connection.
func NewPeer(code string, console bool, path wire.Path, log *slog.Logger) *Peer {
	p := &Peer{Code: code, Console: console, Path: path, Outbox: newOutbox(), log: log}
	p.Outbox.full = func() { p.met(wire.LimitWaiting) }
	return p
}

func (p *Peer) met(l wire.Limit) {
	if p.Met != nil {
		p.Met(l)
	}
}

// Joined tells whether the connection has a seat.
func (p *Peer) Joined() bool { return p.seat.Load() != nil }

// Seat is the participant id of who sits here; "" before joining and after the seat is lost.
func (p *Peer) Seat() string {
	if s := p.seat.Load(); s != nil {
		return s.id
	}
	return ""
}

// Hosts tells whether who sits here has the host's rights at this moment.
func (p *Peer) Hosts() bool {
	s := p.seat.Load()
	return s != nil && s.hosts.Load()
}

// Kept tells that Reseat gave the connection its seat: it may resume all the same.
func (p *Peer) Kept() bool { return p.kept.Load() }

// Watches tells whether the connection is a TV's.
func (p *Peer) Watches() bool { return p.watches.Load() }

// Pace refuses what comes too often; before joining there is nothing to count against, and the host is not limited.
func (p *Peer) Pace(now time.Time, c wire.Command) *wire.Error {
	if s := p.seat.Load(); s != nil && !s.hosts.Load() {
		return s.pace.check(now, c)
	}
	return nil
}

// Tell puts a message for this connection alone behind what waits already.
func (p *Peer) Tell(m wire.Message) {
	b, err := wire.Encode(m, 0)
	if err != nil {
		p.log.Error("a message could not be encoded", "message", m.MessageType(), "error", err)
		return
	}
	p.Outbox.Answer(b)
}

// Refuse tells an error about the command with that id.
func (p *Peer) Refuse(id string, refusal *wire.Error) {
	e := *refusal
	e.ID = id
	if e.Limit != "" {
		p.met(e.Limit)
	}
	p.Tell(&e)
}

// Ack tells that the command was done; without an id nothing is told.
func (p *Peer) Ack(id string, seq uint64) {
	if id != "" {
		p.Tell(wire.Ack{ID: id, Seq: seq})
	}
}

// TurnAway tells an error that ends the connection before it began.
func (p *Peer) TurnAway(id string, refusal *wire.Error) {
	p.Refuse(id, refusal)
	code := refusal.Code.Close()
	if code == 0 {
		code = wire.CloseDenied
	}
	p.Outbox.Bye(code)
}
