package client

import (
	"sync"

	"soul-jam/signaling"
)

// message is one WebSocket message on its way out.
type message struct {
	text bool
	data []byte
}

// outgoing is what waits to be written, in order. Frames that follow each other go in one message.
type outgoing struct {
	wake chan struct{}

	mu      sync.Mutex // guards waiting
	waiting []message
}

func newOutgoing() *outgoing { return &outgoing{wake: make(chan struct{}, 1)} }

func (o *outgoing) text(data []byte) {
	o.add(func() { o.waiting = append(o.waiting, message{true, data}) })
}

func (o *outgoing) frame(f signaling.Frame) {
	o.add(func() {
		last := len(o.waiting) - 1
		if last < 0 || o.waiting[last].text || len(o.waiting[last].data)+f.Size() > signaling.MaxBatch {
			o.waiting = append(o.waiting, message{})
			last++
		}
		o.waiting[last].data = signaling.AppendFrame(o.waiting[last].data, f)
	})
}

func (o *outgoing) add(put func()) {
	o.mu.Lock()
	put()
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *outgoing) take() []message {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.waiting
	o.waiting = nil
	return all
}
