package rtc

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/vnet"

	"soul-jam/hostd/link"
)

// stream writes a numbered frame each 100 ms until stopped, and tells how many.
func stream(t *testing.T, c link.Conn, stop <-chan struct{}) int {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-stop:
			return i
		case <-tick.C:
			if err := c.Write(t.Context(), fmt.Append(nil, i)); err != nil {
				t.Errorf("write %d: %v", i, err)
				return i
			}
		}
	}
}

// heard reads numbered frames up to a last one, and tells the longest silence.
func heard(t *testing.T, c link.Conn, upTo func() int) (gap time.Duration) {
	at := time.Now()
	for i := 0; i < upTo(); i++ {
		got, err := c.Read(t.Context())
		if err != nil || string(got) != fmt.Sprint(i) {
			t.Errorf("of frame %d came %q, %v", i, got, err)
			return gap
		}
		gap, at = max(gap, time.Since(at)), time.Now()
	}
	return gap
}

// both streams frames both ways for as long as during takes; nothing is lost or doubled.
func both(t *testing.T, c *called, during func()) (longest time.Duration) {
	const frames = 1200
	stop := make(chan struct{})
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, ends := range [][2]link.Conn{{c.host, c.conn}, {c.conn, c.host}} {
		total := frames
		upTo := func() int { mu.Lock(); defer mu.Unlock(); return total }
		all.Go(func() {
			n := stream(t, ends[0], stop)
			mu.Lock()
			total = n
			mu.Unlock()
			_ = ends[0].Write(t.Context(), fmt.Append(nil, n)) // lets the reader look
		})
		all.Go(func() {
			gap := heard(t, ends[1], upTo)
			mu.Lock()
			longest = max(longest, gap)
			mu.Unlock()
		})
	}
	during()
	close(stop)
	all.Wait()
	return longest
}

// restart makes a new offer on the same call.
func restart(t *testing.T, c *called) {
	t.Helper()
	c.saying <- struct{}{} // the offer comes before the candidates that are of it, as a socket keeps them
	offer, err := c.guest.Restart()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.call.Restart(t.Context(), offer)
	<-c.saying
	if err != nil {
		t.Fatal(err)
	}
	if err := c.guest.Accept(answer); err != nil {
		t.Fatal(err)
	}
}

func TestCutOfAMinute(t *testing.T) {
	inNet(t, func(t *testing.T) {
		n := newInternet(t, 10*time.Millisecond, 0, true)
		c, h, err := n.call(n.machine(n.home(cone), "192.168.1.10"), n.machine(n.home(cone), "192.168.2.20"), 20*time.Second, stunURL)
		defer n.over(c, h)
		if err != nil {
			t.Fatal(err)
		}
		var back time.Time
		gap := both(t, c, func() {
			pass(5 * time.Second)
			n.cut.Store(true)
			pass(time.Minute)
			n.cut.Store(false)
			restart(t, c)
			back = time.Now()
			pass(5 * time.Second)
		})
		if late := gap - time.Minute; late > 2*time.Second {
			t.Errorf("after the cut it took %v until a frame came", late)
		}
		t.Logf("silence of %v around a cut of 60 s, %v", gap, time.Since(back))
	})
}

// Behind a short cut nobody does anything, and all goes on.
func TestShortCutHealsAlone(t *testing.T) {
	inNet(t, func(t *testing.T) {
		n := newInternet(t, 10*time.Millisecond, 0, true)
		c, h, err := n.call(n.machine(n.home(cone), "192.168.1.10"), n.machine(n.home(cone), "192.168.2.20"), 20*time.Second, stunURL)
		defer n.over(c, h)
		if err != nil {
			t.Fatal(err)
		}
		gap := both(t, c, func() {
			pass(5 * time.Second)
			n.cut.Store(true)
			pass(6 * time.Second)
			n.cut.Store(false)
			pass(5 * time.Second)
		})
		if gap > 8500*time.Millisecond {
			t.Errorf("silence of %v around a cut of 6 s", gap)
		}
		t.Logf("silence of %v around a cut of 6 s", gap)
	})
}

// Nobody comes back: the call does not stay for ever.
func TestLostCallIsGivenUp(t *testing.T) {
	inNet(t, func(t *testing.T) {
		n := newInternet(t, 0, 0, true)
		c, h, err := n.call(n.machine(n.home(cone), "192.168.1.10"), n.machine(n.home(cone), "192.168.2.20"), 20*time.Second, stunURL)
		defer n.over(c, h)
		if err != nil {
			t.Fatal(err)
		}
		n.cut.Store(true)
		start := time.Now()
		if _, err := c.host.Read(t.Context()); err == nil {
			t.Error("read something from nobody")
		}
		if took := time.Since(start); took < time.Minute || took > 90*time.Second {
			t.Errorf("given up after %v", took)
		}
		<-c.call.Done()
		if h.Calls() != 0 {
			t.Error("the host still has the call")
		}
	})
}

// roaming is a machine that changes its network.
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

func (r *roaming) Interfaces() ([]*transport.Interface, error) { return r.at().Interfaces() }
func (r *roaming) ListenUDP(n string, a *net.UDPAddr) (transport.UDPConn, error) {
	return r.at().ListenUDP(n, a)
}

func TestGuestChangesItsNetwork(t *testing.T) {
	inNet(t, func(t *testing.T) {
		n := newInternet(t, 30*time.Millisecond, 0, true)
		host := n.machine(n.home(cone), "192.168.1.10")
		home, mobile := n.machine(n.home(cone), "192.168.2.20"), n.machine(n.home(cone), "192.168.3.30")
		guest := &roaming{Net: home, now: home}
		c, h, err := n.call(host, guest, 20*time.Second, stunURL)
		defer n.over(c, h)
		if err != nil {
			t.Fatal(err)
		}
		gap := both(t, c, func() {
			pass(5 * time.Second)
			guest.move(mobile)
			restart(t, c)
			pass(10 * time.Second)
		})
		if gap > 2*time.Second {
			t.Errorf("silence of %v while the guest changed its network", gap)
		}
		t.Logf("silence of %v", gap)
	})
}

// A host whose laptop is carried to another network takes new calls there.
func TestHostChangesItsNetwork(t *testing.T) {
	inNet(t, func(t *testing.T) {
		n := newInternet(t, 0, 0, true)
		first, second := n.machine(n.home(cone), "192.168.1.10"), n.machine(n.home(cone), "192.168.2.10")
		host := &roaming{Net: first, now: first}
		c, h, err := n.call(host, n.machine(n.home(cone), "192.168.3.30"), 20*time.Second, stunURL)
		defer n.over(c, h)
		if err != nil {
			t.Fatal(err)
		}
		host.move(second)
		gap := both(t, c, func() {
			pass(time.Second)
			restart(t, c)
			pass(5 * time.Second)
		})
		if addrs := h.sockets.addrs(); len(addrs) != 1 || addrs[0].String() != "192.168.2.10" {
			t.Errorf("the host now offers %v", addrs)
		}
		t.Logf("silence of %v", gap)
	})
}

// offline is a machine without any network.
type offline struct{ transport.Net }

func (offline) Interfaces() ([]*transport.Interface, error) { return nil, nil }

// A jam that is started before the laptop has found its Wi-Fi has direct paths afterwards.
func TestHostFindsItsNetworkLate(t *testing.T) {
	inNet(t, func(t *testing.T) {
		n := newInternet(t, 0, 0, true)
		home := n.machine(n.home(cone), "192.168.1.10")
		host := &roaming{Net: home, now: offline{home}}
		cert, _ := certificate(t)
		h, err := Listen(Config{Certificate: cert, Limit: 100, Log: silent(), Net: host})
		if err != nil {
			t.Fatalf("without a network: %v", err)
		}
		defer func() { _ = h.Close() }()
		if addrs := h.sockets.addrs(); len(addrs) != 0 {
			t.Errorf("it offers %v", addrs)
		}
		host.move(home)
		if err := h.sockets.refresh(); err != nil {
			t.Fatal(err)
		}
		if addrs := h.sockets.addrs(); len(addrs) != 1 || addrs[0].String() != "192.168.1.10" || h.Port() == 0 {
			t.Errorf("with one it offers %v at port %d", addrs, h.Port())
		}
	})
}

// What was written before a goodbye arrives before it, however far away the guest is.
func TestGoodbyeComesLast(t *testing.T) {
	inNet(t, func(t *testing.T) {
		n := newInternet(t, 100*time.Millisecond, 0, true)
		c, h, err := n.call(n.machine(n.home(cone), "192.168.1.10"), n.machine(n.home(cone), "192.168.2.20"), 20*time.Second, stunURL)
		defer n.over(c, h)
		if err != nil {
			t.Fatal(err)
		}
		const frames, size = 15, 60_000
		closed := make(chan error, 1)
		go func() {
			for range frames {
				if err := c.host.Write(t.Context(), make([]byte, size)); err != nil {
					t.Error(err)
				}
			}
			closed <- c.host.Close(4501, "ended")
		}()
		for i := range frames {
			if got, err := c.conn.Read(t.Context()); err != nil || len(got) != size {
				t.Fatalf("of frame %d came %d bytes, %v", i, len(got), err)
			}
		}
		var bye *link.Closed
		if _, err := c.conn.Read(t.Context()); !errors.As(err, &bye) || bye.Code != 4501 {
			t.Errorf("then %v", err)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}

func TestAllAddressesHaveTheOnePort(t *testing.T) {
	inNet(t, func(t *testing.T) {
		n := newInternet(t, 0, 0, true)
		m, err := vnet.NewNet(&vnet.NetConfig{StaticIPs: []string{"1.2.3.50", "1.2.3.51"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := n.wan.AddNet(m); err != nil {
			t.Fatal(err)
		}
		cert, _ := certificate(t)
		h, err := Listen(Config{Certificate: cert, Limit: 100, Log: silent(), Net: m})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = h.Close() }()
		got := fmt.Sprint(h.sockets.GetListenAddresses())
		if want := fmt.Sprintf("[1.2.3.50:%d 1.2.3.51:%[1]d]", h.Port()); got != want {
			t.Errorf("listens at %s, want %s", got, want)
		}
	})
}
