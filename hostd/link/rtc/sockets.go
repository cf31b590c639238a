package rtc

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
)

const (
	// maxSockets is how many of the machine's addresses are listened at.
	maxSockets = 32
	// portTries is how many free ports are tried until one is free at every address.
	portTries = 20
)

var errNoAddress = errors.New("no such address")

// sockets are the UDP sockets of all guests: one at each of the machine's addresses,
// all with the same port. It is the library's UDPMux, which knows a guest's packets
// by the name in its first one.
//
// The library's own NewMultiUDPMuxFromPort asks for the addresses once and hides its
// sockets. Here the addresses are asked for again with every offer (a laptop changes
// its network), and the sockets are ours, so that the STUN server is asked from the
// very port that guests will be sent to: behind a NAT only that hole is of use.
type sockets struct {
	network  transport.Net // nil = the system's
	only     netip.Addr    // listen here alone; zero = everywhere
	loopback bool
	log      logging.LeveledLogger

	mu      sync.Mutex // guards what follows
	port    int        // 0 until the first socket is open
	open    map[netip.Addr]*socket
	present []netip.Addr // the addresses that the machine has now
	closed  bool
}

// net gives the network as it is now: the system's remembers the addresses it found.
func (s *sockets) net() (transport.Net, error) {
	if s.network != nil {
		return s.network, nil
	}
	n, err := stdnet.NewNet()
	if err != nil {
		return nil, fmt.Errorf("read the network's interfaces: %w", err)
	}
	return n, nil
}

// refresh opens sockets at addresses that are new and forgets those that are gone.
func (s *sockets) refresh() error {
	network, err := s.net()
	if err != nil {
		return err
	}
	addrs, err := s.addresses(network)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return net.ErrClosed
	}
	s.present = s.present[:0]
	for _, addr := range addrs {
		if len(s.present) == maxSockets {
			break
		}
		if s.open[addr] == nil {
			if err := s.listen(network, addr); err != nil {
				s.log.Warnf("listen at %s: %v", addr, err)
				continue
			}
		}
		s.present = append(s.present, addr)
	}
	s.drop()
	return nil
}

// drop closes sockets of addresses that are gone, but only when there are many: a
// Wi-Fi that comes back has the same address, and its guests go on.
func (s *sockets) drop() {
	for addr, socket := range s.open {
		if len(s.open) <= maxSockets {
			return
		}
		if !slices.Contains(s.present, addr) {
			_ = socket.mux.Close()
			delete(s.open, addr)
		}
	}
}

func (s *sockets) listen(network transport.Net, addr netip.Addr) error {
	conn, err := network.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, uint16(s.port)))) //nolint:gosec // a port
	if err != nil {
		return fmt.Errorf("open a socket: %w", err)
	}
	if local, ok := conn.LocalAddr().(*net.UDPAddr); ok {
		s.port = local.Port
	}
	s.open[addr] = newSocket(conn, s.log)
	return nil
}

// start opens the first sockets; every one of them must come to be. A machine that has no
// address yet, a laptop that looks for its Wi-Fi, gets them when it has one.
func (s *sockets) start(port int) error {
	for range portTries {
		s.mu.Lock()
		s.port, s.open = port, map[netip.Addr]*socket{}
		s.mu.Unlock()
		if err := s.refresh(); err != nil {
			return err
		}
		if s.complete() || s.homeless() {
			return nil
		}
		if port != 0 {
			break
		}
		s.closeAll()
	}
	if len(s.addrs()) == 0 {
		return fmt.Errorf("listen on UDP port %d: %w", port, errNoAddress)
	}
	return nil
}

// homeless tells that the machine has no address that could be listened at, where not one alone was asked for.
func (s *sockets) homeless() bool {
	network, err := s.net()
	if err != nil {
		return false
	}
	addrs, err := s.addresses(network)
	return err == nil && len(addrs) == 0 && (!s.only.IsValid() || s.only.IsUnspecified())
}

// complete tells whether there is a socket at each address.
func (s *sockets) complete() bool {
	network, err := s.net()
	if err != nil {
		return false
	}
	addrs, err := s.addresses(network)
	return err == nil && len(addrs) > 0 && len(s.addrs()) >= min(len(addrs), maxSockets)
}

// addresses that guests may be told: of interfaces that are up, none that need a zone.
func (s *sockets) addresses(network transport.Net) ([]netip.Addr, error) {
	interfaces, err := network.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("read the network's interfaces: %w", err)
	}
	var found []netip.Addr
	for _, i := range interfaces {
		addrs, err := i.Addrs()
		if err != nil || i.Flags&net.FlagUp == 0 {
			continue
		}
		for _, a := range addrs {
			ipNet, ok := a.(*net.IPNet)
			if !ok {
				continue
			}
			addr, _ := netip.AddrFromSlice(ipNet.IP)
			if addr = addr.Unmap(); s.wanted(addr) && !slices.Contains(found, addr) {
				found = append(found, addr)
			}
		}
	}
	return found, nil
}

func (s *sockets) wanted(addr netip.Addr) bool {
	if s.only.IsValid() && !s.only.IsUnspecified() {
		return addr == s.only
	}
	if s.only.IsValid() && s.only.Is4() && !addr.Is4() {
		return false
	}
	return addr.IsGlobalUnicast() || (s.loopback && addr.IsLoopback())
}

// addrs are the addresses that are listened at and that the machine has.
func (s *sockets) addrs() []netip.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.present)
}

// all gives the sockets at those addresses.
func (s *sockets) all() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*socket
	for _, addr := range s.present {
		found = append(found, s.open[addr])
	}
	return found
}

// GetListenAddresses is asked when candidates are gathered.
func (s *sockets) GetListenAddresses() []net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []net.Addr
	for _, addr := range s.present {
		found = append(found, net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, uint16(s.port)))) //nolint:gosec // a port
	}
	return found
}

// GetConn gives one guest's share of the socket at addr.
func (s *sockets) GetConn(ufrag string, addr net.Addr) (net.PacketConn, error) {
	udp, ok := addr.(*net.UDPAddr)
	if !ok {
		return nil, errNoAddress
	}
	s.mu.Lock()
	socket := s.open[udp.AddrPort().Addr().Unmap()]
	s.mu.Unlock()
	if socket == nil {
		return nil, errNoAddress
	}
	return socket.mux.GetConn(ufrag, socket.conn.LocalAddr())
}

// RemoveConnByUfrag forgets one guest.
func (s *sockets) RemoveConnByUfrag(ufrag string) {
	s.mu.Lock()
	open := slices.Collect(maps.Values(s.open))
	s.mu.Unlock()
	for _, socket := range open {
		socket.mux.RemoveConnByUfrag(ufrag)
	}
}

func (s *sockets) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, socket := range s.open {
		_ = socket.mux.Close()
	}
	s.open, s.present = nil, nil
}

// Close ends all guests' packets.
func (s *sockets) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.closeAll()
	return nil
}

var _ ice.UDPMux = (*sockets)(nil)
