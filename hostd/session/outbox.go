package session

import (
	"slices"
	"sync"

	"soul-jam/shared/wire"
)

// What may wait for one slow connection. Beyond it the events are dropped and the
// guest gets a fresh snapshot when it has caught up; too many answers close it.
const (
	// maxWaiting messages.
	maxWaiting = 256
	// maxWaitingBytes of messages, most of them shared with the other guests.
	maxWaitingBytes = 1 << 20
	// maxAnswerBytes of what this guest alone asked for, when the events are dropped already.
	maxAnswerBytes = wire.MaxHostFrame
)

// Outbox is what waits to be written to one connection. The house puts, the
// connection's writer takes.
type Outbox struct {
	wake chan struct{} // holds one token when there may be something to take
	full func()        // is told when events begin to be dropped; must not wait. Nil = nobody counts

	mu      sync.Mutex // guards what follows; never held while anything waits
	waiting []message
	bytes   int
	behind  bool // events were dropped: a snapshot is owed
	bye     wire.CloseCode
}

type message struct {
	bytes []byte
	event bool // may be dropped in favour of a snapshot
}

// Taken is what a writer has to do next, in this order: write the messages, ask
// for a snapshot if one is owed, say bye if Bye is set.
type Taken struct {
	Messages [][]byte
	Behind   bool
	Bye      wire.CloseCode
}

func newOutbox() *Outbox { return &Outbox{wake: make(chan struct{}, 1)} }

// Wake is readable when Take may have something.
func (o *Outbox) Wake() <-chan struct{} { return o.wake }

// Rouse makes Wake readable though nothing may wait.
func (o *Outbox) Rouse() { o.rouse() }

func (o *Outbox) rouse() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// events adds what happened in one round, unless the guest is behind: the snapshot will hold it.
func (o *Outbox) events(messages [][]byte) {
	if len(messages) == 0 {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.behind || o.bye != 0 {
		return
	}
	o.waiting = slices.Grow(o.waiting, len(messages))
	for _, b := range messages {
		o.add(message{bytes: b, event: true})
	}
	if len(o.waiting) > maxWaiting || o.bytes > maxWaitingBytes {
		o.dropEvents()
	}
	o.rouse()
}

// Answer adds what this guest asked for. A guest that asks without reading is closed.
func (o *Outbox) Answer(b []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bye != 0 {
		return
	}
	o.add(message{bytes: b})
	if len(o.waiting) > maxWaiting || o.bytes > maxAnswerBytes {
		o.dropEvents()
		if len(o.waiting) > maxWaiting || o.bytes > maxAnswerBytes {
			o.waiting, o.bytes, o.bye = nil, 0, wire.CloseTooSlow
		}
	}
	o.rouse()
}

func (o *Outbox) add(m message) {
	o.waiting = append(o.waiting, m)
	o.bytes += len(m.bytes)
}

func (o *Outbox) dropEvents() {
	if !o.behind && o.full != nil {
		o.full()
	}
	answers := o.waiting[:0:0]
	o.bytes = 0
	for _, m := range o.waiting {
		if !m.event {
			answers = append(answers, m)
			o.bytes += len(m.bytes)
		}
	}
	o.waiting, o.behind = answers, true
}

// fresh adds the snapshot that was owed; events count again from here.
func (o *Outbox) fresh(snapshot []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.behind = false
	o.add(message{bytes: snapshot})
	o.rouse()
}

// Bye closes the connection once everything before it is written. The first code wins.
func (o *Outbox) Bye(code wire.CloseCode) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bye == 0 {
		o.bye = code
	}
	o.rouse()
}

// closing tells whether a bye was said.
func (o *Outbox) closing() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bye != 0
}

// Take gives all that waits, at once.
func (o *Outbox) Take() Taken {
	o.mu.Lock()
	defer o.mu.Unlock()
	t := Taken{Behind: o.behind, Bye: o.bye}
	if len(o.waiting) > 0 {
		t.Messages = make([][]byte, len(o.waiting))
		for i, m := range o.waiting {
			t.Messages[i] = m.bytes
		}
	}
	o.waiting, o.bytes = nil, 0
	return t
}
