package p2p

import (
	"fmt"
	"sync"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/holepunch"
	ma "github.com/multiformats/go-multiaddr"
)

// puncher makes direct paths to peers with whom there is a circuit (DCUtR,
// https://github.com/libp2p/specs/blob/master/relay/DCUtR.md). The library's own wiring of it waits until four others agree about our
// outside address; there is one relay, so we take its word.
type puncher struct {
	service *holepunch.Service
	seen    event.Subscription
	work    sync.WaitGroup
}

func newPuncher(n *node, t *told) (*puncher, error) {
	seen, err := n.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		return nil, fmt.Errorf("learn outside addresses: %w", err)
	}
	p := &puncher{seen: seen}
	p.service, err = holepunch.NewService(unprompted{n.Host}, n.identify, func() []ma.Multiaddr { return n.ours(t) }, holepunch.WithAddrFilter(t))
	if err != nil {
		_ = seen.Close()
		return nil, fmt.Errorf("prepare for direct paths: %w", err)
	}
	p.work.Go(func() {
		for e := range seen.Out() {
			if e, ok := e.(event.EvtPeerIdentificationCompleted); ok && e.ObservedAddr != nil && !isCircuit(e.Conn.RemoteMultiaddr()) {
				t.seen(e.Peer, e.ObservedAddr)
			}
		}
	})
	return p, nil
}

// to tries for a direct path. It takes up to half a minute.
func (p *puncher) to(id peer.ID) error { return p.service.DirectConnect(id) }

func (p *puncher) close() error {
	err := p.seen.Close()
	p.work.Wait()
	if failed := p.service.Close(); err == nil {
		err = failed
	}
	return err
}

// unprompted keeps the service from beginning by itself with every caller who comes by a circuit.
type unprompted struct{ host.Host }

// Network implements [host.Host].
func (u unprompted) Network() network.Network { return unnotified{u.Host.Network()} }

type unnotified struct{ network.Network }

// Notify is how the service would learn of callers.
func (unnotified) Notify(network.Notifiee) {}

// ours are the addresses where we may be reached: those outside first, then those of this
// machine. They are never none, since the service waits for the first one with all its work;
// what stands in for it is filtered out.
func (n *node) ours(t *told) []ma.Multiaddr {
	machine, _ := n.Network().InterfaceListenAddresses() // none is a fine answer
	all := t.outsideWith(machine)
	for _, a := range machine {
		if !isCircuit(a) {
			all = append(all, a)
		}
	}
	return append(all, ma.StringCast("/ip4/0.0.0.0/tcp/9"))
}
