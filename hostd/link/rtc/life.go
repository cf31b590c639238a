package rtc

import "sync"

// life is what is known of the path of one call.
type life struct {
	over chan struct{} // closed when the connection is no more

	mu      sync.Mutex // guards what follows
	ended   bool
	reached bool
	changed chan struct{} // closed at the next change of reached
}

func newLife() *life {
	return &life{over: make(chan struct{}), changed: make(chan struct{})}
}

// set records whether the other side can be heard.
func (l *life) set(reached bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reached != reached {
		l.reached = reached
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

func (l *life) state() (reached bool, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.reached, l.changed
}

// finish ends it, once.
func (l *life) finish() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ended {
		l.ended = true
		close(l.over)
	}
}

func (l *life) isOver() bool {
	select {
	case <-l.over:
		return true
	default:
		return false
	}
}
