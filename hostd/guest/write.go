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
func (g *Guest) write(host, over context.Context) {
	quiet := time.NewTimer(quietFor)
	defer quiet.Stop()
	stopping := host.Done()
	for {
		select {
		case <-g.peer.Outbox.Wake():
		case <-stopping:
			stopping = nil
			g.peer.Outbox.Bye(wire.CloseRestarting)
			continue
		case <-quiet.C:
			if !g.alive(over) {
				_ = g.conn.Close(int(wire.CloseTooSlow), wire.CloseTooSlow.Reason())
				return
			}
		}
		if !g.flush(over) {
			return
		}
		quiet.Reset(quietFor)
	}
}

// flush writes what waits; false ends the connection.
func (g *Guest) flush(over context.Context) bool {
	t := g.peer.Outbox.Take()
	if len(t.Messages) > 0 && !g.send(over, wire.JoinFrame(t.Messages)) {
		_ = g.conn.Close(int(wire.CloseTooSlow), wire.CloseTooSlow.Reason())
		return false
	}
	if t.Bye != 0 {
		g.sayBye(over, t.Bye)
		return false
	}
	// Only now, when everything before is written, is a snapshot of use.
	return !t.Behind || g.door.House.CatchUp(over, g.peer) == nil
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
	ctx, cancel := context.WithTimeout(over, writeWithin)
	defer cancel()
	return g.conn.Write(ctx, frame) == nil
}

func (g *Guest) alive(over context.Context) bool {
	ctx, cancel := context.WithTimeout(over, aliveWithin)
	defer cancel()
	return g.conn.Ping(ctx) == nil
}
