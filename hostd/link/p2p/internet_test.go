package p2p

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/p2p/transport/quicreuse"
	"github.com/quic-go/quic-go"
	"go.uber.org/fx"
)

// internet carries UDP in memory, with a delay, so that it runs in the time of a synctest bubble.
type internet struct {
	delay time.Duration
	mu    sync.Mutex // guards what follows, and the routers
	ends  map[netip.AddrPort]*socket
	homes map[netip.Addr]*router
}

func newInternet(delay time.Duration) *internet {
	return &internet{delay: delay, ends: make(map[netip.AddrPort]*socket), homes: make(map[netip.Addr]*router)}
}

// router is a NAT as most homes have it: one outside port for each socket inside, which lets
// in only those that the socket has sent to, and nobody back in from inside.
type router struct {
	outside netip.Addr
	ports   map[netip.AddrPort]uint16
	inside  map[uint16]netip.AddrPort
	asked   map[uint16]map[netip.AddrPort]bool
}

// home is a router's.
func (n *internet) home(outside string) *router {
	r := &router{
		outside: netip.MustParseAddr(outside), ports: make(map[netip.AddrPort]uint16),
		inside: make(map[uint16]netip.AddrPort), asked: make(map[uint16]map[netip.AddrPort]bool),
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.homes[r.outside] = r
	return r
}

// out is from where others see what is sent.
func (r *router) out(from, to netip.AddrPort) netip.AddrPort {
	port, ok := r.ports[from]
	if !ok {
		port = uint16(20001 + len(r.ports))
		r.ports[from], r.inside[port], r.asked[port] = port, from, make(map[netip.AddrPort]bool)
	}
	r.asked[port][to] = true
	return netip.AddrPortFrom(r.outside, port)
}

// route gives the socket that a packet arrives at, and where it seems to come from.
func (n *internet) route(s *socket, to netip.AddrPort) (*socket, netip.AddrPort) {
	from := s.at
	if s.home != nil {
		if other := n.ends[to]; other != nil && other.home == s.home {
			return other, from
		}
		from = s.home.out(s.at, to)
	}
	if r := n.homes[to.Addr()]; r != nil && r != s.home && r.asked[to.Port()][from] {
		return n.ends[r.inside[to.Port()]], from
	}
	if end := n.ends[to]; end != nil && end.home == nil {
		return end, from
	}
	return nil, from
}

type packet struct {
	data []byte
	from netip.AddrPort
}

// socket is a net.PacketConn.
type socket struct {
	on   *internet
	home *router // nil: it has an address of the internet
	at   netip.AddrPort
	in   chan packet

	mu   sync.Mutex    // guards over
	over chan struct{} // closed while reading is over
}

func (n *internet) listen(home *router, at netip.AddrPort) (net.PacketConn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for port := uint16(30000); at.Port() == 0; port++ {
		if try := netip.AddrPortFrom(at.Addr(), port); n.ends[try] == nil {
			at = try
		}
	}
	if n.ends[at] != nil {
		return nil, errors.New("address in use")
	}
	s := &socket{on: n, home: home, at: at, in: make(chan packet, 1000), over: make(chan struct{})}
	n.ends[at] = s
	return s, nil
}

func (s *socket) WriteTo(b []byte, addr net.Addr) (int, error) {
	to := addr.(*net.UDPAddr).AddrPort()
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	s.on.mu.Lock()
	defer s.on.mu.Unlock()
	end, from := s.on.route(s, to)
	if end == nil {
		return len(b), nil
	}
	p := packet{append([]byte(nil), b...), from}
	time.AfterFunc(s.on.delay, func() {
		select {
		case end.in <- p:
		default: // full
		}
	})
	return len(b), nil
}

func (s *socket) ReadFrom(b []byte) (int, net.Addr, error) {
	s.mu.Lock()
	over := s.over
	s.mu.Unlock()
	select {
	case p := <-s.in:
		return copy(b, p.data), net.UDPAddrFromAddrPort(p.from), nil
	case <-over:
		return 0, nil, os.ErrDeadlineExceeded
	}
}

func (s *socket) Close() error {
	s.on.mu.Lock()
	delete(s.on.ends, s.at)
	s.on.mu.Unlock()
	return s.SetReadDeadline(time.Unix(1, 0))
}

func (s *socket) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.IsZero() {
		s.over = make(chan struct{})
		return nil
	}
	select {
	case <-s.over:
	default:
		close(s.over) // the library sets none that lie ahead
	}
	return nil
}

func (s *socket) SetDeadline(t time.Time) error    { return s.SetReadDeadline(t) }
func (s *socket) SetWriteDeadline(time.Time) error { return nil }
func (s *socket) LocalAddr() net.Addr              { return net.UDPAddrFromAddrPort(s.at) }

// source is the address that a machine sends from.
type source netip.Addr

func (s source) PreferredSourceIPForDestination(*net.UDPAddr) (net.IP, error) {
	return netip.Addr(s).AsSlice(), nil
}

// machine is libp2p's network on a machine with one address.
func (n *internet) machine(home *router, ip string) libp2p.Option {
	addr := netip.MustParseAddr(ip)
	return quicFrom(ip, quicreuse.OverrideListenUDP(func(_ string, at *net.UDPAddr) (net.PacketConn, error) {
		return n.listen(home, netip.AddrPortFrom(addr, uint16(at.Port)))
	}))
}

// quicFrom is QUIC alone, from one address.
func quicFrom(ip string, more ...quicreuse.Option) libp2p.Option {
	return libp2p.QUICReuse(
		func(l fx.Lifecycle, reset quic.StatelessResetKey, token quic.TokenGeneratorKey, opts ...quicreuse.Option) (*quicreuse.ConnManager, error) {
			m, err := quicreuse.NewConnManager(reset, token, opts...)
			if err == nil {
				l.Append(fx.StopHook(m.Close))
			}
			return m, err
		},
		append(more, quicreuse.OverrideSourceIPSelector(func() (quicreuse.SourceIPSelector, error) {
			return source(netip.MustParseAddr(ip)), nil
		}))...,
	)
}
