// Package native serves the members and guests who run the program themselves and come by libp2p
// (hostd/link/p2p). From there on each is one like any other, served by hostd/guest; what is
// particular is said here: who has shown the jam's code or link, and how they come off the soul-server's circuit.
package native

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"

	"soul-jam/hostd/guest"
	"soul-jam/hostd/invitation"
	"soul-jam/hostd/link/p2p"
	"soul-jam/hostd/session"
	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// Config of the part; every field is needed.
type Config struct {
	// Key is the host's own: its peer id.
	Key identity.HostKey
	// Listen is the address, UDP and TCP, that members call.
	Listen string
	House  *session.House
	Door   *guest.Door
	Book   *invitation.Book
	// Beyond runs f in a goroutine that the host waits for when it stops; ctx ends when it begins to.
	Beyond func(f func(ctx context.Context))
	// Loopback: paths on this very machine, for tests.
	Loopback bool
	Log      *slog.Logger
}

// Native is the host's part in meeting those who run the program themselves.
type Native struct {
	cfg  Config
	host *p2p.Host
}

// Listen makes the part, which serves until Close.
func Listen(cfg Config) (*Native, error) {
	n := &Native{cfg: cfg}
	host, err := p2p.Listen(p2p.Config{
		Key: cfg.Key, Listen: cfg.Listen, Limit: wire.MaxClientFrame, Loopback: cfg.Loopback,
		Knocked: n.invited, Serve: n.serve, Log: cfg.Log,
		Full: func() { cfg.Door.Counts.Met(wire.LimitCallers) },
	})
	if err != nil {
		return nil, fmt.Errorf("listen for members' own programs: %w", err)
	}
	n.host = host
	return n, nil
}

// Close ends all its connections.
func (n *Native) Close() error { return n.host.Close() }

// Introduction says who the host of the running jam is, and where it listens beside that address.
func (n *Native) Introduction(at netip.Addr) (wire.Introduction, *wire.Error) {
	var addresses []string
	if at.IsValid() {
		addresses = p2p.Addresses(at, n.host.Port())
	}
	return Introduction(n.cfg.House.View(), n.cfg.Book, addresses)
}

// Introduction is that of the running jam, with the host's multiaddrs; none where it does not speak libp2p.
func Introduction(v *session.View, book *invitation.Book, addresses []string) (wire.Introduction, *wire.Error) {
	inv, err := book.Of(v.SessionID, v.ShareCode)
	if v.SessionID == "" || err != nil {
		return wire.Introduction{}, wire.Refuse(wire.CodeInternal)
	}
	return wire.Introduction{
		Bundle: inv.Bundle.Text, Signature: base64.RawURLEncoding.EncodeToString(inv.Bundle.Signature), P2P: append([]string{}, addresses...),
	}, nil
}

// Relays says where soul-server's circuit relay is, nil while no jam runs; whether it knows the jam as this host's, without which it
// takes no reservation; and what is closed when any of it may have changed.
type Relays func() (circuit []string, known bool, changed <-chan struct{})

// Reserve keeps the way through soul-server's circuit open until ctx is over.
func (n *Native) Reserve(ctx context.Context, relays Relays) {
	var reserved []string
	stop := func() {}
	defer func() { stop() }()
	for ctx.Err() == nil {
		circuit, known, changed := relays()
		// A reservation outlives the socket at soul-server: circuits are not cut because that is made anew.
		if (known || circuit == nil) && !slices.Equal(circuit, reserved) {
			stop()
			reserved, stop = circuit, n.reserve(ctx, circuit)
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// reserve does so at one relay until stop, which waits for its end.
func (n *Native) reserve(ctx context.Context, circuit []string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if len(circuit) == 0 {
			return
		}
		if err := n.host.Reserve(ctx, circuit); err != nil {
			n.cfg.Log.Warn("members' own programs get no way through the soul-server", "error", err)
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// invited tells whether a knock names the running jam and, where it brings a proof, whether that is one.
func (n *Native) invited(who p2p.Caller) bool {
	v := n.cfg.House.View()
	if who.Knock == nil || v.SessionID == "" {
		return false
	}
	asked, err := code.Parse(who.Knock.Code)
	if err != nil || asked.String() != v.ShareCode {
		return false
	}
	if who.Knock.Proof == nil {
		return true
	}
	inv, err := n.cfg.Book.Of(v.SessionID, v.ShareCode)
	return err == nil && inv.Bundle.Knocked(inv.Join, n.cfg.Key.PeerID(), who.Peer, who.Knock.Proof)
}

// serve talks with one caller until the connection is over.
func (n *Native) serve(_ context.Context, conn *p2p.Conn, who p2p.Caller) {
	done := make(chan struct{})
	n.cfg.Beyond(func(ctx context.Context) {
		defer close(done)
		n.cfg.Door.Serve(ctx, conn, n.peer(who), func() {
			if who.Path == p2p.Relayed {
				n.host.Punch(who.Peer)
			}
		})
	})
	<-done
}

// peer is the house's side of a connection. Whoever names no code asks for the jam that runs: on the LAN it is
// announced to everybody anyway, from elsewhere they wait for the host.
func (n *Native) peer(who p2p.Caller) *session.Peer {
	peer := session.NewPeer(n.cfg.House.View().ShareCode, false, wire.Path(who.Path), n.cfg.Log)
	// A knock was for the jam that ran then.
	atHome, invited := who.Path == p2p.Local, n.invited(who)
	peer.Key = who.Peer
	peer.Uninvited = !atHome && !invited
	peer.Unverified = !atHome && !(invited && who.Knock.Proof != nil)
	if address, err := netip.ParseAddr(who.From); err == nil {
		peer.From = n.cfg.Door.From(guest.Customer(address))
	}
	return peer
}
