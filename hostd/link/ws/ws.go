// Package ws carries frames over WebSocket (coder/websocket), on the LAN and to
// the console.
package ws

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/coder/websocket"

	"soul-jam/hostd/link"
)

// Subprotocol of the jam's messages. A client may also name none.
const Subprotocol = "jam.v1"

// Conn is a link.Conn over one WebSocket.
type Conn struct {
	ws      *websocket.Conn
	limit   int64
	writing *writing // the last Write's, nil before the first; the writer's
}

// writing is what breaks the connection when a context ends during a Write. It is
// kept for the next Write, since mostly the context is the same: the library hooks
// and unhooks it for each frame.
type writing struct {
	ctx  context.Context
	now  atomic.Bool // a Write is under way
	stop func() bool
}

// Accept upgrades a request. Whether Host and Origin are ours has been decided
// before: browsers learn nothing from a refused upgrade, so everything else is
// said after it. Frames over limit bytes are link.ErrTooLong.
func Accept(w http.ResponseWriter, r *http.Request, limit int64) (*Conn, error) {
	c, err := websocket.Accept(slim{w}, r, &websocket.AcceptOptions{
		Subprotocols: []string{Subprotocol},
		// The gate in hostd/api has compared Origin with all of our own names; the
		// library's own check knows only one of them.
		InsecureSkipVerify: true,
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, fmt.Errorf("accept websocket: %w", err)
	}
	return wrap(c, limit), nil
}

// The buffers of a connection, bytes. The server's own are 4096 each, most of a
// guest's memory; a command is shorter, and so are most frames of events.
const (
	readBuffer  = 1024
	writeBuffer = 2048
)

// slim gives an upgraded connection small buffers.
type slim struct{ http.ResponseWriter }

// Hijack is what the library upgrades by.
func (s slim) Hijack() (net.Conn, *bufio.ReadWriter, error) {
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
	in := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(early)), conn), max(readBuffer, len(early)))
	if _, err := in.Peek(len(early)); err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	return conn, bufio.NewReadWriter(in, bufio.NewWriterSize(conn, writeBuffer)), nil
}

// Dial opens a WebSocket to a jam: for tests and native clients.
func Dial(ctx context.Context, url string, header http.Header, limit int64) (*Conn, *http.Response, error) {
	c, res, err := websocket.Dial(ctx, url, &websocket.DialOptions{Subprotocols: []string{Subprotocol}, HTTPHeader: header})
	if err != nil {
		return nil, res, fmt.Errorf("dial websocket: %w", err)
	}
	return wrap(c, limit), res, nil
}

func wrap(c *websocket.Conn, limit int64) *Conn {
	// The library's own limit closes by itself, which leaves no way to say bye.
	c.SetReadLimit(-1)
	return &Conn{ws: c, limit: limit}
}

// Read gives the next text or binary frame.
func (c *Conn) Read(ctx context.Context) ([]byte, error) {
	_, r, err := c.ws.Reader(ctx)
	if err != nil {
		return nil, closed(err)
	}
	frame, err := io.ReadAll(io.LimitReader(r, c.limit+1))
	if err != nil {
		return nil, closed(err)
	}
	if int64(len(frame)) > c.limit {
		return nil, link.ErrTooLong
	}
	return frame, nil
}

func closed(err error) error {
	var ce websocket.CloseError
	if errors.As(err, &ce) {
		return &link.Closed{Code: int(ce.Code), Reason: ce.Reason}
	}
	return fmt.Errorf("read frame: %w", err)
}

// Write sends a text frame.
func (c *Conn) Write(ctx context.Context, frame []byte) error {
	w := c.watch(ctx)
	w.now.Store(true)
	defer w.now.Store(false)
	if err := ctx.Err(); err != nil {
		_ = c.ws.CloseNow()
		return fmt.Errorf("write frame: %w", err)
	}
	if err := c.ws.Write(context.Background(), websocket.MessageText, frame); err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	return nil
}

func (c *Conn) watch(ctx context.Context) *writing {
	if c.writing != nil {
		if c.writing.ctx == ctx {
			return c.writing
		}
		c.writing.stop()
	}
	w := &writing{ctx: ctx}
	w.stop = context.AfterFunc(ctx, func() {
		if w.now.Load() {
			_ = c.ws.CloseNow()
		}
	})
	c.writing = w
	return w
}

// Ping needs a Read running at the same time.
func (c *Conn) Ping(ctx context.Context) error { return c.ws.Ping(ctx) }

// Close sends the close frame; the library waits up to 5 s for the other side's.
func (c *Conn) Close(code int, reason string) error {
	if c.writing != nil {
		c.writing.stop()
	}
	return c.ws.Close(websocket.StatusCode(code), reason)
}
