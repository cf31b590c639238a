package p2p

import (
	"context"
	"crypto/rand"
	"testing"
	"testing/synctest"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/relay"
	libp2pquic "github.com/libp2p/go-libp2p/p2p/transport/quic"
)

// town is a relay in the internet, and a host and a visitor in homes of their own.
type town struct {
	net     *internet
	station *station
	host    *Host
	visitor *Visitor
	came    <-chan arrival
	to      Target
}

// build makes a town in the test's bubble; the host has its reservation.
func build(t *testing.T, limits relay.Resources, hostHome, visitorHome string) *town {
	t.Helper()
	w := &town{net: newInternet(25 * time.Millisecond)}
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h, err := libp2p.New(libp2p.Identity(key), libp2p.DisableMetrics(), libp2p.ResourceManager(&network.NullResourceManager{}),
		libp2p.DisableIdentifyAddressDiscovery(), libp2p.Transport(libp2pquic.NewTransport),
		w.net.machine(nil, "203.0.113.1"), libp2p.ListenAddrStrings("/ip4/203.0.113.1/udp/4001/quic-v1"))
	if err != nil {
		t.Fatal(err)
	}
	w.station = &station{host: h}
	if w.station.relay, err = relay.New(h, relay.WithResources(limits)); err != nil {
		t.Fatal(err)
	}
	held := make(chan bool, 10)
	a := w.net.home(hostHome)
	b := a
	if visitorHome != hostHome {
		b = w.net.home(visitorHome)
	}
	w.host, w.came = newHost(t, func(c *Config) {
		reserving(held)(c)
		c.Listen, c.Loopback, c.quic = "192.168.1.5:7423", false, w.net.machine(a, "192.168.1.5")
	})
	w.visitor = newVisitor(t, func(c *VisitorConfig) {
		c.Listen, c.Loopback, c.quic = "192.168.1.9:0", false, w.net.machine(b, "192.168.1.9")
	})
	address := []string{"/ip4/203.0.113.1/udp/4001/quic-v1/p2p/" + h.ID().String()}
	reserve(t, w.host, address, held)
	w.to = through(w.host, address)
	return w
}

// call calls through the relay.
func (w *town) call(t *testing.T) (host, guest *Conn) {
	t.Helper()
	guest, err := w.visitor.Call(within(t), w.to)
	if err != nil {
		t.Fatal(err)
	}
	return next(t, w.came).conn, guest
}

// TestHalfAnHour: a jam by the circuit alone, with a frame each way every 10 s.
func TestHalfAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, large(), "198.51.100.1", "198.51.100.2")
		host, guest := w.call(t)
		start := time.Now()
		for time.Since(start) < 30*time.Minute {
			hello(t, host, guest)
			time.Sleep(10 * time.Second) // of the bubble
		}
		if err := host.Ping(within(t)); err != nil {
			t.Error(err)
		}
		w.over(t)
	})
}

// TestSilence: on one circuit nobody says anything for eight hours; the reservation, which lasts an hour, is renewed all the same.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, large(), "198.51.100.1", "198.51.100.2")
		host, guest := w.call(t)
		for range 10 {
			time.Sleep(50 * time.Minute)
			v := newVisitor(t, func(c *VisitorConfig) {
				c.Listen, c.quic = "192.168.1.8:0", w.net.machine(w.net.home("198.51.100.3"), "192.168.1.8")
			})
			guest, err := v.Call(within(t), w.to)
			if err != nil {
				t.Fatal(err)
			}
			hello(t, next(t, w.came).conn, guest)
			_ = v.Close()
		}
		hello(t, host, guest)
		w.over(t)
	})
}

// TestDefaultsWouldNotDo shows that the tests above can fail: a relay as the library makes
// it by default cuts a circuit after two minutes, and after 128 KiB.
func TestDefaultsWouldNotDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, relay.DefaultResources(), "198.51.100.1", "198.51.100.2")
		host, guest := w.call(t)
		hello(t, host, guest)
		start := time.Now()
		if _, err := guest.Read(t.Context()); err == nil || time.Since(start) > 2*time.Minute {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		host, guest = w.call(t)
		if err := megabytes(t, host, guest); err == nil {
			t.Error("3 MiB went through")
		}
		w.over(t)
	})
}

func TestMegabytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, large(), "198.51.100.1", "198.51.100.2")
		host, guest := w.call(t)
		if err := megabytes(t, host, guest); err != nil {
			t.Error(err)
		}
		w.over(t)
	})
}

// megabytes sends 3 MiB to the guest.
func megabytes(t *testing.T, host, guest *Conn) error {
	t.Helper()
	const frames = 48
	go func() {
		for range frames {
			if host.Write(t.Context(), make([]byte, 1<<16)) != nil {
				return
			}
		}
	}()
	for range frames {
		if _, err := guest.Read(within(t)); err != nil {
			return err
		}
	}
	return nil
}

// TestPunchThroughRouters: both are behind a NAT, and only the relay can tell what it looks like from outside.
func TestPunchThroughRouters(t *testing.T) {
	for name, c := range map[string]struct {
		visitorHome string
		path        Path
		from        string
	}{
		"two homes":     {"198.51.100.2", Direct, "198.51.100.2"},
		"the same home": {"198.51.100.1", Local, "192.168.1.9"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := build(t, large(), "198.51.100.1", c.visitorHome)
				w.host.told.befriend(w.visitor.node.ID()) // and yet the host must not begin by itself
				_, guest := w.call(t)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				if _, err := w.visitor.Direct(ctx, w.to); err == nil {
					t.Error("a direct path that nobody has asked for")
				}
				cancel()
				w.host.Punch(w.visitor.PeerID())
				start := time.Now()
				direct, err := w.visitor.Direct(within(t), w.to)
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("direct after %v", time.Since(start))
				a := next(t, w.came)
				if a.who.Path != c.path || a.who.From != c.from || direct.Path() != c.path {
					t.Errorf("the caller is %+v, the visitor's path %s", a.who, direct.Path())
				}
				_ = guest.Close(4002, "resumed elsewhere")
				w.station.close() // not needed any more
				time.Sleep(30 * time.Minute)
				hello(t, a.conn, direct)
				w.over(t)
			})
		})
	}
}

// over ends what the bubble waits for.
func (w *town) over(t *testing.T) {
	t.Helper()
	_ = w.visitor.Close()
	_ = w.host.Close()
	w.station.close()
}
