package rtc

import (
	"context"
	"log/slog"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"

	"soul-jam/hostd/link"
	"soul-jam/hostd/link/linktest"
)

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

// certificate makes one and gives its fingerprint.
func certificate(t testing.TB) (*Certificate, string) {
	t.Helper()
	pem, fingerprint, err := NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	c, err := LoadCertificate(pem)
	if err != nil {
		t.Fatal(err)
	}
	return c, fingerprint
}

// called is a call of which both ends are at hand.
type called struct {
	guest *Guest
	call  *Call
	host  link.Conn
	conn  *Conn
	took  time.Duration
	// saying is taken by who signals to the host.
	saying chan struct{}
}

// dial makes a call with nothing lost between the ends' signals. When it does not
// open, it gives the error.
func dial(ctx context.Context, t testing.TB, h *Host, stun []string, g GuestConfig) (*called, error) {
	t.Helper()
	start := time.Now()
	toHost := make(chan *Candidate, 200)
	guest, err := NewGuest(g, func(c *Candidate) { toHost <- c })
	if err != nil {
		t.Fatal(err)
	}
	offer, err := guest.Offer()
	if err != nil {
		t.Fatal(err)
	}
	c := &called{guest: guest, saying: make(chan struct{}, 1)}
	served := make(chan link.Conn, 1)
	c.call, offer, err = h.Answer(ctx, Offer{SDP: offer, STUN: stun}, func(c *Candidate) {
		if c != nil {
			guest.Candidate(*c)
		}
	}, func(ctx context.Context, c link.Conn) {
		served <- c
		select {
		case <-ctx.Done():
		case <-c.(*Conn).life.over: // what it has read it reads on
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			select {
			case candidate := <-toHost:
				c.saying <- struct{}{}
				if candidate != nil {
					c.call.Candidate(*candidate)
				}
				<-c.saying
			case <-c.call.Done():
				return
			}
		}
	}()
	if err := guest.Accept(offer); err != nil {
		t.Fatal(err)
	}
	if c.conn, err = guest.Open(ctx); err != nil {
		return c, err
	}
	c.took = time.Since(start)
	select {
	case c.host = <-served:
	case <-ctx.Done():
		return c, ctx.Err()
	}
	return c, nil
}

// cable is a network of real sockets that can be cut without either end being told.
type cable struct {
	transport.Net
	cut atomic.Bool
}

func (n *cable) ListenUDP(network string, at *net.UDPAddr) (transport.UDPConn, error) {
	c, err := n.Net.ListenUDP(network, at)
	return &plug{c, n}, err
}

type plug struct {
	transport.UDPConn
	on *cable
}

func (p *plug) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, addr, err := p.UDPConn.ReadFrom(b)
		if err != nil || !p.on.cut.Load() {
			return n, addr, err
		}
	}
}

func (p *plug) WriteTo(b []byte, addr net.Addr) (int, error) {
	if p.on.cut.Load() {
		return len(b), nil
	}
	return p.UDPConn.WriteTo(b, addr)
}

// pair connects over real sockets of this machine.
func pair(t *testing.T, limit int64) linktest.Pair {
	cert, fingerprint := certificate(t)
	host, err := Listen(Config{Listen: "127.0.0.1:0", Certificate: cert, Limit: limit, Log: silent(), Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	system, err := stdnet.NewNet()
	if err != nil {
		t.Fatal(err)
	}
	network := &cable{Net: system}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c, err := dial(ctx, t, host, nil, GuestConfig{Fingerprint: fingerprint, Limit: limit, Log: silent(), Loopback: true, Net: network})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.guest.Close)
	return linktest.Pair{
		Host: c.host, Guest: c.conn,
		// The library looks once in a while whether the time is over, and a machine with much to do looks late.
		Cut: func() { network.cut.Store(true) }, Believes: disconnectedAfter + 3*keepAlive,
	}
}

func TestContract(t *testing.T) { linktest.Run(t, pair) }
