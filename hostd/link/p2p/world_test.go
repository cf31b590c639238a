package p2p

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/relay"
	ma "github.com/multiformats/go-multiaddr"

	"soul-jam/shared/identity"
)

// patience bounds what should happen at once, on a loaded machine.
const patience = 20 * time.Second

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func newKey(t testing.TB) identity.HostKey {
	t.Helper()
	key, err := identity.DrawHostKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// arrival is a caller as the host's Serve got it.
type arrival struct {
	conn *Conn
	who  Caller
}

// newHost is a host at loopback whose callers come out of the channel, and stay until the end of the test.
func newHost(t testing.TB, change func(*Config)) (*Host, <-chan arrival) {
	t.Helper()
	came := make(chan arrival, 1000)
	over := t.Context().Done()
	c := Config{
		Key: newKey(t), Listen: "127.0.0.1:0", Limit: 1 << 16, Loopback: true, Log: silent(),
		Serve: func(ctx context.Context, c *Conn, who Caller) {
			came <- arrival{c, who}
			select {
			case <-ctx.Done():
			case <-over:
			}
		},
	}
	if change != nil {
		change(&c)
	}
	h, err := Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h, came
}

func newVisitor(t testing.TB, change func(*VisitorConfig)) *Visitor {
	t.Helper()
	c := VisitorConfig{Key: newKey(t), Listen: "127.0.0.1:0", Limit: 1 << 16, Loopback: true, Log: silent()}
	if change != nil {
		change(&c)
	}
	v, err := NewVisitor(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

func loopback() netip.Addr { return netip.MustParseAddr("127.0.0.1") }

// at is where a host listens.
func at(h *Host) Target { return Target{Peer: h.PeerID(), Addrs: Addresses(loopback(), h.Port())} }

func next(t testing.TB, came <-chan arrival) arrival {
	t.Helper()
	select {
	case a := <-came:
		return a
	case <-within(t).Done():
		t.Fatal("nobody comes in")
		return arrival{}
	}
}

// hello sees a frame through in both directions.
func hello(t testing.TB, host, guest *Conn) {
	t.Helper()
	for _, ends := range [][2]*Conn{{host, guest}, {guest, host}} {
		if err := ends[0].Write(within(t), []byte("hello")); err != nil {
			t.Fatal(err)
		}
		if got, err := ends[1].Read(within(t)); err != nil || string(got) != "hello" {
			t.Fatalf("read %q, %v", got, err)
		}
	}
}

// large is a relay's limits under which a jam of a day goes through.
func large() relay.Resources {
	r := relay.DefaultResources()
	r.Limit = &relay.RelayLimit{Duration: 24 * time.Hour, Data: 512 << 20}
	r.MaxCircuits, r.MaxReservationsPerIP = 250, 64
	return r
}

// station is a circuit relay as soul-servers have it.
type station struct {
	host  host.Host
	relay *relay.Relay
}

func newStation(t testing.TB, limits relay.Resources, more ...relay.Option) *station {
	t.Helper()
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return newStationAt(t, limits, key, "0", more...)
}

func newStationAt(t testing.TB, limits relay.Resources, key crypto.PrivKey, port string, more ...relay.Option) *station {
	t.Helper()
	h, err := libp2p.New(libp2p.Identity(key), libp2p.DisableMetrics(), libp2p.ResourceManager(&network.NullResourceManager{}),
		libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/"+port, "/ip4/127.0.0.1/udp/"+port+"/quic-v1"))
	if err != nil {
		t.Fatal(err)
	}
	s := &station{host: h}
	t.Cleanup(s.close)
	if s.relay, err = relay.New(h, append(more, relay.WithResources(limits))...); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *station) close() {
	if s.relay != nil {
		_ = s.relay.Close()
	}
	_ = s.host.Close()
}

// at gives its addresses, TCP or QUIC or both, as soul-server tells them.
func (s *station) at(kinds ...int) []string {
	var all []string
	for _, a := range s.host.Network().ListenAddresses() {
		for _, kind := range kinds {
			if _, err := a.ValueForProtocol(kind); err == nil && !isCircuit(a) {
				all = append(all, a.String()+"/p2p/"+s.host.ID().String())
			}
		}
	}
	return all
}

// through is where a host is behind a relay.
func through(h *Host, relay []string) Target {
	t := Target{Peer: h.PeerID()}
	for _, a := range relay {
		t.Addrs = append(t.Addrs, a+"/p2p-circuit")
	}
	return t
}

// reserve makes the host keep a reservation until the test ends.
func reserve(t testing.TB, h *Host, relay []string, held <-chan bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		if err := h.Reserve(ctx, relay); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-over
	})
	want(t, held, true)
}

func want(t testing.TB, held <-chan bool, state bool) {
	t.Helper()
	select {
	case got := <-held:
		if got != state {
			t.Fatalf("the reservation is held: %v", got)
		}
	case <-within(t).Done():
		t.Fatalf("the host is not told of its reservation: %v", state)
	}
}

// reserving is a Config that tells of reservations.
func reserving(held chan<- bool) func(*Config) {
	return func(c *Config) { c.Reserved = func(is bool) { held <- is } }
}

// cable stands between a visitor and a port, and can be cut without either being told.
type cable struct {
	port int
	cut  chan struct{}
}

func tcpCable(t testing.TB, to int) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	c := &cable{l.Addr().(*net.TCPAddr).Port, make(chan struct{})}
	go func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(to)))
			if err != nil {
				_ = a.Close()
				continue
			}
			t.Cleanup(func() { _, _ = a.Close(), b.Close() })
			go c.copy(a, b)
			go c.copy(b, a)
		}
	}()
	return c
}

func (c *cable) copy(to, from net.Conn) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		select {
		case <-c.cut:
			return // both stay open
		default:
		}
		if err != nil {
			_ = to.Close()
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			_ = from.Close()
			return
		}
	}
}

func udpCable(t testing.TB, to int) *cable {
	t.Helper()
	front, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	back, err := net.DialUDP("udp", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: to})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = front.Close(), back.Close() })
	c := &cable{front.LocalAddr().(*net.UDPAddr).Port, make(chan struct{})}
	from := make(chan netip.AddrPort, 1)
	forward := func(read func([]byte) (int, error), write func([]byte) (int, error)) {
		buffer := make([]byte, 64<<10)
		for {
			n, err := read(buffer)
			if err != nil {
				return
			}
			select {
			case <-c.cut:
			default:
				_, _ = write(buffer[:n])
			}
		}
	}
	go forward(func(b []byte) (int, error) {
		n, who, err := front.ReadFromUDPAddrPort(b)
		select {
		case from <- who:
		default:
		}
		return n, err
	}, back.Write)
	go func() {
		who, ok := netip.AddrPort{}, false
		select {
		case who = <-from:
			ok = true
		case <-t.Context().Done():
		}
		if ok {
			forward(back.Read, func(b []byte) (int, error) { return front.WriteToUDPAddrPort(b, who) })
		}
	}()
	return c
}

func portOf(t testing.TB, address string) int {
	t.Helper()
	a, err := ma.NewMultiaddr(address)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(a[1].Value())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func peerID(t testing.TB, text string) peer.ID {
	t.Helper()
	id, err := peer.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func tcpAt(port int) string  { return fmt.Sprintf("/ip4/127.0.0.1/tcp/%d", port) }
func quicAt(port int) string { return fmt.Sprintf("/ip4/127.0.0.1/udp/%d/quic-v1", port) }
