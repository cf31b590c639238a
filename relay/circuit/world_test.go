package circuit

import (
	"context"
	"crypto/rand"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/client"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/multiformats/go-multiaddr"

	"soul-jam/shared/identity"
)

const (
	// patience bounds what should happen at once, on a loaded machine.
	patience = 30 * time.Second
	loopback = "127.0.0.1"
	echo     = "/test/echo/1"
	many     = 1000 // connections of one address
)

// claims are the peer ids with a live claim.
type claims struct{ live sync.Map }

func (c *claims) has(id string) bool { _, live := c.live.Load(id); return live }
func (c *claims) claim(p peer.ID)    { c.live.Store(p.String(), true) }
func (c *claims) release(p peer.ID)  { c.live.Delete(p.String()) }

// world is a relay on loopback.
type world struct {
	*Relay
	*claims
	t testing.TB
}

func newKey(t testing.TB) identity.HostKey {
	t.Helper()
	key, err := identity.DrawHostKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	w := &world{claims: &claims{}, t: t}
	cfg := Config{Listen: "127.0.0.1:0", Key: newKey(t), Live: w.has, PerAddress: many}
	if change != nil {
		change(&cfg)
	}
	r, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w.Relay = r
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("the relay's end: %v", err)
		}
	})
	return w
}

// person is somebody's libp2p host, which dials from one address and by one transport, and listens nowhere.
func (w *world) person(from, transport string) host.Host {
	w.t.Helper()
	way := libp2p.Transport(tcp.NewTCPTransport, tcp.WithDialerForAddr(func(multiaddr.Multiaddr) (tcp.ContextDialer, error) {
		return &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}, nil
	}))
	if transport == "quic" {
		way = libp2p.Transport(quic.NewTransport)
	}
	h, err := libp2p.New(way, libp2p.NoListenAddrs, libp2p.EnableRelay(), libp2p.DisableMetrics(), libp2p.ForceReachabilityPrivate(),
		libp2p.ResourceManager(&network.NullResourceManager{}), libp2p.ConnectionManager(connmgr.NullConnMgr{}))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = h.Close() })
	h.SetStreamHandler(echo, func(s network.Stream) {
		_, _ = io.Copy(s, s)
		_ = s.Close()
	})
	return h
}

// at gives the relay's addresses, of one transport.
func (w *world) at(transport string) peer.AddrInfo {
	w.t.Helper()
	for _, text := range w.Addresses(loopback) {
		info, err := peer.AddrInfoFromString(text)
		if err != nil {
			w.t.Fatal(err)
		}
		if strings.Contains(text, transport) {
			return *info
		}
	}
	w.t.Fatal("the relay has no such address")
	return peer.AddrInfo{}
}

func (w *world) reserve(h host.Host, transport string) (*client.Reservation, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	return client.Reserve(ctx, h, w.at(transport))
}

// hosting is a host that has claimed and reserved.
func (w *world) hosting(transport string) host.Host {
	w.t.Helper()
	h := w.person(loopback, transport)
	w.claim(h.ID())
	if _, err := w.reserve(h, transport); err != nil {
		w.t.Fatal(err)
	}
	return h
}

// call dials a host by circuit.
func (w *world) call(guest host.Host, to peer.ID, transport string) error {
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	target := peer.AddrInfo{ID: to}
	for _, text := range w.Circuits(loopback) {
		if strings.Contains(text, transport) {
			target.Addrs = append(target.Addrs, multiaddr.StringCast(text))
		}
	}
	return guest.Connect(ctx, target)
}

// until waits for what another goroutine does.
func until(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !happened(); runtime.Gosched() {
		if time.Now().After(late) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}
