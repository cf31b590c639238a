package hosttest

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"testing"

	"soul-jam/hostd/link"
	"soul-jam/hostd/link/p2p"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// Program is somebody's own program, which a host knows by its key.
type Program struct {
	t       testing.TB
	key     identity.HostKey
	visitor *p2p.Visitor
}

// NewProgram makes one; it is closed when the test ends.
func NewProgram(t testing.TB) *Program {
	t.Helper()
	key, err := identity.DrawHostKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &Program{t: t, key: key}
	p.visitor, err = p2p.NewVisitor(p2p.VisitorConfig{Key: key, Listen: loopback + ":0", Limit: wire.MaxHostFrame, Loopback: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.visitor.Close() }) // what it was connected with may be gone
	return p
}

// PeerID is what hosts know it by.
func (p *Program) PeerID() string { return p.key.PeerID() }

// Meets asks a host or a soul-server who the host of that code is. With the link's key the program can show that it has it; without
// a code, as foreign clients have none to show, it says nothing at the door.
func (p *Program) Meets(w *World, at, code string, key *identity.LinkKey) p2p.Target {
	p.t.Helper()
	var in wire.Introduction
	w.Ask("GET", at+"/api/jam/sessions/"+w.Code+"/introduction", "", "").Want(200).Into(&in)
	signature, err := base64.RawURLEncoding.DecodeString(in.Signature)
	if err != nil {
		p.t.Fatal(err)
	}
	signed := identity.SignedBundle{Text: in.Bundle, Signature: signature}
	bundle, _, err := signed.Open()
	if err != nil {
		p.t.Fatal(err)
	}
	target := p2p.Target{Peer: bundle.Peer, Addrs: in.P2P, Code: code}
	if key != nil {
		target.Proof = key.Knock(signed, bundle.Peer, p.PeerID())
	}
	return target
}

// Calls connects, without joining.
func (p *Program) Calls(to p2p.Target) *Client { return p.connected(p.visitor.Call, to) }

// Direct waits for a path that nobody relays, and does not join there either.
func (p *Program) Direct(to p2p.Target) *Client { return p.connected(p.visitor.Direct, to) }

func (p *Program) connected(by func(context.Context, p2p.Target) (*p2p.Conn, error), to p2p.Target) *Client {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	conn, err := by(ctx, to)
	if err != nil {
		p.t.Fatalf("the program does not reach the host: %v", err)
	}
	return newClient(p.t, pump(conn, func() { _ = conn.Close(int(wire.CloseRestarting), "cut") }))
}

var _ link.Conn = (*p2p.Conn)(nil)
