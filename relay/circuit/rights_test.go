package circuit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/client"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/pb"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/proto"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/util"
)

// hop asks for a circuit by hand, and leaves it open.
func (w *world) hop(guest host.Host, to peer.ID) error {
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	s, err := guest.NewStream(ctx, w.host.ID(), proto.ProtoIDv2Hop)
	if err != nil {
		return err
	}
	_ = s.SetDeadline(time.Now().Add(patience))
	ask := pb.HopMessage{Type: pb.HopMessage_CONNECT.Enum(), Peer: util.PeerInfoToPeerV2(peer.AddrInfo{ID: to})}
	if err := util.NewDelimitedWriter(s).WriteMsg(&ask); err != nil {
		return err
	}
	var answer pb.HopMessage
	if err := util.NewDelimitedReader(s, 4096).ReadMsg(&answer); err != nil {
		return err
	}
	if answer.GetStatus() != pb.Status_OK {
		return fmt.Errorf("answered %s", answer.GetStatus())
	}
	return nil
}

// refused reports whether a reservation was refused for want of the right.
func refused(err error) bool {
	var because client.ReservationError
	return errors.As(err, &because) && because.Status == pb.Status_PERMISSION_DENIED
}

func TestOnlyHostsWithAClaim(t *testing.T) {
	w := newWorld(t, nil)
	stranger, guest := w.person(loopback, "quic"), w.person(loopback, "tcp")
	if _, err := w.reserve(stranger, "quic"); !refused(err) {
		t.Errorf("a stranger's reservation: %v", err)
	}
	if err := guest.Connect(t.Context(), w.at("tcp")); err != nil {
		t.Fatal(err)
	}
	if err := w.hop(guest, stranger.ID()); err == nil || !strings.Contains(err.Error(), "PERMISSION_DENIED") {
		t.Errorf("a circuit to a stranger: %v", err)
	}
	w.claim(stranger.ID()) // it needs no more than the peer id
	if err := w.hop(guest, stranger.ID()); err == nil || !strings.Contains(err.Error(), "NO_RESERVATION") {
		t.Errorf("a circuit to a host that has not reserved: %v", err)
	}
	if _, err := w.reserve(stranger, "quic"); err != nil {
		t.Fatal(err)
	}
	if err := w.hop(guest, stranger.ID()); err != nil {
		t.Errorf("a circuit to a host: %v", err)
	}
	w.release(stranger.ID())
	if err := w.hop(guest, stranger.ID()); err == nil || !strings.Contains(err.Error(), "PERMISSION_DENIED") {
		t.Errorf("a circuit after the claim has ended: %v", err)
	}
	if _, err := w.reserve(stranger, "quic"); !refused(err) {
		t.Errorf("it is renewed after the claim has ended: %v", err)
	}
	if c := w.Counts(); c.NotReserved.Load() != 2 || c.NotConnected.Load() != 3 {
		t.Errorf("counted %d and %d refusals", c.NotReserved.Load(), c.NotConnected.Load())
	}
}

// Whoever is of no use is cut after a while: strangers, and hosts whose claim has ended with all their circuits.
func TestWhoIsOfNoUseIsCut(t *testing.T) {
	w := newWorld(t, nil)
	stays, ended, stranger := w.hosting("tcp"), w.hosting("tcp"), w.person(loopback, "tcp")
	guest, orphan := w.person(loopback, "tcp"), w.person(loopback, "tcp")
	if err := errors.Join(stranger.Connect(t.Context(), w.at("tcp")), w.call(guest, stays.ID(), "tcp"), w.call(orphan, ended.ID(), "tcp")); err != nil {
		t.Fatal(err)
	}
	w.release(ended.ID())
	now := time.Now()
	useless := w.cut(nil, now)
	if len(useless) != 2 {
		t.Errorf("%d are of no use, want the stranger and the host without a claim", len(useless))
	}
	useless = w.cut(useless, now.Add(uselessFor-time.Second))
	if len(useless) != 2 || w.Counts().Circuits.Load() != 2 {
		t.Errorf("cut too early: %d, %d circuits", len(useless), w.Counts().Circuits.Load())
	}
	w.cut(useless, now.Add(uselessFor))
	here := func(h host.Host) bool { return w.host.Network().Connectedness(h.ID()) == network.Connected }
	until(t, "they are cut", func() bool { return !here(stranger) && !here(ended) })
	until(t, "a circuit is", func() bool { return w.Counts().Circuits.Load() == 1 && w.Counts().Reservations.Load() == 1 })
	if !here(stays) || !here(guest) || w.sendBack(guest, stays.ID(), 1000) != nil {
		t.Error("and others with them")
	}
	useless = w.cut(nil, now)
	w.claim(ended.ID())
	if len(useless) != 1 { // whose circuit has gone
		t.Errorf("%d are of no use now", len(useless))
	}
}

func TestOneAddressCannotTakeItAll(t *testing.T) {
	const room = 100
	w := newWorld(t, func(c *Config) { c.PerAddress = room })
	at := "127.0.0.1:" + w.port
	ended := make(chan struct{}, many)
	for range many {
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		go func() {
			var b [256]byte
			for err := error(nil); err == nil; {
				_, err = c.Read(b[:])
			}
			ended <- struct{}{}
		}()
	}
	for range many - room {
		select {
		case <-ended:
		case <-time.After(patience):
			t.Fatal("one address has more than its room")
		}
	}
	if err := w.person(loopback, "tcp").Connect(t.Context(), w.at("tcp")); err == nil {
		t.Error("and has room still")
	}
	honest := w.person("127.0.0.2", "tcp")
	w.claim(honest.ID())
	if _, err := w.reserve(honest, "tcp"); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	guest := w.person("127.0.0.3", "tcp")
	if err := w.call(guest, honest.ID(), "tcp"); err != nil {
		t.Errorf("a guest of theirs: %v", err)
	}
}

func TestOneAddressOverQUIC(t *testing.T) {
	const room = 4
	w := newWorld(t, func(c *Config) { c.PerAddress = room })
	in := 0
	for range 3 * room {
		if w.person(loopback, "quic").Connect(t.Context(), w.at("quic")) == nil {
			in++
		}
	}
	if in != room {
		t.Errorf("%d connections of one address, want %d", in, room)
	}
	honest := w.person("127.0.0.2", "tcp")
	w.claim(honest.ID())
	if _, err := w.reserve(honest, "tcp"); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

// Run ends with its context, and leaves nothing behind: neither a goroutine nor the port.
func TestNothingIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	w := newWorld(t, nil)
	h, guest := w.hosting("quic"), w.person(loopback, "tcp")
	if err := w.call(guest, h.ID(), "tcp"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- w.Run(ctx) }()
	stop()
	select {
	case err := <-over:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("it does not end")
	}
	_, _ = h.Close(), guest.Close()
	defer func() {
		if t.Failed() {
			stacks := make([]byte, 1<<20)
			t.Logf("%s", stacks[:runtime.Stack(stacks, true)])
		}
	}()
	until(t, "all goroutines end", func() bool { return runtime.NumGoroutine() <= before })
	again := newWorld(t, func(c *Config) { c.Listen = "127.0.0.1:" + w.port })
	if again.port != w.port {
		t.Errorf("the port is %s now", again.port)
	}
}
