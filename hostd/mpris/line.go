//go:build linux

package mpris

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

const (
	// maxMessage is the longest message that is read, in bytes; longer ones are passed over. What
	// is asked of a player takes hundreds of bytes; the library would take 128 MiB.
	maxMessage = 64 << 10
	// maxGreeting is how much the bus may say before messages begin, in bytes.
	maxGreeting = 16 << 10
	// writeTime is how long a message may wait for a bus that does not read.
	writeTime = 5 * time.Second
	// messageHead is the fixed part of a message, in bytes.
	messageHead = 16
	// begin ends the greeting.
	begin = "BEGIN\r\n"
)

// line is the connection to the bus, with bounds for what the library does not bound. As the library
// knows nothing of its socket, the bus is never told that files may be handed over.
type line struct {
	net.Conn
	in     *bufio.Reader
	most   int  // bytes of a message
	framed bool // messages have begun; set before the goroutine starts that reads them
	said   int  // bytes of the greeting
	left   int  // bytes of the message that is being read
}

// dial connects to the first unix socket of address that answers.
func dial(ctx context.Context, address string) (*line, error) {
	err := errors.New("its address has no unix socket")
	for one := range strings.SplitSeq(address, ";") {
		socket, ok := socketOf(one)
		if !ok {
			continue
		}
		var conn net.Conn
		if conn, err = (&net.Dialer{}).DialContext(ctx, "unix", socket); err == nil {
			return &line{Conn: conn, in: bufio.NewReader(conn), most: maxMessage}, nil
		}
	}
	return nil, fmt.Errorf("reach the session bus: %w", err)
}

// socketOf reads unix:path=… or unix:abstract=…, with escapes as in a URL.
func socketOf(address string) (name string, ok bool) {
	pairs, ok := strings.CutPrefix(address, "unix:")
	if !ok {
		return "", false
	}
	for pair := range strings.SplitSeq(pairs, ",") {
		key, value, _ := strings.Cut(pair, "=")
		value, err := url.PathUnescape(value)
		switch {
		case err != nil || value == "":
		case key == "path":
			return value, true
		case key == "abstract":
			return "@" + value, true
		}
	}
	return "", false
}

// Read gives the greeting as it comes, then whole messages of bearable length.
func (l *line) Read(p []byte) (int, error) {
	if !l.framed {
		n, err := l.in.Read(p)
		if l.said += n; l.said > maxGreeting {
			return 0, errors.New("the bus greets without end")
		}
		return n, err
	}
	for l.left == 0 {
		if err := l.next(); err != nil {
			return 0, err
		}
	}
	n, err := l.in.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

// next looks at the head of a message, and passes over one that is too long.
func (l *line) next() error {
	head, err := l.in.Peek(messageHead)
	if err != nil {
		return err
	}
	var order binary.ByteOrder = binary.LittleEndian
	if head[0] == 'B' {
		order = binary.BigEndian
	}
	body, fields := uint64(order.Uint32(head[4:])), uint64(order.Uint32(head[12:]))
	length := messageHead + (fields+7)/8*8 + body
	if length <= uint64(l.most) {
		l.left = int(length)
		return nil
	}
	if _, err := l.in.Discard(int(length)); err != nil {
		return fmt.Errorf("pass over a message of %d bytes: %w", length, err)
	}
	return nil
}

// Write gives up the connection when the bus does not take what it is told.
func (l *line) Write(p []byte) (int, error) {
	if string(p) == begin {
		l.framed = true
	}
	if err := l.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return 0, err
	}
	n, err := l.Conn.Write(p)
	if err != nil {
		_ = l.Close() // the reading goroutine then ends everything
	}
	return n, err
}
