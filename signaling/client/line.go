package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// line is one proven connection to a soul-server.
type line struct {
	cfg     Config
	ws      *websocket.Conn
	out     *outgoing
	welcome signaling.Control
	told    State        // what soul-server knows; the syncer's
	asking  atomic.Int32 // questions that are being answered
	work    sync.WaitGroup

	mu     sync.Mutex // guards guests
	guests map[uint32]*Guest
}

const (
	// maxGuests of one jam at a soul-server: everyone who may sit, wait or watch, and some more who come and go. More is no jam.
	maxGuests = wire.MaxParticipants + wire.MaxPending + wire.PendingForOthers + wire.MaxWatchers + 500
	// maxAsking questions of pages at once; soul-server itself keeps more waiting.
	maxAsking = 64
)

func newLine(cfg Config, ws *websocket.Conn) *line {
	return &line{cfg: cfg, ws: ws, out: newOutgoing(), guests: map[uint32]*Guest{}}
}

// prove shows the key.
func (l *line) prove(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, signaling.ProveWithin)
	defer cancel()
	challenge, err := l.control(ctx, signaling.Challenge)
	if err != nil {
		return err
	}
	if challenge.V != signaling.Version || len(challenge.Nonce) < signaling.NonceSize {
		return fmt.Errorf("%w: version %d", signaling.ErrProtocol, challenge.V)
	}
	proof := signaling.Control{
		Type: signaling.Prove, Key: l.cfg.Key.Public(),
		Signature: l.cfg.Key.Sign(signaling.Proof(l.cfg.URL.Host, challenge.Nonce)),
	}
	if err := l.ws.Write(ctx, websocket.MessageText, proof.Encode()); err != nil {
		return fmt.Errorf("prove the host's key: %w", err)
	}
	if l.welcome, err = l.control(ctx, signaling.Welcome); err != nil {
		return err
	}
	if n := len(l.welcome.P2P); n > signaling.MaxP2P {
		return fmt.Errorf("%w: %d addresses of a circuit relay", signaling.ErrProtocol, n)
	}
	return nil
}

// control reads one control frame of that type, before anything else can come.
func (l *line) control(ctx context.Context, kind string) (signaling.Control, error) {
	_, frame, err := l.ws.Read(ctx)
	if err != nil {
		return signaling.Control{}, fmt.Errorf("read from the soul-server: %w", err)
	}
	c, err := signaling.DecodeControl(frame)
	if err == nil && c.Type != kind {
		err = fmt.Errorf("%w: %s instead of %s", signaling.ErrProtocol, c.Type, kind)
	}
	return c, err
}

const (
	// pingEvery and pongWithin: a soul-server that went without a word is noticed.
	pingEvery  = 15 * time.Second
	pongWithin = 10 * time.Second
	// writeWithin: soul-server takes a message within this.
	writeWithin = 20 * time.Second
)

// run serves the connection until it is over.
func (l *line) run(ctx context.Context, c *Client) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer l.work.Wait()
	defer stop(nil)
	l.work.Go(func() { stop(l.write(ctx)) })
	l.work.Go(func() { stop(l.ping(ctx)) })
	l.work.Go(func() { stop(l.sync(ctx, c)) })
	err := l.read(ctx, c)
	stop(err)
	l.mu.Lock()
	left := slices.Collect(maps.Values(l.guests))
	l.mu.Unlock()
	for _, g := range left {
		g.leave()
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}

func (l *line) ping(ctx context.Context) error {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		within, cancel := context.WithTimeout(ctx, pongWithin)
		err := l.ws.Ping(within)
		cancel()
		if err != nil {
			return fmt.Errorf("the soul-server does not answer: %w", err)
		}
	}
}

// write sends what waits.
func (l *line) write(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.out.wake:
		}
		messages, last, err := l.out.take()
		if err != nil {
			return err
		}
		for _, m := range messages {
			kind := websocket.MessageBinary
			if m.text {
				kind = websocket.MessageText
			}
			within, cancel := context.WithTimeout(ctx, writeWithin)
			err := l.ws.Write(within, kind, m.data)
			cancel()
			if err != nil {
				return fmt.Errorf("write to the soul-server: %w", err)
			}
		}
		if last {
			_ = l.ws.Close(websocket.StatusGoingAway, "") // it waits until soul-server has read what came before
			return errFinished
		}
	}
}

// errFinished: everything is said, and the host stops.
var errFinished = errors.New("the host stops")

// sync tells soul-server what has changed, now and after each Changed.
func (l *line) sync(ctx context.Context, c *Client) error {
	for {
		if err := l.tell(l.cfg.State(), c.worn.Swap(false)); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-c.changed:
		}
	}
}

// tell sends the difference between what soul-server knows and what is.
func (l *line) tell(now State, worn bool) error {
	for code, reason := range now.Ended {
		if _, told := l.told.Ended[code]; !told {
			l.say(signaling.Control{Type: signaling.Release, Code: code, Reason: reason})
		}
	}
	switch {
	case now.Jam == nil:
	case l.told.Jam == nil || l.told.Jam.Code != now.Jam.Code:
		nonce, err := l.nonce()
		if err != nil {
			return err
		}
		l.say(signaling.Control{
			Type: signaling.Claim, Code: now.Jam.Code, Summary: &now.Summary, Nonce: nonce,
			Bundle: now.Jam.Bundle.Text, Signature: slices.Clone(now.Jam.Bundle.Signature),
		})
	case worn:
		nonce, err := l.nonce()
		if err != nil {
			return err
		}
		l.say(signaling.Control{Type: signaling.Publish, Summary: &now.Summary, Nonce: nonce})
	case !reflect.DeepEqual(l.told.Summary, now.Summary):
		l.say(signaling.Control{Type: signaling.Publish, Summary: &now.Summary})
	}
	now.Ended = maps.Clone(now.Ended)
	l.told = now
	return nil
}

// nonce draws the next one, which counts before soul-server knows it.
func (l *line) nonce() ([]byte, error) {
	nonce := make([]byte, signaling.NonceSize)
	if _, err := io.ReadFull(l.cfg.Entropy, nonce); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	l.cfg.Nonce(nonce)
	return nonce, nil
}

func (l *line) say(c signaling.Control) { l.out.text(c.Encode()) }

// read takes what soul-server sends.
func (l *line) read(ctx context.Context, c *Client) error {
	for {
		kind, message, err := l.ws.Read(ctx)
		if err != nil {
			return fmt.Errorf("read from the soul-server: %w", err)
		}
		if kind == websocket.MessageBinary {
			if err := signaling.Frames(message, signaling.MaxGuestFrame, l.deliver); err != nil {
				return err
			}
			continue
		}
		control, err := signaling.DecodeControl(message)
		if err != nil {
			return err
		}
		if err := l.hear(ctx, c, control); err != nil {
			return err
		}
	}
}

func (l *line) hear(ctx context.Context, c *Client, m signaling.Control) error {
	switch m.Type {
	case signaling.Claimed:
		c.set(func(s *Status) { s.Claimed, s.Problem = m.Code, "" })
	case signaling.Refused:
		problem := "The soul-server does not take this jam"
		if m.Error != nil && m.Error.Message != "" {
			problem += ": " + m.Error.Message
		}
		l.cfg.Log.Warn("the soul-server refused the jam", "code", m.Code, "problem", problem)
		c.set(func(s *Status) { s.Claimed, s.Problem = "", problem })
	case signaling.Open:
		return l.open(ctx, m)
	case signaling.Closed:
		if g := l.guest(m.Guest); g != nil {
			g.leave()
		}
	case signaling.Taken:
		if g := l.guest(m.Guest); g != nil {
			g.took(m.Bytes)
		}
	case signaling.Ask:
		return l.ask(ctx, m)
	}
	return nil // unknown types are a newer soul-server's
}

// open serves a guest.
func (l *line) open(ctx context.Context, m signaling.Control) error {
	g := newGuest(l, m)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.guests[m.Guest] != nil:
		return fmt.Errorf("%w: guest %d is opened twice", signaling.ErrProtocol, m.Guest)
	case len(l.guests) >= maxGuests:
		return fmt.Errorf("%w: more than %d guests", signaling.ErrProtocol, maxGuests)
	}
	l.guests[m.Guest] = g
	l.work.Go(func() { l.cfg.Serve(ctx, g) })
	return nil
}

// ask answers what a page asked over HTTP.
func (l *line) ask(ctx context.Context, m signaling.Control) error {
	if len(m.Path) > signaling.MaxPath {
		return fmt.Errorf("%w: a path of %d bytes", signaling.ErrProtocol, len(m.Path))
	}
	if l.asking.Add(1) > maxAsking {
		l.asking.Add(-1)
		l.say(signaling.Control{Type: signaling.Respond, ID: m.ID, Answer: &signaling.Response{Status: http.StatusServiceUnavailable}})
		return nil
	}
	l.work.Go(func() {
		defer l.asking.Add(-1)
		answer := l.cfg.Answer(ctx, m.Path, m.Token)
		l.say(signaling.Control{Type: signaling.Respond, ID: m.ID, Answer: &answer})
	})
	return nil
}

func (l *line) guest(number uint32) *Guest {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.guests[number]
}

// forget lets go of a guest that is gone.
func (l *line) forget(number uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.guests, number)
}

// deliver hands a frame to its guest.
func (l *line) deliver(f signaling.Frame) {
	if g := l.guest(f.Guest); g != nil {
		g.deliver(f)
	}
}
