package hosttest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"soul-jam/hostd/link"
	"soul-jam/hostd/link/relayed"
	"soul-jam/hostd/link/rtc"
	"soul-jam/relay/circuit"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
	"soul-jam/signaling/client"
	"soul-jam/signaling/server"
)

// Soul is a soul-server in this process, without pages.
type Soul struct {
	t    testing.TB
	URL  string
	mux  atomic.Pointer[http.ServeMux] // of the present run
	http *httptest.Server
	now  *server.Server
	dir  server.Directory
	p2p  *circuit.Relay // nil = no circuits
	all  atomic.Int64   // guests so far, where each comes from an address of its own; below 0: all from one

	mu    sync.Mutex // guards hosts
	hosts []net.Conn
}

// NewSoul starts one; it is stopped when the test ends.
func NewSoul(t testing.TB) *Soul {
	s := &Soul{t: t, dir: server.NewMemory()}
	s.all.Store(-1)
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if conn, ok := r.Context().Value(connKey{}).(net.Conn); ok && r.URL.Path == "/ws/host" {
			s.mu.Lock()
			s.hosts = append(s.hosts, conn)
			s.mu.Unlock()
		}
		s.mux.Load().ServeHTTP(w, r)
	}))
	s.http.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) }
	s.http.Start()
	s.URL = s.http.URL
	s.begin()
	t.Cleanup(func() {
		s.end()
		s.http.Close()
	})
	return s
}

// connKey finds a request's connection in its context.
type connKey struct{}

// DropHosts cuts the hosts off, as a network does that fails for a moment.
func (s *Soul) DropHosts() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.hosts {
		_ = c.Close()
	}
	s.hosts = nil
}

func (s *Soul) begin() {
	s.now = server.New(server.Config{Directory: s.dir, P2P: s.relays, Log: slog.New(slog.DiscardHandler)})
	mux, now := http.NewServeMux(), s.now
	mux.HandleFunc("GET /ws/host", func(w http.ResponseWriter, r *http.Request) { now.Host(w, r, server.Visitor{From: "host"}) })
	mux.HandleFunc("GET /ws/jam/{code}", func(w http.ResponseWriter, r *http.Request) {
		now.Guest(w, r, r.PathValue("code"), server.Visitor{From: s.from()})
	})
	mux.HandleFunc("GET /api/jam/sessions/{code}/introduction", func(w http.ResponseWriter, r *http.Request) {
		introduction, refusal := now.Introduction(r.PathValue("code"))
		if refusal != nil {
			http.Error(w, refusal.Message, refusal.Code.Status())
			return
		}
		if s.p2p != nil {
			introduction.P2P = s.p2p.Circuits(loopback)
		}
		_ = json.NewEncoder(w).Encode(introduction) // a visitor that is gone needs no answer
	})
	s.mux.Store(mux)
}

// from is what a host is told of a guest's address.
func (s *Soul) from() string {
	if s.all.Load() < 0 {
		return "somewhere"
	}
	return fmt.Sprint("somewhere else ", s.all.Add(1))
}

// Scattered lets every guest come from an address of its own.
func (s *Soul) Scattered() *Soul {
	s.all.Store(0)
	return s
}

const loopback = "127.0.0.1"

// Circuits lets this soul-server carry circuits of libp2p, too, for the hosts that come from now on.
func (s *Soul) Circuits() *Soul {
	s.t.Helper()
	key, err := identity.DrawHostKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	s.p2p, err = circuit.New(circuit.Config{Listen: loopback + ":0", Key: key, PerAddress: 32, Live: func(peer string) bool { return s.now.Live(peer) }})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := s.p2p.Close(); err != nil {
			s.t.Errorf("the circuit relay does not close well: %v", err)
		}
	})
	return s
}

func (s *Soul) relays(*http.Request) []string {
	if s.p2p == nil {
		return nil
	}
	return s.p2p.Addresses(loopback)
}

func (s *Soul) end() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.now.Close(ctx)
}

// Restart forgets all but who holds which code.
func (s *Soul) Restart() {
	s.end()
	s.begin()
}

// Page is a guest who came through a soul-server as our own page does: over a sealed pipe, and,
// when it asks for one, on a direct path.
type Page struct {
	*Client
	visit   *client.Visit
	signals chan signaling.Signal
	pin     string // the fingerprint in the bundle
	tried   int
}

// Sealed connects one, with the link's key or, by a typed code, without. It does not join.
func (w *World) Sealed(s *Soul, code string, key *identity.LinkKey) *Page {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	at, err := url.Parse(s.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	visit, err := client.Join(ctx, at, code, http.DefaultClient)
	if err != nil {
		w.t.Fatalf("visit the jam: %v", err)
	}
	p := &Page{visit: visit, signals: make(chan signaling.Signal, 100)}
	bundle, _, err := visit.Bundle.Open()
	if err != nil {
		w.t.Fatal(err)
	}
	p.pin = bundle.DTLS
	conn, err := relayed.Dial(ctx, visit, relayed.Meeting{Bundle: visit.Bundle, Nonce: visit.Nonce, Code: code, Link: key}, wire.MaxHostFrame, nil, p.signal)
	if err != nil {
		w.t.Fatalf("begin a pipe: %v", err)
	}
	p.Client = newClient(w.t, pump(conn, visit.Cut))
	return p
}

func (p *Page) signal(text []byte) {
	var m signaling.Signal
	if json.Unmarshal(text, &m) == nil {
		p.signals <- m
	}
}

// Direct opens a data channel to the host. It neither joins nor resumes on it.
func (p *Page) Direct() *Client {
	p.t.Helper()
	p.tried++
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	p.t.Cleanup(cancel)
	say := func(m signaling.Signal) {
		m.Attempt = p.tried
		text, err := json.Marshal(m)
		if err == nil {
			err = p.visit.Write(ctx, text, true)
		}
		if err != nil && ctx.Err() == nil {
			p.t.Errorf("signal: %v", err)
		}
	}
	g, err := rtc.NewGuest(rtc.GuestConfig{Fingerprint: p.pin, Limit: wire.MaxHostFrame, Loopback: true, Log: slog.New(slog.DiscardHandler)}, func(c *rtc.Candidate) {
		text, _ := json.Marshal(c)
		say(signaling.Signal{Type: signaling.Candidate, Candidate: text})
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(g.Close)
	offer, err := g.Offer()
	if err != nil {
		p.t.Fatal(err)
	}
	say(signaling.Signal{Type: signaling.Offer, SDP: offer})
	go p.listen(ctx, g)
	conn, err := g.Open(ctx)
	if err != nil {
		p.t.Fatalf("no direct path: %v", err)
	}
	return newClient(p.t, pump(conn, g.Close))
}

// listen hears the host's answer and candidates.
func (p *Page) listen(ctx context.Context, g *rtc.Guest) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-p.signals:
			var c *rtc.Candidate
			switch m.Type {
			case signaling.Answer:
				if err := g.Accept(m.SDP); err != nil {
					p.t.Errorf("the answer: %v", err)
				}
			case signaling.Candidate:
				if json.Unmarshal(m.Candidate, &c) == nil && c != nil {
					g.Candidate(*c)
				}
			case signaling.Declined:
				p.t.Errorf("the host says %q", m.Message)
			}
		}
	}
}

// pumped is a link that is read all the time, as a page reads.
type pumped struct {
	link.Conn
	cut    func()
	frames chan []byte
	err    error // of the reading; once frames is closed
}

func pump(c link.Conn, cut func()) *pumped {
	p := &pumped{Conn: c, cut: cut, frames: make(chan []byte, 1000)}
	go func() {
		defer close(p.frames)
		for {
			frame, err := c.Read(context.Background())
			if err != nil {
				p.err = err
				return
			}
			p.frames <- frame
		}
	}()
	return p
}

func (p *pumped) Read(ctx context.Context) ([]byte, error) {
	select {
	case frame, open := <-p.frames:
		if !open {
			return nil, p.err
		}
		return frame, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pumped) Cut() { p.cut() }
