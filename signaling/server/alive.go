package server

import (
	"context"
	"sync"
	"time"
)

const (
	// round: how often all sockets are looked at.
	round = 10 * time.Second
	// Quiet rounds (10 s each) after which a socket is asked for a sign of life, and those after which it is dead.
	// A host is missed by many, so it is asked sooner.
	askHost, deadHost   = 1, 3
	askGuest, deadGuest = 2, 5
	// stuckAfter: a socket that took nothing for this long while something waits is cut.
	stuckAfter = 30 * time.Second
)

// registry is every open socket, each with its quiet rounds.
type registry struct {
	mu      sync.Mutex // guards what follows
	all     map[*line]int
	closed  bool
	emptied chan struct{} // closed when the last one goes after close
}

// add reports whether sockets are still wanted; it is added anyway, to be closed.
func (r *registry) add(l *line) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all[l] = 0
	return !r.closed
}

func (r *registry) remove(l *line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, there := r.all[l]; there {
		delete(r.all, l)
		close(l.done)
	}
	if r.emptied != nil && len(r.all) == 0 {
		close(r.emptied)
		r.emptied = nil
	}
}

// close takes no further sockets and gives those that are open.
func (r *registry) close() []*line {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	return r.list()
}

func (r *registry) list() (all []*line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for l := range r.all {
		all = append(all, l)
	}
	return all
}

// empty is closed when there are none.
func (r *registry) empty() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	done := make(chan struct{})
	if len(r.all) == 0 {
		close(done)
	} else {
		r.emptied = done
	}
	return done
}

// look counts a round for every socket and gives those to ask and those that are dead.
func (r *registry) look(now time.Time) (ask, dead []*line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for l, quiet := range r.all {
		since := l.wire.since.Load()
		stuck := since != 0 && now.Sub(time.Unix(0, since)) >= stuckAfter
		quiet++
		if l.wire.heard.Swap(false) {
			quiet = 0
		}
		asking, dying := askGuest, deadGuest
		if l.batches {
			asking, dying = askHost, deadHost
		}
		r.all[l] = quiet
		switch {
		case stuck || quiet >= dying:
			dead = append(dead, l)
		case quiet >= asking && since == 0: // one that is written to is watched by that
			ask = append(ask, l)
		}
	}
	return ask, dead
}

// watch cuts sockets that are dead or stuck, and keeps the directory told, until ctx ends.
func (s *Server) watch(ctx context.Context) {
	tick := time.NewTicker(round)
	defer tick.Stop()
	told := time.Now()
	for {
		var now time.Time
		select {
		case <-ctx.Done():
			return
		case now = <-tick.C:
		}
		ask, dead := s.sockets.look(now)
		for _, l := range dead {
			s.counts.Cut.Add(1)
			l.cut()
		}
		s.ping(ctx, ask)
		if now.Sub(told) >= seenEvery {
			told = now
			s.seen(now)
		}
	}
}

// ping asks sockets for a sign of life, many of them spread over half a round; the answer is heard where it is read.
func (s *Server) ping(ctx context.Context, ask []*line) {
	if len(ask) == 0 {
		return
	}
	pause := min(10*time.Millisecond, round/2/time.Duration(len(ask)))
	go func() {
		for _, l := range ask {
			go func() {
				asked, cancel := context.WithTimeout(ctx, closeWithin)
				defer cancel()
				_ = l.ws.Ping(asked)
			}()
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return
			}
		}
	}()
}
