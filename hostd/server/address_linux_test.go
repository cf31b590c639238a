package server

import (
	"net"
	"slices"
	"strings"
	"testing"

	"soul-jam/hostd/lan/lantest"
)

// on gives a server that listens on address, and its port with a colon before.
func on(t *testing.T, network, address string) (*server, string) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return &server{lan: l}, ":" + port
}

// wantAddresses holds that all are given, the first one is in the link, and none is
// said to be reachable when there is none.
func wantAddresses(t *testing.T, s *server, want ...string) {
	t.Helper()
	if got := s.addresses(); !slices.Equal(got, want) {
		t.Errorf("addresses %q, want %q", got, want)
	}
	base, reachable := s.base()
	if reachable != (len(want) > 0) || reachable && base != want[0] || !reachable && !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Errorf("base %q, reachable %v, of %q", base, reachable, want)
	}
	if link := s.link("HQRS-2K4M"); link != base+"/jam/HQRS-2K4M" {
		t.Errorf("link %q", link)
	}
}

func TestAddresses(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	all, port := on(t, "tcp", ":0")
	four, port4 := on(t, "tcp4", "0.0.0.0:0")
	lo, _ := on(t, "tcp", "127.0.0.1:0")
	wantAddresses(t, all) // no network at all
	wantAddresses(t, lo)

	lantest.Plug(t, "jam0", "192.168.77.2/24")
	wantAddresses(t, all, "http://192.168.77.2"+port) // one, without a default route

	lantest.Plug(t, "jam1", "192.168.78.2/24")
	lantest.IP(t, "addr add fd00::5/64 dev jam0 nodad")
	lantest.IP(t, "route add default via 192.168.78.1")
	wantAddresses(t, all, "http://192.168.78.2"+port, "http://192.168.77.2"+port, "http://[fd00::5]"+port)
	wantAddresses(t, four, "http://192.168.78.2"+port4, "http://192.168.77.2"+port4)
	wantAddresses(t, lo)
	one, port1 := on(t, "tcp", "192.168.77.2:0")
	wantAddresses(t, one, "http://192.168.77.2"+port1)

	lantest.IP(t, "route replace default via 192.168.77.1") // the Wi-Fi takes over
	wantAddresses(t, all, "http://192.168.77.2"+port, "http://192.168.78.2"+port, "http://[fd00::5]"+port)
	lantest.IP(t, "link set jam0 down")
	wantAddresses(t, all, "http://192.168.78.2"+port)
	lantest.IP(t, "link set jam1 down")
	wantAddresses(t, all)
}
