package rtc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/webrtc/v4"

	"soul-jam/hostd/link"
)

// local is a host on this machine alone.
func local(t testing.TB, change func(*Config)) (*Host, string) {
	t.Helper()
	cert, fingerprint := certificate(t)
	c := Config{Listen: "127.0.0.1:0", Certificate: cert, Limit: 1 << 16, Log: silent(), Loopback: true}
	if change != nil {
		change(&c)
	}
	h, err := Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h, fingerprint
}

func nobody(context.Context, link.Conn) {}
func nothing(*Candidate)                {}

func TestHostileOffers(t *testing.T) {
	answered := map[string]bool{ // what else is odd in them is the library's to ignore
		"good.sdp": true, "candidates-odd.sdp": true, "candidates-many.sdp": true,
		"line-ends.sdp": false, "hidden-candidate.sdp": false, "hidden-audio.sdp": false,
	}
	h, _ := local(t, nil)
	for name, sdp := range hostileOffers(t) {
		c, _, err := h.Answer(t.Context(), Offer{SDP: sdp}, nothing, nobody)
		if want, known := answered[name]; known && want != (err == nil) {
			t.Errorf("%s: answered with %v", name, err)
		}
		if strings.Contains(name, "audio") && !errors.Is(err, ErrNoJam) {
			t.Errorf("%s: %v, want ErrNoJam", name, err)
		}
		if err == nil {
			c.Close()
		}
	}
	if _, _, err := h.Answer(t.Context(), Offer{SDP: strings.Repeat("a=x\r\n", MaxSDP)}, nothing, nobody); !errors.Is(err, ErrSDPTooLong) {
		t.Errorf("a long offer: %v", err)
	}
	if h.Calls() != 0 {
		t.Errorf("%d calls are left", h.Calls())
	}
}

func TestCandidatesAreCapped(t *testing.T) {
	h, _ := local(t, nil)
	c, _, err := h.Answer(t.Context(), Offer{SDP: hostileOffers(t)["candidates-many.sdp"]}, nothing, nobody)
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		c.Candidate(Candidate{Candidate: "candidate:1 1 udp 1 192.0.2.1 22 typ host"})
	}
	if c.peer.believed != maxCandidates {
		t.Errorf("%d candidates were believed", c.peer.believed)
	}
}

func TestAddressesNoGuestCanHave(t *testing.T) {
	for addr, want := range map[string]bool{
		"192.168.1.7": true, "10.0.0.1": true, "203.0.113.5": true, "fd00::1": true, "2001:db8::1": true,
		"127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "0.0.0.0": false, "::": false,
		"224.0.0.251": false, "ff02::fb": false, "255.255.255.255": false, "169.254.169.254": false, "fe80::1": false,
	} {
		text := fmt.Sprintf("candidate:1 1 udp 2122260223 %s 50000 typ host", addr)
		if _, _, ok := (gate{}).admit(text); ok != want {
			t.Errorf("%s: %v", addr, ok)
		}
		if got := (gate{}).allowsIP(net.ParseIP(addr)); got != want {
			t.Errorf("%s as the library asks: %v", addr, got)
		}
	}
	for _, text := range []string{
		"candidate:1 1 tcp 1 192.0.2.1 22 typ host tcptype passive", // the host dials nobody
		"candidate:1 1 udp 1 intranet.example 80 typ host",
		"candidate:1 1 udp 1 a.b.local 80 typ host",
		"candidate:1 1 udp 1 192.0.2.1 0 typ host",
		"candidate:1 2 udp 1 192.0.2.1 80 typ host",
		"candidate:1 1 udp 1 192.0.2.1 80 typ host " + strings.Repeat("x", maxCandidate),
	} {
		if _, _, ok := (gate{}).admit(text); ok {
			t.Errorf("%.60s is believed", text)
		}
	}
}

func TestNamesAreResolvedOnceForAll(t *testing.T) {
	h, _ := local(t, nil)
	asked := make(chan string, 10)
	h.lookup = func(_ context.Context, name string) (netip.Addr, error) {
		asked <- name
		return netip.MustParseAddr("192.168.7.7"), nil
	}
	c, _, err := h.Answer(t.Context(), Offer{SDP: hostileOffers(t)["good.sdp"]}, nothing, nobody)
	if err != nil {
		t.Fatal(err)
	}
	c.Candidate(Candidate{Candidate: "candidate:1 1 udp 1 0a1b-2c.local 50000 typ host"})
	if name := <-asked; name != "0a1b-2c.local" {
		t.Errorf("asked for %q", name)
	}
}

func TestCallsAreCapped(t *testing.T) {
	h, _ := local(t, func(c *Config) { c.MaxCalls = 2 })
	offer := Offer{SDP: hostileOffers(t)["good.sdp"]}
	var first *Call
	for i := range 3 {
		c, _, err := h.Answer(t.Context(), offer, nothing, nobody)
		if tooMany := i == 2; tooMany != errors.Is(err, ErrTooManyCalls) {
			t.Fatalf("offer %d: %v", i, err)
		}
		if first == nil {
			first = c
		}
	}
	first.Close()
	if _, _, err := h.Answer(t.Context(), offer, nothing, nobody); err != nil {
		t.Errorf("when one has gone: %v", err)
	}
}

func TestAnotherCertificateIsRefused(t *testing.T) {
	h, _ := local(t, nil)
	_, other := certificate(t)
	g, err := NewGuest(GuestConfig{Fingerprint: other, Limit: 1, Log: silent(), Loopback: true}, nothing)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	offer, err := g.Offer()
	if err != nil {
		t.Fatal(err)
	}
	c, answer, err := h.Answer(t.Context(), Offer{SDP: offer}, nothing, nobody)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Accept(answer); !errors.Is(err, errFingerprint) {
		t.Errorf("the guest takes another's answer: %v", err)
	}
	swapped := strings.ReplaceAll(offer, "a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00:")
	if _, err := c.Restart(t.Context(), swapped); !errors.Is(err, errOtherPeer) {
		t.Errorf("the host takes another's restart: %v", err)
	}
}

// A guest with other channels gets nowhere with them, and its jam goes on, unless it makes many.
func TestOnlyTheJamsChannelIsTaken(t *testing.T) {
	h, fingerprint := local(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c, err := dial(ctx, t, h, nil, GuestConfig{Fingerprint: fingerprint, Limit: 1000, Log: silent(), Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.guest.Close()
	unordered := false
	if _, err := c.guest.peer.pc.CreateDataChannel("jam", &webrtc.DataChannelInit{Ordered: &unordered}); err != nil {
		t.Fatal(err)
	}
	hello(t, c)
	for range maxRefused {
		if _, err := c.guest.peer.pc.CreateDataChannel("other", nil); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-c.call.Done():
	case <-ctx.Done():
		t.Fatal("the guest may open channels for ever")
	}
	if !errors.Is(c.call.Err(), errManyOpen) {
		t.Errorf("ended by %v", c.call.Err())
	}
}

// The library would take a message of any length.
func TestMessageOverThePiece(t *testing.T) {
	h, fingerprint := local(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c, err := dial(ctx, t, h, nil, GuestConfig{Fingerprint: fingerprint, Limit: 1000, Log: silent(), Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.guest.Close()
	if _, err := c.conn.channel.Write(make([]byte, maxPiece+1)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.host.Read(ctx); !errors.Is(err, link.ErrTooLong) {
		t.Errorf("read %v", err)
	}
	if err := c.host.Close(4505, "bad_protocol"); err != nil {
		t.Errorf("close after it: %v", err)
	}
	var bye *link.Closed
	if _, err := c.conn.Read(ctx); !errors.As(err, &bye) || bye.Code != 4505 {
		t.Errorf("the guest reads %v", err)
	}
}

func TestWhereNoUDPGetsThrough(t *testing.T) {
	h, fingerprint := local(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c, err := dial(ctx, t, h, nil, GuestConfig{Fingerprint: fingerprint, Limit: 1000, Log: silent(), Loopback: true, OnlyTCP: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.guest.Close()
	hello(t, c)
	pair, err := c.guest.peer.pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || pair.Remote.Protocol != webrtc.ICEProtocolTCP || int(pair.Remote.Port) != h.Port() {
		t.Errorf("the path is %v (%v), want TCP to port %d", pair, err, h.Port())
	}
	t.Logf("open after %v", c.took)
}

func TestStreamsAreCapped(t *testing.T) {
	h, _ := local(t, nil)
	gone := make(chan struct{}, maxStreams+8)
	for range maxStreams + 8 {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", h.Port()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		go func() {
			_, _ = c.Read(make([]byte, 1))
			gone <- struct{}{}
		}()
	}
	atOnce := time.NewTimer(streamSilent / 2) // later, those that say nothing go anyway
	defer atOnce.Stop()
	for range 8 {
		select {
		case <-gone:
		case <-atOnce.C:
			t.Fatal("more connections are open than may be")
		}
	}
}

func TestCertificateStays(t *testing.T) {
	pem, fingerprint, err := NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	c, err := LoadCertificate(pem)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.Fingerprint(); err != nil || again != fingerprint || len(fingerprint) != 95 {
		t.Errorf("fingerprint %q, loaded %q (%v)", fingerprint, again, err)
	}
	if days := time.Until(c.Expires()).Hours() / 24; days < 29 || days > 31 {
		t.Errorf("good for %v days", days)
	}
	if _, err := LoadCertificate(pem[:len(pem)/2]); err == nil {
		t.Error("half a certificate was loaded")
	}
}

// The hole in the NAT must be that of the port all guests are sent to.
func TestOutsideAddressIsOfTheOnePort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newInternet(t, 100*time.Millisecond, 0, true)
		host := n.machine(n.home(cone), "192.168.1.10")
		if err := n.wan.Start(); err != nil {
			t.Fatal(err)
		}
		cert, _ := certificate(t)
		h, err := Listen(Config{Certificate: cert, Limit: 100, Log: silent(), Net: host})
		if err != nil {
			t.Fatal(err)
		}
		signals := make(chan *Candidate, 10)
		offer := Offer{SDP: hostileOffers(t)["good.sdp"], STUN: []string{stunURL, "stun:nowhere.invalid", "turn:1.2.3.4:3478", "x"}}
		start := time.Now()
		c, answer, err := h.Answer(t.Context(), offer, func(c *Candidate) { signals <- c }, nobody)
		if err != nil || time.Since(start) > 10*time.Millisecond || strings.Contains(answer, "srflx") {
			t.Fatalf("answered after %v: %v %s", time.Since(start), err, answer)
		}
		found := <-signals
		want := fmt.Sprintf("typ srflx raddr 192.168.1.10 rport %d", h.Port())
		if found == nil || !strings.Contains(found.Candidate, " 1.2.3.101 ") || !strings.Contains(found.Candidate, want) {
			t.Fatalf("signalled %+v, want %q", found, want)
		}
		if end := <-signals; end != nil {
			t.Errorf("then %+v", end)
		}
		c.Close()
		// The next guest need not wait for it.
		c, answer, err = h.Answer(t.Context(), offer, nothing, nobody)
		if err != nil || !strings.Contains(answer, want) {
			t.Errorf("the second answer is %s (%v)", answer, err)
		}
		c.Close()
		_ = h.Close()
		_ = n.wan.Stop()
		time.Sleep(time.Minute)
	})
}
