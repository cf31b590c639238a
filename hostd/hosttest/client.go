package hosttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/hostd/link"
	"soul-jam/shared/wire"
)

// Message is one that the host sent.
type Message struct {
	Type string
	Seq  uint64 // 0 = not an event
	Raw  json.RawMessage
}

// Into reads the message's fields.
func (m Message) Into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(m.Raw, v); err != nil {
		t.Fatalf("%s: %v", m.Raw, err)
	}
}

// Client is one person on one connection.
type Client struct {
	t    testing.TB
	name string
	conn conn

	// ID is the participant id, Resume the newest resume token, LastSeq the newest
	// event that was read: what a page holds.
	ID, Resume string
	LastSeq    uint64
	// Seen is every message read so far.
	Seen []Message

	waiting []Message
	closed  error // what ended the connection
	asked   int
	// answered is how much of Seen had been read when an id was answered last: the same id may be asked again.
	answered map[string]int
}

// Dial connects to the jam of a code on one face without joining.
func (w *World) Dial(face, code string) *Client {
	w.t.Helper()
	c, status, err := w.TryDial(face, code)
	if err != nil {
		w.t.Fatalf("connect to %s: %v (%d)", face, err, status)
	}
	return c
}

// TryDial is Dial with headers (name, value, …; Host is one of them) for tests of
// what is refused. status is the one of HTTP, 0 when there was no answer.
func (w *World) TryDial(face, code string, header ...string) (c *Client, status int, err error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	options := &websocket.DialOptions{
		Subprotocols: []string{"jam.v1"}, HTTPHeader: http.Header{},
		HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			options.Host = header[i+1]
			continue
		}
		options.HTTPHeader.Add(header[i], header[i+1])
	}
	conn, res, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(face, "http")+"/ws/jam/"+code, options) //nolint:bodyclose // the library closes it
	if res != nil {
		status = res.StatusCode
	}
	if err != nil {
		return nil, status, err
	}
	conn.SetReadLimit(wire.MaxHostFrame) // what the contract says a client must be ready for
	return newClient(w.t, webSocket{conn}), status, nil
}

// Guest connects on the LAN without joining.
func (w *World) Guest() *Client { w.t.Helper(); return w.Dial(w.LAN, w.Code) }

// Join connects on the LAN and joins.
func (w *World) Join(name string) *Client {
	w.t.Helper()
	c := w.Guest()
	c.Join(wire.JoinRequest{DisplayName: name})
	return c
}

// Host connects on the console and joins with the host's token.
func (w *World) Host() *Client {
	w.t.Helper()
	c := w.Dial(w.Console, w.Code)
	c.Join(wire.JoinRequest{DisplayName: "ignored", UserToken: w.Token})
	return c
}

// Return connects on the LAN and resumes the seat that c holds, from the last event it read.
func (w *World) Return(c *Client) (*Client, Message) {
	w.t.Helper()
	next := w.Guest()
	next.name, next.ID, next.LastSeq = c.name, c.ID, c.LastSeq
	return next, next.TakeUp(c.Resume, &c.LastSeq)
}

// Join asks for a seat and keeps what it got.
func (c *Client) Join(req wire.JoinRequest) wire.Joined {
	c.t.Helper()
	c.name = req.DisplayName
	c.Must(req)
	var joined wire.Joined
	c.last("joined").Into(c.t, &joined)
	c.ID = *joined.ParticipantID
	return joined
}

// TakeUp sends resume and gives its answer, resumed or joined.
func (c *Client) TakeUp(token string, lastSeq *uint64) Message {
	c.t.Helper()
	before := len(c.Seen)
	c.Must(wire.Resume{ResumeToken: token, LastSeq: lastSeq})
	for _, m := range c.Seen[before:] {
		if m.Type == "joined" || m.Type == "resumed" {
			return m
		}
	}
	c.t.Fatalf("%s: resume was acked without an answer", c.name)
	return Message{}
}

// last gives the newest message of that type that was read.
func (c *Client) last(kind string) Message {
	c.t.Helper()
	for i := len(c.Seen) - 1; i >= 0; i-- {
		if c.Seen[i].Type == kind {
			return c.Seen[i]
		}
	}
	c.t.Fatalf("%s has read no %s", c.name, kind)
	return Message{}
}

// Send sends a command; id "" asks for no ack.
func (c *Client) Send(command wire.Command, id string) {
	c.t.Helper()
	frame, err := wire.EncodeCommand(command, id)
	if err != nil {
		c.t.Fatal(err)
	}
	c.SendRaw(string(frame))
}

// SendRaw sends a frame as it is.
func (c *Client) SendRaw(frame string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	if err := c.conn.Write(ctx, []byte(frame)); err != nil {
		c.t.Fatalf("%s cannot send %.100s: %v", c.name, frame, err)
	}
}

// Do sends a command with an id of its own and reads until its ack or error comes.
func (c *Client) Do(command wire.Command) (seq uint64, refusal *wire.Error) {
	c.t.Helper()
	c.asked++
	id := fmt.Sprintf("%s-%d-%p", command.CommandType(), c.asked, c)
	c.Send(command, id)
	return c.Answer(id)
}

// Answer gives the newest ack or error with that id, and reads until there is one.
func (c *Client) Answer(id string) (seq uint64, refusal *wire.Error) {
	c.t.Helper()
	answers := func(m Message) bool {
		var head struct{ ID string }
		m.Into(c.t, &head)
		return (m.Type == "ack" || m.Type == "error") && head.ID == id
	}
	// Refusals of the connection overtake the answers of the jam's owner, so it may have been read already.
	var m Message
	for _, seen := range c.Seen[c.answered[id]:] {
		if answers(seen) {
			m = seen
		}
	}
	if m.Type == "" {
		m = c.until("answer to "+id, answers)
	}
	if c.answered == nil {
		c.answered = map[string]int{}
	}
	c.answered[id] = len(c.Seen)
	if m.Type == "error" {
		refusal = &wire.Error{}
		m.Into(c.t, refusal)
		return 0, refusal
	}
	var ack wire.Ack
	m.Into(c.t, &ack)
	return ack.Seq, nil
}

// Must sends a command that the host has to do, and gives the seq of its ack.
func (c *Client) Must(command wire.Command) uint64 {
	c.t.Helper()
	seq, refusal := c.Do(command)
	if refusal != nil {
		c.t.Fatalf("%s: %s was refused: %v", c.name, command.CommandType(), refusal)
	}
	return seq
}

// Refused sends a command that the host has to refuse with that code.
func (c *Client) Refused(command wire.Command, code wire.Code) *wire.Error {
	c.t.Helper()
	seq, refusal := c.Do(command)
	if refusal == nil {
		c.t.Fatalf("%s: %s was acked with %d, want %s", c.name, command.CommandType(), seq, code)
	}
	if refusal.Code != code || refusal.Message == "" {
		c.t.Fatalf("%s: %s was refused with %v, want %s", c.name, command.CommandType(), refusal, code)
	}
	return refusal
}

// Expect reads until a message of that type comes.
func (c *Client) Expect(kind string) Message {
	c.t.Helper()
	return c.until(kind, func(m Message) bool { return m.Type == kind })
}

// ExpectWhere reads until a message of that type comes whose text holds every one of these.
func (c *Client) ExpectWhere(kind string, holds ...string) Message {
	c.t.Helper()
	return c.until(fmt.Sprint(kind, holds), func(m Message) bool {
		for _, text := range holds {
			if !strings.Contains(string(m.Raw), text) {
				return false
			}
		}
		return m.Type == kind
	})
}

// Settled reads everything that the host had to tell this person before now: it
// sends what the jam's owner itself has to refuse, and reads until that is answered.
func (c *Client) Settled() []Message {
	c.t.Helper()
	before := len(c.Seen)
	if _, refusal := c.Do(wire.PlayNow{QueueItemID: "no such item"}); refusal == nil {
		c.t.Fatalf("%s: play_now of nothing was done", c.name)
	}
	return c.Seen[before:]
}

// ExpectClose reads until bye and then close with that code, and gives what came before it.
func (c *Client) ExpectClose(code wire.CloseCode) []Message {
	c.t.Helper()
	before := len(c.Seen)
	var bye wire.Bye
	c.Expect("bye").Into(c.t, &bye)
	if bye != wire.ByeFor(code) {
		c.t.Errorf("%s: bye is %+v, want %+v", c.name, bye, wire.ByeFor(code))
	}
	for c.closed == nil {
		c.read()
		if len(c.waiting) > 0 {
			c.t.Errorf("%s: %s came after bye", c.name, c.waiting[0].Raw)
			c.waiting = nil
		}
	}
	var closed *link.Closed
	if !errors.As(c.closed, &closed) || closed.Code != int(code) {
		c.t.Errorf("%s: closed with %v, want %d", c.name, c.closed, code)
	}
	return c.Seen[before:]
}

// Drop breaks the connection off without a word, as a lost network does.
func (c *Client) Drop() { c.conn.Cut() }

func (c *Client) until(what string, is func(Message) bool) Message {
	c.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		for len(c.waiting) == 0 {
			if c.closed != nil {
				c.t.Fatalf("%s waits for %s, but the connection is over: %v; read %s", c.name, what, c.closed, c.recent())
			}
			if time.Now().After(deadline) {
				c.t.Fatalf("%s waits for %s; read %s", c.name, what, c.recent())
			}
			c.read()
		}
		m := c.waiting[0]
		c.waiting = c.waiting[1:]
		c.Seen = append(c.Seen, m)
		if is(m) {
			return m
		}
	}
}

// recent shows the last messages read, for failures.
func (c *Client) recent() string {
	var b strings.Builder
	for _, m := range c.Seen[max(0, len(c.Seen)-12):] {
		fmt.Fprintf(&b, "\n  %.200s", m.Raw)
	}
	return b.String()
}

// read takes one frame: a message or an array of messages.
func (c *Client) read() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	frame, err := c.conn.Read(ctx)
	if err != nil {
		c.closed = err
		return
	}
	messages := []json.RawMessage{frame}
	if frame[0] == '[' {
		messages = nil
		if err := json.Unmarshal(frame, &messages); err != nil {
			c.t.Fatalf("%s got %.200s: %v", c.name, frame, err)
		}
		if len(messages) < 2 {
			c.t.Errorf("%s got an array of %d: %s", c.name, len(messages), frame)
		}
	}
	for _, raw := range messages {
		m := Message{Raw: raw}
		m.Into(c.t, &m)
		c.hold(m)
		c.waiting = append(c.waiting, m)
	}
}

// hold keeps what a page would keep.
func (c *Client) hold(m Message) {
	var holds struct {
		ResumeToken string `json:"resume_token"`
		Seq         uint64
		Session     struct{ Seq uint64 }
	}
	m.Into(c.t, &holds)
	if holds.ResumeToken != "" {
		c.Resume = holds.ResumeToken
	}
	if m.Type != "ack" {
		c.LastSeq = max(c.LastSeq, holds.Seq, holds.Session.Seq)
	}
}
