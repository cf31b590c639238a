package visitor

import (
	"context"
	"time"

	"soul-jam/shared/wire"
)

const (
	// answeredWithin: the host answers a join or resume within this, or the connection is dropped.
	answeredWithin = 10 * time.Second
	// leftWithin: a goodbye to who leaves that takes longer is not waited for.
	leftWithin = 3 * time.Second
)

// talk is a visit on a connection, from the first word to the last. Run's goroutine owns it.
type talk struct {
	*Visit
	ctx   context.Context
	calls context.Context // of calls: they outlive ctx for as long as a goodbye takes
	call  *call
	heard <-chan []byte // call's; nil once that is over, while a handover is under way
	words lastWords
	asked string // join_request or resume, until it is answered
	state State  // Joining, Waiting or Joined
	going bool   // leaves
	timer *time.Timer

	found      chan Conn // better connections
	improving  context.CancelFunc
	trial      *trial // nil = no handover is under way
	doubtful   bool   // one has failed since the seat was taken, and may have taken it along
	handedOver bool   // the frame that is read is the first on a better connection
}

// talk talks on conn until it is over.
func (v *Visit) talk(ctx context.Context, conn Conn) ending {
	t := &talk{Visit: v, ctx: ctx, calls: context.WithoutCancel(ctx), state: Joining, found: make(chan Conn), timer: time.NewTimer(answeredWithin), improving: func() {}}
	t.call = newCall(t.calls, conn, &v.work)
	t.heard = t.call.heard
	defer func() {
		t.timer.Stop()
		t.improving()
		t.trial.end()
		t.call.hangUp()
	}()
	if !v.seat.taken {
		v.tell(ctx, func(l *Line) { l.State, l.Path = Joining, string(t.call.path) })
	}
	t.introduce()
	for {
		if e, done := t.next(); done {
			return e
		}
	}
}

// next deals with one thing that happens; done = the connection is over.
func (t *talk) next() (e ending, done bool) {
	left := t.left
	if t.going {
		left = nil
	}
	select {
	case frame, open := <-t.heard:
		if !open {
			return t.lost()
		}
		return t.receive(split(frame))
	case frame, open := <-t.trial.hears():
		return t.tried(frame, open)
	case <-t.trial.late():
		return t.tried(nil, false)
	case conn := <-t.found:
		t.try(conn)
	case <-t.timer.C:
		if t.going {
			return closing(wire.CloseLeft), true
		}
		return ending{said: "The host does not answer"}, true
	case <-t.outbox.wake:
		t.flush()
	case <-left:
		return t.leave()
	case <-t.ctx.Done():
		if t.hasLeft() {
			return t.leaveNow()
		}
		if t.state == Joined {
			t.call.command(wire.Away{})
		}
		return ending{}, true
	}
	return ending{}, false
}

// introduce asks for the seat that is held, or for one.
func (t *talk) introduce() {
	version := wire.Version
	if token := t.known.Resume; !token.IsZero() {
		t.asked = wire.Resume{}.CommandType()
		t.call.command(t.resume())
		return
	}
	t.asked = wire.JoinRequest{}.CommandType()
	t.call.command(wire.JoinRequest{DisplayName: t.cfg.Name, UserToken: t.known.User.Reveal(), JoinKey: t.joinKey, V: &version})
}

func (t *talk) resume() wire.Resume {
	version := wire.Version
	r := wire.Resume{ResumeToken: t.known.Resume.Reveal(), V: &version}
	if t.seat.taken {
		last := t.seat.lastSeq
		r.LastSeq = &last
	}
	return r
}

// flush sends what waits, if there is a seat.
func (t *talk) flush() {
	if t.state != Joined || t.heard == nil {
		return
	}
	for _, frame := range t.outbox.unsent() {
		t.call.tell(frame)
	}
}

// leave gives up the seat, or the place among those who wait.
func (t *talk) leave() (ending, bool) {
	t.going = true
	switch {
	case t.state == Joining || t.heard == nil:
		return closing(wire.CloseLeft), true
	case t.state == Waiting:
		t.call.command(wire.Leave{})
	default:
		t.flush()
	}
	t.timer.Reset(leftWithin)
	return ending{}, false
}

// leaveNow does not wait for the host's goodbye.
func (t *talk) leaveNow() (ending, bool) {
	if !t.going {
		_, _ = t.leave()
	}
	return closing(wire.CloseLeft), true
}

// lost: the connection is over.
func (t *talk) lost() (ending, bool) {
	if t.going {
		return closing(wire.CloseLeft), true
	}
	e := t.words.ending(t.call.err)
	replaced := e.code == wire.CloseReplaced
	if t.trial != nil && (!e.over || replaced) {
		t.heard = nil // the new connection has the seat, or will know why not
		return ending{}, false
	}
	if replaced && t.doubtful {
		return ending{said: "The connection is lost"}, true // by a handover of this visit's
	}
	return e, true
}
