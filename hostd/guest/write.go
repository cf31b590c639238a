package guest

import (
	"context"
	"time"

	"soul-jam/shared/wire"
)

// hungUp closes without a word: the other side is gone already.
const hungUp wire.CloseCode = -1

// write sends what waits, all of it as one frame, until there is a bye, the network
// fails, or the host stops. over ends when nobody reads any more.
//
// It waits on one channel and makes no context for each frame: with hundreds of
// guests that was a third of what telling them costs. So the host's end and the next
// sign of life come by the Outbox too, and one timer watches over all frames.
func (g *Guest) write(host, over context.Context) {
	over, tooSlow := context.WithCancel(over)
	defer tooSlow()
	g.slow = time.AfterFunc(writeWithin, func() {
		g.door.Counts.Met(wire.LimitTooSlow)
		tooSlow()
	})
	g.slow.Stop()
	outbox := g.peer.Outbox
	forget := context.AfterFunc(host, func() { outbox.Bye(wire.CloseRestarting) })
	defer forget()
	ask := time.AfterFunc(askEvery, outbox.Rouse)
	defer ask.Stop()
	for asked := time.Now(); ; {
		<-outbox.Wake()
		if time.Since(asked) >= askEvery {
			if !g.alive(over) {
				g.door.Counts.Met(wire.LimitTooSlow)
				_ = g.conn.Close(int(wire.CloseTooSlow), wire.CloseTooSlow.Reason())
				return
			}
			asked = time.Now()
			ask.Reset(askEvery)
		}
		if !g.flush(over) {
			return
		}
	}
}

// flush writes what waits; false ends the connection.
func (g *Guest) flush(over context.Context) bool {
	t := g.peer.Outbox.Take()
	if g.joined != nil && (g.peer.Joined() || g.peer.Watches()) {
		g.joined()
		g.joined = nil
	}
	for _, frame := range frames(t.Messages) {
		if !g.send(over, frame) {
			_ = g.conn.Close(int(wire.CloseTooSlow), wire.CloseTooSlow.Reason())
			return false
		}
	}
	if t.Bye != 0 {
		if t.Bye == wire.CloseTooSlow {
			g.door.Counts.Met(wire.LimitTooSlow)
		}
		g.sayBye(over, t.Bye)
		return false
	}
	// Only now, when everything before is written, is a snapshot of use.
	return !t.Behind || g.door.House.CatchUp(over, g.peer) == nil
}

// frames joins the messages into as few frames as MaxHostFrame allows.
func frames(messages [][]byte) [][]byte {
	var out [][]byte
	const brackets = 2
	from, size := 0, brackets
	for i, m := range messages {
		if size += len(m) + 1; size > wire.MaxHostFrame && i > from {
			out = append(out, wire.JoinFrame(messages[from:i]))
			from, size = i, brackets+len(m)+1
		}
	}
	if from < len(messages) {
		out = append(out, wire.JoinFrame(messages[from:]))
	}
	return out
}

func (g *Guest) sayBye(over context.Context, code wire.CloseCode) {
	if code == hungUp {
		code = wire.CloseTooSlow
	} else if bye, err := wire.Encode(wire.ByeFor(code), 0); err == nil {
		g.send(over, bye)
	}
	_ = g.conn.Close(int(code), code.Reason())
}

func (g *Guest) send(over context.Context, frame []byte) bool {
	g.slow.Reset(writeWithin)
	defer g.slow.Stop()
	return g.conn.Write(over, frame) == nil
}

func (g *Guest) alive(over context.Context) bool {
	ctx, cancel := context.WithTimeout(over, aliveWithin)
	defer cancel()
	return g.conn.Ping(ctx) == nil
}
