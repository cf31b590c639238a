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
	flushing bool       // within push
	held     []byte     // copies of what is small …
	apart    int        // … of which so much is in parts
	parts    [][]byte   // what is held before the rest of held, in order
	size     int        // of all that is held
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
		c.hold(p)
		return len(p), nil
	}
	c.mu.Unlock()
	return c.Conn.Write(p)
}

// chunk, bytes: each that goes is progress. A message as large is not copied, and when as much is held it goes.
const chunk = 64 << 10

// hold keeps what is large as it is: it lies in the batch that is being written, which stays until uncork is done.
func (c *corked) hold(p []byte) {
	c.size += len(p)
	if len(p) < chunk {
		c.held = append(c.held, p...)
		return
	}
	c.parts = append(c.rest(), p)
	c.apart = len(c.held)
}

// rest is parts, with what is in none yet.
func (c *corked) rest() [][]byte {
	if c.apart == len(c.held) {
		return c.parts
	}
	return append(c.parts, c.held[c.apart:])
}

// cork begins to hold writes back, in buffer.
func (c *corked) cork(buffer []byte) {
	c.mu.Lock()
	c.on = true
	c.begin(buffer)
	c.mu.Unlock()
}

// begin holds nothing yet, with the lock held.
func (c *corked) begin(buffer []byte) { c.held, c.apart, c.parts, c.size = buffer[:0], 0, nil, 0 }

// relieve writes what is held if that is much, and goes on holding back.
func (c *corked) relieve() error {
	c.mu.Lock()
	much := c.size >= chunk
	c.mu.Unlock()
	if !much {
		return nil
	}
	_, err := c.push(true)
	return err
}

// uncork writes what was held. It gives the buffer back.
func (c *corked) uncork() (buffer []byte, err error) { return c.push(false) }

// push writes what was held, and what came meanwhile. The cork stays on or not.
func (c *corked) push(on bool) (buffer []byte, err error) {
	defer c.since.Store(0)
	for {
		c.mu.Lock()
		parts, small := c.rest(), c.held
		if len(parts) == 0 || err != nil {
			c.on, c.flushing = on, false
			c.begin(buffer)
			c.mu.Unlock()
			return buffer, err
		}
		c.flushing = true
		c.begin(nil)
		c.mu.Unlock()
		if buffer == nil {
			buffer = small
		}
		err = c.writeOut(parts)
	}
}

func (c *corked) writeOut(parts [][]byte) error {
	for _, part := range parts {
		for piece := range bytesIn(part, chunk) {
			c.since.Store(time.Now().UnixNano())
			if _, err := c.Conn.Write(piece); err != nil {
				return err
			}
		}
	}
	return nil
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
