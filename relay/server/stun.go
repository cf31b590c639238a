package server

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/pion/stun/v4"
)

const (
	// maxSTUN, bytes of a request: a longer packet is no binding request of a browser.
	maxSTUN = 548
	// stunBurst and stunEvery: binding requests of one address.
	stunBurst = 60
	stunEvery = 50 * time.Millisecond
)

// stunServer tells browsers and hosts the address that they have outside (RFC 8489, binding requests alone). A
// response is at most 24 bytes longer than the request, so it is of no use for an attack on others.
type stunServer struct {
	conn     net.PacketConn
	pace     *allowance
	answered func()
	tooOften func()
	log      *slog.Logger
}

// serve answers until ctx ends.
func (s stunServer) serve(ctx context.Context) {
	stopped := context.AfterFunc(ctx, func() { _ = s.conn.Close() })
	defer stopped()
	var packet [maxSTUN + 1]byte
	for {
		n, from, err := s.conn.ReadFrom(packet[:])
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.log.Debug("stun", "error", err) // an ICMP answer to a response that nobody took
			continue
		}
		to, ok := from.(*net.UDPAddr)
		if !ok {
			continue
		}
		if !s.pace.take(customer(to.AddrPort().Addr().Unmap()), time.Now()) {
			s.tooOften()
			continue
		}
		if response := s.bind(packet[:n], to.AddrPort()); response != nil {
			_, _ = s.conn.WriteTo(response, from)
			s.answered()
		}
	}
}

// bind makes the response to a packet; nil when it is no binding request. What the decoder of others trips over
// stays here.
func (s stunServer) bind(packet []byte, from netip.AddrPort) (response []byte) {
	defer func() {
		if broken := recover(); broken != nil {
			s.log.Warn("a stun packet broke its decoder", "panic", broken)
			response = nil
		}
	}()
	if len(packet) > maxSTUN || !stun.IsMessage(packet) {
		return nil
	}
	request := stun.Message{Raw: packet}
	if request.Decode() != nil || request.Type != stun.BindingRequest {
		return nil
	}
	address := from.Addr().Unmap()
	built, err := stun.Build(&request, stun.BindingSuccess, &stun.XORMappedAddress{IP: address.AsSlice(), Port: int(from.Port())})
	if err != nil {
		return nil
	}
	return built.Raw
}
