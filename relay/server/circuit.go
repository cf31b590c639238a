package server

import (
	"context"
	"net"
	"net/http"

	"soul-jam/relay/circuit"
	"soul-jam/shared/identity"
)

const (
	// p2pKeyFile, in the data directory: the circuit relay keeps its peer id over restarts.
	p2pKeyFile = "p2p.key"
	// circuitShare: an address may have so many times --max-per-address connections at the circuit relay. By default
	// that is 128: half of the 250 circuits of a host, each guest having at most two.
	circuitShare = 4
)

// startCircuit starts the circuit relay, if there is to be one; end closes it. Only hosts that the signaling knows may
// use it, so it comes after that, and before any request is served.
func (s *site) startCircuit(ctx context.Context, cfg Config) (end func() error, err error) {
	if cfg.P2PListen == "" {
		return func() error { return nil }, nil
	}
	key, err := identity.LoadOrCreateHostKey(cfg.Data, p2pKeyFile)
	if err != nil {
		return nil, err
	}
	s.circuit, err = circuit.New(circuit.Config{
		Listen: cfg.P2PListen, Key: key, PublicName: nameOf(s.names.public), Live: s.signaling.Live,
		PerAddress: circuitShare * cfg.MaxPerAddress,
	})
	if err != nil {
		return nil, err
	}
	cfg.Log.Info("circuit relay", "peer", s.circuit.PeerID())
	running, stop := context.WithCancel(context.WithoutCancel(ctx)) // it ends after the goodbyes of the sockets, not with them
	ended := make(chan error, 1)
	go func() { ended <- s.circuit.Run(running) }()
	return func() error {
		stop()
		return <-ended
	}, nil
}

// circuitFor gives hosts the circuit relay, at the name that they reach us by, as iceFor does.
func (s *site) circuitFor(r *http.Request) []string {
	if s.circuit == nil {
		return nil
	}
	return s.circuit.Addresses(s.reachedBy(r))
}

// circuitsFor gives guests the way to a host through it, whether the host has a reservation now or not: it may have
// one in a moment, and who asks for a circuit too early is told so within one round trip.
func (s *site) circuitsFor(r *http.Request) []string {
	if s.circuit == nil {
		return []string{}
	}
	return append([]string{}, s.circuit.Circuits(s.reachedBy(r))...)
}

// reachedBy is the public name, or without one that of the request.
func (s *site) reachedBy(r *http.Request) string {
	if s.names.public != "" {
		return nameOf(s.names.public)
	}
	return nameOf(withPort(r.Host, "http"))
}

// nameOf leaves the port out; "" has none.
func nameOf(hostport string) string {
	name, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return ""
	}
	return name
}
