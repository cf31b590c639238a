package server

import (
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

func TestSTUNTellsTheAddress(t *testing.T) {
	for _, at := range []string{"127.0.0.1:0", "[::1]:0"} {
		conn, err := net.ListenPacket("udp", at)
		if err != nil {
			t.Fatal(err)
		}
		answered := make(chan struct{}, 10)
		go stunServer{conn: conn, pace: newAllowance(2, time.Hour), answered: func() { answered <- struct{}{} }, tooOften: func() {}, log: slog.New(slog.DiscardHandler)}.serve(t.Context())
		client, err := net.Dial("udp", conn.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Write([]byte("no request")); err != nil { // counts, and is not answered
			t.Fatal(err)
		}
		request := stun.MustBuild(stun.TransactionID, stun.BindingRequest)
		if _, err := client.Write(request.Raw); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 1500)
		n, err := client.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		response, address := stun.Message{Raw: buffer[:n]}, stun.XORMappedAddress{}
		if err := response.Decode(); err != nil || address.GetFrom(&response) != nil || response.TransactionID != request.TransactionID {
			t.Fatalf("answered %x, %v", buffer[:n], err)
		}
		if got := net.JoinHostPort(address.IP.String(), client.LocalAddr().String()[len(client.LocalAddr().String())-1:]); address.Port != client.LocalAddr().(*net.UDPAddr).Port || !address.IP.Equal(client.LocalAddr().(*net.UDPAddr).IP) {
			t.Errorf("it is told %s", got)
		}
		if n > len(request.Raw)+24 {
			t.Errorf("%d bytes answer %d", n, len(request.Raw))
		}
		<-answered
		if _, err := client.Write(request.Raw); err != nil { // the third of two
			t.Fatal(err)
		}
		_ = client.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if n, err := client.Read(buffer); err == nil {
			t.Errorf("answered beyond the pace: %d bytes", n)
		}
		_ = client.Close()
	}
}

func FuzzSTUN(f *testing.F) {
	f.Add(stun.MustBuild(stun.TransactionID, stun.BindingRequest).Raw)
	f.Add(stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewUsername("a:b"), stun.Fingerprint).Raw)
	f.Add(stun.MustBuild(stun.TransactionID, stun.BindingSuccess, &stun.XORMappedAddress{IP: net.IPv4(1, 2, 3, 4), Port: 5}).Raw)
	f.Add([]byte{0, 1, 255, 255, 0x21, 0x12, 0xa4, 0x42})
	s := stunServer{log: slog.New(slog.DiscardHandler)}
	from := netip.MustParseAddrPort("[2001:db8::1]:9")
	f.Fuzz(func(t *testing.T, packet []byte) {
		response := s.bind(packet, from)
		if len(response) > len(packet)+24 {
			t.Errorf("%d bytes answer %d", len(response), len(packet))
		}
	})
}
