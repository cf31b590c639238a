package lan

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grandcat/zeroconf"

	"soul-jam/hostd/lan/lantest"
)

// search is Browse or Lookup of a resolver.
type search func(*zeroconf.Resolver, context.Context, chan<- *zeroconf.ServiceEntry) error

func browseAll(r *zeroconf.Resolver, ctx context.Context, found chan<- *zeroconf.ServiceEntry) error {
	return r.Browse(ctx, Service, domain, found)
}

// find returns the first service that a fresh resolver finds, nil when ctx ends before.
func find(t *testing.T, ctx context.Context, look search, options ...zeroconf.ClientOption) *zeroconf.ServiceEntry {
	t.Helper()
	resolver, err := zeroconf.NewResolver(append(options, zeroconf.SelectIPTraffic(zeroconf.IPv4))...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	found := make(chan *zeroconf.ServiceEntry)
	if err := look(resolver, ctx, found); err != nil {
		t.Fatal(err)
	}
	first := <-found // closed without an entry when ctx ends
	cancel()
	for range found { // until the resolver is done
	}
	return first
}

func mustFind(t *testing.T, look search) *zeroconf.ServiceEntry {
	t.Helper()
	entry := find(t, withPatience(t), look)
	if entry == nil {
		t.Fatalf("nothing found in %v", patience)
	}
	return entry
}

// wantNothing looks for a second; what is there is found within milliseconds.
func wantNothing(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if entry := find(t, ctx, browseAll); entry != nil {
		t.Errorf("found %q %q", entry.Instance, entry.Text)
	}
}

func TestAnnouncementIsFoundAndGone(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	wantNothing(t)
	var announcer Announcer
	what := announcement()
	what.Name = "Dr. Küche's \\jam"
	if err := announcer.Announce(t.Context(), what); err != nil {
		t.Fatal(err)
	}
	entry := mustFind(t, browseAll)
	// The DNS library shows what is not ASCII, and backslashes, escaped.
	want := []string{"v=1", `name=Dr. K\195\188che's \\jam`, "code=HQRS-2K4M", "path=/jam/HQRS-2K4M"}
	if !slices.Equal(entry.Text, want) {
		t.Errorf("TXT %q, want %q", entry.Text, want)
	}
	if entry.Instance != what.instance() || entry.Port != 7420 || entry.HostName != "soul-jam-hqrs-2k4m.local." {
		t.Errorf("instance %q, port %d, host %q", entry.Instance, entry.Port, entry.HostName)
	}
	if len(entry.AddrIPv4) != 1 || entry.AddrIPv4[0].String() != "192.168.77.2" || len(entry.AddrIPv6) != 0 {
		t.Errorf("addresses %v %v", entry.AddrIPv4, entry.AddrIPv6)
	}
	byName := mustFind(t, func(r *zeroconf.Resolver, ctx context.Context, found chan<- *zeroconf.ServiceEntry) error {
		return r.Lookup(ctx, what.instance(), Service, domain, found)
	})
	if byName.Port != 7420 {
		t.Errorf("looked up by name: %v", byName)
	}
	announcer.Stop()
	wantNothing(t)
	wantNoGoroutine(t)
	announcer.Stop() // again: nothing happens
}

// TestOneJamAtATime: a second announcement replaces the first, and each ends with
// its context.
func TestOneJamAtATime(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	var announcer Announcer
	defer announcer.Stop()
	for range 3 { // at once after each other: the library must have settled
		if err := announcer.Announce(t.Context(), announcement()); err != nil {
			t.Fatal(err)
		}
	}
	second := announcement()
	second.Code, second.Peer = "ABCD-2345", "12D3KooW"
	ctx, cancel := context.WithCancel(t.Context())
	if err := announcer.Announce(ctx, second); err != nil {
		t.Fatal(err)
	}
	if entry := mustFind(t, browseAll); !slices.Contains(entry.Text, "code=ABCD-2345") || !slices.Contains(entry.Text, "peer=12D3KooW") {
		t.Errorf("found %q", entry.Text)
	}
	cancel()
	announcer.Stop()
	wantNothing(t)
	wantNoGoroutine(t)
}

// TestOnlyTheNamedInterface: an interface that is not named is in no answer, and
// nothing leaves by it.
func TestOnlyTheNamedInterface(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	lantest.Plug(t, "jam1", "192.168.78.2/24")
	var announcer Announcer
	what := announcement()
	what.Interfaces = []string{"jam1"}
	before := sent(t, "jam0")
	if err := announcer.Announce(t.Context(), what); err != nil {
		t.Fatal(err)
	}
	named, err := net.InterfaceByName("jam1")
	if err != nil {
		t.Fatal(err)
	}
	onNamed := zeroconf.SelectIfaces([]net.Interface{*named})
	entry := find(t, withPatience(t), browseAll, onNamed)
	if entry == nil || len(entry.AddrIPv4) != 1 || entry.AddrIPv4[0].String() != "192.168.78.2" {
		t.Errorf("found %v", entry)
	}
	announcer.Stop()
	if after := sent(t, "jam0"); after != before {
		t.Errorf("jam0 sent %s packets before and %s after", before, after)
	}
	if sent(t, "jam1") == "0" {
		t.Error("the packets that jam1 sent are not counted")
	}
}

// sent returns how many packets have left by an interface of this namespace.
func sent(t *testing.T, name string) string {
	t.Helper()
	counters, err := os.ReadFile("/proc/self/net/dev")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(counters)) {
		if rest, found := strings.CutPrefix(strings.TrimSpace(line), name+":"); found {
			return strings.Fields(rest)[9] // 8 columns of what came in, then bytes, then packets
		}
	}
	t.Fatalf("no interface %s in\n%s", name, counters)
	return ""
}

// TestAWarningIsNotRepeated: the same failure every few seconds is one line.
func TestAWarningIsNotRepeated(t *testing.T) {
	log := make(lines, 100)
	k := keeper{log: slog.New(slog.NewTextHandler(log, nil))}
	for _, err := range []error{io.EOF, io.EOF, io.ErrClosedPipe, io.ErrClosedPipe, nil, nil, io.ErrClosedPipe} {
		k.warn(err)
	}
	if len(log) != 3 {
		t.Errorf("%d warnings, want 3", len(log))
	}
}

// TestNetworkChanges: without a network there is one warning and no error; when one
// comes the jam is announced; when addresses change so does the announcement.
func TestNetworkChanges(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	log := make(lines, 100)
	announcer := Announcer{Log: slog.New(slog.NewTextHandler(log, nil)), Recheck: 20 * time.Millisecond}
	defer announcer.Stop()
	if err := announcer.Announce(t.Context(), announcement()); err != nil {
		t.Fatalf("without a network: %v", err)
	}
	select {
	case line := <-log:
		if !strings.Contains(line, "level=WARN") || !strings.Contains(line, "no network interface is up") {
			t.Errorf("logged %s", line)
		}
	case <-withPatience(t).Done():
		t.Fatal("no warning that nothing can be announced")
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	if entry := mustFind(t, browseAll); entry.AddrIPv4[0].String() != "192.168.77.2" {
		t.Errorf("addresses %v", entry.AddrIPv4)
	}
	lantest.IP(t, "addr add 192.168.79.2/24 dev jam0")
	lantest.IP(t, "addr del 192.168.77.2/24 dev jam0")
	ctx := withPatience(t)
	for {
		entry := find(t, ctx, browseAll)
		if entry == nil {
			t.Fatal("the new address is not announced")
		}
		if len(entry.AddrIPv4) == 1 && entry.AddrIPv4[0].String() == "192.168.79.2" {
			return
		}
	}
}

func TestAddressesOfThisMachine(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	if got, err := Addresses(); err != nil || len(got) != 0 {
		t.Errorf("with loopback only: %v, %v", got, err)
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	lantest.Plug(t, "jam1", "192.168.78.2/24")
	lantest.IP(t, "addr add fd00::5/64 dev jam0 nodad")
	lantest.IP(t, "addr add 169.254.1.1/16 dev jam1")
	lantest.IP(t, "route add default via 192.168.78.1")
	want := []netip.Addr{netip.MustParseAddr("192.168.78.2"), netip.MustParseAddr("192.168.77.2"), netip.MustParseAddr("fd00::5")}
	if got, err := Addresses(); err != nil || !slices.Equal(got, want) {
		t.Errorf("addresses %v, %v, want %v", got, err, want)
	}
}

// wantNoGoroutine holds that after Stop none of this package's own goroutines runs.
func wantNoGoroutine(t *testing.T) {
	t.Helper()
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	if bytes.Contains(stacks, []byte("lan.(*keeper)")) {
		t.Errorf("a goroutine is left:\n%s", stacks)
	}
}

// lines is a log that is read while it is written, a line at a time.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}
