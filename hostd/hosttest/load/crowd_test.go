package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// atTheDoor people connect at once when a crowd comes: no more than one address may have strangers.
const atTheDoor = 24

// told is one event, as somebody heard of it.
type told struct {
	seq  uint64
	kind string // with a notification, its own behind a space
	at   time.Time
}

// guest is one of the crowd. What they were told belongs to the goroutine that reads, until done is closed.
type guest struct {
	name string
	ws   *websocket.Conn
	said *speech // where acks go; nil = nowhere

	buf    bytes.Buffer
	told   []told
	counts []told // participant_count, with the count as seq
	faults []string
	last   atomic.Uint64 // newest event
	count  atomic.Int64  // newest participant_count
	ready  chan error    // takes what became of the join
	done   chan struct{}
}

// head is what all messages may have of what is checked here.
type head struct {
	Type    string
	Seq     uint64
	ID      string
	Kind    string
	Count   int
	Session *struct{ Seq uint64 }
}

// enter connects from one address of this machine, joins, and reads from then on.
func enter(ctx context.Context, url, from string, join wire.JoinRequest, said *speech) (*guest, error) {
	g := &guest{name: join.DisplayName, said: said, ready: make(chan error, 1), done: make(chan struct{})}
	var err error
	if g.ws, err = dial(ctx, url, from, "jam.v1"); err != nil {
		return nil, err
	}
	frame, err := wire.EncodeCommand(join, "join")
	if err == nil {
		err = g.ws.Write(ctx, websocket.MessageText, frame)
	}
	if err != nil {
		return nil, err
	}
	go g.read()
	select {
	case err = <-g.ready:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		g.leave()
	}
	return g, err
}

// dial opens a WebSocket from one address of this machine.
func dial(ctx context.Context, url, from string, protocols ...string) (*websocket.Conn, error) {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	ws, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(url, "http"), &websocket.DialOptions{ //nolint:bodyclose // the library closes it
		HTTPClient:   &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext}},
		Subprotocols: protocols, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(wire.MaxHostFrame)
	return ws, nil
}

// read takes all that comes until the connection is over.
func (g *guest) read() {
	defer close(g.done)
	for {
		_, r, err := g.ws.Reader(context.Background())
		if err == nil {
			g.buf.Reset()
			_, err = g.buf.ReadFrom(r)
		}
		if err != nil {
			select {
			case g.ready <- err:
			default:
			}
			return
		}
		at := time.Now()
		frame := g.buf.Bytes()
		if frame[0] != '[' {
			g.hear(frame, at)
			continue
		}
		var messages []json.RawMessage
		if err := json.Unmarshal(frame, &messages); err != nil || len(messages) < 2 {
			g.fault("an array of %d messages: %v", len(messages), err)
		}
		for _, m := range messages {
			g.hear(m, at)
		}
	}
}

// hear checks one message.
func (g *guest) hear(m []byte, at time.Time) {
	var h head
	if err := json.Unmarshal(m, &h); err != nil {
		g.fault("%.80s is no message: %v", m, err)
		return
	}
	switch {
	case h.Type == "joined":
		g.last.Store(h.Session.Seq)
	case h.Type == "session_update" || h.Type == "resumed":
		g.fault("fell behind: %.80s", m)
	case h.Type == "ack" && h.ID == "join":
		g.ready <- nil
	case h.Type == "ack" && g.said != nil:
		g.said.acked(h.ID, h.Seq)
	case h.Type == "error":
		g.fault("is refused: %.120s", m)
		select {
		case g.ready <- errors.New(string(m)):
		default:
		}
	case h.Type == "participant_count":
		g.counts = append(g.counts, told{seq: uint64(h.Count), at: at})
		g.count.Store(int64(h.Count))
	case h.Type != "ack" && h.Seq > 0:
		if before := g.last.Load(); h.Seq <= before {
			g.fault("event %d came after %d", h.Seq, before)
		}
		kind := h.Type
		if h.Kind != "" {
			kind += " " + h.Kind
		}
		g.told = append(g.told, told{h.Seq, kind, at})
		g.last.Store(h.Seq)
	}
}

func (g *guest) fault(format string, a ...any) {
	if len(g.faults) < 10 {
		g.faults = append(g.faults, fmt.Sprintf(format, a...))
	}
}

func (g *guest) send(ctx context.Context, c wire.Command, id string) error {
	frame, err := wire.EncodeCommand(c, id)
	if err != nil {
		return err
	}
	return g.ws.Write(ctx, websocket.MessageText, frame)
}

// leave cuts the connection and waits until nothing of it is read any more.
func (g *guest) leave() {
	_ = g.ws.CloseNow()
	<-g.done
}

// console joins as the host, who is told everything.
func console(t *testing.T, w *hosttest.World, said *speech) *guest {
	t.Helper()
	g, err := enter(t.Context(), w.Console+"/ws/jam/"+w.Code, "127.0.0.1", wire.JoinRequest{UserToken: w.Token}, said)
	if err != nil {
		t.Fatalf("the host does not come in: %v", err)
	}
	t.Cleanup(g.leave)
	return g
}

// crowd lets n people in.
func crowd(t *testing.T, w *hosttest.World, n int, said *speech) []*guest {
	t.Helper()
	people, errs := make([]*guest, n), make([]error, n)
	var next atomic.Int64
	var doors sync.WaitGroup
	for range min(n, atTheDoor) {
		doors.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				people[i], errs[i] = enter(t.Context(), w.LAN+"/ws/jam/"+w.Code, "127.0.0.1", wire.JoinRequest{DisplayName: fmt.Sprint("Guest ", i)}, said)
			}
		})
	}
	doors.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatalf("not everybody came in: %v", err)
	}
	t.Cleanup(func() {
		for _, g := range people {
			g.leave()
		}
	})
	return people
}
