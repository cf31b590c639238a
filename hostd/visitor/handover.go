package visitor

import (
	"encoding/json"
	"time"

	"soul-jam/shared/wire"
)

// movedWithin: the host gives the seat to the new connection within this, or everything stays as it was.
const movedWithin = 5 * time.Second

// trial is a better connection that the seat is being moved to while the first goes on carrying.
type trial struct {
	call  *call
	timer *time.Timer
}

// try begins a handover.
func (t *talk) try(conn Conn) {
	call := newCall(t.calls, conn, &t.work)
	if t.state != Joined || t.trial != nil || t.going {
		call.hangUp()
		return
	}
	call.command(t.resume())
	t.trial = &trial{call: call, timer: time.NewTimer(movedWithin)}
}

// tried hears what comes on the new connection; open is false when it is over, or nothing came in time.
func (t *talk) tried(frame []byte, open bool) (ending, bool) {
	messages := split(frame)
	taken, refused := false, !open
	for _, m := range messages {
		var head struct{ Type string }
		_ = json.Unmarshal(m, &head)
		taken = taken || head.Type == "joined" || head.Type == "resumed"
		refused = refused || head.Type == "error" || head.Type == "bye"
	}
	switch {
	case taken:
		t.move()
		defer func() { t.handedOver = false }()
		return t.receive(messages)
	case refused:
		return t.stay()
	}
	return ending{}, false
}

// move: the seat is on the new connection. What the old one still brings comes again here.
func (t *talk) move() {
	before := t.call
	t.trial.timer.Stop()
	t.call, t.heard, t.trial, t.words = t.trial.call, t.trial.call.heard, nil, lastWords{}
	t.handedOver = true
	before.hangUp()
}

// stay: the seat is not on the new connection.
func (t *talk) stay() (ending, bool) {
	t.trial.end()
	t.trial, t.doubtful = nil, true
	if t.heard == nil {
		return ending{said: "The connection is lost"}, true
	}
	t.improve(betterWithin)
	return ending{}, false
}

// improve looks for a better path while the one in use leads through a soul-server.
func (t *talk) improve(first time.Duration) {
	t.improving()
	t.improving = func() {}
	if t.call.path != wire.PathRelayed {
		return
	}
	t.improving = t.look(first)
}

func (r *trial) hears() <-chan []byte {
	if r == nil {
		return nil
	}
	return r.call.heard
}

func (r *trial) late() <-chan time.Time {
	if r == nil {
		return nil
	}
	return r.timer.C
}

func (r *trial) end() {
	if r != nil {
		r.timer.Stop()
		r.call.hangUp()
	}
}
