package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"soul-jam/hostd/guest"
	"soul-jam/hostd/invitation"
	"soul-jam/hostd/native"
	"soul-jam/hostd/remote"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// KeyFile in the data directory holds the host's key, by which soul-servers and members know it.
const KeyFile = "host.key"

// loadKey reads or makes the host's key.
func (s *server) loadKey() error {
	var err error
	if s.key, err = identity.LoadOrCreateHostKey(s.cfg.Data, KeyFile); err != nil {
		return err
	}
	s.book = invitation.NewBook(s.key, s.store, rand.Reader)
	return nil
}

// meet makes the part that meets guests at the soul-server, if there is one.
func (s *server) meet(door *guest.Door, pages http.Handler) error {
	if s.cfg.Relay == "" {
		return nil
	}
	at, err := url.Parse(s.cfg.Relay)
	if err != nil || (at.Scheme != "https" && at.Scheme != "http") || at.Host == "" || at.User != nil || at.RawQuery != "" || at.Fragment != "" {
		return fmt.Errorf("the soul-server %q should be an address such as https://soul.example", s.cfg.Relay)
	}
	s.remote = remote.New(remote.Config{
		URL: at, Key: s.key, House: s.house, Door: door, Book: s.book, Pages: pages, WebRTC: s.cfg.WebRTC, MaxCalls: s.cfg.MaxCalls,
		MDNS: s.cfg.MDNS, Loopback: s.cfg.Loopback, Entropy: rand.Reader, Log: s.cfg.Log,
	})
	return nil
}

// meetNatives makes the part that members call who run the program themselves. A default port that is taken is no reason to go without, and going without none to have no jam.
func (s *server) meetNatives(door *guest.Door, beyond func(func(context.Context))) error {
	if s.cfg.P2P == "" {
		return nil
	}
	cfg := native.Config{Key: s.key, Listen: s.cfg.P2P, House: s.house, Door: door, Book: s.book, Beyond: beyond, Loopback: s.cfg.Loopback, Log: s.cfg.Log}
	var err error
	if s.native, err = native.Listen(cfg); err == nil || s.cfg.P2PFixed {
		return err
	}
	if host, _, split := net.SplitHostPort(s.cfg.P2P); split == nil {
		cfg.Listen = net.JoinHostPort(host, "0")
		s.native, err = native.Listen(cfg)
	}
	if err != nil {
		s.cfg.Log.Warn("members cannot come by programs of their own", "error", err)
	}
	return nil
}

// introduce says who the host is to a program that asked at that address of this machine.
func (s *server) introduce(at netip.Addr) (wire.Introduction, *wire.Error) {
	if s.native == nil {
		return native.Introduction(s.house.View(), s.book, nil)
	}
	return s.native.Introduction(at)
}

// words are the four that a friend's terminal shows too.
func (s *server) words() []string {
	v := s.house.View()
	inv, err := s.book.Of(v.SessionID, v.ShareCode)
	if v.SessionID == "" || err != nil {
		return []string{}
	}
	return inv.Words()
}

// wholeLink is the jam's link with what stands behind its #: for the host to pass on.
func (s *server) wholeLink(shareCode string) string { return s.link(shareCode) + s.fragment("") }

// fragment is what no server sees: the key of the jam's link, where a soul-server is in between, and more.
func (s *server) fragment(more string) string {
	var parts []string
	if v := s.house.View(); s.remote != nil && v.SessionID != "" {
		if inv, err := s.book.Of(v.SessionID, v.ShareCode); err == nil {
			parts = append(parts, inv.Link.Reveal())
		}
	}
	if more != "" {
		parts = append(parts, more)
	}
	if len(parts) == 0 {
		return ""
	}
	return "#" + strings.Join(parts, "&")
}

// readyWithin: a soul-server that has not taken a new jam by then is not waited for.
const readyWithin = time.Second

// ready waits until the soul-server knows a new jam: whoever gets the link may open it the same moment.
func (s *server) ready(ctx context.Context, shareCode string) {
	if s.remote == nil || !s.remote.Status().Connected {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if err := s.remote.Claimed(ctx, shareCode); err != nil {
		s.cfg.Log.Warn("the soul-server does not know the new jam yet", "error", err)
	}
}
