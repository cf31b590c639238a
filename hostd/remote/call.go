package remote

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"

	"soul-jam/hostd/link"
	"soul-jam/hostd/link/rtc"
	"soul-jam/hostd/session"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// calls are one socket's data channels: the newest attempt, and the pipe that gave it the right to one.
type calls struct {
	pipe atomic.Pointer[session.Peer] // the newest that took a seat, or watches; a data channel costs too much for anybody else

	// What follows belongs to the goroutine of answer.
	attempt int
	call    *rtc.Call
}

// answer answers what the page signals.
func (s *sealed) answer(ctx context.Context) {
	for {
		var text []byte
		select {
		case <-ctx.Done():
			return
		case text = <-s.signals:
		}
		var m signaling.Signal
		if json.Unmarshal(text, &m) != nil {
			continue
		}
		switch m.Type {
		case signaling.Offer:
			s.offer(ctx, m)
		case signaling.Candidate:
			s.candidate(m)
		}
	}
}

func (s *sealed) candidate(m signaling.Signal) {
	var c *rtc.Candidate
	if m.Attempt == s.calls.attempt && s.calls.call != nil && json.Unmarshal(m.Candidate, &c) == nil && c != nil {
		s.calls.call.Candidate(*c)
	}
}

// offer answers an offer, or says why not.
func (s *sealed) offer(ctx context.Context, m signaling.Signal) {
	c := &s.calls
	if m.Attempt == c.attempt && c.call != nil {
		answer, err := c.call.Restart(ctx, m.SDP)
		s.reply(ctx, m.Attempt, answer, err)
		return
	}
	peer := c.pipe.Load()
	switch {
	case m.Attempt <= c.attempt:
		s.decline(ctx, m.Attempt, "attempts count upwards")
		return
	case s.meeting.calls == nil:
		s.decline(ctx, m.Attempt, "this host has no direct path")
		return
	case peer == nil:
		s.decline(ctx, m.Attempt, "join first")
		return
	}
	if c.call != nil {
		c.call.Close() // the page has given it up
	}
	c.attempt, c.call = m.Attempt, nil
	var stun []string
	for _, server := range s.remote.Status().ICE {
		stun = append(stun, server.URLs...)
	}
	attempt := m.Attempt
	call, answer, err := s.meeting.calls.Answer(ctx, rtc.Offer{SDP: m.SDP, STUN: stun},
		func(found *rtc.Candidate) {
			text, _ := json.Marshal(found) // plain values: cannot fail
			s.say(s.remote.ctx, signaling.Signal{Type: signaling.Candidate, Attempt: attempt, Candidate: text})
		},
		func(_ context.Context, conn link.Conn) { s.direct(peer, conn) })
	if err == nil {
		c.call = call
	}
	if errors.Is(err, rtc.ErrTooManyCalls) {
		s.remote.cfg.Door.Counts.Met(wire.LimitCalls)
	}
	s.reply(ctx, m.Attempt, answer, err)
}

// direct serves a data channel. It lives on when the socket at soul-server does not.
func (s *sealed) direct(pipe *session.Peer, conn link.Conn) {
	peer := session.NewPeer(pipe.Code, false, wire.PathDirect, s.remote.cfg.Log)
	peer.Unverified, peer.From = pipe.Unverified, pipe.From
	leave, ok := s.remote.enter()
	if !ok {
		_ = conn.Close(int(wire.CloseRestarting), wire.CloseRestarting.Reason())
		return
	}
	defer leave()
	s.remote.cfg.Door.Serve(s.remote.ctx, conn, peer, func() {})
}

func (s *sealed) reply(ctx context.Context, attempt int, sdp string, err error) {
	if err != nil {
		s.remote.cfg.Log.Debug("an offer was not answered", "error", err)
		s.decline(ctx, attempt, "the offer could not be answered")
		return
	}
	s.say(ctx, signaling.Signal{Type: signaling.Answer, Attempt: attempt, SDP: sdp})
}

func (s *sealed) decline(ctx context.Context, attempt int, why string) {
	s.say(ctx, signaling.Signal{Type: signaling.Declined, Attempt: attempt, Message: why})
}

func (s *sealed) say(ctx context.Context, m signaling.Signal) {
	text, _ := json.Marshal(m)         // plain values: cannot fail
	_ = s.guest.Write(ctx, text, true) // a page that is gone needs no answer
}
