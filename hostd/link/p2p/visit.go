package p2p

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

// visit is one connection to the host.
type visit struct {
	knocked bool   // once is enough
	knock   *Knock // what was found good
	jams    int    // streams of the jam
	idle    *time.Timer
}

// hasRoom decides on somebody who wants to connect.
func (h *Host) hasRoom(p peer.ID) bool {
	if h.told.isRelay(p) || h.node.Network().Connectedness(p) != network.NotConnected {
		return true
	}
	return len(h.node.Network().Peers()) < maxPeers
}

// notified is the Host as libp2p tells it about connections.
type notified Host

// Connected is called before the connection's first stream.
func (n *notified) Connected(_ network.Network, c network.Conn) {
	h := (*Host)(n)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	v := &visit{}
	v.idle = time.AfterFunc(h.idle, func() { h.checkIdle(c, v) })
	h.visits[c] = v
}

// Disconnected is called after it, but its streams may not have noticed.
func (n *notified) Disconnected(net network.Network, c network.Conn) {
	h := (*Host)(n)
	h.mu.Lock()
	if v := h.visits[c]; v != nil {
		v.idle.Stop()
		delete(h.visits, c)
	}
	h.mu.Unlock()
	if net.Connectedness(c.RemotePeer()) == network.NotConnected {
		h.told.unfriend(c.RemotePeer())
		h.told.gone(c.RemotePeer())
	}
}

func (n *notified) Listen(network.Network, ma.Multiaddr)      {}
func (n *notified) ListenClose(network.Network, ma.Multiaddr) {}

// seat makes a caller one whom addresses are told, unless it has gone.
func (h *Host) seat(p peer.ID) bool {
	h.told.befriend(p)
	if h.node.Network().Connectedness(p) != network.NotConnected {
		return true
	}
	h.told.unfriend(p)
	return false
}

func (h *Host) checkIdle(c network.Conn, v *visit) {
	h.mu.Lock()
	idle := v.jams == 0 && !h.closed
	h.mu.Unlock()
	if idle && !h.told.isRelay(c.RemotePeer()) {
		_ = c.Close()
	}
}

// jam serves one stream; libp2p has made a goroutine for it.
func (h *Host) jam(s network.Stream) {
	c := newConn(s, h.cfg.Limit, nil)
	defer c.end()
	if !h.begin() {
		return
	}
	defer h.work.Done()
	who := callerOf(s.Conn())
	h.mu.Lock()
	v := h.visits[s.Conn()]
	if v != nil && v.jams >= maxJams {
		v = nil
	}
	if v != nil {
		v.jams++
		v.idle.Stop()
		who.Knock = v.knock
	}
	h.mu.Unlock()
	if v == nil {
		return
	}
	defer func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if v.jams--; v.jams == 0 && h.visits[s.Conn()] == v && !h.closed {
			v.idle.Reset(h.idle)
		}
	}()
	h.cfg.Serve(h.ctx, c, who)
}

func callerOf(c network.Conn) Caller {
	return Caller{Peer: c.RemotePeer().String(), From: fromOf(c), Path: pathOf(c)}
}

// knock answers one knock; libp2p has made a goroutine for it.
func (h *Host) knock(s network.Stream) {
	if !h.begin() {
		_ = s.Reset()
		return
	}
	defer h.work.Done()
	if h.answer(s) == nil {
		_ = s.Close()
	} else {
		_ = s.Reset()
	}
}

// errNoAnswer: a knock is not worth one.
var errNoAnswer = errors.New("no answer")

func (h *Host) answer(s network.Stream) error {
	h.mu.Lock()
	v := h.visits[s.Conn()]
	first := v != nil && !v.knocked
	if first {
		v.knocked = true
	}
	h.mu.Unlock()
	if !first {
		return errNoAnswer
	}
	_ = s.SetDeadline(time.Now().Add(knockWithin))
	text, err := readText(s)
	if err != nil {
		return err
	}
	who, ok := callerOf(s.Conn()), false
	if k, err := decodeKnock(text); err == nil && h.cfg.Knocked != nil {
		who.Knock = &k
		ok = h.cfg.Knocked(who)
	}
	if ok {
		h.mu.Lock()
		v.knock = who.Knock
		h.mu.Unlock()
	}
	answer, _ := json.Marshal(knockAnswer{ok}) // a bool: cannot fail
	return writeText(s, answer)
}
