package visitor

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"soul-jam/shared/wire"
)

// mostWaiting commands without an answer: Submit waits for room, Do takes no more.
const mostWaiting = 64

// order is one command.
type order struct {
	id, kind string
	frame    []byte
	sent     bool // on the connection of now
}

// passing commands mean the song that is heard now: sent later they would hit another one.
func (o order) passing() bool {
	return o.kind == "skip" || o.kind == "vote_skip" || o.kind == "unvote_skip"
}

// outbox holds the commands that nobody has answered. The visit sends them, again on every connection: the host does
// nothing twice for one id.
type outbox struct {
	prefix string
	wake   chan struct{} // there is something to send

	mu      sync.Mutex // guards what follows
	made    uint64
	waiting []order
	changed chan struct{} // closed, and another made, when one is answered or the visit has a seat
	seated  bool          // once
	over    bool          // nobody answers any more
}

func newOutbox() *outbox {
	// Ids are this program's own among all that use the seat.
	prefix := make([]byte, 9)
	_, _ = rand.Read(prefix) // never fails
	return &outbox{prefix: base64.RawURLEncoding.EncodeToString(prefix) + "-", wake: make(chan struct{}, 1), changed: make(chan struct{})}
}

// put takes a command; ok is false when there is no room, or nobody answers any more.
func (b *outbox) put(o order) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over || len(b.waiting) >= mostWaiting && o.kind != "leave" {
		return false
	}
	b.waiting = append(b.waiting, o)
	b.rouse()
	return true
}

func (b *outbox) rouse() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

func (b *outbox) nextID() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.made++
	return b.prefix + strconv.FormatUint(b.made, 36)
}

// unsent gives what has not been sent on this connection, and counts it as sent.
func (b *outbox) unsent() (frames [][]byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.waiting {
		if !b.waiting[i].sent {
			b.waiting[i].sent = true
			frames = append(frames, b.waiting[i].frame)
		}
	}
	return frames
}

// moved: the seat is on another connection, where nothing has been sent yet. After an absence passing commands are
// taken out and given back: another song may be heard by now.
func (b *outbox) moved(absent bool) (missed []order) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seated = true
	if absent {
		missed = slices.Clone(b.waiting)
		missed = slices.DeleteFunc(missed, func(o order) bool { return !o.passing() })
		b.waiting = slices.DeleteFunc(b.waiting, order.passing)
	}
	for i := range b.waiting {
		b.waiting[i].sent = false
	}
	b.told()
	return missed
}

// settle takes out the first command with that id: it was answered.
func (b *outbox) settle(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if at := slices.IndexFunc(b.waiting, func(o order) bool { return o.id == id }); at >= 0 {
		b.waiting = slices.Delete(b.waiting, at, at+1)
		b.told()
	}
}

// told lets those look again who wait for a change. The lock is held.
func (b *outbox) told() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// close gives all that nobody will answer.
func (b *outbox) close() (abandoned []order) {
	b.mu.Lock()
	defer b.mu.Unlock()
	abandoned = b.waiting
	b.over, b.waiting = true, nil
	b.told()
	return abandoned
}

// until waits until is holds, or the visit is over.
func (b *outbox) until(ctx context.Context, is func() bool) error {
	for {
		b.mu.Lock()
		done, changed := b.over || is(), b.changed
		b.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// The errors of Submit, for whoever wrote the command.
var (
	errOver    = errors.New("the visit is over")
	errCommand = errors.New("a command is a JSON object with a type, such as {\"type\":\"play\"}")
)

// read makes an order of a command in the contract's JSON. An absent id is made.
func (b *outbox) read(raw []byte) (order, error) {
	var fields map[string]json.RawMessage
	var o order
	switch {
	case len(raw) > wire.MaxClientFrame:
		return o, fmt.Errorf("a command has at most %d bytes", wire.MaxClientFrame)
	case json.Unmarshal(raw, &fields) != nil || fields == nil || json.Unmarshal(fields["type"], &o.kind) != nil || o.kind == "":
		return o, errCommand
	}
	switch o.kind {
	case "join_request", "resume", "watch", "away":
		return o, fmt.Errorf("%s is sent by itself when it is time", o.kind)
	}
	if id := fields["id"]; id != nil && string(id) != "null" {
		if json.Unmarshal(id, &o.id) != nil || o.id == "" || len(o.id) > wire.MaxCommandID {
			return o, fmt.Errorf("an id is a text of 1 to %d bytes", wire.MaxCommandID)
		}
		o.frame = raw
		return o, nil
	}
	o.id = b.nextID()
	fields["id"], _ = json.Marshal(o.id) // a text
	frame, err := json.Marshal(fields)
	if err != nil {
		return o, errCommand
	}
	if len(frame) > wire.MaxClientFrame {
		return o, fmt.Errorf("a command has at most %d bytes with its id", wire.MaxClientFrame)
	}
	o.frame = frame
	return o, nil
}

// The conditions of until; the lock is held.
func (b *outbox) hasRoom() bool { return len(b.waiting) < mostWaiting }
func (b *outbox) idle() bool    { return b.seated && len(b.waiting) == 0 }

func (b *outbox) finished() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.over
}
