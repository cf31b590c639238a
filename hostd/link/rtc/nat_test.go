package rtc

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/vnet"

	"soul-jam/hostd/link"
)

// The kinds of NAT in front of a home.
var (
	fullCone  = vnet.NATType{MappingBehavior: vnet.EndpointIndependent, FilteringBehavior: vnet.EndpointIndependent}
	cone      = vnet.NATType{MappingBehavior: vnet.EndpointIndependent, FilteringBehavior: vnet.EndpointAddrPortDependent}
	symmetric = vnet.NATType{MappingBehavior: vnet.EndpointAddrPortDependent, FilteringBehavior: vnet.EndpointAddrPortDependent}
)

const stunURL = "stun:1.2.3.4:3478"

// internet is a network in memory: a STUN server in the middle, homes around it.
type internet struct {
	t     *testing.T
	wan   *vnet.Router
	homes int
	cut   atomic.Bool
}

func newInternet(t *testing.T, delay time.Duration, loss float64, stunAnswers bool) *internet {
	t.Helper()
	wan, err := vnet.NewRouter(&vnet.RouterConfig{CIDR: "1.2.3.0/24", MinDelay: delay, LoggerFactory: quietTest()})
	if err != nil {
		t.Fatal(err)
	}
	n := &internet{t: t, wan: wan}
	dice := rand.New(rand.NewSource(7)) //nolint:gosec // the same losses each time
	var mu sync.Mutex
	wan.AddChunkFilter(func(vnet.Chunk) bool {
		mu.Lock()
		defer mu.Unlock()
		return !n.cut.Load() && dice.Float64() >= loss
	})
	server := n.machine(wan, "1.2.3.4")
	if stunAnswers {
		conn, err := server.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(1, 2, 3, 4), Port: 3478})
		if err != nil {
			t.Fatal(err)
		}
		go answerSTUN(conn)
		t.Cleanup(func() { _ = conn.Close() })
	}
	return n
}

func quietTest() logging.LoggerFactory { return quiet{silent()} }

func answerSTUN(conn net.PacketConn) {
	b := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFrom(b)
		if err != nil {
			return
		}
		udp, ok := from.(*net.UDPAddr)
		m := &stun.Message{Raw: append([]byte(nil), b[:n]...)}
		if !ok || m.Decode() != nil {
			continue
		}
		if reply, err := stun.Build(m, stun.BindingSuccess, &stun.XORMappedAddress{IP: udp.IP, Port: udp.Port}); err == nil {
			_, _ = conn.WriteTo(reply.Raw, from)
		}
	}
}

func (n *internet) machine(r *vnet.Router, ip string) *vnet.Net {
	n.t.Helper()
	m, err := vnet.NewNet(&vnet.NetConfig{StaticIPs: []string{ip}})
	if err == nil {
		err = r.AddNet(m)
	}
	if err != nil {
		n.t.Fatal(err)
	}
	return m
}

// home is a router behind a NAT.
func (n *internet) home(nat vnet.NATType) *vnet.Router {
	n.t.Helper()
	n.homes++
	r, err := vnet.NewRouter(&vnet.RouterConfig{
		CIDR: fmt.Sprintf("192.168.%d.0/24", n.homes), StaticIPs: []string{fmt.Sprintf("1.2.3.%d", 100+n.homes)},
		NATType: &nat, LoggerFactory: quietTest(),
	})
	if err == nil {
		err = n.wan.AddRouter(r)
	}
	if err != nil {
		n.t.Fatal(err)
	}
	return r
}

// inNet runs a test in a bubble: the network's time is not ours. One at a time: the
// networks count their hardware addresses in one variable without a lock.
func inNet(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t)
		time.Sleep(2 * time.Minute) // of the bubble: the library's goroutines come to their end
	})
}

// call makes a call from one machine to another.
func (n *internet) call(host, guest transport.Net, within time.Duration, stun ...string) (*called, *Host, error) {
	n.t.Helper()
	if err := n.wan.Start(); err != nil {
		n.t.Fatal(err)
	}
	cert, fingerprint := certificate(n.t)
	h, err := Listen(Config{Certificate: cert, Limit: 1 << 16, Log: silent(), Net: host})
	if err != nil {
		n.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(n.t.Context(), within)
	defer cancel()
	c, err := dial(ctx, n.t, h, stun, GuestConfig{Fingerprint: fingerprint, Limit: 1 << 16, Log: silent(), Net: guest, STUN: stun})
	return c, h, err
}

// over ends everything, which bubbles ask for.
func (n *internet) over(c *called, h *Host) {
	n.t.Helper()
	c.guest.Close()
	pass(5 * time.Second) // of the bubble: the host hears of it
	if err := h.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		n.t.Error(err)
	}
	if err := n.wan.Stop(); err != nil {
		n.t.Error(err)
	}
}

func TestDirectPaths(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		host, guest vnet.NATType
		sameLAN     bool
		deadSTUN    bool
		delay       time.Duration
		loss        float64
		within      time.Duration // 0: there is no direct path
	}{
		"cone to cone":                            {host: cone, guest: cone, within: 1200 * ms},
		"guest symmetric, host full cone":         {host: fullCone, guest: symmetric, within: 1200 * ms},
		"host symmetric, guest full cone":         {host: symmetric, guest: fullCone, within: 1200 * ms},
		"guest symmetric, host cone":              {host: cone, guest: symmetric},
		"both symmetric":                          {host: symmetric, guest: symmetric},
		"same Wi-Fi":                              {host: cone, guest: cone, sameLAN: true, within: 500 * ms},
		"same Wi-Fi, STUN is silent":              {host: cone, guest: cone, sameLAN: true, deadSTUN: true, within: 500 * ms},
		"cone to cone, 60 ms each way, 5 % lost":  {host: cone, guest: cone, delay: 60 * ms, loss: 0.05, within: 4 * time.Second},
		"cone to cone, 60 ms each way, 20 % lost": {host: cone, guest: cone, delay: 60 * ms, loss: 0.2, within: 12 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inNet(t, func(t *testing.T) {
				n := newInternet(t, c.delay, c.loss, !c.deadSTUN)
				homeA := n.home(c.host)
				homeB := homeA
				if !c.sameLAN {
					homeB = n.home(c.guest)
				}
				a, b := n.machine(homeA, fmt.Sprintf("192.168.%d.10", 1)), n.machine(homeB, fmt.Sprintf("192.168.%d.20", n.homes))
				called, h, err := n.call(a, b, 25*time.Second, stunURL)
				defer n.over(called, h)
				if c.within == 0 {
					if err == nil {
						t.Fatal("a path was found through what lets none through")
					}
					<-called.call.Done()
					if !errors.Is(called.call.Err(), errNeverOpened) || h.Calls() != 0 {
						t.Errorf("the host says %v and has %d calls", called.call.Err(), h.Calls())
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("open after %v", called.took)
				if called.took > c.within {
					t.Errorf("open after %v, want %v at most", called.took, c.within)
				}
				hello(t, called)
			})
		})
	}
}

// hello sends a frame each way.
func hello(t *testing.T, c *called) {
	t.Helper()
	for _, ends := range [][2]link.Conn{{c.host, c.conn}, {c.conn, c.host}} {
		if err := ends[0].Write(t.Context(), []byte("hello")); err != nil {
			t.Fatal(err)
		}
		if got, err := ends[1].Read(t.Context()); err != nil || string(got) != "hello" {
			t.Fatalf("read %q, %v", got, err)
		}
	}
}

// pass lets the bubble's time go by.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
