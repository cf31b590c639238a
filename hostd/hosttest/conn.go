package hosttest

import (
	"context"
	"errors"
	"testing"

	"github.com/coder/websocket"

	"soul-jam/hostd/link"
)

// conn is the way by which a Client reaches the host.
type conn interface {
	Read(ctx context.Context) ([]byte, error) // a *link.Closed when the host said goodbye with a code
	Write(ctx context.Context, frame []byte) error
	// Cut breaks the connection off without a word.
	Cut()
}

func newClient(t testing.TB, by conn) *Client {
	c := &Client{t: t, name: "somebody", conn: by}
	t.Cleanup(c.Drop)
	return c
}

// webSocket is the contract's own, on the LAN or at a soul-server.
type webSocket struct{ ws *websocket.Conn }

func (w webSocket) Read(ctx context.Context) ([]byte, error) {
	_, frame, err := w.ws.Read(ctx)
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		err = &link.Closed{Code: int(closed.Code), Reason: closed.Reason}
	}
	return frame, err
}

func (w webSocket) Write(ctx context.Context, frame []byte) error {
	return w.ws.Write(ctx, websocket.MessageText, frame)
}

func (w webSocket) Cut() { _ = w.ws.CloseNow() }
