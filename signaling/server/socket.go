package server

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// The buffers of an idle connection, bytes. The HTTP server's own are 4096 each. The library
// writes a control frame, at most 129 bytes, with one call only because it fits into the second.
const (
	readBuffer  = 1024
	writeBuffer = 256
)

// maxControls, bytes of pongs and the like that wait behind a write which does not get on: more ends the connection.
const maxControls = 4 << 10

// accept upgrades a request. Host and Origin have been judged before.
func accept(w http.ResponseWriter, r *http.Request, protocols ...string) (*websocket.Conn, *corked, error) {
	small := &slim{ResponseWriter: w}
	c, err := websocket.Accept(small, r, &websocket.AcceptOptions{
		Subprotocols: protocols, InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("accept websocket: %w", err)
	}
	// The library's own limit closes by itself, which leaves no way to say why.
	c.SetReadLimit(-1)
	return c, small.conn, nil
}

// slim gives an upgraded connection small buffers, and a cork.
type slim struct {
	http.ResponseWriter
	conn *corked
}

// Hijack is what the library upgrades by.
func (s *slim) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, large, err := http.NewResponseController(s.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	// What came right behind the request is in the large buffer already, and has to be in the small one as well.
	early, err := large.Reader.Peek(large.Reader.Buffered())
	if err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	s.conn = &corked{Conn: conn}
	// The server's deadlines were for the request.
	if err := conn.SetDeadline(time.Time{}); err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	in := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(early)), s.conn), max(readBuffer, len(early)))
	if _, err := in.Peek(len(early)); err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	return s.conn, bufio.NewReadWriter(in, bufio.NewWriterSize(s.conn, writeBuffer)), nil
}

// corked is a connection whose writes can be held back, so that many messages leave by one call to the system.
// While it is corked one goroutine writes messages; the library's own control frames may come at any time.
type corked struct {
	net.Conn
	heard atomic.Bool  // something came since the last look
	since atomic.Int64 // when the write that is under way began or last got on, Unix nanoseconds; 0 = none is

	mu       sync.Mutex // guards what follows
	on       bool       // between cork and the end of uncork
	flushing bool       // within uncork
	held     []byte
}

// Read implements net.Conn.
func (c *corked) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && !c.heard.Load() {
		c.heard.Store(true)
	}
	return n, err
}

// Write implements net.Conn.
func (c *corked) Write(p []byte) (int, error) {
	c.mu.Lock()
	if c.on {
		defer c.mu.Unlock()
		if c.flushing && len(c.held) > maxControls {
			return 0, io.ErrShortBuffer
		}
		c.held = append(c.held, p...)
		return len(p), nil
	}
	c.mu.Unlock()
	return c.Conn.Write(p)
}

// cork begins to hold writes back, in buffer.
func (c *corked) cork(buffer []byte) {
	c.mu.Lock()
	c.on, c.held = true, buffer[:0]
	c.mu.Unlock()
}

// uncork writes what was held, and what came meanwhile. It gives the buffer back.
func (c *corked) uncork() (buffer []byte, err error) {
	const chunk = 64 << 10 // bytes: each that goes is progress
	defer c.since.Store(0)
	for {
		c.mu.Lock()
		out := c.held
		c.held, c.flushing = nil, true
		if len(out) == 0 || err != nil {
			c.on, c.flushing = false, false
			c.mu.Unlock()
			return buffer, err
		}
		c.mu.Unlock()
		if buffer == nil {
			buffer = out
		}
		for part := range bytesIn(out, chunk) {
			c.since.Store(time.Now().UnixNano())
			if _, err = c.Conn.Write(part); err != nil {
				break
			}
		}
	}
}

// bytesIn cuts b into parts of at most size bytes.
func bytesIn(b []byte, size int) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(b) > 0 {
			n := min(size, len(b))
			if !yield(b[:n]) {
				return
			}
			b = b[n:]
		}
	}
}
