package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"

	"github.com/coder/websocket"

	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// Visit is a guest's end: its socket at soul-server, as our own page has one.
type Visit struct {
	ws *websocket.Conn
	// Bundle, Nonce and ICE are what soul-server says of the host.
	Bundle identity.SignedBundle
	Nonce  []byte
	ICE    []signaling.ICE

	writing sync.Mutex // one frame at a time
}

// Refused is soul-server's answer to who may not come in.
type Refused struct{ Why wire.Error }

func (r *Refused) Error() string { return "the soul-server says " + r.Why.Error() }

// Join connects a guest to the host of a code.
func Join(ctx context.Context, soulServer *url.URL, shareCode string, web *http.Client) (*Visit, error) {
	ws, _, err := websocket.Dial(ctx, soulServer.JoinPath("/ws/jam", shareCode).String(), &websocket.DialOptions{ //nolint:bodyclose // the library closes it
		HTTPClient: web, Subprotocols: []string{signaling.SignalProtocol}, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, fmt.Errorf("reach the soul-server: %w", err)
	}
	ws.SetReadLimit(signaling.MaxHostFrame)
	v := &Visit{ws: ws}
	if err := v.meet(ctx); err != nil {
		_ = ws.CloseNow()
		return nil, err
	}
	return v, nil
}

func (v *Visit) meet(ctx context.Context) error {
	frame, text, err := v.Read(ctx)
	if err != nil {
		return err
	}
	return v.take(frame, text)
}

// take takes the introduction of the host, or why there is none.
func (v *Visit) take(frame []byte, text bool) error {
	var m struct {
		signaling.Meet
		wire.Error
		Type string `json:"type"`
	}
	if !text || json.Unmarshal(frame, &m) != nil {
		return fmt.Errorf("%w: the host is not introduced", signaling.ErrProtocol)
	}
	if m.Type == "error" {
		return &Refused{Why: m.Error}
	}
	signature, err := base64.RawURLEncoding.DecodeString(m.Signature)
	if err == nil {
		v.Nonce, err = base64.RawURLEncoding.DecodeString(m.Nonce)
	}
	if m.Type != "host" || err != nil {
		return fmt.Errorf("%w: the host is not introduced", signaling.ErrProtocol)
	}
	v.Bundle, v.ICE = identity.SignedBundle{Text: m.Bundle, Signature: signature}, m.ICE
	return nil
}

// Read gives the next frame.
func (v *Visit) Read(ctx context.Context) (frame []byte, text bool, err error) {
	kind, r, err := v.ws.Reader(ctx)
	if err == nil {
		frame, err = io.ReadAll(r)
	}
	if err != nil {
		return nil, false, fmt.Errorf("read from the soul-server: %w", err)
	}
	return frame, kind == websocket.MessageText, nil
}

// Write sends one frame.
func (v *Visit) Write(ctx context.Context, frame []byte, text bool) error {
	kind := websocket.MessageBinary
	if text {
		kind = websocket.MessageText
	}
	v.writing.Lock()
	defer v.writing.Unlock()
	if err := v.ws.Write(ctx, kind, frame); err != nil {
		return fmt.Errorf("write to the soul-server: %w", err)
	}
	return nil
}

// Close ends the visit.
func (v *Visit) Close(code int, reason string) error {
	return v.ws.Close(websocket.StatusCode(code), reason)
}

// Cut breaks the visit off without a word.
func (v *Visit) Cut() { _ = v.ws.CloseNow() }
