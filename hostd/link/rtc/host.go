package rtc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/transport/v5"
	"github.com/pion/webrtc/v4"

	"soul-jam/hostd/link"
)

const (
	// maxCalls is how many calls a host has at once, open or not, unless configured.
	maxCalls = 256
	// openWithin is when a call that has not opened is given up, unless configured.
	openWithin = 20 * time.Second
	// maxServers is how many STUN servers are asked.
	maxServers = 4
)

// ErrTooManyCalls: the host answers no more offers at the moment.
var ErrTooManyCalls = errors.New("too many calls at once")

// Config is how a Host listens. The zero value of a field is its default.
type Config struct {
	// Listen is the address "[IP]:PORT" of all guests' UDP and TCP; "" or port 0 is
	// any port, no IP is all of the machine's addresses.
	Listen string
	// Certificate proves the host. Required.
	Certificate *Certificate
	// Limit is how long a guest's frame may be, in bytes. Required.
	Limit int64
	// Log is told what happens. Required.
	Log *slog.Logger
	// ResolveNames asks the local net by multicast for the names behind which browsers
	// hide their addresses. It never answers for itself.
	ResolveNames bool
	// MaxCalls is how many calls there may be at once: 256.
	MaxCalls int
	// OpenWithin is when a call that has not opened is given up: 20 s.
	OpenWithin time.Duration
	// Net is the network: the system's. For tests.
	Net transport.Net
	// Loopback offers and believes addresses of this machine itself: for tests.
	Loopback bool
	// Made is told of each connection that is made for a call; nil = nobody counts.
	Made func()
}

// Host answers the offers of guests.
type Host struct {
	config  Config
	log     logging.LoggerFactory
	sockets *sockets
	streams ice.TCPMux // nil: no TCP
	names   *names     // nil: not asked for
	lookup  func(context.Context, string) (netip.Addr, error)

	mu     sync.Mutex // guards what follows
	calls  map[*Call]struct{}
	closed bool
}

// Listen opens the host's sockets. UDP is needed; that TCP is not to be had is logged.
func Listen(c Config) (*Host, error) {
	if c.Certificate == nil || c.Limit <= 0 || c.Log == nil {
		return nil, errors.New("listen for calls: certificate, limit or log is missing")
	}
	if c.MaxCalls == 0 {
		c.MaxCalls = maxCalls
	}
	if c.OpenWithin == 0 {
		c.OpenWithin = openWithin
	}
	only, port, err := listenAt(c.Listen)
	if err != nil {
		return nil, err
	}
	h := &Host{config: c, log: quiet{c.Log}, calls: map[*Call]struct{}{}}
	h.sockets = &sockets{network: c.Net, only: only, loopback: c.Loopback, log: h.log.NewLogger("udp")}
	if err := h.start(only, port); err != nil {
		return nil, err
	}
	if c.ResolveNames {
		h.names = &names{net: h.sockets.net, log: h.log, slots: make(chan struct{}, maxAsking)}
		h.lookup = h.names.lookup
	}
	return h, nil
}

func listenAt(listen string) (only netip.Addr, port int, err error) {
	if listen == "" {
		return netip.Addr{}, 0, nil
	}
	addr, err := net.ResolveTCPAddr("tcp", listen)
	if err != nil {
		return netip.Addr{}, 0, fmt.Errorf("address to listen for calls: %w", err)
	}
	if addr.IP != nil {
		only, _ = netip.AddrFromSlice(addr.IP)
		only = only.Unmap()
	}
	return only, addr.Port, nil
}

// start opens the sockets. When any port will do, it is one that is free for TCP too.
func (h *Host) start(only netip.Addr, port int) error {
	for try := 1; ; try++ {
		if err := h.sockets.start(port); err != nil {
			return err
		}
		err := h.listenTCP(only)
		if err == nil {
			return nil
		}
		if port != 0 || try == portTries || errors.Is(err, transport.ErrNotSupported) {
			h.config.Log.Info("no calls over TCP", "err", err)
			return nil
		}
		h.sockets.closeAll()
	}
}

func (h *Host) listenTCP(only netip.Addr) error {
	network, err := h.sockets.net()
	if err != nil {
		return err
	}
	addr := &net.TCPAddr{Port: h.Port()}
	if only.IsValid() {
		addr.IP = only.AsSlice()
	}
	l, err := network.ListenTCP("tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on TCP port %d: %w", addr.Port, err)
	}
	h.streams = listenStreams(l, h.log.NewLogger("tcp"))
	return nil
}

// Port is the one port of all guests.
func (h *Host) Port() int {
	h.sockets.mu.Lock()
	defer h.sockets.mu.Unlock()
	return h.sockets.port
}

// Calls is how many there are now, open or not.
func (h *Host) Calls() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.calls)
}

// Close ends all calls and waits until nothing of them is left.
func (h *Host) Close() error {
	h.mu.Lock()
	h.closed = true
	var calls []*Call
	for c := range h.calls {
		calls = append(calls, c)
	}
	h.mu.Unlock()
	for _, c := range calls {
		c.peer.hangUp()
	}
	for _, c := range calls {
		<-c.Done()
	}
	if h.names != nil {
		h.names.close()
	}
	var err error
	if h.streams != nil {
		err = h.streams.Close()
	}
	return errors.Join(err, h.sockets.Close())
}

// api is the library as one call has it.
func (h *Host) api() (*webrtc.API, error) {
	network, err := h.sockets.net()
	if err != nil {
		return nil, err
	}
	s := commonSettings(h.log)
	s.SetNet(network)
	s.SetICEUDPMux(h.sockets)
	types := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6}
	if h.streams != nil {
		s.SetICETCPMux(h.streams)
		types = append(types, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6)
	}
	s.SetNetworkTypes(types)
	s.DisableActiveTCP(true)
	// Names are resolved by the host's own, once for all.
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetIncludeLoopbackCandidate(h.config.Loopback)
	s.SetRemoteIPFilter(gate{loopback: h.config.Loopback}.allowsIP)
	s.SetSCTPMaxReceiveBufferSize(hostBuffer)
	return newAPI(s), nil
}

func (h *Host) add(c *Call) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return net.ErrClosed
	}
	if len(h.calls) >= h.config.MaxCalls {
		return ErrTooManyCalls
	}
	h.calls[c] = struct{}{}
	return nil
}

func (h *Host) remove(c *Call) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.calls, c)
}

// Offer is a guest's.
type Offer struct {
	SDP string
	// STUN are the servers (stun:HOST[:PORT]) that tell the host its address outside;
	// at most the first four are asked.
	STUN []string
}

// Answer answers an offer by one guest. Its SDP holds the host's own addresses;
// signal is called with those that are found later, one after the other, then with
// nil. serve is called once when the channel opens, and hangs up by returning; its
// context ends when the call is ended on this side. ctx is of the answer alone.
func (h *Host) Answer(ctx context.Context, o Offer, signal func(*Candidate), serve func(context.Context, link.Conn)) (*Call, string, error) {
	offer, err := readDescription(o.SDP)
	if err != nil {
		return nil, "", fmt.Errorf("read offer: %w", err)
	}
	c := &Call{host: h, offer: offer, stun: o.STUN[:min(len(o.STUN), maxServers)], signal: signal, done: make(chan struct{})}
	if err := h.add(c); err != nil {
		return nil, "", err
	}
	if err := c.start(serve); err != nil {
		h.remove(c)
		return nil, "", err
	}
	answer, err := c.answer(ctx, offer)
	if err != nil {
		c.Close()
		return nil, "", err
	}
	return c, answer, nil
}
