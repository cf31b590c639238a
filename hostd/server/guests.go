package server

import "sync"

// guests counts the connections that are being served. Unlike a [sync.WaitGroup] it may be waited for while others still come in,
// as they do until the listeners are closed. The zero value works.
type guests struct {
	mu   sync.Mutex // guards what follows
	here int
	gone chan struct{} // closed when nobody is left; nil while nobody waits for that
}

func (g *guests) enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.here++
}

func (g *guests) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.here--; g.here == 0 && g.gone != nil {
		close(g.gone)
		g.gone = nil
	}
}

// serve runs f for one of them in a goroutine of its own.
func (g *guests) serve(f func()) {
	g.enter()
	go func() {
		defer g.leave()
		f()
	}()
}

// left is closed once nobody is there.
func (g *guests) left() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	gone := g.gone
	if gone == nil {
		gone = make(chan struct{})
	}
	if g.here == 0 {
		close(gone)
	} else {
		g.gone = gone
	}
	return gone
}
