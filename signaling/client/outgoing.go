package client

import (
	"errors"
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

	mu      sync.Mutex // guards what follows
	waiting []message
	bytes   int  // of what waits
	full    bool // more than maxWaiting waited once: frames are missing, the connection is of no use
	last    bool // nothing comes after what waits
}

// maxWaiting, bytes for a soul-server that takes nothing. What guests are told is bounded by their windows, so only a
// broken or hostile one gets here.
const maxWaiting = 64 << 20

var errFull = errors.New("the soul-server does not take what it is sent")

func newOutgoing() *outgoing { return &outgoing{wake: make(chan struct{}, 1)} }

func (o *outgoing) text(data []byte) {
	o.add(len(data), func() { o.waiting = append(o.waiting, message{true, data}) })
}

func (o *outgoing) frame(f signaling.Frame) {
	o.add(f.Size(), func() {
		last := len(o.waiting) - 1
		if last < 0 || o.waiting[last].text || len(o.waiting[last].data)+f.Size() > signaling.MaxBatch {
			o.waiting = append(o.waiting, message{})
			last++
		}
		o.waiting[last].data = signaling.AppendFrame(o.waiting[last].data, f)
	})
}

func (o *outgoing) add(size int, put func()) {
	o.mu.Lock()
	if o.bytes += size; o.bytes > maxWaiting {
		o.waiting, o.bytes, o.full = nil, 0, true
	}
	if !o.full {
		put()
	}
	o.mu.Unlock()
	o.rouse()
}

// finish makes what waits the last that is taken.
func (o *outgoing) finish() {
	o.mu.Lock()
	o.last = true
	o.mu.Unlock()
	o.rouse()
}

func (o *outgoing) rouse() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take gives all that waits, and whether it is the last.
func (o *outgoing) take() (all []message, last bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.full {
		return nil, false, errFull
	}
	all = o.waiting
	o.waiting, o.bytes = nil, 0
	return all, o.last, nil
}
