// Package remote serves the guests who come through a soul-server: each is a
// signaling/client.Guest, whose frames are the sealed pipe of hostd/link/relayed or the jam's
// messages in plain text, and whose offers hostd/link/rtc answers. From there on a guest is
// one like any other, served by hostd/guest.
//
//	meeting.go     where a jam's guests come in   guest.go  one guest's socket
//	call.go        its data channels              ask.go    what its page asks over HTTP
package remote

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"soul-jam/hostd/guest"
	"soul-jam/hostd/invitation"
	"soul-jam/hostd/link/rtc"
	"soul-jam/hostd/session"
	"soul-jam/shared/identity"
	"soul-jam/signaling/client"
)

// Config of the part; every field is needed but WebRTC, HTTP and Listen.
type Config struct {
	// URL of the soul-server.
	URL *url.URL
	// Key is the host's own.
	Key   identity.HostKey
	House *session.House
	Door  *guest.Door
	// Book has the invitation of the running jam.
	Book *invitation.Book
	// Pages answers what soul-server is asked over HTTP and does not know: api.Remote.
	Pages http.Handler
	// WebRTC is the address of the guests' direct paths, UDP and TCP; "" = nobody gets one.
	WebRTC string
	// MaxCalls is how many data channels there may be at once; 0 = 256.
	MaxCalls int
	// MDNS lets the host ask the LAN for the names behind which browsers hide their addresses there.
	MDNS bool
	// Loopback: direct paths on this very machine, for tests.
	Loopback bool
	// HTTP reaches the soul-server; nil = the system's network. For tests.
	HTTP *http.Client
	// Listen opens what data channels come in by; nil = rtc.Listen on the system's network. For tests.
	Listen  func(rtc.Config) (*rtc.Host, error)
	Entropy io.Reader
	Log     *slog.Logger
}

// Remote is the host's part in meeting guests from elsewhere.
type Remote struct {
	cfg    Config
	client *client.Client
	knocks *guest.Paces
	guests sync.WaitGroup  // being served, on whatever path; see enter
	ctx    context.Context // of Run: a direct path lives as long as it, whatever becomes of the soul-server

	mu       sync.Mutex // guards what follows
	meeting  *meeting
	stopping bool // nobody is served any more
}

// New makes the part; Run brings it to life.
func New(cfg Config) *Remote {
	if cfg.HTTP == nil {
		cfg.HTTP = http.DefaultClient
	}
	if cfg.Listen == nil {
		cfg.Listen = rtc.Listen
	}
	r := &Remote{cfg: cfg, knocks: &guest.Paces{Burst: knocksAtOnce, Every: knockEvery}}
	r.client = client.New(client.Config{
		URL: cfg.URL, Key: cfg.Key, State: r.state, Nonce: r.renew, Serve: r.serve, Answer: r.answer,
		Entropy: cfg.Entropy, HTTP: cfg.HTTP, Log: cfg.Log,
	})
	return r
}

const (
	// newsEvery: what the landing page shows is told to soul-server this often at most.
	newsEvery = 250 * time.Millisecond
	// goodbyeWithin: guests who have not had their bye after this are left.
	goodbyeWithin = 2 * time.Second
)

// Run serves until ctx is over and everyone has had their bye.
func (r *Remote) Run(ctx context.Context) {
	r.ctx = ctx
	// The connection outlives the guests on it, so that they can be told.
	line, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	var parts sync.WaitGroup
	parts.Go(func() { r.client.Run(line) })
	parts.Go(func() { r.follow(ctx) })
	<-ctx.Done()
	r.mu.Lock()
	r.stopping = true
	r.mu.Unlock()
	done := make(chan struct{})
	go func() {
		r.guests.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(goodbyeWithin):
		r.cfg.Log.Warn("some guests from elsewhere did not take their goodbye")
	}
	hangUp()
	parts.Wait()
	r.retire(nil)
}

// follow passes on what the landing page shows: a new jam at once, the rest now and then. The end of one too: the
// soul-server sends everyone away when it hears of it, and they should have the host's own goodbye before.
func (r *Remote) follow(ctx context.Context) {
	told := ""
	var due <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.cfg.House.Landed():
			if session := r.cfg.House.View().SessionID; session != told && session != "" {
				told = session
				r.client.Changed()
			} else if due == nil {
				due = time.After(newsEvery)
			}
		case <-due:
			due = nil
			r.client.Changed()
		}
	}
}

// enter counts somebody who is being served in; ok is false when the host stops. leave must be called once then.
func (r *Remote) enter() (leave func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopping {
		return nil, false
	}
	r.guests.Add(1)
	return r.guests.Done, true
}

// Claimed waits until the soul-server knows that code as this host's, for as long as ctx allows.
func (r *Remote) Claimed(ctx context.Context, shareCode string) error {
	return r.client.Claimed(ctx, shareCode)
}

// state is what soul-server should know now.
func (r *Remote) state() client.State {
	v := r.cfg.House.View()
	s := client.State{Ended: map[string]string{}}
	for code, reason := range v.Ended(r.cfg.House.Now()) {
		s.Ended[code] = string(reason)
	}
	if v.SessionID == "" {
		return s
	}
	m, err := r.meet(v)
	if err != nil {
		r.cfg.Log.Error("the jam has no link for guests from elsewhere", "error", err)
		return s
	}
	s.Jam, s.Summary = &client.Jam{Code: v.ShareCode, Bundle: m.Bundle}, v.Landing
	return s
}

// Status tells how things stand with soul-server.
func (r *Remote) Status() client.Status { return r.client.Status() }

// Relays are the multiaddrs of soul-server's circuit relay, nil while no jam runs; whether soul-server knows the jam as this
// host's now; and what is closed when any of it may have changed.
func (r *Remote) Relays() (circuit []string, known bool, changed <-chan struct{}) {
	status, news := r.client.News()
	if r.cfg.House.View().SessionID == "" {
		return nil, false, news
	}
	return status.P2P, status.Claimed != "", news
}
