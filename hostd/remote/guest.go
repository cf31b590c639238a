package remote

import (
	"context"
	"crypto/subtle"
	"strings"
	"sync/atomic"

	"soul-jam/hostd/link/relayed"
	"soul-jam/hostd/session"
	"soul-jam/shared/wire"
	"soul-jam/signaling/client"
)

// serve talks with one guest for as long as its socket at soul-server lives, and longer
// where it has a direct path.
func (r *Remote) serve(line context.Context, g *client.Guest) {
	leave, ok := r.enter()
	if !ok {
		_ = g.Close(int(wire.CloseRestarting), wire.CloseRestarting.Reason())
		return
	}
	defer leave()
	if !r.mayKnock(g.From()) {
		_ = g.Close(int(wire.CloseTooSlow), wire.CloseTooSlow.Reason())
		return
	}
	shareCode := r.Status().Claimed
	if g.Plain() {
		peer := r.peer(g, shareCode, wire.PathRelayed, true)
		peer.Open = true
		r.reseat(line, g, peer)
		r.cfg.Door.Serve(r.ctx, relayed.NewPlain(g, wire.MaxClientFrame, g.Gone()), peer, func() { g.Seated(r.seatName(peer.Seat())) })
		return
	}
	meeting := r.current()
	if meeting == nil {
		r.turnAway(line, g, shareCode)
		return
	}
	s := &sealed{remote: r, guest: g, meeting: meeting, signals: make(chan []byte, signalBox)}
	ctx, stop := context.WithCancel(line)
	defer stop()
	go s.answer(ctx)
	// A frame that does not open: whoever it was may come back with one that does.
	_ = meeting.pipes.Serve(ctx, g, wire.MaxClientFrame, s.begin, s.signal)
	_ = g.Close(int(wire.CloseRestarting), wire.CloseRestarting.Reason())
}

// reseat gives a plain guest whom soul-server kept, while it did not see this host, the seat back. It notices nothing but a snapshot.
func (r *Remote) reseat(ctx context.Context, g *client.Guest, peer *session.Peer) {
	seat, _, _ := strings.Cut(g.Seat(), ".")
	if seat == "" || subtle.ConstantTimeCompare([]byte(r.seatName(seat)), []byte(g.Seat())) != 1 {
		return
	}
	if err := r.cfg.House.Reseat(ctx, peer, seat); err != nil {
		r.cfg.Log.Debug("a guest was not put back on the seat", "error", err)
	}
}

// seatName is what soul-server keeps for a seat of the running jam: it cannot make another out of it.
func (r *Remote) seatName(seat string) string {
	if seat == "" {
		return ""
	}
	return seat + "." + r.cfg.Door.HostToken.Prove("seat "+r.cfg.House.View().SessionID+" "+seat)
}

// turnAway tells a page that the jam is over, as soul-server will in a moment.
func (r *Remote) turnAway(ctx context.Context, g *client.Guest, shareCode string) {
	refusal := r.cfg.House.View().Find(shareCode, r.cfg.House.Now())
	if refusal == nil {
		refusal = wire.Refuse(wire.CodeInternal)
	}
	code := refusal.Code.Close()
	if code == 0 {
		code = wire.CloseRestarting
	}
	for _, m := range []wire.Message{refusal, wire.ByeFor(code)} {
		if text, err := wire.Encode(m, 0); err == nil {
			_ = g.Write(ctx, text, true) // who is gone needs no answer
		}
	}
	_ = g.Close(int(code), code.Reason())
}

// sealed is one socket of our page.
type sealed struct {
	remote  *Remote
	guest   *client.Guest
	meeting *meeting
	signals chan []byte
	calls   calls
	newest  atomic.Pointer[relayed.Conn]
}

// signalBox: what a page signals may wait for the answer before. More is not listened to: candidates are at most 64.
const signalBox = 96

// begin serves a pipe, the newest of this socket.
func (s *sealed) begin(c *relayed.Conn) {
	if s.newest.Load() != nil && !s.remote.mayKnock(s.guest.From()) {
		_ = s.guest.Close(int(wire.CloseTooSlow), wire.CloseTooSlow.Reason())
		return
	}
	leave, ok := s.remote.enter()
	if !ok {
		_ = s.guest.Close(int(wire.CloseRestarting), wire.CloseRestarting.Reason())
		return
	}
	if s.meeting.pipes.Worn() {
		s.remote.client.Renew()
	}
	peer := s.remote.peer(s.guest, s.meeting.Code, wire.PathRelayed, !c.Verified())
	s.newest.Store(c)
	go func() {
		defer leave()
		s.remote.cfg.Door.Serve(s.remote.ctx, c, peer, func() {
			s.calls.pipe.Store(peer)
			s.guest.Seated("") // its page begins another pipe, and resumes
		})
		// The page that has gone on to a direct path keeps the socket to signal, and one that has begun another pipe to
		// talk; any other has nothing more to say.
		if c.ClosedWith() != int(wire.CloseReplaced) && s.newest.Load() == c {
			_ = s.guest.Close(int(wire.CloseRestarting), wire.CloseRestarting.Reason())
		}
	}()
}

func (s *sealed) signal(text []byte) {
	select {
	case s.signals <- text:
	default:
		s.remote.cfg.Door.Counts.Met(wire.LimitSignals)
	}
}

// peer is the house's side of one of the guest's connections.
func (r *Remote) peer(g *client.Guest, shareCode string, path wire.Path, unverified bool) *session.Peer {
	peer := session.NewPeer(shareCode, false, path, r.cfg.Log)
	peer.Unverified = unverified
	if g.From() != "" {
		peer.From = r.cfg.Door.HostToken.Prove("soul-server's " + g.From())[:32] // 128 bits tell addresses apart
	}
	return peer
}
