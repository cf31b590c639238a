// Package guest serves one connected person, on whatever link: the first words
// (join, resume), the limits on what a client may send, and the writer that sends
// all that waits as one frame. The rules are not here: what a person may do is
// decided in hostd/jam, what was decided is told by hostd/session.
package guest

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"time"

	"golang.org/x/time/rate"

	"soul-jam/hostd/link"
	"soul-jam/hostd/session"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

const (
	// writeWithin: a frame that the network does not take within this closes the connection.
	writeWithin = 10 * time.Second
	// askEvery: how often the writer asks for a sign of life. What it writes itself is
	// none: the network takes that for many minutes after the other side is gone.
	askEvery = 20 * time.Second
	// aliveWithin: how long that may take.
	aliveWithin = 10 * time.Second
	// firstWordWithin: who asks for a jam that has ended may show within this that they were in it, and is told how it ended.
	firstWordWithin = time.Second
)

// Door is what every connection of this host shares.
type Door struct {
	House   *session.House
	Library Library
	Decoder *wire.Decoder
	// HostToken makes a join the host's, on the console listener.
	HostToken identity.Secret
	// TVToken is the one of the console's TV link for the running jam.
	TVToken func() identity.Secret
	Now     func() time.Time
	Log     *slog.Logger
	// Counts, nil = nothing is counted.
	Counts *Counts
	// Joins is how often one address may ask for a seat; nil = without end. See NewJoins.
	Joins *Paces
}

// Guest is one connection.
type Guest struct {
	door *Door
	conn link.Conn
	peer *session.Peer
	away bool // the page said that it is hidden; its next word brings it back

	patience *rate.Limiter // for words in vain; the reader's

	joined func()      // see Serve; nil once called. The writer's: a host may let in somebody who says nothing meanwhile
	slow   *time.Timer // runs while a frame is being written, and then ends the writing; the writer's
}

// Serve talks with the person on conn until it is over. joined is called once, when
// the connection has a seat, so that it does not count as a stranger any more. When
// ctx ends, the person is told to come back (4000).
func (d *Door) Serve(ctx context.Context, conn link.Conn, peer *session.Peer, joined func()) {
	g := &Guest{door: d, conn: conn, peer: peer, joined: joined, patience: newPatience()}
	peer.Met = d.Counts.Met
	reading, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	written := make(chan struct{})
	go func() {
		defer close(written)
		defer stop()
		defer g.caught()
		g.write(ctx, reading)
	}()
	switch refusal := d.House.View().FindOn(peer.Console, peer.Code, d.Now()); {
	case refusal == nil:
	case refusal.Code == wire.CodeSessionEnded:
		late := time.AfterFunc(firstWordWithin, func() { peer.TurnAway("", refusal) })
		defer late.Stop()
	default:
		peer.TurnAway("", refusal)
	}
	func() {
		defer g.caught()
		g.read(reading)
	}()
	<-written
	d.House.Gone(peer)
}

// caught keeps a mistake of ours that one guest has met from ending the evening for everybody: the connection is
// closed, the guest comes back.
func (g *Guest) caught() {
	if p := recover(); p != nil {
		g.door.Log.Error("a connection has panicked", "panic", p, "stack", string(debug.Stack()))
		g.peer.Outbox.Bye(wire.CloseRestarting)
		_ = g.conn.Close(int(wire.CloseRestarting), wire.CloseRestarting.Reason())
	}
}

// read takes the person's words until the connection is over.
func (g *Guest) read(ctx context.Context) {
	for {
		frame, err := g.conn.Read(ctx)
		if errors.Is(err, link.ErrTooLong) {
			// The protocol is broken: what is left of the frame is never read.
			g.peer.Refuse("", wire.Refusef(wire.CodeBadRequest, "A message is at most %d bytes long", wire.MaxClientFrame).Because(wire.LimitFrame))
			g.peer.Outbox.Bye(wire.CloseBadProtocol)
			return
		}
		if err != nil {
			g.peer.Outbox.Bye(hungUp)
			return
		}
		id, c, refusal := g.door.Decoder.Decode(frame)
		if refusal != nil {
			g.refuseWords(id, refusal)
			g.bear(ctx)
			continue
		}
		if !g.peer.Joined() {
			g.bear(ctx)
		}
		if err := g.hear(ctx, id, c); err != nil {
			g.peer.Outbox.Bye(wire.CloseRestarting)
			return
		}
	}
}

// refuseWords answers what could not be understood; that counts against the rate too.
func (g *Guest) refuseWords(id string, refusal *wire.Error) {
	if slow := g.peer.Pace(g.door.Now(), wire.Ping{}); slow != nil {
		refusal = slow
	}
	g.peer.Refuse(id, refusal)
}

// hear deals with one command. An error means that the house is gone.
func (g *Guest) hear(ctx context.Context, id string, c wire.Command) error {
	house, now := g.door.House, g.door.Now()
	if refusal := g.peer.Pace(now, c); refusal != nil {
		defer g.bear(ctx)
		return house.TooMuch(ctx, g.peer, id, refusal)
	}
	switch c := c.(type) {
	case wire.JoinRequest:
		return g.join(ctx, id, c)
	case wire.Resume:
		return g.resume(ctx, id, c)
	case wire.Watch:
		return g.watch(ctx, id, c)
	case wire.Ping:
		g.peer.Tell(wire.Pong{T0: c.T0, T1: now.UnixMilli()})
		g.ackHere(id)
		return g.back(ctx)
	}
	if _, leaves := c.(wire.Leave); leaves && !g.peer.Joined() {
		return house.Withdraw(ctx, g.peer, id)
	}
	if !g.peer.Joined() {
		g.peer.Refuse(id, wire.Refuse(wire.CodeNotAuthorized))
		return nil
	}
	if _, leaves := c.(wire.Away); leaves {
		g.away = true
		return house.Away(ctx, g.peer)
	}
	if err := g.back(ctx); err != nil {
		return err
	}
	switch c := c.(type) {
	case wire.Search:
		g.search(id, c)
		return house.Stir(ctx)
	case wire.Art:
		g.art(id, c)
		return house.Stir(ctx)
	}
	return house.Submit(ctx, g.peer, id, c)
}

// back undoes away: the page has spoken again.
func (g *Guest) back(ctx context.Context) error {
	if !g.away {
		return nil
	}
	g.away = false
	return g.door.House.Back(ctx, g.peer)
}

// ackHere acks what changed nothing in the session.
func (g *Guest) ackHere(id string) { g.peer.Ack(id, g.door.House.View().Seq) }
