// Package circuit is soul-server's libp2p circuit relay (v2): hosts behind a NAT reserve a place there, and programs
// of guests reach them through it, or are introduced there for a direct path. Both ends encrypt between themselves,
// so the relay sees sizes and times alone. It serves nobody but hosts with a live claim at this soul-server, and
// speaks identify, ping and hop, nothing else. In relay this package alone imports go-libp2p.
//
//	circuit.go  what there is, and its end   listen.go  TCP and QUIC on one port
//	limits.go   how much of everything       rights.go  who may, and who is cut
//	counts.go   figures for the operator
package circuit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/gologshim"
	service "github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/relay"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	tls "github.com/libp2p/go-libp2p/p2p/security/tls"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/multiformats/go-multiaddr"

	"soul-jam/shared/identity"
)

// Config of a Relay. All is needed but PublicName.
type Config struct {
	// Listen is the address of both TCP and QUIC, such as ":4001"; port 0 = one that is free for both.
	Listen string
	// Key is the relay's own: its peer id is part of the addresses that hosts and guests remember.
	Key identity.HostKey
	// PublicName is the name or IP address that anybody may be told, "" = the relay tells nobody where it is.
	PublicName string
	// Live reports whether the host of that peer id has a live claim here. It is asked often, from any goroutine.
	Live func(peerID string) bool
	// PerAddress, connections that one address may have; one more is refused. See MaxCircuits.
	PerAddress int
}

// Relay serves from New until Close.
type Relay struct {
	cfg    Config
	host   host.Host
	relay  *service.Relay
	port   string
	counts Counts
	close  func() error
}

// New begins to serve. Run has to be called as well; Close or the end of Run ends it.
func New(cfg Config) (*Relay, error) {
	quiet()
	r := &Relay{cfg: cfg}
	key, err := crypto.UnmarshalEd25519PrivateKey(cfg.Key.Private())
	if err != nil {
		return nil, fmt.Errorf("read the relay's key: %w", err)
	}
	manager, err := newManager(cfg.PerAddress)
	if err != nil {
		return nil, fmt.Errorf("limit the circuit relay: %w", err)
	}
	r.host, err = libp2p.New(
		libp2p.Identity(key),
		libp2p.Transport(tcp.NewTCPTransport, tcp.DisableReuseport()), // what dials nowhere shares no port
		libp2p.Transport(quic.NewTransport),
		libp2p.Security(tls.ID, tls.New), libp2p.Security(noise.ID, noise.New), muxer(),
		libp2p.ResourceManager(manager), libp2p.ConnectionManager(connmgr.NullConnMgr{}), libp2p.ConnectionGater(neverDials{}),
		libp2p.AddrsFactory(r.told), libp2p.UserAgent("soul-jam relay"),
		// Nothing that looks for its own address: no client of relays, of autonat, of the port mapping of routers.
		libp2p.DisableRelay(), libp2p.ForceReachabilityPublic(), libp2p.DisableIdentifyAddressDiscovery(), libp2p.DisableMetrics(),
	)
	if err != nil {
		return nil, fmt.Errorf("start libp2p: %w", err)
	}
	if err := r.listen(cfg.Listen); err != nil {
		return nil, errors.Join(err, r.host.Close())
	}
	r.relay, err = service.New(r.host, service.WithResources(resources(cfg.PerAddress)), service.WithACL(rights{cfg.Live}),
		service.WithMetricsTracer(tracer{&r.counts}), service.WithReservationAddressFilter(anyAddress))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the circuit relay: %w", err), r.host.Close())
	}
	r.close = sync.OnceValue(func() error { return errors.Join(r.relay.Close(), r.host.Close()) })
	return r, nil
}

// quiet stops the library's own log, which is one for the whole process and tells what strangers do: handshakes that
// fail, streams that break. quic-go prints to standard error where the system's UDP buffers are small.
func quiet() {
	gologshim.SetDefaultHandler(slog.DiscardHandler)
	_ = os.Setenv("QUIC_GO_DISABLE_RECEIVE_BUFFER_WARNING", "true") // at worst it prints
}

// anyAddress: a reservation names what told gives, on a private network too. The library would leave that out.
func anyAddress(multiaddr.Multiaddr) bool { return true }

// Run cuts who is of no use until ctx is over, then closes the relay.
func (r *Relay) Run(ctx context.Context) error {
	r.watch(ctx)
	return r.Close()
}

// Close ends all circuits and connections. It may be called more than once.
func (r *Relay) Close() error { return r.close() }

// PeerID is the relay's own.
func (r *Relay) PeerID() string { return r.cfg.Key.PeerID() }

// Counts gives the figures, which go on counting.
func (r *Relay) Counts() *Counts { return &r.counts }
