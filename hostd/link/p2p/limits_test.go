package p2p

import (
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/transport"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	ma "github.com/multiformats/go-multiaddr"
)

// everywhere makes a host listen at all addresses of 127.0.0.0/8, so that callers have other ones than each other.
func everywhere(c *Config) { c.Listen = "0.0.0.0:0" }

// admitted calls a host from another address than the rest of the test and is let in.
func admitted(t *testing.T, h *Host, came <-chan arrival, from string) {
	t.Helper()
	v := newVisitor(t, func(c *VisitorConfig) { c.Listen, c.quic = from+":0", quicFrom(from) })
	guest, err := v.Call(within(t), at(h))
	if err != nil {
		t.Fatalf("an honest visitor: %v", err)
	}
	for a := next(t, came); ; a = next(t, came) {
		if a.who.Peer == v.PeerID() {
			hello(t, a.conn, guest)
			return
		}
	}
}

// resident is what the process holds, bytes.
func resident() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func TestFloodOfSilentSockets(t *testing.T) {
	const n = 1000
	h, came := newHost(t, everywhere)
	before := resident()
	refused := make(chan struct{}, n)
	for range n {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", h.Port()))
		if err != nil {
			refused <- struct{}{}
			continue
		}
		t.Cleanup(func() { _ = c.Close() })
		go func() {
			_, _ = io.Copy(io.Discard, c)
			refused <- struct{}{}
		}()
	}
	atOnce := time.NewTimer(10 * time.Second) // less than the library waits for a handshake
	defer atOnce.Stop()
	for i := range n - maxConnsAddress {
		select {
		case <-refused:
		case <-atOnce.C:
			t.Fatalf("%d of %d silent sockets are open", n-i, n)
		}
	}
	if grown := int64(resident()) - int64(before); grown > 32<<20 {
		t.Errorf("they cost %d KiB", grown>>10)
	}
	admitted(t, h, came, "127.0.0.2")
}

// flooder dials as often as it likes, with one peer id.
func flooder(t *testing.T) *swarm.Swarm {
	t.Helper()
	h, err := libp2p.New(libp2p.DisableMetrics(), libp2p.NoListenAddrs, libp2p.ResourceManager(&network.NullResourceManager{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h.Network().(*swarm.Swarm)
}

func TestFloodOfDials(t *testing.T) {
	const flooders, each = 20, 50
	h, came := newHost(t, everywhere)
	before := resident()
	var open, most atomic.Int64
	h.node.Network().Notify(&network.NotifyBundle{
		ConnectedF: func(network.Network, network.Conn) {
			if now := open.Add(1); now > most.Load() {
				most.Store(now)
			}
		},
		DisconnectedF: func(network.Network, network.Conn) { open.Add(-1) },
	})
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for range flooders {
		from := flooder(t)
		all.Go(func() {
			for i := range each {
				to := ma.StringCast([]string{tcpAt(h.Port()), quicAt(h.Port())}[i%2])
				c, err := from.TransportForDialing(to).Dial(ctx, to, h.node.ID())
				if err == nil {
					hold(t, c)
				}
			}
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		t.Fatal("the host lets them hang")
	}
	if most.Load() > maxConnsAddress {
		t.Errorf("%d connections from one address", most.Load())
	}
	if grown := int64(resident()) - int64(before); grown > 64<<20 {
		t.Errorf("both sides of them cost %d KiB", grown>>10)
	}
	admitted(t, h, came, "127.0.0.2")
}

// hold keeps a connection until the end of the test.
func hold(t *testing.T, c transport.CapableConn) { t.Cleanup(func() { _ = c.Close() }) }

func TestOnePeerHasFewConnections(t *testing.T) {
	h, came := newHost(t, everywhere)
	from := flooder(t)
	for i := range 4 * maxConnsPeer {
		to := ma.StringCast(fmt.Sprintf("/ip4/127.0.0.%d/tcp/%d", 1+i%4, h.Port()))
		if c, err := from.TransportForDialing(to).Dial(within(t), to, h.node.ID()); err == nil {
			hold(t, c)
		}
	}
	if n := len(h.node.Network().ConnsToPeer(from.LocalPeer())); n > maxConnsPeer {
		t.Errorf("%d connections", n)
	}
	admitted(t, h, came, "127.0.0.2")
}

func TestFloodOfStreams(t *testing.T) {
	const n = 1000
	for kind, address := range map[string]func(int) string{"tcp": tcpAt, "quic": quicAt} {
		var most, now atomic.Int64
		h, came := newHost(t, func(c *Config) {
			everywhere(c)
			serve := c.Serve
			c.Serve = func(ctx context.Context, c *Conn, who Caller) {
				if is := now.Add(1); is > most.Load() {
					most.Store(is)
				}
				defer now.Add(-1)
				serve(ctx, c, who)
			}
		})
		to := ma.StringCast(address(h.Port()))
		from := flooder(t)
		c, err := from.TransportForDialing(to).Dial(within(t), to, h.node.ID())
		if err != nil {
			t.Fatal(err)
		}
		hold(t, c)
		refused := make(chan struct{}, n)
		go func() {
			for range n {
				s, err := c.OpenStream(within(t))
				if err != nil {
					refused <- struct{}{}
					continue
				}
				go func() {
					_, _ = s.Write([]byte("\x13/multistream/1.0.0\n\x0c" + string(JamProtocol) + "\n"))
					_, _ = io.Copy(io.Discard, s)
					refused <- struct{}{}
				}()
			}
		}()
		for i := range n - maxStreamsPeer {
			select {
			case <-refused:
			case <-within(t).Done():
				t.Fatalf("%s: %d of %d streams are open", kind, n-i, n)
			}
		}
		if most.Load() > maxJams || most.Load() == 0 {
			t.Errorf("%s: %d streams of the jam at a time", kind, most.Load())
		}
		admitted(t, h, came, "127.0.0.2")
	}
}

// TestManyCircuits: they all have the relay's address, and are streams of one connection.
func TestManyCircuits(t *testing.T) {
	for _, kind := range []int{ma.P_TCP, ma.P_QUIC_V1} {
		held := make(chan bool, 10)
		s := newStation(t, large())
		h, came := newHost(t, func(c *Config) {
			everywhere(c)
			reserving(held)(c)
		})
		reserve(t, h, s.at(kind), held)
		for range maxConnsAddress + maxStreamsPeer {
			guest, err := newVisitor(t, nil).Call(within(t), through(h, s.at(ma.P_TCP)))
			if err != nil {
				t.Fatal(err)
			}
			hello(t, next(t, came).conn, guest)
		}
	}
}

// TestHouseIsFull: peers from many addresses.
func TestHouseIsFull(t *testing.T) {
	h, came := newHost(t, everywhere)
	in := 0
	for i := range maxPeers + 10 {
		from := fmt.Sprintf("127.0.1.%d", 1+i/maxConnsAddress)
		v := newVisitor(t, func(c *VisitorConfig) { c.Listen, c.quic = from+":0", quicFrom(from) })
		if _, err := v.Call(within(t), at(h)); err == nil {
			in++
			next(t, came)
		}
	}
	if in > maxPeers+1 || in < maxPeers-1 {
		t.Errorf("%d are in, %d should be", in, maxPeers)
	}
}

func TestIdleConnectionsEnd(t *testing.T) {
	h, _ := newHost(t, func(c *Config) { c.Serve = func(context.Context, *Conn, Caller) {} })
	h.idle = 10 * time.Millisecond
	from := flooder(t)
	gone := make(chan struct{}, 10)
	from.Notify(&network.NotifyBundle{DisconnectedF: func(network.Network, network.Conn) { gone <- struct{}{} }})
	from.Peerstore().AddAddr(h.node.ID(), ma.StringCast(tcpAt(h.Port())), time.Minute)
	c, err := from.DialPeer(within(t), h.node.ID())
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-gone:
	case <-within(t).Done():
		t.Errorf("%v stays though nothing happens on it", c)
	}
}

// TestNothingIsLeft of hosts and visitors that were closed.
func TestNothingIsLeft(t *testing.T) {
	goroutines := runtime.NumGoroutine()
	t.Run("visit", func(t *testing.T) {
		held := make(chan bool, 10)
		s := newStation(t, large())
		h, came := newHost(t, reserving(held))
		reserve(t, h, s.at(ma.P_QUIC_V1), held)
		for range 3 {
			v := newVisitor(t, nil)
			to := through(h, s.at(ma.P_TCP))
			guest, err := v.Call(within(t), to)
			if err != nil {
				t.Fatal(err)
			}
			hello(t, next(t, came).conn, guest)
			h.Punch(v.PeerID())
			if guest, err = v.Direct(within(t), to); err != nil {
				t.Fatal(err)
			}
			hello(t, next(t, came).conn, guest)
		}
	})
	for ctx := within(t); runtime.NumGoroutine() > goroutines; runtime.Gosched() {
		if ctx.Err() != nil {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines are left\n%s", runtime.NumGoroutine()-goroutines, stacks[:runtime.Stack(stacks, true)])
		}
	}
}
