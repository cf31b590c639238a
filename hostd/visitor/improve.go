package visitor

import (
	"context"
	"time"

	"soul-jam/shared/wire"
)

const (
	// A better path is looked for as soon as the seat is taken through a soul-server; while there is none again after
	// betterFirst, then after twice as long each time, at most betterRest.
	betterFirst, betterRest = 2 * time.Second, 5 * time.Minute
	// betterWithin: one call that looks for it is given up after this.
	betterWithin = 30 * time.Second
)

// look looks for a better path until there is one, which comes by found, or stop is called. The first try is after that
// time.
func (t *talk) look(first time.Duration) (stop context.CancelFunc) {
	if t.cfg.Native == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(t.ctx)
	w, h, from, find, found := t.ways(), t.host, t.call.conn, t.finder().find, t.found
	t.work.Go(func() {
		select {
		case <-ctx.Done():
		case <-time.After(first):
			w.improve(ctx, h, from, find, found)
		}
	})
	return stop
}

// improve tries until there is a better path than the one that from takes, or ctx ends.
func (w ways) improve(ctx context.Context, h host, from Conn, find func(context.Context) (host, error), found chan<- Conn) {
	for pause := betterFirst; ; pause = min(2*pause, betterRest) {
		if conn, err := w.better(ctx, h, from); err == nil {
			select {
			case found <- conn:
			case <-ctx.Done():
				_ = conn.Close(int(wire.CloseRestarting), "not needed")
			}
			return
		} else if ctx.Err() == nil {
			w.log.Debug("no better path yet", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		// The host, or this machine, may be elsewhere by now.
		if again, err := find(ctx); err == nil {
			h = again
		}
	}
}

// better tries once. From a pipe any connection of libp2p's is better: once it has the seat, the host helps to get rid of the relay.
func (w ways) better(ctx context.Context, h host, from Conn) (Conn, error) {
	if _, piped := from.(*pipe); !piped {
		return w.native.Direct(ctx, w.to(h))
	}
	if len(h.addrs) == 0 {
		return nil, errNoWay
	}
	ctx, cancel := context.WithTimeout(ctx, betterWithin)
	defer cancel()
	return w.native.Call(ctx, w.to(h))
}
