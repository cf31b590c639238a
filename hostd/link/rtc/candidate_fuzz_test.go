package rtc

import (
	"net/netip"
	"testing"
)

// FuzzCandidate: what a guest says of where it can be reached never sends the host to itself, to many at once, to a name server,
// or anywhere by TCP.
func FuzzCandidate(f *testing.F) {
	for _, text := range []string{
		"candidate:1 1 udp 2122260223 192.168.1.7 50000 typ host generation 0 ufrag EsAw", "candidate:842163049 1 udp 1677729535 203.0.113.5 46154 typ srflx raddr 0.0.0.0 rport 0",
		"candidate:1 1 udp 1 c0a80107-1111-4222-8333-444455556666.local 5 typ host", "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active", "1 1 UDP 1 ::ffff:127.0.0.1 80 typ host",
		"candidate:1 1 udp 1 fe80::1%eth0 80 typ host", "candidate:1 1 udp 1 0x7f.1 80 typ host", "candidate:1 1 udp 99999999999 224.0.0.251 5353 typ relay", "candidate:", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, name, ok := (gate{}).admit(text)
		if !ok {
			return
		}
		if len(text) > maxCandidate || c.Port() <= 0 || c.Port() > 65535 || c.NetworkType().IsTCP() {
			t.Errorf("%q is believed", text)
		}
		if name != "" {
			if !plainName(name) {
				t.Errorf("%q asks for the name %q", text, name)
			}
			return
		}
		addr, err := netip.ParseAddr(c.Address())
		if err != nil || addr.Unmap().IsLoopback() || addr.IsMulticast() || addr.Unmap().IsMulticast() || addr.IsUnspecified() || addr.IsLinkLocalUnicast() {
			t.Errorf("%q leads to %v (%v)", text, addr, err)
		}
	})
}
