package day

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/pion/transport/v5/vnet"

	"soul-jam/hostd/terminal"
	"soul-jam/hostd/visitor"
	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// person is somebody who takes part: a visit of hostd/visitor, and what they know of the jam by what they hear.
type person struct {
	world    *world
	name, ip string
	hosts    bool
	target   visitor.Target
	visits   *visitor.Visits
	web      *http.Client
	native   visitor.Native
	away     *elsewhere // nil = at home

	trouble string    // of the network now; "" = none. The world's, as what follows
	calm    time.Time // since when there is none

	mu      sync.Mutex // guards what follows
	visit   *visitor.Visit
	stop    context.CancelFunc
	over    chan struct{} // closed when the visit is
	err     error         // of the visit; once over
	room    terminal.Room
	line    visitor.Line
	since   time.Time // when the line has changed last
	last    uint64    // event that was heard
	pending map[string]order
	ended   *wire.SessionEnded
	leaving bool
}

// elsewhere is how somebody who is not at home reaches the host.
type elsewhere struct {
	way   *channelWay
	homes [2]string // addresses outside of the two networks that they go between
	nets  [2]*vnet.Net
	at    int
}

// order is a command without an answer.
type order struct {
	command wire.Command
	at      time.Time
}

// target is where a jam is to be found.
func target(face, shareCode string, key *identity.LinkKey) visitor.Target {
	return visitor.Target{Code: code.Code(shareCode), Origin: &url.URL{Scheme: "http", Host: face}, Key: key}
}

// come begins a visit, or takes the one before up again.
func (p *person) come() {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx, stop := context.WithCancel(context.Background())
	p.visit = visitor.New(visitor.Config{Target: p.target, Name: p.name, Visits: p.visits, Native: p.native, HTTP: p.web, Log: p.world.log})
	p.stop, p.over, p.pending, p.err = stop, make(chan struct{}), map[string]order{}, nil
	p.leaving = false
	p.room, p.last, p.line = terminal.Room{}, 0, visitor.Line{}
	visit, over, heard := p.visit, p.over, make(chan struct{})
	go func() {
		defer close(heard)
		for u := range visit.Updates() {
			p.hear(u)
		}
	}()
	go func() {
		err := visit.Run(ctx)
		<-heard
		p.mu.Lock()
		p.err = err
		p.mu.Unlock()
		stop()
		close(over)
	}()
}

// here tells whether there is a visit.
func (p *person) here() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.visit != nil && !closed(p.over)
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// quit closes the program: the host is told that they are away, and the seat is kept.
func (p *person) quit() {
	p.stop()
	<-p.over
}

// leave gives the seat up.
func (p *person) leave() {
	p.mu.Lock()
	p.leaving = true
	p.mu.Unlock()
	p.visit.Leave()
	<-p.over
}

// misses tells whether they hold a seat and have not heard of the end.
func (p *person) misses() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended == nil && !p.leaving
}

// do sends a command and remembers that it has no answer.
func (p *person) do(c wire.Command) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id := p.visit.Do(c); id != "" {
		p.pending[id] = order{c, time.Now()}
	}
}

// sees is what they know of the jam; ok is false while they do not have a seat.
func (p *person) sees() (room terminal.Room, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	room = p.room
	room.Upcoming, room.Chat = slices.Clone(room.Upcoming), slices.Clone(room.Chat)
	return room, p.visit != nil && !closed(p.over) && p.line.State == visitor.Joined
}

// heard is what of a message is looked at here.
type heard struct {
	Type        string
	Seq         uint64
	ID          string
	Code        json.RawMessage
	Participant *string `json:"participant_id"`
	Session     struct{ Seq uint64 }
	Events      []json.RawMessage
}

func (p *person) hear(u visitor.Update) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if u.Line != nil {
		if p.line.State != u.Line.State || p.line.Path != u.Line.Path {
			p.since = time.Now()
			p.world.count(p.kind() + " " + string(u.Line.State) + " " + u.Line.Path)
		}
		p.line = *u.Line
		return
	}
	var m heard
	if err := json.Unmarshal(u.Message, &m); err != nil && m.Type == "" {
		p.world.wrong("%s hears %.200s: %v", p.name, u.Message, err)
		return
	}
	p.world.count("heard " + m.Type)
	p.follow(m)
	p.room.Apply(u.Message)
	switch m.Type {
	case "ack":
		p.acked(m)
	case "error":
		p.refused(m, u.Message)
	case "session_ended":
		p.ended = &wire.SessionEnded{}
		if err := json.Unmarshal(u.Message, p.ended); err != nil {
			p.world.wrong("%s hears %.200s: %v", p.name, u.Message, err)
		}
	}
}

func (p *person) kind() string {
	switch {
	case p.hosts:
		return "host"
	case p.away != nil:
		return "elsewhere"
	}
	return "at home"
}

// follow holds the numbers of events to their order: upwards, each once, none left out.
func (p *person) follow(m heard) {
	switch m.Type {
	case "ack":
		return
	case "joined", "session_update":
		if m.Session.Seq < p.last {
			p.world.wrong("%s knew of event %d and gets a snapshot of %d", p.name, p.last, m.Session.Seq)
		}
		p.last = m.Session.Seq
		return
	case "resumed":
		for _, event := range m.Events {
			var one heard
			if err := json.Unmarshal(event, &one); err != nil {
				p.world.wrong("%s hears %.200s: %v", p.name, event, err)
			}
			p.event(one)
		}
		if missed := p.world.host.ledger.between(p.last, m.Seq+1); missed > 0 {
			p.world.wrong("%s knew of %d, is told to be at %d, and has never heard of %d", p.name, p.last, m.Seq, missed)
		}
		p.last = max(p.last, m.Seq)
		return
	}
	if m.Seq > 0 {
		p.event(m)
	}
}

func (p *person) event(m heard) {
	if m.Seq <= p.last {
		p.world.wrong("%s hears event %d, a %s, after event %d", p.name, m.Seq, m.Type, p.last)
		return
	}
	if missed := p.world.host.ledger.between(p.last, m.Seq); missed > 0 {
		p.world.wrong("%s hears event %d after %d and never event %d", p.name, m.Seq, p.last, missed)
	}
	p.last = m.Seq
}

// acked: what is acked has been written down, with that very number.
func (p *person) acked(m heard) {
	o, mine := p.pending[m.ID]
	delete(p.pending, m.ID)
	if !mine && p.leaving { // it is the visit that says leave
		return
	}
	if !mine {
		p.world.wrong("%s is told that %s was done, and asked for no such thing", p.name, m.ID)
		return
	}
	p.world.count("done " + o.command.CommandType())
	switch o.command.(type) {
	case wire.Ping, wire.Search: // nothing of it is written
		return
	}
	if seq, written := p.world.host.ledger.acked(p.room.Me, m.ID); !written || seq != m.Seq {
		p.world.wrong("%s: %s is acked with %d; the host wrote %d, %v", p.name, o.command.CommandType(), m.Seq, seq, written)
	}
}

// refused: what is refused was not done, unless it was never known what became of it.
func (p *person) refused(m heard, raw json.RawMessage) {
	o, mine := p.pending[m.ID]
	delete(p.pending, m.ID)
	if !mine {
		p.world.count("error without a question")
		return
	}
	var code wire.Code
	_ = json.Unmarshal(m.Code, &code)
	p.world.count(fmt.Sprintf("refused %s: %s", o.command.CommandType(), code))
	switch code {
	case wire.CodeHostOffline: // the visit's own word
		return
	case wire.CodeInternal:
		p.world.wrong("%s: %s", p.name, raw)
	}
	if seq, written := p.world.host.ledger.acked(p.room.Me, m.ID); written {
		p.world.wrong("%s: %s is refused with %s, and was done: %d", p.name, o.command.CommandType(), raw, seq)
	}
}
