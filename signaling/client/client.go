// Package client is a host's end of signaling: it keeps one outgoing WebSocket to a
// soul-server, proves the host's key, claims the running jam's code, and hands every remote
// guest to Serve as a [Guest], which carries frames. It reconnects for as long as it runs.
package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"soul-jam/shared/identity"
	"soul-jam/signaling"
)

// Jam is what a host claims a code for.
type Jam struct {
	Code   string
	Bundle identity.SignedBundle
}

// State is what soul-server should know now.
type State struct {
	Jam     *Jam // nil = no jam runs
	Summary signaling.Landing
	// Ended are codes of jams that ended lately, with the reason: soul-server keeps their tombstones.
	Ended map[string]string
}

// Config of a client; every field is needed but HTTP.
type Config struct {
	// URL of the soul-server, such as https://soul.example.
	URL *url.URL
	Key identity.HostKey
	// State is asked after each Changed and whenever the connection is made.
	State func() State
	// Nonce is told what counts from now on for hellos of guests, before any comes.
	Nonce func(nonce []byte)
	// Serve talks with one guest and returns when it is over; ctx ends with the connection to soul-server.
	Serve func(ctx context.Context, g *Guest)
	// Answer answers what a page asked over HTTP.
	Answer  func(ctx context.Context, path, token string) signaling.Response
	Entropy io.Reader
	HTTP    *http.Client
	Log     *slog.Logger
}

// Status is how things stand with soul-server.
type Status struct {
	Connected bool
	// Claimed is the code that soul-server knows as this host's; "" = none.
	Claimed string
	ICE     []signaling.ICE
	// P2P are the multiaddrs of soul-server's circuit relay as it said last, none when it has none. They are its words:
	// whoever dials them reads them as anything from outside.
	P2P []string
	// Problem is a sentence for the host, "" when all is well.
	Problem string
}

// Client is one host at one soul-server.
type Client struct {
	cfg     Config
	changed chan struct{}
	worn    atomic.Bool // the nonce

	mu     sync.Mutex // guards what follows
	status Status
	news   chan struct{} // closed when the status changes
}

// New makes a client that does nothing until Run.
func New(cfg Config) *Client {
	return &Client{cfg: cfg, changed: make(chan struct{}, 1), news: make(chan struct{}), status: Status{Problem: "The soul-server is being called"}}
}

// Changed has State asked again soon.
func (c *Client) Changed() {
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// Renew has a new nonce drawn, and told to Nonce, soul-server and the pages.
func (c *Client) Renew() {
	c.worn.Store(true)
	c.Changed()
}

// Status tells how things stand.
func (c *Client) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// News tells how things stand, and gives what is closed when they have changed.
func (c *Client) News() (Status, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status, c.news
}

func (c *Client) set(change func(*Status)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.status)
	close(c.news)
	c.news = make(chan struct{})
}

// Claimed waits until soul-server knows that code as this host's, or ctx is over.
func (c *Client) Claimed(ctx context.Context, code string) error {
	for {
		status, news := c.News()
		if status.Claimed == code {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

const (
	// dialWithin bounds dialling and proving.
	dialWithin = 15 * time.Second
	// shortest and longest wait before the next try, with full jitter between them: a thousand hosts must not come back at once.
	shortest = 200 * time.Millisecond
	longest  = 5 * time.Second
	// yields: another hostd with the same key has taken the place; it is not fought for.
	yields = 30 * time.Second
	// steady: a connection that held for this long starts the waits anew.
	steady = 10 * time.Second
)

// errReplaced: a newer connection with the same key.
var errReplaced = errors.New("another hostd with the same key is connected to the soul-server")

// Run keeps the connection until ctx is over.
func (c *Client) Run(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; failures++ {
		began := time.Now()
		err := c.connection(ctx)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > steady {
			failures = 0
		}
		problem := "The soul-server cannot be reached, so guests from elsewhere cannot come: " + plainly(err)
		c.set(func(s *Status) { *s = Status{ICE: s.ICE, P2P: s.P2P, Problem: problem} })
		c.cfg.Log.Warn("no connection to the soul-server", "error", err, "tries", failures+1)
		wait := pause(failures)
		if errors.Is(err, errReplaced) {
			wait = yields
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

// pause is anywhere between the shortest wait and a limit that doubles with each failure.
func pause(failures int) time.Duration {
	limit := min(longest, 2*shortest<<min(failures, 10))
	return shortest + rand.N(limit-shortest) //nolint:gosec // jitter needs no secrecy
}

// plainly is what a person reads of an error.
func plainly(err error) string {
	if err == nil {
		return "it closed the connection"
	}
	text := err.Error()
	if i := strings.LastIndex(text, "\n"); i >= 0 {
		text = text[:i]
	}
	return text
}

// connection is one WebSocket from dialling to its end.
func (c *Client) connection(ctx context.Context) error {
	ws, err := c.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = ws.CloseNow() }()
	l := newLine(c.cfg, ws)
	if err := l.prove(ctx); err != nil {
		return asReplaced(err)
	}
	c.set(func(s *Status) { *s = Status{Connected: true, ICE: l.welcome.ICE, P2P: l.welcome.P2P} })
	c.cfg.Log.Info("connected to the soul-server", "url", c.cfg.URL.String())
	// When ctx ends, what waits is still sent: the guests' goodbyes are among it.
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	unwatch := context.AfterFunc(ctx, func() {
		l.out.finish()
		time.AfterFunc(finishWithin, stop)
	})
	defer unwatch()
	return asReplaced(l.run(working, c))
}

// finishWithin: what waits when the host stops is sent within this, or never.
const finishWithin = time.Second

func asReplaced(err error) error {
	if websocket.CloseStatus(err) == 4002 {
		return errReplaced
	}
	return err
}

func (c *Client) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, c.cfg.URL.JoinPath("/ws/host").String(), &websocket.DialOptions{ //nolint:bodyclose // the library closes it
		HTTPClient: c.cfg.HTTP, Subprotocols: []string{signaling.HostProtocol}, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, err
	}
	if ws.Subprotocol() != signaling.HostProtocol {
		_ = ws.CloseNow()
		return nil, fmt.Errorf("%s is no soul-server", c.cfg.URL)
	}
	ws.SetReadLimit(signaling.MaxCarried + signaling.MaxBatch)
	return ws, nil
}
