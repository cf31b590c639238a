package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"soul-jam/shared/wire"
)

// atTheDoor people connect at once when many come.
const atTheDoor = 32

// person is one WebSocket client.
type person struct {
	ws  *websocket.Conn
	buf bytes.Buffer // the last frame read
}

// dial connects to a host's face without joining.
func (h *host) dial(ctx context.Context, face string) (*person, error) {
	address := "ws" + strings.TrimPrefix(face, "http") + "/ws/jam/" + h.code
	ws, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{ //nolint:bodyclose // the library closes it
		HTTPClient:      &http.Client{Transport: &http.Transport{}},
		CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(wire.MaxHostFrame)
	return &person{ws: ws}, nil
}

// guest connects and, where there is a jam, joins it.
func (h *host) guest(ctx context.Context, name string) (*person, error) {
	return h.join(ctx, h.lan, wire.JoinRequest{DisplayName: name})
}

// speaker connects as the host.
func (h *host) speaker(ctx context.Context) (*person, error) {
	return h.join(ctx, h.console, wire.JoinRequest{UserToken: h.token})
}

func (h *host) join(ctx context.Context, face string, req wire.JoinRequest) (*person, error) {
	p, err := h.dial(ctx, face)
	if err != nil || h.bare {
		return p, err
	}
	words, err := wire.EncodeCommand(req, "")
	if err != nil {
		return nil, err
	}
	if err := p.send(ctx, words); err != nil {
		return nil, err
	}
	return p, p.until(ctx, `"type":"joined"`)
}

func (p *person) send(ctx context.Context, frame []byte) error {
	return p.ws.Write(ctx, websocket.MessageText, frame)
}

// read takes the next frame into buf.
func (p *person) read(ctx context.Context) error {
	_, r, err := p.ws.Reader(ctx)
	if err != nil {
		return err
	}
	p.buf.Reset()
	_, err = p.buf.ReadFrom(r)
	return err
}

// until reads until a frame holds the mark.
func (p *person) until(ctx context.Context, mark string) error {
	for {
		if err := p.read(ctx); err != nil {
			return err
		}
		if bytes.Contains(p.buf.Bytes(), []byte(mark)) {
			return nil
		}
		if bytes.Contains(p.buf.Bytes(), []byte(`"type":"error"`)) {
			return fmt.Errorf("the host said %.300s", p.buf.Bytes())
		}
	}
}

// count reads until the connection is over and tells the tally of every event.
func (p *person) count(t *tally) {
	for held := 0; p.read(context.Background()) == nil; {
		n := bytes.Count(p.buf.Bytes(), t.mark)
		for range n {
			t.holds(held)
			held++
		}
	}
}

// listen reads until the connection is over.
func (p *person) listen() {
	for p.read(context.Background()) == nil {
	}
}

func (p *person) close() { _ = p.ws.CloseNow() }

// maxEvents that a tally can count.
const maxEvents = 1 << 15

// tally knows when everyone holds an event. Events are numbered by each person's own count.
type tally struct {
	mark   []byte // what every event holds once
	people int32
	held   [maxEvents]atomic.Int32
	all    chan time.Time // one for each event, when the last person had read it
}

func newTally(mark string, people int) *tally {
	return &tally{mark: []byte(mark), people: int32(people), all: make(chan time.Time, maxEvents)}
}

func (t *tally) holds(event int) {
	if t.held[event].Add(1) == t.people {
		t.all <- time.Now()
	}
}

// next gives the time when everyone held one event more.
func (t *tally) next(ctx context.Context) (time.Time, error) {
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case at := <-t.all:
		return at, nil
	case <-late.C:
		return time.Time{}, errors.New("an event did not reach everyone")
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}
}

// come lets n people in, atTheDoor at once, and gives how long that took.
func (h *host) come(ctx context.Context, n int) ([]*person, time.Duration, error) {
	people, errs := make([]*person, n), make([]error, n)
	var next atomic.Int64
	var workers sync.WaitGroup
	began := time.Now()
	for range min(n, atTheDoor) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				people[i], errs[i] = h.guest(ctx, fmt.Sprintf("Guest %d", i))
			}
		})
	}
	workers.Wait()
	return people, time.Since(began), errors.Join(errs...)
}
