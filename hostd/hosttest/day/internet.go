package day

import (
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/vnet"
)

// stunAddress is where soul-server tells everybody's address outside.
const stunAddress = "1.2.3.4"

// delay of a packet. So two ends that give up at the same moment do not hear of each other at that moment.
const delay = 15 * time.Millisecond

// internet is what packets of data channels go through: homes behind routers, and a STUN server in the middle. Each home can be cut off.
type internet struct {
	wan   *vnet.Router
	stun  net.PacketConn
	homes int

	mu  sync.Mutex      // guards cut
	cut map[string]bool // addresses of homes outside
}

func newInternet() (*internet, error) {
	wan, err := vnet.NewRouter(&vnet.RouterConfig{CIDR: "1.2.3.0/24", MinDelay: delay, LoggerFactory: quiet()})
	if err != nil {
		return nil, err
	}
	n := &internet{wan: wan, cut: map[string]bool{}}
	wan.AddChunkFilter(func(c vnet.Chunk) bool {
		n.mu.Lock()
		defer n.mu.Unlock()
		return len(n.cut) == 0 || !n.cut[hostOf(c.SourceAddr())] && !n.cut[hostOf(c.DestinationAddr())]
	})
	server, err := n.machine(wan, stunAddress)
	if err != nil {
		return nil, err
	}
	if n.stun, err = server.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(stunAddress), Port: 3478}); err != nil {
		return nil, err
	}
	go answerSTUN(n.stun)
	return n, nil
}

func hostOf(a net.Addr) string {
	host, _, _ := strings.Cut(a.String(), ":")
	return host
}

func quiet() logging.LoggerFactory {
	return &logging.DefaultLoggerFactory{Writer: noText{}, DefaultLogLevel: logging.LogLevelDisabled}
}

type noText struct{}

func (noText) Write(p []byte) (int, error) { return len(p), nil }

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

func (n *internet) machine(r *vnet.Router, ip string) (*vnet.Net, error) {
	m, err := vnet.NewNet(&vnet.NetConfig{StaticIPs: []string{ip}})
	if err != nil {
		return nil, err
	}
	return m, r.AddNet(m)
}

// home is one machine behind a router of its own, as most are. outside is the router's address.
func (n *internet) home() (m *vnet.Net, outside string, err error) {
	n.homes++
	outside = fmt.Sprintf("1.2.3.%d", 100+n.homes)
	r, err := vnet.NewRouter(&vnet.RouterConfig{
		CIDR: fmt.Sprintf("192.168.%d.0/24", n.homes), StaticIPs: []string{outside}, LoggerFactory: quiet(),
		NATType: &vnet.NATType{MappingBehavior: vnet.EndpointIndependent, FilteringBehavior: vnet.EndpointAddrPortDependent},
	})
	if err != nil {
		return nil, "", err
	}
	if err := n.wan.AddRouter(r); err != nil {
		return nil, "", err
	}
	m, err = n.machine(r, fmt.Sprintf("192.168.%d.10", n.homes))
	return m, outside, err
}

// start lets packets pass, when all homes are there.
func (n *internet) start() error { return n.wan.Start() }

// set cuts a home off, or not any more.
func (n *internet) set(outside string, cut bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if cut {
		n.cut[outside] = true
	} else {
		delete(n.cut, outside)
	}
}

func (n *internet) close(log *slog.Logger) {
	if err := n.wan.Stop(); err != nil {
		log.Error("the simulated internet does not stop", "error", err)
	}
	_ = n.stun.Close() // it is over
}

// roaming is a machine that is carried from one home to another.
type roaming struct {
	transport.Net
	mu  sync.Mutex // guards now
	now transport.Net
}

func (r *roaming) at() transport.Net {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *roaming) move(to transport.Net) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = to
}

// Interfaces are those of where the machine is.
func (r *roaming) Interfaces() ([]*transport.Interface, error) { return r.at().Interfaces() }

// ListenUDP listens where the machine is.
func (r *roaming) ListenUDP(network string, a *net.UDPAddr) (transport.UDPConn, error) {
	return r.at().ListenUDP(network, a)
}
