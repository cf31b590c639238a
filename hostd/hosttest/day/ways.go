package day

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"soul-jam/hostd/link"
	"soul-jam/hostd/link/relayed"
	"soul-jam/hostd/link/rtc"
	"soul-jam/hostd/visitor"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
	"soul-jam/signaling/client"
)

// errNoBetter: there is no better way than this one.
var errNoBetter = errors.New("there is no better way")

// socketWay is how people at home reach the host, and the host its console: by a WebSocket to hostd itself.
type socketWay struct {
	web  *http.Client
	face string // host and port
}

// PeerID is nobody's: no libp2p is in this.
func (socketWay) PeerID() string { return "" }

// Direct is never asked for: a WebSocket to hostd is as good as it gets.
func (socketWay) Direct(context.Context, visitor.Call) (visitor.Conn, error) {
	return nil, errNoBetter
}

// Call opens a WebSocket.
func (w socketWay) Call(ctx context.Context, c visitor.Call) (visitor.Conn, error) {
	ws, _, err := websocket.Dial(ctx, "http://"+w.face+"/ws/jam/"+c.Code, &websocket.DialOptions{ //nolint:bodyclose // the library closes it
		HTTPClient: w.web, Subprotocols: []string{"jam.v1"}, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(wire.MaxHostFrame)
	return &socket{ws}, nil
}

// socket is a guest's end of a WebSocket to hostd.
type socket struct{ ws *websocket.Conn }

func (s *socket) Path() wire.Path { return wire.PathLAN }

func (s *socket) Read(ctx context.Context) ([]byte, error) {
	_, frame, err := s.ws.Read(ctx)
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		err = &link.Closed{Code: int(closed.Code), Reason: closed.Reason}
	}
	return frame, err
}

func (s *socket) Write(ctx context.Context, frame []byte) error {
	return s.ws.Write(ctx, websocket.MessageText, frame)
}

func (s *socket) Ping(ctx context.Context) error { return s.ws.Ping(ctx) }

func (s *socket) Close(code int, reason string) error {
	return s.ws.Close(websocket.StatusCode(code), reason)
}

// channelWay is how people elsewhere get a data channel, as our page does: through a socket at soul-server. The visit itself begins on
// the sealed pipe and moves here.
type channelWay struct {
	web     *http.Client
	machine *roaming
	key     identity.LinkKey
	log     *slog.Logger

	mu  sync.Mutex // guards now
	now *channel   // the newest
}

// PeerID is nobody's.
func (*channelWay) PeerID() string { return "" }

// Direct is asked for on relayed libp2p connections only.
func (*channelWay) Direct(context.Context, visitor.Call) (visitor.Conn, error) {
	return nil, errNoBetter
}

// notAtOnce: a visit begins on the pipe, which is there sooner than a data channel. It is tried after a second.
const notAtOnce = 1500 * time.Millisecond

// Call opens a data channel. A host gives one to who sits or watches on the socket, so this one watches.
func (w *channelWay) Call(ctx context.Context, c visitor.Call) (_ visitor.Conn, err error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(notAtOnce):
	}
	ch := &channel{signals: make(chan signaling.Signal, 100)}
	ch.over, ch.end = context.WithCancel(context.Background())
	if ch.visit, err = client.Join(ctx, soulURL(), c.Code, w.web); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			ch.hangUp()
		}
	}()
	ch.pipe, err = relayed.Dial(ctx, ch.visit, relayed.Meeting{Bundle: ch.visit.Bundle, Nonce: ch.visit.Nonce, Code: c.Code, Link: &w.key},
		wire.MaxHostFrame, nil, ch.signal)
	if err != nil {
		return nil, err
	}
	if err := ch.watch(ctx); err != nil {
		return nil, err
	}
	bundle, _, err := ch.visit.Bundle.Open()
	if err != nil {
		return nil, err
	}
	var stun []string
	for _, ice := range ch.visit.ICE {
		stun = append(stun, ice.URLs...)
	}
	ch.guest, err = rtc.NewGuest(rtc.GuestConfig{Fingerprint: bundle.DTLS, STUN: stun, Limit: wire.MaxHostFrame, Log: w.log, Net: w.machine}, ch.found)
	if err != nil {
		return nil, err
	}
	go ch.listen()
	offer, err := ch.guest.Offer()
	if err != nil {
		return nil, err
	}
	ch.say(signaling.Signal{Type: signaling.Offer, SDP: offer})
	conn, err := ch.guest.Open(ctx)
	if err != nil {
		return nil, err
	}
	ch.Conn = conn
	w.mu.Lock()
	w.now = ch
	w.mu.Unlock()
	return ch, nil
}

// restart has the data channel of now find another path, as a page does whose network has changed.
func (w *channelWay) restart() {
	w.mu.Lock()
	ch := w.now
	w.mu.Unlock()
	if ch == nil || ch.over.Err() != nil {
		return
	}
	if offer, err := ch.guest.Restart(); err == nil {
		ch.say(signaling.Signal{Type: signaling.Offer, SDP: offer})
	}
}

// channel is a data channel, and the socket by which it came to be.
type channel struct {
	*rtc.Conn
	visit   *client.Visit
	pipe    *relayed.Conn
	guest   *rtc.Guest
	signals chan signaling.Signal
	over    context.Context
	end     context.CancelFunc
}

func (c *channel) Path() wire.Path { return wire.PathDirect }

// watch makes the pipe that of a screen which nobody looks at, and reads it from then on: soul-server's words come between.
func (c *channel) watch(ctx context.Context) error {
	frame, err := wire.EncodeCommand(wire.Watch{}, "")
	if err != nil {
		return err
	}
	if err := c.pipe.Write(ctx, frame); err != nil {
		return err
	}
	first, err := c.pipe.Read(ctx)
	if err != nil {
		return err
	}
	var head struct{ Type string }
	if json.Unmarshal(first, &head) != nil || head.Type != "joined" {
		return fmt.Errorf("the host answers a screen with %.100s", first)
	}
	go func() {
		for err == nil {
			_, err = c.pipe.Read(c.over)
		}
		c.visit.Cut() // the data channel goes on without it
	}()
	return nil
}

// say signals; when soul-server is gone, nobody hears.
func (c *channel) say(m signaling.Signal) {
	m.Attempt = 1
	text, err := json.Marshal(m)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(c.over, 10*time.Second)
	defer cancel()
	_ = c.visit.Write(ctx, text, true)
}

func (c *channel) found(candidate *rtc.Candidate) {
	text, _ := json.Marshal(candidate) // plain values: cannot fail
	go c.say(signaling.Signal{Type: signaling.Candidate, Candidate: text})
}

func (c *channel) signal(text []byte) {
	var m signaling.Signal
	if json.Unmarshal(text, &m) != nil {
		return
	}
	select {
	case c.signals <- m:
	default:
	}
}

// listen hears the host's answers and addresses.
func (c *channel) listen() {
	for {
		select {
		case <-c.over.Done():
			return
		case m := <-c.signals:
			var candidate *rtc.Candidate
			switch m.Type {
			case signaling.Answer:
				_ = c.guest.Accept(m.SDP) // without it the channel never opens, which is noticed
			case signaling.Candidate:
				if json.Unmarshal(m.Candidate, &candidate) == nil && candidate != nil {
					c.guest.Candidate(*candidate)
				}
			case signaling.Declined:
				c.hangUp()
			}
		}
	}
}

// Close says goodbye on the data channel and leaves soul-server.
func (c *channel) Close(code int, reason string) error {
	err := c.Conn.Close(code, reason)
	c.hangUp()
	return err
}

func (c *channel) hangUp() {
	c.end()
	c.visit.Cut()
	if c.guest != nil {
		go c.guest.Close() // what waits in callbacks of its own must not wait for itself
	}
}
