package main

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// maxFrame is the longest frame carried, in bytes. Interfaces that still join packets (GRO, TSO)
// would give longer ones, which no other end could take.
const maxFrame = 64 << 10

// end is one end of the cable: a packet socket on an interface.
type end struct {
	socket int
	name   string
}

// open needs the right to open packet sockets (root).
func open(name string) (*end, error) {
	device, err := net.InterfaceByName(name)
	if err != nil {
		return nil, err
	}
	const every = syscall.ETH_P_ALL << 8 // in network order, on the little-endian machines that Debian's Chromium runs on
	socket, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, every)
	if err != nil {
		return nil, fmt.Errorf("packet socket: %w", err)
	}
	if err := syscall.Bind(socket, &syscall.SockaddrLinklayer{Protocol: every, Ifindex: device.Index}); err != nil {
		return nil, fmt.Errorf("bind the packet socket: %w", err)
	}
	return &end{socket, name}, nil
}

// read hands over every frame that comes in, until the interface fails. What this program sends itself is
// passed over, or it would go round for ever.
func (e *end) read(take func([]byte)) error {
	buffer := make([]byte, maxFrame)
	for {
		n, from, err := syscall.Recvfrom(e.socket, buffer, 0)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read from %s: %w", e.name, err)
		}
		if source, ok := from.(*syscall.SockaddrLinklayer); ok && source.Pkttype == syscall.PACKET_OUTGOING {
			continue
		}
		take(buffer[:n])
	}
}

// write sends a frame. One that the interface does not take, being too long or the queue full, is lost as on any cable.
func (e *end) write(frame []byte) error {
	_, err := syscall.Write(e.socket, frame)
	switch {
	case errors.Is(err, syscall.EMSGSIZE), errors.Is(err, syscall.ENOBUFS), errors.Is(err, syscall.EINTR), err == nil:
		return nil
	}
	return fmt.Errorf("write to %s: %w", e.name, err)
}
