package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// claim gives the host its code, or says why not. The directory is asked with no lock held: it may write to disk.
func (h *host) claim(c signaling.Control) error {
	shareCode, ok := codeOf(c.Code)
	signed := identity.SignedBundle{Text: c.Bundle, Signature: c.Signature}
	if !ok || !fits(c.Summary) || len(c.Nonce) != signaling.NonceSize || !signed.SignedBy([]byte(h.key), c.Code) {
		return fmt.Errorf("%w: a claim that is not valid", signaling.ErrProtocol)
	}
	if refusal := h.take(shareCode); refusal != nil {
		h.server.counts.ClaimsRefused.Add(1)
		h.line.tell(signaling.Control{Type: signaling.Refused, Code: c.Code, Error: refusal})
		return nil
	}
	h.server.counts.Claims.Add(1)
	h.visitor.Known() // before it is told: the next socket of its address may come at once
	if j := h.server.attach(h, shareCode, standing{summary: c.Summary, meet: signaling.NewMeet(signed, c.Nonce, nil)}); j != nil {
		h.jam = j
	}
	return nil
}

// fits reports whether a summary is there and small.
func fits(summary *signaling.Landing) bool {
	text, err := json.Marshal(summary)
	return summary != nil && err == nil && len(text) <= signaling.MaxSummary
}

// take asks the directory.
func (h *host) take(c code.Code) *signaling.Refusal {
	s, now := h.server, time.Now()
	var err error
	if !s.cfg.Directory.Holds(c, h.key, now) {
		err = ErrTooMany
		if h.visitor.MayClaim == nil || h.visitor.MayClaim() {
			err = s.cfg.Directory.Claim(c, h.key, now)
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrTaken):
		return &signaling.Refusal{Code: signaling.CodeTaken, Message: "This code belongs to another host"}
	case errors.Is(err, ErrTooMany):
		return &signaling.Refusal{Code: string(wire.CodeRateLimited), Message: "Too many new codes, try again later"}
	}
	s.cfg.Log.Error("a claim could not be written", "error", err)
	return &signaling.Refusal{Code: string(wire.CodeInternal), Message: "Something went wrong on the server"}
}

// attach puts the host to its code's guests, who may have waited for it.
func (s *Server) attach(h *host, c code.Code, now standing) *jam {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hosts[h.key] != h {
		return nil // a newer socket of the same host is here: it claims
	}
	j := s.jams[c]
	// Its host never came back; or the host has another now, without a word to those who wait.
	for _, over := range []*jam{j, s.byKey[h.key]} {
		if over != nil && (over.key != h.key || over.code != c) {
			s.remove(over)
			go over.end("")
		}
	}
	if j = s.jams[c]; j == nil {
		j = newJam(s, c, h.key)
		s.jams[c], s.byKey[h.key], s.byPeer[j.peer] = j, j, j
	}
	h.line.tell(signaling.Control{Type: signaling.Claimed, Code: c.String()})
	j.attach(h, now)
	return j
}

// publish changes what soul-server tells of the jam.
func (h *host) publish(c signaling.Control) error {
	if c.Summary != nil && !fits(c.Summary) || c.Nonce != nil && len(c.Nonce) != signaling.NonceSize {
		return fmt.Errorf("%w: a summary or nonce that is not valid", signaling.ErrProtocol)
	}
	if h.jam != nil {
		h.jam.publish(h, c.Summary, c.Nonce)
	}
	return nil
}

// release ends the jam.
func (h *host) release(c signaling.Control) error {
	shareCode, ok := codeOf(c.Code)
	if !ok || len(c.Reason) > maxReason {
		return fmt.Errorf("%w: a release that is not valid", signaling.ErrProtocol)
	}
	reason := wire.EndReason(c.Reason)
	// First of all it is written down, so that whoever finds no host any more is told why. It may also be one that this
	// host held before it was gone.
	if err := h.server.cfg.Directory.Release(shareCode, h.key, reason, time.Now()); err != nil {
		h.server.cfg.Log.Error("a release could not be written", "error", err)
	}
	if h.jam != nil && h.jam.code == shareCode {
		h.jam = nil
	}
	h.server.endWaiting(shareCode, h.key, reason)
	return nil
}

// endWaiting tells the guests of a code that it has ended.
func (s *Server) endWaiting(c code.Code, key string, reason wire.EndReason) {
	s.mu.Lock()
	j := s.jams[c]
	if j == nil || j.key != key {
		s.mu.Unlock()
		return
	}
	s.remove(j)
	s.mu.Unlock()
	j.end(reason)
}

// dropEmpty forgets a jam without host and guests.
func (s *Server) dropEmpty(j *jam) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.jams[j.code] == j && j.isEmpty() {
		s.remove(j)
	}
}

// remove is with the lock held.
func (s *Server) remove(j *jam) {
	if s.jams[j.code] == j {
		delete(s.jams, j.code)
	}
	if s.byKey[j.key] == j {
		delete(s.byKey, j.key)
		delete(s.byPeer, j.peer)
	}
}
