// Package server is soul-server's side of the signaling protocol: the host's socket, the
// guests' sockets, and what pages ask over HTTP. It introduces and carries; it knows no jam.
//
//	server.go     what there is, and its end     socket.go    an upgraded connection with small buffers
//	host.go       the host's socket              line.go      all that waits for one socket goes in one write
//	claim.go      who holds which code           alive.go     dead and stuck sockets are found
//	jam.go        a code's host and guests       ask.go       questions to the host over HTTP
//	guest.go      the guest's socket             directory.go what is remembered of codes
//	held.go       how much may wait in memory, and who goes when it is too much
package server

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

const (
	// MaxGuests at one code, sockets: one more gets session_full. Participants, people who wait and TVs.
	MaxGuests = wire.MaxParticipants + wire.MaxPending + wire.PendingForOthers + wire.MaxWatchers
	// maxAsked questions of pages wait for one host: one more gets rate_limited.
	maxAsked = 64
	// seenEvery: how often the directory is told which hosts are here, so that a killed soul-server forgets little.
	seenEvery = time.Hour
	// closeWithin: how long the other side has to answer a close frame.
	closeWithin = 5 * time.Second
)

// Config is what a Server needs.
type Config struct {
	Directory Directory
	// PublicURL is told to hosts, "" = the one that they dialled.
	PublicURL string
	// ICE is told to hosts and pages, by the request that they came with; nil = none.
	ICE func(*http.Request) []signaling.ICE
	// P2P is told to hosts: multiaddrs of the circuit relay, by the request that they came with; nil = none.
	P2P func(*http.Request) []string
	// PublicHost is the Host of PublicURL: a proof may be for it as well as for the request's own, which a proxy may
	// have changed. "" = only the request's.
	PublicHost string
	// GuestRate and GuestBurst, bytes a second and bytes; 0 = signaling.SeatedRate and SeatedBurst.
	GuestRate, GuestBurst int
	Log                   *slog.Logger
}

// Visitor is who a connection counts for.
type Visitor struct {
	// From is told to the host: a keyed hash of the address.
	From string
	// Known is called, maybe more than once, when the connection is no stranger's any more: a guest has a seat, a
	// host has its code.
	Known func()
	// Left is called when the connection is over.
	Left func()
	// Missed is called when the code was unknown.
	Missed func()
	// MayClaim is asked before a claim of a code that is new to the directory is written; nil = yes.
	MayClaim func() bool
}

// whole fills in what was left out.
func (v Visitor) whole() Visitor {
	if v.Known == nil {
		v.Known = func() {}
	}
	if v.Left == nil {
		v.Left = func() {}
	}
	if v.Missed == nil {
		v.Missed = func() {}
	}
	return v
}

// Server has the state. Its handlers may be used at the same time.
type Server struct {
	cfg    Config
	counts Counts
	guests atomic.Uint32 // the last number given to a guest
	// large and small hold buffers that sockets borrow while they have something to say: an idle one holds none.
	large, small sync.Pool

	mu     sync.RWMutex // guards hosts and jams; taken before a jam's
	hosts  map[string]*host
	jams   map[code.Code]*jam
	byKey  map[string]*jam // a key has one
	byPeer map[string]*jam // the same by the keys' peer ids

	held      pile // what waits in memory
	bounds    bounds
	relieving sync.Mutex // one goroutine sheds at a time
	sockets   registry
	closing   atomic.Bool // the directory is told no more: it may be closed
	stop      context.CancelFunc
}

// Counts are for /metrics. Gauges: Hosts, Plain, Signal; the others only grow.
type Counts struct {
	Hosts, Plain, Signal             atomic.Int64
	FramesUp, BytesUp                atomic.Int64 // guest to host
	FramesDown, BytesDown            atomic.Int64 // host to guest
	Claims, ClaimsRefused            atomic.Int64
	NotFound, Ended, HostAway, Full  atomic.Int64 // guests refused
	BadProtocol, TooSlow, Asked, Cut atomic.Int64
	Unasked, LongPath                atomic.Int64 // questions of pages refused: too many wait, too long a path or token
}

// New makes a server; Close ends it.
func New(cfg Config) *Server {
	if cfg.GuestRate == 0 {
		cfg.GuestRate, cfg.GuestBurst = signaling.SeatedRate, signaling.SeatedBurst
	}
	if cfg.ICE == nil {
		cfg.ICE = func(*http.Request) []signaling.ICE { return nil }
	}
	if cfg.P2P == nil {
		cfg.P2P = func(*http.Request) []string { return nil }
	}
	s := &Server{
		cfg: cfg, hosts: map[string]*host{}, jams: map[code.Code]*jam{}, byKey: map[string]*jam{}, byPeer: map[string]*jam{},
		bounds: bounds{jam: maxForJam, all: maxForAll},
	}
	s.large.New = func() any { return new(make([]byte, 0, 16<<10)) }
	s.small.New = func() any { return new(make([]byte, signaling.MaxGuestFrame+1)) }
	s.sockets.all = map[*line]int{}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	go s.watch(ctx)
	return s
}

// Counts gives the counters, which go on counting.
func (s *Server) Counts() *Counts { return &s.counts }

// Close tells hosts and guests to come back (4000), waits for their answers until ctx ends, and cuts who is left.
func (s *Server) Close(ctx context.Context) {
	s.stop()
	s.seen(time.Now())
	s.closing.Store(true)
	restarting := wire.CloseRestarting
	for _, l := range s.sockets.close() {
		if l.batches {
			l.finish(int(restarting), restarting.Reason())
		} else {
			l.bye(restarting)
		}
	}
	select {
	case <-s.sockets.empty():
	case <-ctx.Done():
	}
	for _, l := range s.sockets.list() {
		l.cut()
	}
}

// seen tells the directory which codes have their host here.
func (s *Server) seen(now time.Time) {
	var held []Held
	s.mu.RLock()
	for c, j := range s.jams {
		if key := j.heldBy(); key != "" {
			held = append(held, Held{Code: c, Key: key})
		}
	}
	s.mu.RUnlock()
	if err := s.cfg.Directory.Seen(held, now); err != nil {
		s.cfg.Log.Error("the directory of codes could not be written", "error", err)
	}
}

// find is the live jam of a code, nil when its host is not here and no guest waits for it.
func (s *Server) find(c code.Code) *jam {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.jams[c]
}

// Landing is what a passer-by may know of a code, or why not.
func (s *Server) Landing(typed string) (signaling.Landing, *wire.Error) {
	c, refusal := s.look(typed)
	if refusal != nil {
		return signaling.Landing{}, refusal
	}
	if j := s.find(c); j != nil {
		if summary := j.landing(); summary != nil {
			return *summary, nil
		}
	}
	return signaling.Landing{}, s.again(typed, wire.Refuse(wire.CodeHostOffline))
}

// Introduction is what a program needs to know the host by, without its addresses, or why not: as for Landing.
func (s *Server) Introduction(typed string) (wire.Introduction, *wire.Error) {
	c, refusal := s.look(typed)
	if refusal != nil {
		return wire.Introduction{}, refusal
	}
	if j := s.find(c); j != nil {
		if meet, here := j.introduced(); here {
			return wire.Introduction{Bundle: meet.Bundle, Signature: meet.Signature}, nil
		}
	}
	return wire.Introduction{}, s.again(typed, wire.Refuse(wire.CodeHostOffline))
}

// Live reports whether the host of that libp2p peer id is here and holds a code. It waits for no disk and no network.
func (s *Server) Live(peerID string) bool {
	s.mu.RLock()
	j := s.byPeer[peerID]
	s.mu.RUnlock()
	return j != nil && j.heldBy() != ""
}

// again looks once more when there was no host: its jam may have ended since.
func (s *Server) again(typed string, refusal *wire.Error) *wire.Error {
	if refusal == nil || refusal.Code != wire.CodeHostOffline {
		return refusal
	}
	if _, now := s.look(typed); now != nil {
		return now
	}
	return refusal
}

// look reads a code and asks the directory. A malformed code costs the same look as an unknown one.
func (s *Server) look(typed string) (code.Code, *wire.Error) {
	c, malformed := code.Parse(typed)
	holding, err := s.cfg.Directory.Find(c, time.Now())
	switch {
	case err != nil:
		s.cfg.Log.Error("the directory of codes could not be read", "error", err)
		return "", wire.Refusef(wire.CodeInternal, "Something went wrong on the server")
	case malformed != nil, holding.Key == "":
		return "", wire.Refuse(wire.CodeSessionNotFound)
	case holding.Ended:
		return "", wire.RefuseEnded(holding.Reason)
	}
	return c, nil
}
