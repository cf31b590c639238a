// Package fakehost is a host for tests and benchmarks of soul-server: it proves its key, claims a code, and hands
// every frame and message to whoever wrote the test. It knows no jam and mends nothing.
package fakehost

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/coder/websocket"

	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// Host is one host with its key and code; it may connect many times.
type Host struct {
	Key    identity.HostKey
	Code   code.Code
	Bundle identity.SignedBundle
	// Via is how it dials, nil = as everybody does.
	Via *http.Client
}

// New makes a host of its own.
func New(c code.Code) (*Host, error) {
	seed, err := identity.New(rand.Reader)
	if err != nil {
		return nil, err
	}
	key, err := identity.NewHostKey(seed)
	if err != nil {
		return nil, err
	}
	h := &Host{Key: key}
	return h, h.Take(c)
}

// Take makes a bundle for another code.
func (h *Host) Take(c code.Code) error {
	seal, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	h.Code = c
	h.Bundle = h.Key.Bundle(identity.Bundle{
		Code: c.String(), DTLS: fmt.Sprintf("%X", sha256.Sum256([]byte(c))), Seal: base64.RawURLEncoding.EncodeToString(seal.PublicKey().Bytes()),
	})
	return nil
}

// Conn is one socket of a host.
type Conn struct {
	WS *websocket.Conn
	// Welcome is soul-server's.
	Welcome signaling.Control

	mu sync.Mutex // guards writing: messages of one call stay together
}

// Dial connects and proves the key. url is soul-server's, http://….
func (h *Host) Dial(ctx context.Context, url string) (*Conn, error) {
	return h.DialAs(ctx, url, h.Key, "")
}

// DialAs proves with another key, for another host name if that is not "".
func (h *Host) DialAs(ctx context.Context, url string, key identity.HostKey, name string) (*Conn, error) {
	ws, _, err := websocket.Dial(ctx, url+"/ws/host", &websocket.DialOptions{ //nolint:bodyclose // the library closes it
		Subprotocols: []string{signaling.HostProtocol}, HTTPClient: h.Via,
	})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(-1)
	c := &Conn{WS: ws}
	challenge, err := c.Next(ctx, signaling.Challenge)
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = url[strings.LastIndex(url, "/")+1:]
	}
	err = c.Send(ctx, signaling.Control{Type: signaling.Prove, Key: key.Public(), Signature: key.Sign(signaling.Proof(name, challenge.Nonce))})
	if err == nil {
		c.Welcome, err = c.Next(ctx, signaling.Welcome)
	}
	if err != nil {
		_ = ws.CloseNow()
		return nil, err
	}
	return c, nil
}

// Claim is the message that claims the host's code.
func (h *Host) Claim() signaling.Control {
	name := "Friday"
	return signaling.Control{
		Type: signaling.Claim, Code: h.Code.String(), Bundle: h.Bundle.Text, Signature: h.Bundle.Signature, Nonce: make([]byte, signaling.NonceSize),
		Summary: &wire.Landing{Name: &name, HostName: "Ann", ParticipantCount: 1, IsActive: true, State: "active"},
	}
}

// Attach dials and claims.
func (h *Host) Attach(ctx context.Context, url string) (*Conn, error) {
	c, err := h.Dial(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := c.Send(ctx, h.Claim()); err != nil {
		return nil, err
	}
	if _, err := c.Next(ctx, signaling.Claimed); err != nil {
		_ = c.WS.CloseNow()
		return nil, err
	}
	return c, nil
}

// Send sends a message.
func (c *Conn) Send(ctx context.Context, m signaling.Control) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.WS.Write(ctx, websocket.MessageText, m.Encode())
}

// SendFrames sends frames as one batch.
func (c *Conn) SendFrames(ctx context.Context, frames ...signaling.Frame) error {
	var batch []byte
	for _, f := range frames {
		batch = signaling.AppendFrame(batch, f)
	}
	return c.SendBatch(ctx, batch)
}

// SendBatch sends a batch as it is.
func (c *Conn) SendBatch(ctx context.Context, batch []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.WS.Write(ctx, websocket.MessageBinary, batch)
}

// Refused is the error of Next when soul-server refused a claim.
type Refused struct{ signaling.Refusal }

func (r *Refused) Error() string { return r.Code + ": " + r.Message }

// Next reads until a message of that type; what comes before it is dropped.
func (c *Conn) Next(ctx context.Context, kind string) (signaling.Control, error) {
	for {
		m, _, err := c.Read(ctx)
		if err != nil {
			return m, err
		}
		if m.Type == signaling.Refused && m.Error != nil && kind != signaling.Refused {
			return m, &Refused{*m.Error}
		}
		if m.Type == kind {
			return m, nil
		}
	}
}

// Read gives a message or, with an empty one, a batch's frames.
func (c *Conn) Read(ctx context.Context) (signaling.Control, []signaling.Frame, error) {
	kind, message, err := c.WS.Read(ctx)
	if err != nil {
		return signaling.Control{}, nil, err
	}
	if kind == websocket.MessageText {
		m, err := signaling.DecodeControl(message)
		return m, nil, err
	}
	var frames []signaling.Frame
	err = signaling.Frames(message, signaling.MaxGuestFrame, func(f signaling.Frame) { frames = append(frames, f) })
	return signaling.Control{}, frames, err
}

// NextFrames reads until frames come.
func (c *Conn) NextFrames(ctx context.Context) ([]signaling.Frame, error) {
	for {
		_, frames, err := c.Read(ctx)
		if err != nil || len(frames) > 0 {
			return frames, err
		}
	}
}
