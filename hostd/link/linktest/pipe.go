package linktest

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"soul-jam/hostd/link"
)

// room is how many frames wait in a Pipe in each direction before Write waits.
const room = 16

// Pipe is a connection in memory: both ends of it, each reading frames of at most
// limit bytes. It passes the suite, so what is tested over it holds for real links.
func Pipe(limit int64) (one, other link.Conn) {
	there, back := make(chan []byte, room), make(chan []byte, room)
	a := &end{limit: limit, in: back, out: there, asked: make(chan chan struct{}), over: make(chan struct{})}
	b := &end{limit: limit, in: there, out: back, asked: make(chan chan struct{}), over: make(chan struct{})}
	a.peer, b.peer = b, a
	return a, b
}

// end is one side of a Pipe.
type end struct {
	limit int64
	in    <-chan []byte
	out   chan<- []byte
	asked chan chan struct{} // pings of the other side, answered by Read
	peer  *end

	once   sync.Once // guards closing over, and writing bye before that
	over   chan struct{}
	bye    link.Closed // read after over is closed; code 0 = broken off
	broken bool        // Read's: a frame was too long
}

// errBroken: this side cannot be used any more.
var errBroken = errors.New("connection is broken")

func (e *end) Read(ctx context.Context) ([]byte, error) {
	if e.broken {
		return nil, errBroken
	}
	for {
		// What was sent before a goodbye comes before it.
		select {
		case frame := <-e.in:
			return e.checked(frame)
		default:
		}
		select {
		case frame := <-e.in:
			return e.checked(frame)
		case pong := <-e.asked:
			close(pong)
		case <-e.over:
			return nil, errBroken
		case <-e.peer.over:
			select {
			case frame := <-e.in:
				return e.checked(frame)
			default:
			}
			if e.peer.bye.Code == 0 {
				return nil, errBroken
			}
			bye := e.peer.bye
			return nil, &bye
		case <-ctx.Done():
			e.end(link.Closed{})
			return nil, ctx.Err()
		}
	}
}

func (e *end) checked(frame []byte) ([]byte, error) {
	if int64(len(frame)) > e.limit {
		e.broken = true
		return nil, link.ErrTooLong
	}
	return frame, nil
}

func (e *end) Write(ctx context.Context, frame []byte) error {
	select {
	case <-e.over:
		return errBroken
	case <-e.peer.over:
		return errBroken
	default:
	}
	select {
	case e.out <- bytes.Clone(frame):
		return nil
	case <-e.over:
		return errBroken
	case <-e.peer.over:
		return errBroken
	case <-ctx.Done():
		e.end(link.Closed{})
		return ctx.Err()
	}
}

func (e *end) Ping(ctx context.Context) error {
	pong := make(chan struct{})
	select {
	case e.peer.asked <- pong:
	case <-e.over:
		return errBroken
	case <-e.peer.over:
		return errBroken
	case <-ctx.Done():
		return ctx.Err()
	}
	<-pong // whoever takes the question answers it at once
	return nil
}

func (e *end) Close(code int, reason string) error {
	e.end(link.Closed{Code: code, Reason: reason})
	return nil
}

func (e *end) end(bye link.Closed) {
	e.once.Do(func() {
		e.bye = bye
		close(e.over)
	})
}
