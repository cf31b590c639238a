package server

import (
	"encoding/base64"
	"sync"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// jam is a code with its host, or with guests who wait for it.
type jam struct {
	server *Server
	code   code.Code
	key    string
	peer   string // the key's libp2p peer id
	held   pile   // what waits for guests

	mu       sync.Mutex // guards what follows; taken before a line's
	host     *host      // nil: away
	standing standing
	members  map[*guest]struct{}
	byNumber map[uint32]*guest // of this host's socket
	ended    bool
	reminder *time.Timer // runs while some guests' taken bytes are too few to be told at once
	answers  map[string]*answer
}

// standing is what the host has published.
type standing struct {
	summary *signaling.Landing
	meet    signaling.Meet
}

func newJam(s *Server, c code.Code, key string) *jam {
	return &jam{server: s, code: c, key: key, peer: identity.PeerID([]byte(key)), members: map[*guest]struct{}{}, byNumber: map[uint32]*guest{}}
}

// heldBy is the key whose host is here, else "".
func (j *jam) heldBy() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.host == nil {
		return ""
	}
	return j.key
}

func (j *jam) landing() *signaling.Landing {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.host == nil {
		return nil
	}
	return j.standing.summary
}

// introduced is who the host is, while it is here.
func (j *jam) introduced() (meet signaling.Meet, here bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.standing.meet, j.host != nil
}

func (j *jam) isEmpty() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.host == nil && len(j.members) == 0
}

// attach opens all who wait to the host's new socket, each with a new number: frames of before reach nobody.
func (j *jam) attach(h *host, now standing) {
	j.mu.Lock()
	defer j.mu.Unlock()
	back := j.host != h
	j.host, j.standing = h, now
	if !back { // the same claim again
		j.tellMeet()
		return
	}
	clear(j.byNumber)
	for g := range j.members {
		j.open(g)
		g.line.say(wire.HostStatus{Status: wire.HostOnline, Since: wire.At(time.Now())})
		g.meet(now.meet)
	}
}

// open tells the host of a guest, with the lock held.
func (j *jam) open(g *guest) {
	number := j.server.guests.Add(1)
	if number == 0 || j.byNumber[number] != nil { // after four thousand million guests
		number = j.server.guests.Add(1)
	}
	j.byNumber[number] = g
	g.number, g.untold = number, 0
	j.host.line.tell(signaling.Control{Type: signaling.Open, Guest: number, Plain: g.plain, From: g.visitor.From, Seat: g.seat})
	g.way.Store(&way{host: j.host, number: number})
}

// detach tells the guests that the host is away.
func (j *jam) detach(h *host, now time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.host != h {
		return
	}
	j.host = nil
	clear(j.byNumber)
	clear(j.answers)
	for g := range j.members {
		g.way.Store(nil)
		g.line.say(wire.HostStatus{Status: wire.HostOffline, Since: wire.At(now)})
	}
}

// enter lets a guest in, or says why not.
func (j *jam) enter(g *guest) *wire.Error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.ended:
		return wire.Refuse(wire.CodeSessionEnded)
	case j.host == nil:
		return wire.Refuse(wire.CodeHostOffline)
	case len(j.members) >= MaxGuests:
		return wire.Refuse(wire.CodeSessionFull)
	}
	g.jam = j
	g.line.belongs(&j.held)
	j.members[g] = struct{}{}
	g.meet(j.standing.meet)
	j.open(g)
	return nil
}

// leave is the end of a guest's socket.
func (j *jam) leave(g *guest) {
	j.mu.Lock()
	_, there := j.members[g]
	delete(j.members, g)
	if there && j.host != nil && j.byNumber[g.number] == g {
		delete(j.byNumber, g.number)
		j.host.line.tell(signaling.Control{Type: signaling.Closed, Guest: g.number})
	}
	empty := j.host == nil && len(j.members) == 0
	j.mu.Unlock()
	if empty {
		j.server.dropEmpty(j)
	}
}

// forget takes a guest out whom the host has closed itself.
func (j *jam) forget(g *guest) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.members, g)
	if j.byNumber[g.number] == g {
		delete(j.byNumber, g.number)
	}
	g.way.Store(nil)
}

// end turns all away.
func (j *jam) end(reason wire.EndReason) {
	j.mu.Lock()
	j.ended, j.host = true, nil
	members := j.members
	j.members = map[*guest]struct{}{}
	clear(j.byNumber)
	j.mu.Unlock()
	for g := range members {
		g.way.Store(nil)
		g.line.refuse(wire.RefuseEnded(reason), wire.CloseEnded)
	}
}

// publish changes what is told of the jam.
func (j *jam) publish(h *host, summary *signaling.Landing, nonce []byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.host != h {
		return
	}
	if summary != nil {
		j.standing.summary = summary
	}
	if nonce != nil {
		j.standing.meet.Nonce = base64.RawURLEncoding.EncodeToString(nonce)
		j.tellMeet()
	}
}

// tellMeet tells all who the host is, with the lock held.
func (j *jam) tellMeet() {
	for g := range j.members {
		g.meet(j.standing.meet)
	}
}

// guest is the one with a number of that host's socket, nil when it has gone.
func (j *jam) guest(h *host, number uint32) *guest {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.host != h {
		return nil
	}
	return j.byNumber[number]
}

// deliver calls each for every frame of a batch whose guest is there.
func (j *jam) deliver(h *host, batch []byte, each func(*guest, signaling.Frame)) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.host != h {
		return nil
	}
	return signaling.Frames(batch, signaling.MaxHostFrame, func(f signaling.Frame) {
		if g := j.byNumber[f.Guest]; g != nil {
			each(g, f)
		}
	})
}

// tellAfter: bytes that a guest took, too few to be told at once, are told after this.
const tellAfter = time.Second

// took tells the host that a guest took bytes: at once when they are many.
func (j *jam) took(g *guest, number uint32, bytes int, drained bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.host == nil || g.number != number || j.byNumber[number] != g {
		return
	}
	g.untold += bytes
	switch {
	case g.untold >= signaling.TakenEvery:
		j.tellTaken(g)
	case drained && j.reminder == nil:
		j.reminder = time.AfterFunc(tellAfter, j.remind)
	}
}

// tellTaken is with the lock held.
func (j *jam) tellTaken(g *guest) {
	j.host.line.tell(signaling.Control{Type: signaling.Taken, Guest: g.number, Bytes: g.untold})
	g.untold = 0
}

// remind tells what was too little: else a host that waits until nothing is under way would wait for good.
func (j *jam) remind() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.reminder = nil
	if j.host == nil {
		return
	}
	for _, g := range j.byNumber {
		if g.untold > 0 {
			j.tellTaken(g)
		}
	}
}
