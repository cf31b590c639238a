package circuit

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/client"
	"github.com/multiformats/go-multiaddr"
)

// sendBack sends bytes through a circuit and reads them back.
func (w *world) sendBack(guest host.Host, to peer.ID, n int) error {
	ctx, cancel := context.WithTimeout(network.WithAllowLimitedConn(w.t.Context(), "test"), patience)
	defer cancel()
	s, err := guest.NewStream(ctx, to, echo)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	sent := make([]byte, n)
	_, _ = rand.Read(sent)
	go func() {
		_, _ = s.Write(sent)
		_ = s.CloseWrite()
	}()
	got, err := io.ReadAll(s)
	if err == nil && !bytes.Equal(got, sent) {
		w.t.Errorf("%d bytes came back as %d others", n, len(got))
	}
	return err
}

func TestCircuit(t *testing.T) {
	for _, transport := range []string{"tcp", "quic"} {
		t.Run(transport, func(t *testing.T) {
			w := newWorld(t, nil)
			h := w.person(loopback, transport)
			w.claim(h.ID())
			reservation, err := w.reserve(h, transport)
			if err != nil {
				t.Fatal(err)
			}
			if reservation.LimitDuration != CircuitTime || reservation.LimitData != CircuitData {
				t.Errorf("it promises %v and %d bytes", reservation.LimitDuration, reservation.LimitData)
			}
			if v := reservation.Voucher; v == nil || v.Relay.String() != w.PeerID() || v.Peer != h.ID() || v.Expiration.Sub(reservation.Expiration).Abs() > ReservationTime/60 {
				t.Errorf("the voucher is %+v", v)
			}
			guest := w.person(loopback, transport)
			if err := w.call(guest, h.ID(), transport); err != nil {
				t.Fatal(err)
			}
			for _, end := range []host.Host{guest, h} {
				other := h
				if end == h {
					other = guest
				}
				stat := end.Network().ConnsToPeer(other.ID())[0].Stat()
				if stat.Extra[client.StatLimitDuration] != CircuitTime || stat.Extra[client.StatLimitData] != uint64(CircuitData) {
					t.Errorf("an end of the circuit is told of %v", stat.Extra)
				}
			}
			const past = 5 << 20 // bytes: 40 times what the library's default carries
			if err := w.sendBack(guest, h.ID(), past); err != nil {
				t.Errorf("%d bytes: %v", past, err)
			}
			if c := w.Counts(); c.Reservations.Load() != 1 || c.Circuits.Load() != 1 || c.Bytes.Load() < 2*past {
				t.Errorf("counted %d reservations, %d circuits, %d bytes", c.Reservations.Load(), c.Circuits.Load(), c.Bytes.Load())
			}
			_ = guest.Close()
			until(t, "the circuit is counted out", func() bool { return w.Counts().Circuits.Load() == 0 })
			_ = h.Close()
			until(t, "the reservation is counted out", func() bool { return w.Counts().Reservations.Load() == 0 })
		})
	}
}

func TestTwoHundredGuestsOfOneHost(t *testing.T) {
	const guests = 200
	w := newWorld(t, nil)
	h := w.hosting("tcp")
	var working sync.WaitGroup
	lane := make(chan struct{}, 8)
	for range guests {
		guest := w.person(loopback, "tcp")
		lane <- struct{}{}
		working.Go(func() {
			defer func() { <-lane }()
			if err := w.call(guest, h.ID(), "tcp"); err != nil {
				t.Error(err)
			} else if err := w.sendBack(guest, h.ID(), 1000); err != nil {
				t.Error(err)
			}
		})
	}
	working.Wait()
	if n := w.Counts().Circuits.Load(); n != guests {
		t.Errorf("%d circuits", n)
	}
}

func TestOneGuestCannotTakeAllCircuits(t *testing.T) {
	w := newWorld(t, nil)
	h, guest := w.hosting("tcp"), w.person(loopback, "tcp")
	if err := guest.Connect(t.Context(), w.at("tcp")); err != nil {
		t.Fatal(err)
	}
	for range maxHops {
		if err := w.hop(guest, h.ID()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.hop(guest, h.ID()); err == nil {
		t.Errorf("a guest has %d circuits", maxHops+1)
	}
	if other := w.person(loopback, "tcp"); w.call(other, h.ID(), "tcp") != nil {
		t.Error("and another has none")
	}
}

func TestAddresses(t *testing.T) {
	w := newWorld(t, nil)
	for name, start := range map[string]string{
		"soul.example": "/dns/soul.example", "192.0.2.1": "/ip4/192.0.2.1", "2001:db8::1": "/ip6/2001:db8::1", "::ffff:192.0.2.1": "/ip4/192.0.2.1",
	} {
		end := "/p2p/" + w.PeerID()
		want := []string{start + "/udp/" + w.port + "/quic-v1" + end, start + "/tcp/" + w.port + end}
		if got := w.Addresses(name); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		for i, got := range w.Circuits(name) {
			if _, err := multiaddr.NewMultiaddr(got); err != nil || got != want[i]+"/p2p-circuit" {
				t.Errorf("%s: the circuit %q: %v", name, got, err)
			}
		}
	}
	for _, name := range []string{"", "a/b", "a b"} {
		if got := w.Addresses(name); got != nil {
			t.Errorf("%q: %q", name, got)
		}
	}
}

// What anybody learns who connects: the public name if there is one, and nothing of the networks of the machine.
func TestItTellsNoAddressOfItsNetworks(t *testing.T) {
	for name, start := range map[string]string{"": "nothing", "soul.example": "/dns/soul.example/", "192.168.1.5": "/ip4/192.168.1.5/"} {
		w := newWorld(t, func(c *Config) { c.Listen, c.PublicName = ":0", name })
		if got, err := w.reserve(w.hostOnly(), "tcp"); err != nil {
			t.Error(err)
		} else if n := len(got.Addrs); (n == 2) != (name != "") || n%2 != 0 {
			t.Errorf("a reservation says %v", got.Addrs)
		}
		for _, address := range w.host.Addrs() {
			if !strings.HasPrefix(address.String(), start) {
				t.Errorf("it tells %s", address)
			}
		}
		var spoken []string
		for _, p := range w.host.Mux().Protocols() {
			spoken = append(spoken, string(p))
		}
		slices.Sort(spoken)
		if want := []string{"/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0", "/libp2p/circuit/relay/0.2.0/hop"}; !slices.Equal(spoken, want) {
			t.Errorf("it speaks %q", spoken)
		}
	}
}

// hostOnly is somebody with a claim.
func (w *world) hostOnly() host.Host {
	h := w.person(loopback, "tcp")
	w.claim(h.ID())
	return h
}

func TestTheSameKeyKeepsThePeerID(t *testing.T) {
	key := newKey(t)
	first := newWorld(t, func(c *Config) { c.Key = key })
	h := first.hosting("tcp")
	at, id := "127.0.0.1:"+first.port, first.PeerID()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := newWorld(t, func(c *Config) { c.Key, c.Listen = key, at })
	if again.PeerID() != id || again.host.ID().String() != id {
		t.Errorf("it was %s and is %s", id, again.PeerID())
	}
	again.claim(h.ID())
	until(t, "the host has noticed", func() bool { return h.Network().Connectedness(again.host.ID()) != network.Connected })
	if _, err := again.reserve(h, "tcp"); err != nil {
		t.Errorf("the host comes back: %v", err)
	}
}

func TestATakenPortIsSaid(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	u, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = u.Close() }()
	w := newWorld(t, nil)
	for _, at := range []string{l.Addr().String(), u.LocalAddr().String(), "127.0.0.1:" + w.port, "nonsense", "127.0.0.1:99999"} {
		cfg := w.cfg
		cfg.Listen = at
		if r, err := New(cfg); err == nil || !strings.Contains(err.Error(), at) {
			t.Errorf("%s: %v", at, err)
			if err == nil {
				_ = r.Close()
			}
		}
	}
}
