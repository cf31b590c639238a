package p2p

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/protocol/holepunch"
	ma "github.com/multiformats/go-multiaddr"

	"soul-jam/hostd/link"
)

// TestHandover goes from the circuit to a direct path.
func TestHandover(t *testing.T) {
	held := make(chan bool, 10)
	s := newStation(t, large())
	h, came := newHost(t, reserving(held))
	reserve(t, h, s.at(ma.P_QUIC_V1), held)
	v := newVisitor(t, nil)
	to := through(h, s.at(ma.P_TCP))
	by, err := v.Call(within(t), to)
	if err != nil {
		t.Fatal(err)
	}
	before := next(t, came)
	hello(t, before.conn, by)
	h.Punch(before.who.Peer)
	direct, err := v.Direct(within(t), to)
	if err != nil {
		t.Fatal(err)
	}
	after := next(t, came)
	if after.who.Path != Local || after.who.Peer != v.PeerID() || after.who.From != "127.0.0.1" || direct.Path() != Local {
		t.Errorf("the caller is %+v, the visitor's path %s", after.who, direct.Path())
	}
	hello(t, after.conn, direct)
	hello(t, before.conn, by) // until it is let go
	go func() { _ = before.conn.Close(4002, "resumed elsewhere") }()
	var bye *link.Closed
	if _, err := by.Read(within(t)); !errors.As(err, &bye) || bye.Code != 4002 {
		t.Errorf("the old path ends with %v", err)
	}
	for _, c := range v.node.Network().Conns() {
		if isCircuit(c.RemoteMultiaddr()) || c.RemotePeer() == s.host.ID() {
			t.Errorf("the visitor keeps %v", c)
		}
	}
	hello(t, after.conn, direct)
}

// TestHandoverAfterALostNetwork: the host still has a connection that the visitor has lost with its address.
func TestHandoverAfterALostNetwork(t *testing.T) {
	held := make(chan bool, 10)
	s := newStation(t, large())
	h, came := newHost(t, reserving(held))
	reserve(t, h, s.at(ma.P_QUIC_V1), held)
	key := newKey(t)
	lost := newVisitor(t, func(c *VisitorConfig) { c.Key = key })
	if _, err := lost.Call(within(t), at(h)); err != nil {
		t.Fatal(err)
	}
	next(t, came)
	back := newVisitor(t, func(c *VisitorConfig) { c.Key = key })
	to := through(h, s.at(ma.P_TCP))
	if _, err := back.Call(within(t), to); err != nil {
		t.Fatal(err)
	}
	h.Punch(next(t, came).who.Peer)
	direct, err := back.Direct(within(t), to)
	if err != nil {
		t.Fatal(err)
	}
	hello(t, next(t, came).conn, direct)
}

func TestDirectEndsWithItsContext(t *testing.T) {
	v := newVisitor(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := v.Direct(ctx, Target{Peer: newKey(t).PeerID()}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// stranger is a program of others, which shows where it is to everybody and speaks DCUtR.
type stranger struct {
	host.Host
	told chan []ma.Multiaddr // by identify
	read chan []byte         // by DCUtR
}

func newStranger(t *testing.T) *stranger {
	t.Helper()
	h, err := libp2p.New(libp2p.DisableMetrics(), libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"), libp2p.ResourceManager(&network.NullResourceManager{}),
		libp2p.AddrsFactory(func([]ma.Multiaddr) []ma.Multiaddr {
			return []ma.Multiaddr{ma.StringCast("/ip4/192.0.2.77/tcp/4001"), ma.StringCast("/ip4/9.9.9.9/tcp/4001")}
		}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	s := &stranger{h, make(chan []ma.Multiaddr, 10), make(chan []byte, 10)}
	h.SetStreamHandler(holepunch.Protocol, func(str network.Stream) {
		b, _ := io.ReadAll(io.LimitReader(str, 4096))
		s.read <- b
	})
	events, err := h.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = events.Close() })
	go func() {
		for e := range events.Out() {
			e := e.(event.EvtPeerIdentificationCompleted)
			all := e.ListenAddrs
			if e.SignedPeerRecord != nil {
				if record, err := e.SignedPeerRecord.Record(); err == nil {
					all = append(all, record.(*peer.PeerRecord).Addrs...)
				}
			}
			if len(e.Protocols) > 0 && e.AgentVersion == userAgent {
				s.told <- all
			}
		}
	}()
	return s
}

// TestNoAddressIsTold to those without a seat: not by identify, not by DCUtR, not by dialing them.
func TestNoAddressIsTold(t *testing.T) {
	held := make(chan bool, 10)
	s := newStation(t, large())
	h, came := newHost(t, reserving(held))
	reserve(t, h, s.at(ma.P_QUIC_V1), held)
	other := newStranger(t)
	at, err := peer.AddrInfoFromString(through(h, s.at(ma.P_TCP)).Addrs[0] + "/p2p/" + h.PeerID())
	if err != nil {
		t.Fatal(err)
	}
	ctx := network.WithAllowLimitedConn(within(t), "jam")
	if err := other.Connect(ctx, *at); err != nil {
		t.Fatal(err)
	}
	stream, err := other.NewStream(ctx, at.ID, JamProtocol)
	if err == nil {
		_, err = stream.Write([]byte("\x02{}"))
	}
	if err != nil {
		t.Fatal(err)
	}
	who := next(t, came).who
	if who.Peer != other.ID().String() || who.Path != Relayed {
		t.Errorf("the caller is %+v", who)
	}
	select {
	case addresses := <-other.told:
		if len(addresses) > 0 {
			t.Errorf("identify tells %v", addresses)
		}
	case <-ctx.Done():
		t.Fatal("the host does not identify itself")
	}
	if err := h.punch.to(other.ID()); err == nil || !strings.Contains(err.Error(), "no public address") {
		t.Errorf("punching a hole for somebody without a seat: %v", err)
	}
	if len(other.read) > 0 {
		t.Errorf("DCUtR tells %q", <-other.read)
	}
	h.node.Peerstore().AddAddrs(other.ID(), other.Network().ListenAddresses(), peerstore.TempAddrTTL)
	_, err = h.node.Network().DialPeer(network.WithForceDirectDial(ctx, "test"), other.ID())
	if !errors.Is(err, swarm.ErrGaterDisallowedConnection) {
		t.Errorf("the host dials somebody without a seat: %v", err)
	}
}

// TestASeatIsForgotten with the last connection.
func TestASeatIsForgotten(t *testing.T) {
	h, came := newHost(t, nil)
	v := newVisitor(t, nil)
	guest, err := v.Call(within(t), at(h))
	if err != nil {
		t.Fatal(err)
	}
	a := next(t, came)
	who := a.who
	go func() { _, _ = a.conn.Read(t.Context()) }()
	h.Punch(who.Peer)
	if !h.told.isFriend(v.node.ID()) {
		t.Error("a seat is none")
	}
	_ = guest.Close(4506, "left")
	for ctx := within(t); h.told.isFriend(v.node.ID()); runtime.Gosched() {
		if ctx.Err() != nil {
			t.Fatal("a seat is kept for somebody who is gone")
		}
	}
	settle(t, h)
	h.Punch(who.Peer) // too late
	h.Punch("nobody")
	if h.told.isFriend(v.node.ID()) {
		t.Error("a seat for somebody who is gone")
	}
}

func TestFilter(t *testing.T) {
	friend, other := peerID(t, newKey(t).PeerID()), peerID(t, newKey(t).PeerID())
	all := []ma.Multiaddr{
		ma.StringCast("/ip4/192.168.1.5/udp/7423/quic-v1"), ma.StringCast("/ip6/2001:db8::5/tcp/7423"),
		ma.StringCast("/ip4/127.0.0.1/tcp/7423"), ma.StringCast("/ip6/::ffff:127.0.0.1/tcp/7423"), ma.StringCast("/ip4/0.0.0.0/tcp/7423"),
		ma.StringCast("/ip4/224.0.0.251/udp/5353/quic-v1"), ma.StringCast("/ip4/169.254.169.254/tcp/80"), ma.StringCast("/ip6/fe80::1/tcp/80"),
		ma.StringCast("/dns4/intranet.example/tcp/80"), ma.StringCast("/ip4/192.0.2.1/tcp/0"), ma.StringCast("/ip4/192.0.2.1/tcp/80/ws"),
		ma.StringCast("/ip4/192.0.2.1/udp/80"), ma.StringCast("/ip4/192.0.2.1"), ma.StringCast("/unix/tmp"), {},
		ma.StringCast("/ip4/192.0.2.1/tcp/80/p2p/" + other.String() + "/p2p-circuit"),
	}
	told := newTold(false, false)
	told.befriend(friend)
	if got := told.FilterRemote(friend, all); len(got) != 2 {
		t.Errorf("believes %v", got)
	}
	if got := told.FilterLocal(friend, all); len(got) != 2 {
		t.Errorf("tells %v", got)
	}
	if got := append(told.FilterLocal(other, all), told.FilterRemote(other, all)...); len(got) > 0 {
		t.Errorf("with a stranger it shares %v", got)
	}
	for port := 1; port < 100; port++ {
		all = append(all, ma.StringCast(tcpAt(port)))
	}
	told.loopback = true
	if got := told.FilterRemote(friend, all); len(got) != maxAddresses {
		t.Errorf("believes %d addresses", len(got))
	}
}
