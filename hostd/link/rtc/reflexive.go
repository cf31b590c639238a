package rtc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/transport/v5"
)

const (
	// askFirst is when a STUN request is sent again, for the first time; then after
	// twice as long.
	askFirst = 250 * time.Millisecond
	// askWithin is when a STUN server is given up.
	askWithin = 4 * time.Second
	// mappingFresh is how long an address outside is told without asking again. A NAT
	// keeps a mapping for 30 s at the least.
	mappingFresh = 15 * time.Second
	// readFailures in a row end a socket. Single ones are the network's (on Windows
	// even a datagram that is too long is one), and must not end everybody's calls.
	readFailures = 100
)

var errNoMapping = errors.New("the STUN server gave no address")

// socket is a UDP socket of all guests, and tells by which address others see it.
type socket struct {
	conn transport.UDPConn
	mux  *ice.UDPMuxDefault

	mu     sync.Mutex // guards what follows
	asked  map[[stun.TransactionIDSize]byte]question
	known  map[netip.AddrPort]mapping // by STUN server
	closed bool
}

type question struct {
	server netip.AddrPort
	answer chan netip.AddrPort // takes one
}

type mapping struct {
	addr netip.AddrPort
	at   time.Time
}

func newSocket(conn transport.UDPConn, log logging.LeveledLogger) *socket {
	s := &socket{conn: conn, asked: map[[stun.TransactionIDSize]byte]question{}, known: map[netip.AddrPort]mapping{}}
	s.mux = ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: tap{conn, s}, Logger: log})
	return s
}

// tap is the socket as the mux has it: answers of STUN servers are ours and not a guest's.
type tap struct {
	transport.UDPConn
	s *socket
}

func (t tap) ReadFrom(b []byte) (int, net.Addr, error) {
	for failures := 0; ; {
		n, addr, err := t.UDPConn.ReadFrom(b)
		if err != nil {
			if failures++; failures < readFailures && !t.s.over() && !errors.Is(err, net.ErrClosed) {
				continue
			}
			return n, addr, err
		}
		failures = 0
		if !t.s.take(b[:n], addr) {
			return n, addr, nil
		}
	}
}

func (t tap) Close() error {
	t.s.mu.Lock()
	t.s.closed = true
	t.s.mu.Unlock()
	return t.UDPConn.Close()
}

func (s *socket) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// take keeps a packet that answers a question, and says whether it did.
func (s *socket) take(packet []byte, from net.Addr) bool {
	const header, success = 20, 0x0101
	if len(packet) < header || packet[0] != success>>8 || packet[1] != success&0xff {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := [stun.TransactionIDSize]byte(packet[8:header])
	q, ok := s.asked[id]
	udp, isUDP := from.(*net.UDPAddr)
	if !ok || !isUDP || unmapped(udp.AddrPort()) != q.server {
		return false
	}
	m := stun.Message{Raw: append([]byte(nil), packet...)}
	var seen stun.XORMappedAddress
	if m.Decode() != nil || seen.GetFrom(&m) != nil {
		return true
	}
	if addr, ok := netip.AddrFromSlice(seen.IP); ok && seen.Port > 0 && seen.Port <= 0xffff {
		delete(s.asked, id)
		q.answer <- netip.AddrPortFrom(addr.Unmap(), uint16(seen.Port)) //nolint:gosec // checked
	}
	return true
}

func unmapped(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// fresh gives what is known already.
func (s *socket) fresh() (found []netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.known {
		if time.Since(m.at) < mappingFresh {
			found = append(found, m.addr)
		}
	}
	return found
}

// outside asks a STUN server by which address it sees this socket.
func (s *socket) outside(ctx context.Context, server netip.AddrPort) (netip.AddrPort, error) {
	request, err := stun.Build(stun.TransactionID, stun.BindingRequest)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("make a STUN request: %w", err)
	}
	q := question{server: server, answer: make(chan netip.AddrPort, 1)}
	s.mu.Lock()
	if m, ok := s.known[server]; ok && time.Since(m.at) < mappingFresh {
		s.mu.Unlock()
		return m.addr, nil
	}
	s.asked[request.TransactionID] = q
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.asked, request.TransactionID)
	}()
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	for wait := askFirst; ; wait *= 2 {
		if _, err := s.conn.WriteTo(request.Raw, net.UDPAddrFromAddrPort(server)); err != nil {
			return netip.AddrPort{}, fmt.Errorf("ask STUN server: %w", err)
		}
		again := time.NewTimer(wait)
		select {
		case addr := <-q.answer:
			again.Stop()
			s.mu.Lock()
			s.known[server] = mapping{addr, time.Now()}
			s.mu.Unlock()
			return addr, nil
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return netip.AddrPort{}, errNoMapping
		}
	}
}

// local is the address that the socket is bound to.
func (s *socket) local() netip.AddrPort {
	if udp, ok := s.conn.LocalAddr().(*net.UDPAddr); ok {
		return unmapped(udp.AddrPort())
	}
	return netip.AddrPort{}
}

// reflexive writes the candidate for an address outside, or "" when that is the
// socket's own: then there is no NAT.
func (s *socket) reflexive(addr netip.AddrPort) string {
	local := s.local()
	if addr == local {
		return ""
	}
	c, err := ice.NewCandidateServerReflexive(&ice.CandidateServerReflexiveConfig{
		Network: "udp", Address: addr.Addr().String(), Port: int(addr.Port()), Component: ice.ComponentRTP,
		RelAddr: local.Addr().String(), RelPort: int(local.Port()),
	})
	if err != nil {
		return ""
	}
	return "candidate:" + c.Marshal()
}

// stunServer resolves the URL of a STUN server (stun:HOST[:PORT], UDP) for a socket's
// kind of address.
func stunServer(network transport.Net, url string, v4 bool) (netip.AddrPort, error) {
	uri, err := stun.ParseURI(url)
	if err != nil || uri.Scheme != stun.SchemeTypeSTUN || uri.Proto == stun.ProtoTypeTCP {
		return netip.AddrPort{}, fmt.Errorf("%.80q is no STUN server over UDP: %w", url, errNoMapping)
	}
	kind := "udp6"
	if v4 {
		kind = "udp4"
	}
	host := net.JoinHostPort(strings.Trim(uri.Host, "[]"), fmt.Sprint(uri.Port))
	addr, err := network.ResolveUDPAddr(kind, host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("resolve STUN server: %w", err)
	}
	return unmapped(addr.AddrPort()), nil
}
