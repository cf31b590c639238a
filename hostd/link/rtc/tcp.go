package rtc

import (
	"net"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
)

const (
	// maxStreams is how many TCP connections of guests and strangers are open at once.
	// More are closed as they come.
	maxStreams = 256
	// streamSilent is how long a TCP connection may say nothing before its first
	// packet, or belong to no guest.
	streamSilent = 10 * time.Second
	// streamBuffer is what waits for one TCP connection, in bytes each way.
	streamBuffer = 256 << 10
)

// listenStreams is ICE over TCP, for nets that let no UDP through.
func listenStreams(l net.Listener, log logging.LeveledLogger) ice.TCPMux {
	return ice.NewTCPMuxDefault(ice.TCPMuxParams{
		Listener: &door{Listener: l, free: make(chan struct{}, maxStreams)}, Logger: log,
		ReadBufferSize: 8, WriteBufferSize: streamBuffer,
		FirstStunBindTimeout: streamSilent, AliveDurationForConnFromStun: streamSilent,
	})
}

// door lets in as many connections as there is room for.
type door struct {
	net.Listener
	free chan struct{} // one entry for each connection that is open
}

func (d *door) Accept() (net.Conn, error) {
	for {
		conn, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case d.free <- struct{}{}:
			return &visitor{Conn: conn, leave: sync.OnceFunc(func() { <-d.free })}, nil
		default:
			_ = conn.Close()
		}
	}
}

type visitor struct {
	net.Conn
	leave func()
}

func (v *visitor) Close() error {
	v.leave()
	return v.Conn.Close()
}
