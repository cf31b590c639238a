package server

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// host is one socket of a host. Its reading goroutine owns what has no lock.
type host struct {
	server  *Server
	line    *line
	visitor Visitor
	key     string // proven; 32 bytes
	jam     *jam   // what it has claimed

	mu     sync.Mutex // guards asked
	lastID uint64
	asked  map[uint64]chan<- signaling.Response // nil once the socket is gone
}

// Host serves GET /ws/host. It returns when the socket is upgraded or refused.
func (s *Server) Host(w http.ResponseWriter, r *http.Request, v Visitor) {
	v = v.whole()
	ws, conn, err := accept(w, r, signaling.HostProtocol)
	if err != nil {
		v.Left()
		return // it has been answered
	}
	h := &host{server: s, visitor: v, asked: map[uint64]chan<- signaling.Response{}}
	h.line = s.newLine(ws, conn, nil)
	dialled, welcome := r.Host, signaling.Control{Type: signaling.Welcome, PublicURL: s.cfg.PublicURL, ICE: s.cfg.ICE(r), P2P: s.cfg.P2P(r)}
	// The HTTP server's goroutine has a grown stack and buffers; a host's socket lives long.
	go h.serve(dialled, welcome)
}

func (h *host) serve(dialled string, welcome signaling.Control) {
	defer h.visitor.Left()
	defer h.line.cut()
	late := time.AfterFunc(signaling.ProveWithin, h.line.cut)
	defer late.Stop()
	nonce := make([]byte, signaling.NonceSize)
	_, _ = rand.Read(nonce) // never fails
	h.line.tell(signaling.Control{Type: signaling.Challenge, V: signaling.Version, Nonce: nonce})
	if !h.proves(dialled, nonce) {
		h.protocolBroken()
		return
	}
	late.Stop()
	h.enter(welcome)
	defer h.gone()
	err := h.read()
	h.server.cfg.Log.Debug("a host's socket is over", "error", err)
	if errors.Is(err, signaling.ErrProtocol) {
		h.protocolBroken()
	}
}

// protocolBroken closes with 4505.
func (h *host) protocolBroken() {
	h.server.counts.BadProtocol.Add(1)
	h.line.finish(int(wire.CloseBadProtocol), wire.CloseBadProtocol.Reason())
	<-h.line.done
}

// proves reads the first message and checks that the host has the key that it says.
func (h *host) proves(dialled string, nonce []byte) bool {
	const maxProve = 4 << 10 // bytes
	kind, r, err := h.line.ws.Reader(context.Background())
	if err != nil || kind != websocket.MessageText {
		return false
	}
	text, err := io.ReadAll(io.LimitReader(r, maxProve+1))
	if err != nil || len(text) > maxProve {
		return false
	}
	c, err := signaling.DecodeControl(text)
	if err != nil || c.Type != signaling.Prove {
		return false
	}
	h.key = string(c.Key)
	public := h.server.cfg.PublicHost
	return identity.Signed(c.Key, signaling.Proof(dialled, nonce), c.Signature) ||
		public != "" && identity.Signed(c.Key, signaling.Proof(public, nonce), c.Signature)
}

// enter takes the place of an older socket of the same key.
func (h *host) enter(welcome signaling.Control) {
	s := h.server
	s.mu.Lock()
	older := s.hosts[h.key]
	s.hosts[h.key] = h
	s.mu.Unlock()
	s.counts.Hosts.Add(1)
	if older != nil {
		older.line.finish(int(wire.CloseReplaced), wire.CloseReplaced.Reason())
	}
	h.line.tell(welcome)
}

// gone lets the guests know, unless a newer socket is here already.
func (h *host) gone() {
	s, now := h.server, time.Now()
	s.counts.Hosts.Add(-1)
	h.mu.Lock()
	for _, asker := range h.asked {
		close(asker)
	}
	h.asked = nil
	h.mu.Unlock()
	s.mu.Lock()
	if s.hosts[h.key] == h {
		delete(s.hosts, h.key)
	}
	s.mu.Unlock()
	if h.jam != nil {
		h.jam.detach(h, now)
		s.dropEmpty(h.jam)
		if s.closing.Load() {
			return
		}
		if err := s.cfg.Directory.Seen([]Held{{Code: h.jam.code, Key: h.key}}, now); err != nil {
			s.cfg.Log.Error("the directory of codes could not be written", "error", err)
		}
	}
}

// read takes the host's messages until the socket is over, and gives the reason.
func (h *host) read() error {
	pool := &h.server.large
	for {
		kind, r, err := h.line.ws.Reader(context.Background())
		if err != nil {
			return err
		}
		limit := signaling.MaxCarried
		if kind == websocket.MessageText {
			limit = signaling.MaxControl
		}
		buffer, _ := pool.Get().(*[]byte)
		message, err := readAll(r, (*buffer)[:0], limit, h.line.reads)
		if err == nil && kind == websocket.MessageText {
			err = h.hear(message)
		} else if err == nil {
			err = h.carry(message)
		}
		if cap(message) <= maxPooled {
			*buffer = message[:0]
		}
		pool.Put(buffer)
		h.line.reads(0)
		if err != nil {
			return err
		}
	}
}

// readAll reads a message of at most limit bytes into a buffer, which may grow, as is told.
func readAll(r io.Reader, buffer []byte, limit int, grows func(int)) ([]byte, error) {
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(buffer, 0)[:len(buffer)]
			grows(cap(buffer))
		}
		n, err := r.Read(buffer[len(buffer):min(cap(buffer), limit+1)])
		buffer = buffer[:len(buffer)+n]
		switch {
		case len(buffer) > limit:
			return buffer, errors.Join(signaling.ErrProtocol, errTooLong)
		case errors.Is(err, io.EOF):
			return buffer, nil
		case err != nil:
			return buffer, err
		}
	}
}

var errTooLong = errors.New("a message over the limit")

// carry hands a batch's frames to their guests. One for a guest that has gone is dropped.
func (h *host) carry(batch []byte) error {
	if h.jam == nil {
		return nil
	}
	h.server.keepRoom(&h.jam.held, len(batch))
	frames, bytes := int64(0), int64(0)
	var slow []*guest
	err := h.jam.deliver(h, batch, func(g *guest, f signaling.Frame) {
		frames++
		bytes += int64(len(f.Data))
		if !g.line.put(f) {
			slow = append(slow, g)
		}
	})
	for _, g := range slow {
		h.server.counts.TooSlow.Add(1)
		g.line.tooSlow()
	}
	h.server.counts.FramesDown.Add(frames)
	h.server.counts.BytesDown.Add(bytes)
	return err
}

// hear deals with a message of the host's.
func (h *host) hear(text []byte) error {
	c, err := signaling.DecodeControl(text)
	if err != nil {
		return err
	}
	switch c.Type {
	case signaling.Claim:
		return h.claim(c)
	case signaling.Publish:
		err := h.publish(c)
		if h.jam != nil { // all its guests are told
			h.server.keepRoom(&h.jam.held, 0)
		}
		return err
	case signaling.Release:
		return h.release(c)
	case signaling.Seated:
		if g := h.guest(c.Guest); g != nil {
			g.visitor.Known()
			g.seated(c.Seat)
		}
	case signaling.Close:
		if g := h.guest(c.Guest); g != nil {
			g.closedByHost(h.jam, c.CloseCode, c.Reason)
		}
	case signaling.Respond:
		h.answered(c)
	}
	return nil // what a newer host says besides is of no use here
}

func (h *host) guest(number uint32) *guest {
	if h.jam == nil {
		return nil
	}
	return h.jam.guest(h, number)
}

// codeOf is the code in the one form that claims are made in.
func codeOf(text string) (code.Code, bool) {
	c, err := code.Parse(text)
	return c, err == nil && string(c) == text
}
