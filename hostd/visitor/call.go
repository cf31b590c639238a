package visitor

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"soul-jam/hostd/link"
	"soul-jam/shared/wire"
)

const (
	// askEvery: how often the host is asked for a sign of life, and aliveWithin how long that may take. A laptop that
	// wakes up, or is on another network, notices so.
	askEvery, aliveWithin = 10 * time.Second, 10 * time.Second
	// writtenWithin: a frame that the network does not take within this ends the connection.
	writtenWithin = 10 * time.Second
	// mayWait frames for the network: all commands that wait for an answer, and the words about the seat.
	mayWait = mostWaiting + 8
)

// Conn is a connection to the host.
type Conn interface {
	link.Conn
	// Path is how its frames travel.
	Path() wire.Path
}

// call is a Conn at work: one goroutine reads, one writes and asks for signs of life.
type call struct {
	conn  Conn
	path  wire.Path
	heard chan []byte // closed when the connection is over; then err says why
	err   error
	say   chan []byte

	stop   context.CancelCauseFunc
	hangup chan struct{} // closed to say goodbye
	once   sync.Once     // guards closing hangup

	frames  atomic.Int64 // read so far
	handing atomic.Bool  // one waits to be taken: the connection lives, it is this program that is slow
}

var (
	errSilent = errors.New("the host gives no sign of life")
	errBehind = errors.New("the network takes nothing more")
)

// newCall begins. Its goroutines are counted in work; they end soon after ctx, or when it is over.
func newCall(ctx context.Context, conn Conn, work *sync.WaitGroup) *call {
	ctx, stop := context.WithCancelCause(ctx)
	c := &call{
		conn: conn, path: conn.Path(), heard: make(chan []byte), say: make(chan []byte, mayWait),
		stop: stop, hangup: make(chan struct{}),
	}
	work.Go(func() { c.read(ctx) })
	work.Go(func() { c.write(ctx) })
	return c
}

func (c *call) read(ctx context.Context) {
	defer close(c.heard)
	for {
		frame, err := c.conn.Read(ctx)
		if err != nil {
			if c.err = err; ctx.Err() != nil {
				c.err = context.Cause(ctx)
			}
			c.stop(err)
			return
		}
		c.frames.Add(1)
		c.handing.Store(true)
		select {
		case c.heard <- frame:
			c.handing.Store(false)
		case <-ctx.Done():
			c.err = context.Cause(ctx)
			return
		}
	}
}

// write has the connection but for reading.
func (c *call) write(ctx context.Context) {
	ticker := time.NewTicker(askEvery)
	defer ticker.Stop()
	code := wire.CloseRestarting // come back: nothing that is over is said by this side
	defer func() {
		_ = c.conn.Close(int(code), code.Reason()) // who is gone needs no goodbye
		c.stop(errors.New("closed"))
	}()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-c.hangup:
			for err == nil {
				select {
				case frame := <-c.say:
					err = c.put(ctx, frame)
				default:
					return
				}
			}
			return
		case frame := <-c.say:
			err = c.put(ctx, frame)
		case <-ticker.C:
			err = c.alive(ctx)
		}
		if err != nil {
			c.stop(err)
			return
		}
	}
}

func (c *call) put(ctx context.Context, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writtenWithin)
	defer cancel()
	return c.conn.Write(ctx, frame)
}

// alive asks for a sign of life; what is read meanwhile, or waits to be taken here, is one too.
func (c *call) alive(ctx context.Context) error {
	before := c.frames.Load()
	within, cancel := context.WithTimeout(ctx, aliveWithin)
	defer cancel()
	go func() { // a goodbye does not wait for it
		select {
		case <-c.hangup:
			cancel()
		case <-within.Done():
		}
	}()
	if err := c.conn.Ping(within); err != nil && ctx.Err() == nil && !c.hangingUp() && c.frames.Load() == before && !c.handing.Load() {
		return errSilent
	}
	return nil
}

// tell has a frame written.
func (c *call) tell(frame []byte) {
	select {
	case c.say <- frame:
	default:
		c.stop(errBehind)
	}
}

// command is tell for one of ours.
func (c *call) command(command wire.Command) {
	if frame, err := wire.EncodeCommand(command, ""); err == nil {
		c.tell(frame)
	}
}

// hangUp writes what waits, says goodbye and ends, without being waited for.
func (c *call) hangUp() { c.once.Do(func() { close(c.hangup) }) }

func (c *call) hangingUp() bool {
	select {
	case <-c.hangup:
		return true
	default:
		return false
	}
}
