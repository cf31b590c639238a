package rtc

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/logging"
	"github.com/pion/mdns/v2"
	"github.com/pion/transport/v5"
	"golang.org/x/net/ipv4"
)

const (
	// nameWithin is how long the local net is asked for a name.
	nameWithin = 3 * time.Second
	// maxAsking is how many names are asked for at once.
	maxAsking = 16
)

var errTooManyNames = errors.New("too many names are being asked for")

// names resolves the names by which browsers hide their local addresses. The library
// would open sockets for each guest; here is one for all, opened when the first name
// comes. It answers nobody.
type names struct {
	net func() (transport.Net, error)
	log logging.LoggerFactory

	slots chan struct{} // one entry for each question under way
	mu    sync.Mutex    // guards conn
	conn  *mdns.Conn
}

func (n *names) lookup(ctx context.Context, name string) (netip.Addr, error) {
	select {
	case n.slots <- struct{}{}:
		defer func() { <-n.slots }()
	default:
		return netip.Addr{}, errTooManyNames
	}
	conn, err := n.ask()
	if err != nil {
		return netip.Addr{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, nameWithin)
	defer cancel()
	_, addr, err := conn.QueryAddr(ctx, name)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("ask the local net for %s: %w", name, err)
	}
	return addr, nil
}

func (n *names) ask() (*mdns.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conn != nil {
		return n.conn, nil
	}
	network, err := n.net()
	if err != nil {
		return nil, err
	}
	group, err := network.ResolveUDPAddr("udp4", mdns.DefaultAddressIPv4)
	if err != nil {
		return nil, fmt.Errorf("multicast address: %w", err)
	}
	socket, err := network.ListenUDP("udp4", group)
	if err != nil {
		return nil, fmt.Errorf("listen to the local net's names: %w", err)
	}
	conn, err := mdns.NewServer(ipv4.NewPacketConn(socket), nil, mdns.WithLoggerFactory(n.log))
	if err != nil {
		_ = socket.Close()
		return nil, fmt.Errorf("listen to the local net's names: %w", err)
	}
	n.conn = conn
	return conn, nil
}

func (n *names) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conn != nil {
		_ = n.conn.Close()
	}
}
