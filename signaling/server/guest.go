package server

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"soul-jam/shared/code"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// guest is one socket of a guest.
type guest struct {
	server  *Server
	line    *line
	visitor Visitor
	plain   bool
	limit   int // bytes of a frame
	ice     []signaling.ICE
	jam     *jam
	way     atomic.Pointer[way] // nil: the host is away

	// The jam's lock guards these.
	number uint32
	seat   string // as the host named it, for when it comes back
	untold int    // bytes that the guest took and the host was not told of

	// The reading goroutine owns these.
	credit float64 // bytes that may be read at once
	filled time.Time
}

// way is where a guest's frames go.
type way struct {
	host   *host
	number uint32
}

// Guest serves GET /ws/jam/{code}. It returns when the socket is upgraded, or refused and closed.
func (s *Server) Guest(w http.ResponseWriter, r *http.Request, typed string, v Visitor) {
	v = v.whole()
	ws, conn, err := accept(w, r, signaling.SignalProtocol, signaling.PlainProtocol)
	if err != nil {
		v.Left()
		return // it has been answered
	}
	g := &guest{server: s, visitor: v, plain: ws.Subprotocol() != signaling.SignalProtocol, limit: signaling.MaxGuestFrame, ice: s.cfg.ICE(r)}
	if g.plain {
		g.limit = wire.MaxClientFrame
	}
	g.line = s.newLine(ws, conn, g.took)
	if refusal := s.admit(g, typed); refusal != nil {
		if refusal.Code == wire.CodeSessionNotFound {
			v.Missed()
		}
		g.line.refuse(refusal, closeFor(refusal.Code))
		g.visitedOnly()
		return
	}
	go g.serve()
}

// closeFor: what is no fault of the guest's lets it come back.
func closeFor(c wire.Code) wire.CloseCode {
	if close := c.Close(); close != 0 {
		return close
	}
	return wire.CloseRestarting
}

// visitedOnly waits for the end of a connection that was turned away, which counts as a stranger's until then.
func (g *guest) visitedOnly() {
	go func() {
		defer g.visitor.Left()
		<-g.line.done
	}()
}

// admit finds the jam and enters.
func (s *Server) admit(g *guest, typed string) *wire.Error {
	c, refusal := s.look(typed)
	if refusal == nil {
		refusal = s.again(typed, s.enter(g, c))
	}
	if refusal == nil {
		return nil
	}
	switch refusal.Code {
	case wire.CodeSessionNotFound:
		s.counts.NotFound.Add(1)
	case wire.CodeSessionEnded:
		s.counts.Ended.Add(1)
	case wire.CodeHostOffline:
		s.counts.HostAway.Add(1)
	case wire.CodeSessionFull:
		s.counts.Full.Add(1)
	}
	return refusal
}

// enter is without a look at the directory.
func (s *Server) enter(g *guest, c code.Code) *wire.Error {
	s.mu.RLock() // so that the jam is not dropped between
	defer s.mu.RUnlock()
	if j := s.jams[c]; j != nil {
		return j.enter(g)
	}
	return wire.Refuse(wire.CodeHostOffline)
}

// meet tells a page who the host is.
func (g *guest) meet(m signaling.Meet) {
	if g.plain {
		return
	}
	if g.ice != nil {
		m.ICE = g.ice
	}
	text, err := json.Marshal(m)
	if err == nil {
		g.line.own(text, maxOwnForGuest)
	}
}

func (g *guest) serve() {
	gauge := &g.server.counts.Signal
	if g.plain {
		gauge = &g.server.counts.Plain
	}
	gauge.Add(1)
	defer gauge.Add(-1)
	defer g.visitor.Left()
	defer g.line.cut()
	defer g.jam.leave(g)
	g.credit, g.filled = float64(g.server.cfg.GuestBurst), time.Now()
	for g.next() {
	}
}

// next carries one frame; false when the socket is over.
func (g *guest) next() bool {
	kind, r, err := g.line.ws.Reader(context.Background())
	if err != nil {
		return false
	}
	pool := &g.server.small
	buffer, _ := pool.Get().(*[]byte)
	defer pool.Put(buffer)
	n, err := io.ReadFull(r, (*buffer)[:g.limit+1])
	if err == nil {
		g.tooLong()
		return false
	}
	if n == 0 && err != io.EOF || n > 0 && err != io.ErrUnexpectedEOF { //nolint:errorlint // ReadFull gives them as they are
		return false
	}
	if pause := g.pace(n, time.Now()); pause > 0 {
		time.Sleep(pause)
	}
	g.carry(kind == websocket.MessageText, (*buffer)[:n])
	return true
}

// carry puts a frame down for the host.
func (g *guest) carry(text bool, frame []byte) {
	if g.plain && !text { // a frame is a message, whatever its kind
		if text = utf8.Valid(frame); !text {
			g.line.say(wire.Refuse(wire.CodeBadRequest))
			return
		}
	}
	way := g.way.Load()
	if way == nil || !way.host.line.putWhenRoom(signaling.Frame{Guest: way.number, Text: text, Data: frame}) {
		g.hostAway(frame)
		return
	}
	g.server.counts.FramesUp.Add(1)
	g.server.counts.BytesUp.Add(int64(len(frame)))
	g.server.keepRoom(nil, 0)
}

// hostAway answers a command that reaches nobody. A page has been told host_status, and its frames are not commands.
func (g *guest) hostAway(frame []byte) {
	if !g.plain {
		return
	}
	refusal := wire.Refuse(wire.CodeHostOffline)
	refusal.ID = idOf(frame)
	g.line.say(refusal)
}

// idOf is the id of a command, "" when it has none that the contract allows.
func idOf(frame []byte) string {
	var head struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(frame, &head); err != nil || len(head.ID) > wire.MaxCommandID {
		return ""
	}
	return head.ID
}

// pace is how long to wait after a frame so that the guest keeps to its rate. A frame costs a little more than its bytes.
func (g *guest) pace(size int, now time.Time) time.Duration {
	const head = 16 // bytes
	rate := float64(g.server.cfg.GuestRate)
	g.credit = min(g.credit+now.Sub(g.filled).Seconds()*rate, float64(g.server.cfg.GuestBurst)) - float64(size+head)
	g.filled = now
	if g.credit >= 0 {
		return 0
	}
	return time.Duration(-g.credit / rate * float64(time.Second))
}

// tooLong ends a connection that sent too long a frame, of which the rest is never read.
func (g *guest) tooLong() {
	g.server.counts.BadProtocol.Add(1)
	g.jam.leave(g)
	g.line.refuse(wire.Refusef(wire.CodeBadRequest, "A message is at most %d bytes long", wire.MaxClientFrame), wire.CloseBadProtocol)
	<-g.line.done
}

// closedByHost passes on the host's close behind what it said before.
func (g *guest) closedByHost(j *jam, code int, reason string) {
	if code < 4000 || code > 4999 {
		code, reason = int(wire.CloseRestarting), wire.CloseRestarting.Reason()
	}
	j.forget(g)
	g.line.finish(code, reason)
}

// took is told by the line.
func (g *guest) took(number uint32, bytes int, drained bool) {
	if g.jam != nil {
		g.jam.took(g, number, bytes, drained)
	}
}

// seated keeps what the host calls the guest's seat.
func (g *guest) seated(seat string) {
	if len(seat) > signaling.MaxSeat {
		return
	}
	g.jam.mu.Lock()
	defer g.jam.mu.Unlock()
	g.seat = seat
}
