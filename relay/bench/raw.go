package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// raw is a WebSocket client that does no more than frames: what is measured is the server.
type raw struct {
	net.Conn
	in *bufio.Reader
}

// dialRaw upgrades; path may have a query.
func dialRaw(dialer *net.Dialer, url, path, protocol string) (*raw, error) {
	host := strings.TrimPrefix(url, "http://")
	conn, err := dialer.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	if protocol != "" {
		protocol = "Sec-WebSocket-Protocol: " + protocol + "\r\n"
	}
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n%s\r\n", path, host, protocol)
	r := &raw{Conn: conn, in: bufio.NewReaderSize(conn, 16<<10)}
	response, err := http.ReadResponse(r.in, nil) //nolint:bodyclose // it is the connection
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return nil, fmt.Errorf("upgrade %s: %s", path, response.Status)
	}
	return r, nil
}

// clientFrame is a whole frame of a client; its mask is zero, which is allowed.
func clientFrame(opcode byte, data []byte) []byte {
	frame := []byte{0x80 | opcode, 0x80 | byte(len(data))}
	if len(data) > 125 {
		frame = binary.BigEndian.AppendUint16([]byte{0x80 | opcode, 0x80 | 126}, uint16(len(data))) //nolint:gosec // short
	}
	return append(append(frame, 0, 0, 0, 0), data...)
}

// skip reads frames until n of data came.
func (r *raw) skip(n int) error {
	for n > 0 {
		head, err := r.in.Peek(2)
		if err != nil {
			return err
		}
		opcode, size, length := head[0]&15, 2, int(head[1]&127)
		switch length {
		case 126:
			size = 4
		case 127:
			size = 10
		}
		head, err = r.in.Peek(size)
		if err != nil {
			return err
		}
		switch size {
		case 4:
			length = int(binary.BigEndian.Uint16(head[2:]))
		case 10:
			length = int(binary.BigEndian.Uint64(head[2:])) //nolint:gosec // of our own servers
		}
		if _, err := r.in.Discard(size + length); err != nil {
			return err
		}
		if opcode == 8 {
			return io.ErrUnexpectedEOF
		}
		if opcode < 8 {
			n--
		}
	}
	return nil
}
