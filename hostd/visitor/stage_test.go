package visitor

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"soul-jam/hostd/link"
	"soul-jam/hostd/link/linktest"
	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

const theCode = code.Code("HQRS-2K4M")

// someone is a host with a jam: its key, bundle and link.
type someone struct {
	peer   string
	bundle identity.SignedBundle
	link   identity.LinkKey
}

func newSomeone(t testing.TB, c code.Code) someone {
	t.Helper()
	key, err := identity.DrawHostKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	seal, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := identity.NewJoinSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := key.Bundle(identity.Bundle{Code: c.String(), Seal: base64.RawURLEncoding.EncodeToString(seal.PublicKey().Bytes())})
	return someone{peer: key.PeerID(), bundle: b, link: b.Link(secret)}
}

func (s someone) host(addrs ...string) host {
	return host{code: theCode, peer: s.peer, bundle: s.bundle, addrs: addrs}
}

// introduction is what its server answers.
func (s someone) introduction(p2p ...string) []byte {
	text, _ := json.Marshal(wire.Introduction{Bundle: s.bundle.Text, Signature: base64.RawURLEncoding.EncodeToString(s.bundle.Signature), P2P: p2p})
	return text
}

// stage is a visit and the host at the other end, without networks.
type stage struct {
	t      *testing.T
	host   someone
	visits *Visits
	visit  *Visit
	run    chan error
	end    context.CancelFunc
	calls  chan *hostEnd // calls that the visit made
	direct chan *hostEnd // better paths, given by the test

	mu   sync.Mutex // guards what follows
	path wire.Path  // of the next calls
	no   error      // what the introduction says instead
	now  someone    // who is introduced
}

// newStage makes a visit that has not begun.
func newStage(t *testing.T) *stage {
	t.Helper()
	visits, err := OpenVisits(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return newStageAt(t, newSomeone(t, theCode), visits)
}

func newStageAt(t *testing.T, who someone, visits *Visits) *stage {
	s := &stage{t: t, host: who, now: who, visits: visits, calls: make(chan *hostEnd), direct: make(chan *hostEnd), path: wire.PathLAN, run: make(chan error, 1)}
	origin, _ := url.Parse("http://host.example")
	s.visit = New(Config{Target: Target{Code: theCode, Origin: origin}, Name: "Vera", Visits: visits, Native: s, Log: slog.New(slog.DiscardHandler)})
	s.visit.ask = func(context.Context, *url.URL, code.Code) (host, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.now.host("/ip4/192.0.2.1/tcp/1"), s.no
	}
	return s
}

// start runs the visit until the test ends.
func (s *stage) start() *stage {
	ctx, end := context.WithCancel(context.Background())
	s.end = end
	s.t.Cleanup(end)
	go func() { s.run <- s.visit.Run(ctx) }()
	return s
}

func (s *stage) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *stage) PeerID() string { return "12D3KooWVisitor" }

// Call is answered by whoever takes from calls.
func (s *stage) Call(ctx context.Context, c Call) (Conn, error) {
	s.mu.Lock()
	h, conn := s.pipe(s.path)
	s.mu.Unlock()
	if c.Peer != s.host.peer {
		return nil, ErrWrongHost
	}
	select {
	case s.calls <- h:
		return conn, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *stage) Direct(ctx context.Context, _ Call) (Conn, error) {
	h, conn := s.pipe(wire.PathDirect)
	select {
	case s.direct <- h:
		return conn, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type pathed struct {
	link.Conn
	path wire.Path
}

func (p pathed) Path() wire.Path { return p.path }

func (s *stage) pipe(path wire.Path) (*hostEnd, Conn) {
	a, b := linktest.Pipe(wire.MaxHostFrame)
	return &hostEnd{t: s.t, Conn: a}, pathed{b, path}
}

// answer takes the next call.
func (s *stage) answer() *hostEnd {
	s.t.Helper()
	return take(s.t, s.calls, "a call")
}

// take waits for something for as long as a visit may take for anything but a long rest.
func take[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v, open := <-from:
		if !open {
			t.Fatalf("there is no more of %s", what)
		}
		return v
	case <-time.After(time.Minute):
		t.Fatalf("%s does not come", what)
		panic("unreachable")
	}
}

// hostEnd is the host's side of a connection.
type hostEnd struct {
	t *testing.T
	link.Conn
	ctx  context.Context
	stop context.CancelFunc
}

// hears reads the next command, which has to be of that type.
func (h *hostEnd) hears(kind string) map[string]any {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	frame, err := h.Read(ctx)
	if err != nil {
		h.t.Fatalf("%s does not come: %v", kind, err)
	}
	var m map[string]any
	if err := json.Unmarshal(frame, &m); err != nil || m["type"] != kind {
		h.t.Fatalf("heard %s, want %s", frame, kind)
	}
	return m
}

// says sends messages in one frame.
func (h *hostEnd) says(messages ...string) {
	h.t.Helper()
	frame := strings.Join(messages, ",")
	if len(messages) > 1 {
		frame = "[" + frame + "]"
	}
	if err := h.Write(context.Background(), []byte(frame)); err != nil {
		h.t.Fatalf("cannot say %s: %v", frame, err)
	}
}

// bye says goodbye as hosts do.
func (h *hostEnd) bye(code wire.CloseCode) {
	h.t.Helper()
	text, _ := wire.Encode(wire.ByeFor(code), 0)
	h.says(string(text))
	_ = h.Close(int(code), code.Reason())
}

// cut breaks the connection off.
func (h *hostEnd) cut() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for {
		if _, err := h.Read(ctx); err != nil {
			return
		}
	}
}

// listens answers signs of life while the test does something else; the words it hears come by the channel.
func (h *hostEnd) listens() <-chan string {
	heard := make(chan string, 1000)
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.t.Cleanup(h.stop)
	go func() {
		defer close(heard)
		for {
			frame, err := h.Read(h.ctx)
			if err != nil {
				return
			}
			heard <- string(frame)
		}
	}()
	return heard
}

// joined and resumed are the host's answers.
func joined(token string, seq int) string {
	return fmt.Sprintf(`{"type":"joined","session":{"seq":%d,"participants":[{"display_name":"Hanna","role":"host"}]},"participant_id":"p1","resume_token":%q,"server_time_ms":1}`, seq, token)
}

func resumed(token string, seq int, events ...string) string {
	return fmt.Sprintf(`{"type":"resumed","seq":%d,"events":[%s],"resume_token":%q}`, seq, strings.Join(events, ","), token)
}

func event(seq int) string { return fmt.Sprintf(`{"type":"chat_message","seq":%d,"message":"n"}`, seq) }

// seated answers the first call and gives the seat with token t1 and seq 10.
func (s *stage) seated() *hostEnd {
	s.t.Helper()
	h := s.answer()
	h.hears("join_request")
	h.says(joined("t1", 10))
	s.line(Joined)
	return h
}

// line reads updates until the line is in that state, and gives it.
func (s *stage) line(want State) Line {
	s.t.Helper()
	for {
		u := take(s.t, s.visit.Updates(), fmt.Sprintf("state %s", want))
		if u.Line != nil && u.Line.State == want {
			return *u.Line
		}
	}
}

// message reads updates until a message of that type, and gives it.
func (s *stage) message(kind string) string {
	s.t.Helper()
	for {
		u := take(s.t, s.visit.Updates(), kind)
		if u.Message != nil && strings.Contains(string(u.Message), `"type":"`+kind+`"`) {
			return string(u.Message)
		}
	}
}

// over waits until Run is over, and gives its error and the last line.
func (s *stage) over() (last Line, err error) {
	s.t.Helper()
	for u := range s.visit.Updates() {
		if u.Line != nil {
			last = *u.Line
		}
	}
	return last, take(s.t, s.run, "the end of the visit")
}

// refused holds that the visit is over with a sentence.
func (s *stage) refused(code wire.CloseCode, says string) {
	s.t.Helper()
	last, err := s.over()
	var e *Ended
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Said, says) || last.State != Over || last.Said != e.Said {
		s.t.Errorf("over with %#v and line %+v, want %d %q", err, last, code, says)
	}
}

func (s *stage) known() Known {
	s.t.Helper()
	k, err := s.visits.Of(s.host.peer)
	if err != nil {
		s.t.Fatal(err)
	}
	return k
}
