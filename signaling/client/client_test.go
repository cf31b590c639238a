package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/shared/identity"
	"soul-jam/signaling"
)

// patience bounds what should happen at once, on a loaded machine.
const patience = 20 * time.Second

// soul is a soul-server that a test plays by hand: each connection of the host comes to it proven.
type soul struct {
	t     *testing.T
	url   *url.URL
	lines chan *websocket.Conn
	p2p   []string // told in the welcome
}

func newSoul(t *testing.T) *soul {
	s := &soul{t: t, lines: make(chan *websocket.Conn, 10)}
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{signaling.HostProtocol}})
		if err != nil {
			t.Error(err)
			return
		}
		ws.SetReadLimit(-1)
		nonce := bytes.Repeat([]byte{7}, signaling.NonceSize)
		s.say(ws, signaling.Control{Type: signaling.Challenge, V: signaling.Version, Nonce: nonce})
		proof := s.hear(ws)
		if proof.Type == "over" {
			return // the test has ended
		}
		if !identity.Signed(proof.Key, signaling.Proof(r.Host, nonce), proof.Signature) {
			t.Error("the host proves nothing")
		}
		s.say(ws, signaling.Control{Type: signaling.Welcome, ICE: []signaling.ICE{{URLs: []string{"stun:x"}}}, P2P: s.p2p})
		s.lines <- ws
		<-over
		_ = ws.CloseNow()
	}))
	t.Cleanup(func() {
		close(over)
		server.Close()
	})
	var err error
	if s.url, err = url.Parse(server.URL); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *soul) say(ws *websocket.Conn, c signaling.Control) {
	if err := ws.Write(s.t.Context(), websocket.MessageText, c.Encode()); err != nil && s.t.Context().Err() == nil {
		s.t.Errorf("say %s: %v", c.Type, err)
	}
}

// hear gives the next control frame, leaving frames of guests out.
func (s *soul) hear(ws *websocket.Conn) signaling.Control {
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	for {
		kind, frame, err := ws.Read(ctx)
		if err != nil {
			return signaling.Control{Type: "over"}
		}
		if kind == websocket.MessageText {
			c, err := signaling.DecodeControl(frame)
			if err != nil {
				s.t.Error(err)
			}
			return c
		}
	}
}

// host is a client whose guests and state the test holds.
type host struct {
	*Client
	guests chan *Guest

	mu     sync.Mutex // guards what follows
	state  State
	nonces [][]byte
}

func (s *soul) host(state State) *host {
	seed, err := identity.New(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	key, err := identity.NewHostKey(seed)
	if err != nil {
		s.t.Fatal(err)
	}
	h := &host{guests: make(chan *Guest, 10), state: state}
	h.Client = New(Config{
		URL: s.url, Key: key, Entropy: rand.Reader, HTTP: http.DefaultClient, Log: slog.New(slog.DiscardHandler),
		State: func() State {
			h.mu.Lock()
			defer h.mu.Unlock()
			return h.state
		},
		Nonce: func(n []byte) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.nonces = append(h.nonces, n)
		},
		Serve: func(ctx context.Context, g *Guest) {
			h.guests <- g
			select {
			case <-g.Gone():
			case <-ctx.Done():
			}
		},
		Answer: func(_ context.Context, path, token string) signaling.Response {
			return signaling.Response{Status: 200, Body: []byte(path + " " + token)}
		},
	})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.Run(ctx)
	}()
	s.t.Cleanup(func() {
		stop()
		<-done
	})
	return h
}

func (h *host) change(change func(*State)) {
	h.mu.Lock()
	change(&h.state)
	h.mu.Unlock()
	h.Changed()
}

func name(text string) *string { return &text }

func TestSoulServerIsToldWhatChanges(t *testing.T) {
	s := newSoul(t)
	jam := &Jam{Code: "HQRS-2K4M", Bundle: identity.SignedBundle{Text: "{}", Signature: []byte("x")}}
	h := s.host(State{Jam: jam, Summary: signaling.Landing{Name: name("One")}, Ended: map[string]string{"AAAA-2222": "host"}})
	ws := <-s.lines
	first, second := s.hear(ws), s.hear(ws)
	if first.Type != signaling.Release || first.Code != "AAAA-2222" || first.Reason != "host" {
		t.Errorf("first came %+v", first)
	}
	h.mu.Lock()
	fresh := len(h.nonces) == 1 && bytes.Equal(h.nonces[0], second.Nonce)
	h.mu.Unlock()
	if second.Type != signaling.Claim || second.Code != jam.Code || second.Bundle != "{}" || !fresh || *second.Summary.Name != "One" {
		t.Errorf("then came %+v", second)
	}
	s.say(ws, signaling.Control{Type: signaling.Claimed, Code: jam.Code})
	h.change(func(st *State) { st.Summary.Name = name("Two") })
	if m := s.hear(ws); m.Type != signaling.Publish || *m.Summary.Name != "Two" {
		t.Errorf("after a change came %+v", m)
	}
	h.Changed() // nothing has changed: nothing is told
	h.Renew()
	if m := s.hear(ws); m.Type != signaling.Publish || len(m.Nonce) != signaling.NonceSize || bytes.Equal(m.Nonce, second.Nonce) {
		t.Errorf("for a worn nonce came %+v", m)
	}
	h.change(func(st *State) { st.Jam, st.Ended = nil, map[string]string{"AAAA-2222": "host", "HQRS-2K4M": "empty"} })
	if m := s.hear(ws); m.Type != signaling.Release || m.Code != "HQRS-2K4M" || m.Reason != "empty" {
		t.Errorf("after the end came %+v", m)
	}
	if st := h.Status(); !st.Connected || st.Claimed != jam.Code || st.Problem != "" || len(st.ICE) != 1 {
		t.Errorf("the status is %+v", st)
	}
	// A new connection is told everything anew.
	_ = ws.CloseNow()
	ws = <-s.lines
	if m := s.hear(ws); m.Type != signaling.Release {
		t.Errorf("on a new connection came %+v", m)
	}
}

func TestWriteWaitsWhileTheGuestTakesNothing(t *testing.T) {
	s := newSoul(t)
	h := s.host(State{})
	ws := <-s.lines
	s.say(ws, signaling.Control{Type: signaling.Open, Guest: 5, Plain: true, From: "f", Seat: "there"})
	g := <-h.guests
	if g.Seat() != "there" || !g.Plain() || g.From() != "f" {
		t.Errorf("the guest is %+v", g)
	}
	frame := make([]byte, 50_000)
	written := 0
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err := g.Write(ctx, frame, false)
		cancel()
		if err != nil {
			break
		}
		written += len(frame)
	}
	if written == 0 || written > signaling.Window {
		t.Errorf("%d bytes are under way to a guest that takes nothing", written)
	}
	s.say(ws, signaling.Control{Type: signaling.Taken, Guest: 5, Bytes: written})
	if err := g.Write(t.Context(), make([]byte, signaling.MaxHostFrame), true); err != nil {
		t.Errorf("a large frame when nothing is under way: %v", err)
	}
	blocked := make(chan error, 1)
	go func() { blocked <- g.Write(context.Background(), frame, false) }()
	s.say(ws, signaling.Control{Type: signaling.Closed, Guest: 5})
	if err := <-blocked; !errors.Is(err, ErrGone) {
		t.Errorf("when the guest went, the writer was told %v", err)
	}
	if _, _, err := g.Read(t.Context()); !errors.Is(err, ErrGone) {
		t.Errorf("and the reader %v", err)
	}
}

func TestFramesKeepTheirOrderAndGuest(t *testing.T) {
	s := newSoul(t)
	h := s.host(State{})
	ws := <-s.lines
	var guests []*Guest
	for n := uint32(1); n <= 2; n++ {
		s.say(ws, signaling.Control{Type: signaling.Open, Guest: n})
		guests = append(guests, <-h.guests)
	}
	var batch []byte
	for i := range 40 {
		batch = signaling.AppendFrame(batch, signaling.Frame{Guest: uint32(i%2 + 1), Text: i%4 < 2, Data: []byte{byte(i)}})
	}
	batch = signaling.AppendFrame(batch, signaling.Frame{Guest: 99, Data: []byte("of nobody")})
	if err := ws.Write(t.Context(), websocket.MessageBinary, batch); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		frame, text, err := guests[i%2].Read(t.Context())
		if err != nil || text != (i%4 < 2) || len(frame) != 1 || frame[0] != byte(i) {
			t.Fatalf("of frame %d came %v, text %v, %v", i, frame, text, err)
		}
	}
	s.say(ws, signaling.Control{Type: signaling.Ask, ID: 4, Path: "search?q=x", Token: "secret"})
	if m := s.hear(ws); m.Type != signaling.Respond || m.ID != 4 || string(m.Answer.Body) != "search?q=x secret" {
		t.Errorf("to a question came %+v", m)
	}
	guests[0].Seated("here")
	if m := s.hear(ws); m.Type != signaling.Seated || m.Guest != 1 || m.Seat != "here" {
		t.Errorf("after sitting down came %+v", m)
	}
	// A guest that sends more than anybody reads is closed; the other goes on.
	var flood []byte
	for range inboxFrames + 1 {
		flood = signaling.AppendFrame(flood, signaling.Frame{Guest: 1, Data: []byte("x")})
	}
	if err := ws.Write(t.Context(), websocket.MessageBinary, flood); err != nil {
		t.Fatal(err)
	}
	if m := s.hear(ws); m.Type != signaling.Close || m.Guest != 1 || m.CloseCode != 4001 {
		t.Errorf("after a flood came %+v", m)
	}
	if err := guests[1].Write(t.Context(), []byte("y"), true); err != nil {
		t.Errorf("the other guest: %v", err)
	}
}

// TestHostileSoulServer: what it must not send makes the host hang up.
func TestHostileSoulServer(t *testing.T) {
	long := strings.Repeat("x", signaling.MaxPath+1)
	open := string(signaling.Control{Type: signaling.Open, Guest: 1}.Encode())
	for _, texts := range [][]string{{""}, {"{"}, {"[]"}, {open + "{}"}, {`{"type":"open","guest":-1}`}, {`{"type":"request","path":"` + long + `"}`}, {open, open}} {
		s := newSoul(t)
		s.host(State{})
		ws := <-s.lines
		for _, text := range texts {
			if err := ws.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		if m := s.hear(ws); m.Type != "over" {
			t.Errorf("after %.40q came %+v", texts, m)
		}
	}
	for _, binary := range [][]byte{{1}, {0, 0, 0, 1, 9, 0, 0, 0, 0}, signaling.AppendFrame(nil, signaling.Frame{Data: make([]byte, signaling.MaxGuestFrame+1)})} {
		s := newSoul(t)
		s.host(State{})
		ws := <-s.lines
		if err := ws.Write(t.Context(), websocket.MessageBinary, binary); err != nil {
			t.Fatal(err)
		}
		if m := s.hear(ws); m.Type != "over" {
			t.Errorf("after % x came %+v", binary[:1], m)
		}
	}
	s := newSoul(t)
	s.host(State{})
	ws := <-s.lines
	// What it may well say of people who are not there, or in a newer version.
	for _, m := range []signaling.Control{{Type: signaling.Closed, Guest: 3}, {Type: signaling.Taken, Guest: 3, Bytes: -5}, {Type: "dance"}, {Type: signaling.Refused, Code: "x"}} {
		s.say(ws, m)
	}
	s.say(ws, signaling.Control{Type: signaling.Ask, ID: 1, Path: "x"})
	if m := s.hear(ws); m.Type != signaling.Respond {
		t.Errorf("after all that came %+v", m)
	}
}

// TestHostRemembersNobodyWhoIsGone: whoever closed.
func TestHostRemembersNobodyWhoIsGone(t *testing.T) {
	s := newSoul(t)
	h := s.host(State{})
	ws := <-s.lines
	var l *line
	for n := uint32(1); n <= 100; n++ {
		s.say(ws, signaling.Control{Type: signaling.Open, Guest: n})
		g := <-h.guests
		l = g.line
		if n%2 == 0 {
			s.say(ws, signaling.Control{Type: signaling.Closed, Guest: n})
			<-g.Gone()
		} else if err := g.Close(4000, ""); err != nil {
			t.Error(err)
		}
	}
	for range 50 {
		s.hear(ws) // the closes
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.guests) != 0 {
		t.Errorf("%d guests are remembered", len(l.guests))
	}
}

func TestTooManyGuestsAreNoJam(t *testing.T) {
	s := newSoul(t)
	h := s.host(State{})
	ws := <-s.lines
	go func() {
		for range h.guests {
		}
	}()
	for n := range uint32(maxGuests + 1) {
		_ = ws.Write(t.Context(), websocket.MessageText, signaling.Control{Type: signaling.Open, Guest: n + 1}.Encode())
	}
	if m := s.hear(ws); m.Type != "over" {
		t.Errorf("after %d guests came %+v", maxGuests+1, m)
	}
	if st := h.Status(); st.Connected && !strings.Contains(st.Problem, "guests") {
		t.Logf("the status is %+v", st) // it dials again
	}
}

// TestWhatWaitsIsSentBeforeTheHostStops: the guests' goodbyes are among it.
func TestWhatWaitsIsSentBeforeTheHostStops(t *testing.T) {
	s := newSoul(t)
	seed, err := identity.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := identity.NewHostKey(seed)
	if err != nil {
		t.Fatal(err)
	}
	guests := make(chan *Guest, 1)
	c := New(Config{
		URL: s.url, Key: key, Entropy: rand.Reader, HTTP: http.DefaultClient, Log: slog.New(slog.DiscardHandler),
		State: func() State { return State{} }, Nonce: func([]byte) {},
		Serve: func(_ context.Context, g *Guest) { guests <- g },
	})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Run(ctx)
	}()
	ws := <-s.lines
	s.say(ws, signaling.Control{Type: signaling.Open, Guest: 1})
	g := <-guests
	for range 30 {
		if err := g.Write(t.Context(), make([]byte, 5000), true); err != nil {
			t.Fatal(err)
		}
	}
	_ = g.Close(4000, "restarting")
	stop()
	bytes := 0
	for closed := false; !closed; {
		kind, frame, err := ws.Read(t.Context())
		if err != nil {
			t.Fatalf("after %d bytes: %v", bytes, err)
		}
		if kind == websocket.MessageBinary {
			bytes += len(frame)
			continue
		}
		m, err := signaling.DecodeControl(frame)
		closed = err == nil && m.Type == signaling.Close && m.Guest == 1
	}
	if bytes < 30*5000 {
		t.Errorf("only %d bytes came", bytes)
	}
	_, _, _ = ws.Read(t.Context()) // its goodbye, answered by reading it
	<-done
}

func TestPausesAreJittered(t *testing.T) {
	seen := map[time.Duration]bool{}
	for failures := range 40 {
		for range 50 {
			p := pause(failures)
			if p < shortest || p > longest {
				t.Fatalf("a pause of %v after %d failures", p, failures)
			}
			if failures == 0 && p > 2*shortest {
				t.Fatalf("the first pause is %v", p)
			}
			seen[p] = true
		}
	}
	if len(seen) < 1000 {
		t.Errorf("%d pauses of 2000 differ", len(seen))
	}
}

func TestRefusalsOfVisits(t *testing.T) {
	said := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{signaling.SignalProtocol}})
		if err != nil {
			t.Error(err)
			return
		}
		_ = ws.Write(r.Context(), websocket.MessageText, []byte(<-said))
		_ = ws.Close(4503, "")
	}))
	defer server.Close()
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"type":"error","code":"host_offline","message":"The host is away"}`: "host_offline",
		`{"type":"bye","code":4503}`:                                          "not introduced",
		`{`:                                                                   "not introduced",
		`{"type":"host","bundle":"{}","signature":"!","nonce":"AAAA"}`: "not introduced",
	} {
		said <- text
		if v, err := Join(t.Context(), at, "HQRS-2K4M", http.DefaultClient); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v %v", text, v, err)
		}
	}
	meet, err := json.Marshal(signaling.NewMeet(identity.SignedBundle{Text: "{}", Signature: []byte("s")}, []byte("0123456789abcdef"), nil))
	if err != nil {
		t.Fatal(err)
	}
	said <- string(meet)
	v, err := Join(t.Context(), at, "HQRS-2K4M", http.DefaultClient)
	if err != nil || v.Bundle.Text != "{}" || string(v.Nonce) != "0123456789abcdef" {
		t.Errorf("introduced: %+v, %v", v, err)
	}
	_ = v.Close(4000, "")
}
