package server

import (
	"context"
	"runtime"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

const (
	// maxWaiting, bytes for a host's socket: guests' sockets are not read while more waits.
	maxWaiting = 1 << 20
	// maxPooled, bytes: larger buffers are left to the garbage collector.
	maxPooled = 512 << 10
	// maxReason, bytes of a close frame's text.
	maxReason = 123
)

// line is what goes out by one socket. Whoever has something puts it down; a goroutine writes all that waits at
// once, and lives only while there is something: an idle socket costs one that reads.
type line struct {
	server  *Server
	ws      *websocket.Conn
	wire    *corked
	batches bool // the host's: guests' frames stay together

	// wrote is told how many bytes of the host's frames with that number went, and whether nothing waits any more.
	wrote func(guest uint32, bytes int, drained bool)

	done chan struct{} // closed when the socket is

	mu      sync.Mutex    // guards what follows
	waiting []byte        // a batch; guest 0 stands for the server's own text
	buffer  *[]byte       // the pool's, waiting lies in it
	writing bool          // the goroutine lives
	end     *ending       // comes behind all that waits
	over    bool          // nothing is put down any more
	room    chan struct{} // closed when waiting has been taken; nil when nobody waits for that
	holds   load          // waiting, and what is being written
	flight  load          // what is being written
	reading int           // bytes of a large message that comes in by this socket
	pile    *pile         // holds and reading count there
}

type ending struct {
	code   int
	reason string
}

// newLine is the host's when nobody wants to know what it wrote.
func (s *Server) newLine(ws *websocket.Conn, conn *corked, wrote func(guest uint32, bytes int, drained bool)) *line {
	l := &line{server: s, ws: ws, wire: conn, batches: wrote == nil, wrote: wrote, done: make(chan struct{}), pile: &pile{}}
	if !s.sockets.add(l) {
		l.say(wire.ByeFor(wire.CloseRestarting))
		l.finish(int(wire.CloseRestarting), wire.CloseRestarting.Reason())
	}
	return l
}

// put adds a frame of the host's, unless the line is over. It reports false when too much waits for the guest.
func (l *line) put(f signaling.Frame) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := len(f.Data)
	switch {
	case l.over:
	case l.holds.all+f.Size()-size > maxHeads, l.holds.carried+size > maxForGuest && l.holds.carried >= signaling.TakenEvery:
		return false
	default:
		l.add(f, load{all: f.Size(), carried: size})
	}
	return true
}

// own adds a message of ours; who leaves more than that many bytes of them is cut.
func (l *line) own(text []byte, most int) {
	f := signaling.Frame{Text: true, Data: text}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.over:
	case l.holds.own+f.Size() > most:
		go l.cut() // the caller holds locks
	default:
		l.add(f, load{all: f.Size(), own: f.Size()})
	}
}

// putWhenRoom waits while much waits before it. It reports false when the line is over.
func (l *line) putWhenRoom(f signaling.Frame) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.over && len(l.waiting)+f.Size() > maxWaiting {
		if l.room == nil {
			l.room = make(chan struct{})
		}
		room := l.room
		l.mu.Unlock()
		<-room
		l.mu.Lock()
	}
	if l.over {
		return false
	}
	l.add(f, load{all: f.Size()})
	return true
}

// add is with the lock held.
func (l *line) add(f signaling.Frame, is load) {
	if l.buffer == nil {
		l.buffer, _ = l.server.large.Get().(*[]byte)
		l.waiting = (*l.buffer)[:0]
	}
	l.waiting = signaling.AppendFrame(l.waiting, f)
	l.takes(is)
	l.wake()
}

// wake starts the goroutine that writes, with the lock held.
func (l *line) wake() {
	if !l.writing {
		l.writing = true
		go l.write()
	}
}

// tell sends the host a message of ours.
func (l *line) tell(c signaling.Control) {
	l.own(c.Encode(), maxOwnForHost)
}

// say sends a guest a message of ours.
func (l *line) say(m wire.Message) {
	if text, err := wire.Encode(m, 0); err == nil {
		l.own(text, maxOwnForGuest)
	}
}

// bye says goodbye and closes.
func (l *line) bye(c wire.CloseCode) {
	l.say(wire.ByeFor(c))
	l.finish(int(c), c.Reason())
}

// tooSlow closes so that the guest comes back.
func (l *line) tooSlow() { l.bye(wire.CloseTooSlow) }

// refuse says why, says goodbye and closes.
func (l *line) refuse(e *wire.Error, c wire.CloseCode) {
	l.say(e)
	l.bye(c)
}

// finish closes behind all that waits. Only the first close counts.
func (l *line) finish(code int, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	for len(reason) > maxReason || !utf8.ValidString(reason) {
		reason = reason[:max(0, min(len(reason), maxReason+1)-1)]
	}
	l.over, l.end = true, &ending{code: code, reason: reason}
	l.release()
	l.wake()
}

// cut closes without a word.
func (l *line) cut() {
	l.mu.Lock()
	l.over = true
	l.forfeit()
	l.release()
	l.mu.Unlock()
	_ = l.wire.Close() // first, for the library waits for a write that is under way
	_ = l.ws.CloseNow()
	l.server.sockets.remove(l)
}

// release lets those go on who wait for room, with the lock held.
func (l *line) release() {
	if l.room != nil {
		close(l.room)
		l.room = nil
	}
}

// take gives all that waits; nil when nothing does, and then the goroutine is done.
func (l *line) take() (batch []byte, buffer *[]byte, end *ending) {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch, buffer = l.waiting, l.buffer
	l.waiting, l.buffer, l.flight = nil, nil, l.holds
	l.release()
	if len(batch) == 0 {
		end, l.end = l.end, nil
		l.writing = end != nil
	}
	return batch, buffer, end
}

// write is the goroutine.
func (l *line) write() {
	runtime.Gosched() // who is ready puts down what it has first: fewer, larger writes
	for {
		batch, buffer, end := l.take()
		switch {
		case end != nil:
			l.close(end)
			return
		case len(batch) == 0:
			return
		}
		err := l.send(batch)
		l.settle()
		if cap(batch) <= maxPooled {
			*buffer = batch[:0]
			l.server.large.Put(buffer)
		}
		if err != nil {
			l.cut()
			return
		}
	}
}

// send writes a batch by few calls.
func (l *line) send(batch []byte) error {
	out, _ := l.server.large.Get().(*[]byte)
	l.wire.cork(*out)
	var err error
	if l.batches {
		err = l.sendRuns(batch)
	} else {
		err = l.sendFrames(batch)
	}
	held, broken := l.wire.uncork()
	if cap(held) <= maxPooled && cap(held) > 0 {
		*out = held[:0]
		l.server.large.Put(out)
	}
	if err == nil {
		err = broken
	}
	if err == nil && l.wrote != nil {
		l.tellWrote(batch)
	}
	return err
}

// message writes one, and what the cork holds when that is much.
func (l *line) message(kind websocket.MessageType, data []byte) error {
	if err := l.ws.Write(context.Background(), kind, data); err != nil {
		return err
	}
	return l.wire.relieve()
}

// sendRuns writes guests' frames that follow one another as one message.
func (l *line) sendRuns(batch []byte) (err error) {
	from, at := 0, 0
	flush := func() {
		if at > from && err == nil {
			err = l.message(websocket.MessageBinary, batch[from:at])
		}
		from = at
	}
	_ = signaling.Frames(batch, len(batch), func(f signaling.Frame) { // it is our own: whole
		if f.Guest == 0 || at-from+f.Size() > signaling.MaxBatch {
			flush()
		}
		at += f.Size()
		if f.Guest == 0 {
			from = at
			if err == nil {
				err = l.message(websocket.MessageText, f.Data)
			}
		}
	})
	flush()
	return err
}

func (l *line) sendFrames(batch []byte) (err error) {
	_ = signaling.Frames(batch, len(batch), func(f signaling.Frame) {
		kind := websocket.MessageBinary
		if f.Text {
			kind = websocket.MessageText
		}
		if err == nil {
			err = l.message(kind, f.Data)
		}
	})
	return err
}

// tellWrote adds up the host's frames of a batch. Mostly all have one number.
func (l *line) tellWrote(batch []byte) {
	l.mu.Lock()
	drained := len(l.waiting) == 0
	l.mu.Unlock()
	guest, bytes := uint32(0), 0
	_ = signaling.Frames(batch, len(batch), func(f signaling.Frame) {
		if f.Guest == 0 {
			return
		}
		if f.Guest != guest {
			if guest != 0 {
				l.wrote(guest, bytes, false)
			}
			guest, bytes = f.Guest, 0
		}
		bytes += len(f.Data)
	})
	if guest != 0 {
		l.wrote(guest, bytes, drained)
	}
}

// close closes with a code. The library waits for the answer without minding the rest of a frame that
// never comes, so the connection has a deadline too.
func (l *line) close(end *ending) {
	_ = l.wire.SetDeadline(time.Now().Add(closeWithin))
	_ = l.ws.Close(websocket.StatusCode(end.code), end.reason)
	l.server.sockets.remove(l)
}
