package p2p

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	ma "github.com/multiformats/go-multiaddr"

	"soul-jam/hostd/link"
)

func TestCallerIsWhoItIs(t *testing.T) {
	h, came := newHost(t, nil)
	for kind, address := range map[string]string{"tcp": tcpAt(h.Port()), "quic": quicAt(h.Port())} {
		v := newVisitor(t, nil)
		guest, err := v.Call(within(t), Target{Peer: h.PeerID(), Addrs: []string{address}})
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		a := next(t, came)
		if a.who.Peer != v.PeerID() || a.who.From != "127.0.0.1" || a.who.Path != Local || a.who.Knock != nil {
			t.Errorf("%s: the caller is %+v", kind, a.who)
		}
		if guest.Path() != Local || guest.Peer() != h.PeerID() {
			t.Errorf("%s: the visitor sees %s by %s", kind, guest.Peer(), guest.Path())
		}
		hello(t, a.conn, guest)
	}
}

func TestWrongHost(t *testing.T) {
	h, came := newHost(t, nil)
	other := newKey(t).PeerID()
	held := make(chan bool, 10)
	s := newStation(t, large())
	behind, _ := newHost(t, reserving(held))
	reserve(t, behind, s.at(ma.P_QUIC_V1), held)
	for kind, address := range map[string]string{"tcp": tcpAt(h.Port()), "quic": quicAt(h.Port())} {
		_, err := newVisitor(t, nil).Call(within(t), Target{Peer: other, Addrs: []string{address}})
		if !errors.Is(err, ErrWrongHost) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	// A relay that is another than the address says is no wrong host, and leads nowhere.
	to := through(behind, s.at(ma.P_QUIC_V1))
	to.Addrs[0] = strings.Replace(to.Addrs[0], s.host.ID().String(), other, 1)
	if _, err := newVisitor(t, nil).Call(within(t), to); err == nil || errors.Is(err, ErrWrongHost) {
		t.Errorf("another relay: %v", err)
	}
	if len(came) > 0 {
		t.Error("a visitor came in")
	}
}

func TestKnocking(t *testing.T) {
	proof := bytes.Repeat([]byte{7}, proofSize)
	h, came := newHost(t, func(c *Config) {
		c.Knocked = func(who Caller) bool {
			return who.From == "127.0.0.1" && who.Knock.Code == "HQRS-2K4M" && (who.Knock.Proof == nil || bytes.Equal(who.Knock.Proof, proof))
		}
	})
	v := newVisitor(t, nil)
	for name, proof := range map[string][]byte{"with a link": proof, "with a code": nil} {
		to := at(h)
		to.Code, to.Proof = "HQRS-2K4M", proof
		if _, err := v.Call(within(t), to); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if a := next(t, came); a.who.Knock == nil || a.who.Knock.Code != to.Code || !bytes.Equal(a.who.Knock.Proof, proof) {
			t.Errorf("%s: the caller is %+v", name, a.who)
		}
	}
	for name, change := range map[string]func(*Target){
		"another code":  func(t *Target) { t.Code = "AAAA-AAAA" },
		"another proof": func(t *Target) { t.Code, t.Proof = "HQRS-2K4M", make([]byte, proofSize) },
		"a long code":   func(t *Target) { t.Code = strings.Repeat("A", maxCodeText+1) },
	} {
		to := at(h)
		change(&to)
		if _, err := v.Call(within(t), to); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(came) > 0 {
		t.Error("a visitor came in")
	}
}

// A connection that has knocked in vain is served like one that has not, and may not try again.
func TestOneKnockEach(t *testing.T) {
	tries := make(chan Caller, 10)
	h, came := newHost(t, func(c *Config) {
		c.Knocked = func(who Caller) bool {
			tries <- who
			return false
		}
	})
	v := newVisitor(t, nil)
	if _, err := v.Call(within(t), at(h)); err != nil {
		t.Fatal(err)
	}
	next(t, came)
	c := v.node.Network().ConnsToPeer(h.node.ID())[0]
	if err := knock(within(t), c, Knock{Code: "A"}); !errors.Is(err, ErrRefused) {
		t.Errorf("the first knock: %v", err)
	}
	if err := knock(within(t), c, Knock{Code: "B"}); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("the second knock: %v", err)
	}
	if _, err := open(within(t), c, JamProtocol); err != nil {
		t.Errorf("no stream without a knock: %v", err)
	}
	if a := next(t, came); a.who.Knock != nil {
		t.Error("a refused knock counts")
	}
	if len(tries) != 1 {
		t.Errorf("%d knocks were heard", len(tries))
	}
}

func TestTwoVisitorsWithOneKey(t *testing.T) {
	h, came := newHost(t, nil)
	key := newKey(t)
	var guests []*Conn
	var hosts []*Conn
	for range 2 {
		v := newVisitor(t, func(c *VisitorConfig) { c.Key = key })
		guest, err := v.Call(within(t), at(h))
		if err != nil {
			t.Fatal(err)
		}
		a := next(t, came)
		if a.who.Peer != key.PeerID() {
			t.Errorf("the caller is %s", a.who.Peer)
		}
		guests, hosts = append(guests, guest), append(hosts, a.conn)
	}
	for i := range guests {
		hello(t, hosts[i], guests[i])
	}
	go func() { _, _ = hosts[0].Read(t.Context()) }()
	if err := guests[0].Close(4000, "one goes"); err != nil {
		t.Error(err)
	}
	hello(t, hosts[1], guests[1])
}

func TestCallBeginsAnew(t *testing.T) {
	h, came := newHost(t, nil)
	v := newVisitor(t, nil)
	c := tcpCable(t, h.Port())
	if _, err := v.Call(within(t), Target{Peer: h.PeerID(), Addrs: []string{tcpAt(c.port)}}); err != nil {
		t.Fatal(err)
	}
	next(t, came)
	close(c.cut) // nobody notices
	guest, err := v.Call(within(t), at(h))
	if err != nil {
		t.Fatal(err)
	}
	hello(t, next(t, came).conn, guest)
}

func TestCallBeginsAnewAtTheRelay(t *testing.T) {
	held := make(chan bool, 10)
	s := newStation(t, large())
	h, came := newHost(t, reserving(held))
	reserve(t, h, s.at(ma.P_QUIC_V1), held)
	v := newVisitor(t, nil)
	c := tcpCable(t, portOf(t, s.at(ma.P_TCP)[0]))
	if _, err := v.Call(within(t), through(h, []string{tcpAt(c.port) + "/p2p/" + s.host.ID().String()})); err != nil {
		t.Fatal(err)
	}
	next(t, came)
	close(c.cut) // nobody notices
	guest, err := v.Call(within(t), through(h, s.at(ma.P_TCP)))
	if err != nil {
		t.Fatal(err)
	}
	hello(t, next(t, came).conn, guest)
}

func TestGoodbyeEndsTheConnection(t *testing.T) {
	h, came := newHost(t, nil)
	v := newVisitor(t, nil)
	guest, err := v.Call(within(t), at(h))
	if err != nil {
		t.Fatal(err)
	}
	host := next(t, came).conn
	go func() { _ = host.Close(4500, "kicked") }()
	var bye *link.Closed
	if _, err := guest.Read(within(t)); !errors.As(err, &bye) || bye.Code != 4500 {
		t.Errorf("read %v", err)
	}
	if n := len(v.node.Network().Conns()); n > 0 {
		t.Errorf("%d connections are left", n)
	}
}

func TestCircuit(t *testing.T) {
	held := make(chan bool, 10)
	s := newStation(t, large())
	h, came := newHost(t, reserving(held))
	v := newVisitor(t, nil)
	relay := s.at(ma.P_QUIC_V1, ma.P_TCP)
	if _, err := v.Call(within(t), through(h, relay)); err == nil {
		t.Fatal("a circuit without a reservation")
	}
	reserve(t, h, relay, held)
	guest, err := v.Call(within(t), through(h, relay))
	if err != nil {
		t.Fatal(err)
	}
	a := next(t, came)
	if a.who.Path != Relayed || a.who.From != "" || guest.Path() != Relayed {
		t.Errorf("the caller is %+v, the visitor's path %s", a.who, guest.Path())
	}
	hello(t, a.conn, guest)
	go func() { _, _ = a.conn.Read(t.Context()) }()
	if err := guest.Close(4506, "left"); err != nil {
		t.Error(err)
	}
	if n := len(v.node.Network().Conns()); n > 0 {
		t.Errorf("%d connections are left", n)
	}
}

func TestReservationComesBack(t *testing.T) {
	key, _, err := crypto.GenerateEd25519Key(strings.NewReader(strings.Repeat("relay", 20)))
	if err != nil {
		t.Fatal(err)
	}
	held := make(chan bool, 10)
	s := newStationAt(t, large(), key, "0")
	h, came := newHost(t, reserving(held))
	address := s.at(ma.P_TCP)
	reserve(t, h, address, held)
	port := portOf(t, address[0])
	s.close()
	want(t, held, false)
	newStationAt(t, large(), key, strconv.Itoa(port))
	want(t, held, true)
	guest, err := newVisitor(t, nil).Call(within(t), through(h, address))
	if err != nil {
		t.Fatal(err)
	}
	hello(t, next(t, came).conn, guest)
}

func TestReserveAtNothing(t *testing.T) {
	h, _ := newHost(t, nil)
	for _, addresses := range [][]string{nil, {""}, {"/ip4/127.0.0.1/tcp/4001"}, {"/dnsaddr/example.com/p2p/" + newKey(t).PeerID()}} {
		if err := h.Reserve(t.Context(), addresses); err == nil {
			t.Errorf("%q are addresses of a relay", addresses)
		}
	}
}

func TestCloseEndsServe(t *testing.T) {
	begun, ended := make(chan struct{}), make(chan error, 1)
	h, _ := newHost(t, func(c *Config) {
		c.Serve = func(_ context.Context, c *Conn, _ Caller) {
			close(begun)
			_, err := c.Read(context.Background())
			<-time.After(50 * time.Millisecond)
			ended <- err
		}
	})
	v := newVisitor(t, nil)
	guest, err := v.Call(within(t), at(h))
	if err != nil {
		t.Fatal(err)
	}
	<-begun
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a frame came out of nothing")
		}
	default:
		t.Error("Close does not wait for Serve")
	}
	if _, err := guest.Read(within(t)); err == nil {
		t.Error("the visitor reads on")
	}
	if _, err := v.Call(within(t), Target{Peer: h.PeerID(), Addrs: []string{tcpAt(h.Port())}}); err == nil {
		t.Error("a closed host answers")
	}
}
