package p2p

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	circuit "github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/client"
)

const (
	// reserveWithin is how long connecting to a relay and asking it may take.
	reserveWithin = 15 * time.Second
	// The time between tries at a relay that is not there or refuses doubles from the first to
	// the last; each is shortened by up to a half at random, so that not all hosts of a relay come back at once.
	firstRetry, lastRetry = time.Second, time.Minute
	// longestHold is how long a reservation is believed to hold, which is as long as soul-servers give them: it is told
	// as a time of the relay's clock, and this machine's may be far behind.
	longestHold = time.Hour
)

// Reserve keeps a reservation at the relay of a soul-server, so that circuits through it reach
// this host. relays are the addresses of that one relay, each with its peer id. It
// renews the reservation in time, gets it back after the relay or the network was gone, and
// returns nil when ctx ends or the Host is closed; then the connection to the relay is closed,
// and with it all circuits. An error at once means that no address is of use. A second call waits until the first has returned.
func (h *Host) Reserve(ctx context.Context, relays []string) error {
	relay, err := parseRelay(relays)
	if err != nil {
		return fmt.Errorf("reserve at a relay: %w", err)
	}
	if !h.begin() {
		return nil
	}
	defer h.work.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.ctx, cancel)()
	select {
	case <-h.lease:
		defer func() { h.lease <- struct{}{} }()
	case <-ctx.Done():
		return nil
	}
	h.told.relay(relay.ID, true)
	defer func() {
		h.told.relay(relay.ID, false)
		_ = h.node.Network().ClosePeer(relay.ID)
	}()
	h.keepReserved(ctx, relay)
	return nil
}

func (h *Host) keepReserved(ctx context.Context, relay peer.AddrInfo) {
	held, retry := false, firstRetry
	for ctx.Err() == nil {
		select {
		case <-h.told.lost: // of the connection before
		default:
		}
		rest, err := h.reserve(ctx, relay)
		if now := err == nil; now != held && ctx.Err() == nil {
			held = now
			h.reserved(held)
		}
		if err != nil {
			h.cfg.Log.Debug("no reservation at the relay", "relay", relay.ID.String(), "error", err)
			rest, retry = retry-rand.N(retry/2), min(2*retry, lastRetry)
		} else {
			rest, retry = renewAfter(rest), firstRetry
		}
		wait := time.NewTimer(rest)
		select {
		case <-wait.C:
		case <-h.lostWhile(held):
		case <-ctx.Done():
		}
		wait.Stop()
	}
	if held {
		h.reserved(false)
	}
}

// renewAfter is when to renew a reservation that is said to hold for so long.
func renewAfter(rest time.Duration) time.Duration {
	rest = min(max(rest, 2*firstRetry), longestHold)
	return rest/2 + rand.N(rest/4)
}

// lostWhile tells when the relay goes that has a reservation; without one there is nothing to lose.
func (h *Host) lostWhile(held bool) <-chan struct{} {
	if held {
		return h.told.lost
	}
	return nil
}

func (h *Host) reserved(held bool) {
	if h.cfg.Reserved != nil {
		h.cfg.Reserved(held)
	}
}

// reserve gets or renews it and tells how long it holds.
func (h *Host) reserve(ctx context.Context, relay peer.AddrInfo) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, reserveWithin)
	defer cancel()
	// The library does not end with ctx while it waits for the answer.
	defer context.AfterFunc(ctx, func() { _ = h.node.Network().ClosePeer(relay.ID) })()
	h.node.redial(relay.ID, relay.Addrs...)
	got, err := circuit.Reserve(ctx, h.node, peer.AddrInfo{ID: relay.ID})
	if err != nil {
		return 0, err
	}
	return time.Until(got.Expiration), nil
}

// Punch tries for a direct path to a caller who has come by a circuit. Call it once the caller
// has a seat: from now on, as long as it is connected, it may learn our addresses. When it
// works the caller opens a stream there. Direct connections that it had before are taken for lost, since it calls anew when it
// has lost the network that they were on. Punch does not wait.
func (h *Host) Punch(caller string) {
	p, err := peer.Decode(caller)
	if err != nil || !h.begin() {
		return
	}
	if !h.seat(p) {
		h.work.Done()
		return
	}
	go func() {
		defer h.work.Done()
		h.dropBefore(p)
		if err := h.punch.to(p); err != nil {
			h.cfg.Log.Debug("no direct path", "peer", caller, "error", err)
		}
	}()
}

// dropBefore closes the direct connections that somebody has, which would otherwise pass for a direct path until they time
// out. They get the time that a goodbye takes: perhaps it is not the network that was lost, but another program has taken the seat.
func (h *Host) dropBefore(p peer.ID) {
	var before []network.Conn
	for _, c := range h.node.Network().ConnsToPeer(p) {
		if !isCircuit(c.RemoteMultiaddr()) {
			before = append(before, c)
		}
	}
	if len(before) == 0 {
		return
	}
	select {
	case <-time.After(goodbyeWithin):
	case <-h.ctx.Done():
	}
	for _, c := range before {
		_ = c.Close() // it may be over by now
	}
}
