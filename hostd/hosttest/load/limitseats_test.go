package load

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// turnedAway asks for a seat from an address of this machine, and holds that the host refuses it with that code and says goodbye.
func turnedAway(t *testing.T, w *hosttest.World, from string, join wire.Command, code wire.Code) {
	t.Helper()
	ws, err := dial(t.Context(), w.LAN+"/ws/jam/"+w.Code, from, "jam.v1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.CloseNow() }()
	frame, err := wire.EncodeCommand(join, "join")
	if err == nil {
		err = ws.Write(t.Context(), websocket.MessageText, frame)
	}
	said := ""
	for err == nil {
		_, frame, err = ws.Read(t.Context())
		said += string(frame)
	}
	if !strings.Contains(said, `"code":"`+string(code)+`"`) || websocket.CloseStatus(err) != websocket.StatusCode(code.Close()) {
		t.Errorf("it is told %.300s and closed with %v; want %s and %d", said, err, code, code.Close())
	}
}

// waits asks for a seat where the host decides.
func waits(t *testing.T, w *hosttest.World, from string, n int) {
	t.Helper()
	g, err := enter(t.Context(), w.LAN+"/ws/jam/"+w.Code, from, wire.JoinRequest{DisplayName: fmt.Sprint("Guest ", n)}, nil)
	if err != nil {
		t.Fatalf("the %d. does not wait: %v", n+1, err)
	}
	t.Cleanup(g.leave)
}

func participantsLimit(t *testing.T) string {
	w := party(t)
	w.Host().Settings(`{"max_participants":1}`)
	w.Join("Alice")
	uncounted(t, w.Console, wire.LimitParticipants)
	turnedAway(t, w, "127.0.0.1", wire.JoinRequest{DisplayName: "Bob"}, wire.CodeSessionFull)
	return w.Console
}

func watchersLimit(t *testing.T) string {
	w := party(t)
	for range wire.MaxWatchers {
		w.Guest().Must(wire.Watch{})
	}
	uncounted(t, w.Console, wire.LimitWatchers)
	turnedAway(t, w, "127.0.0.1", wire.Watch{}, wire.CodeSessionFull)
	return w.Console
}

// pendingLimit fills the waiting room from one address: others still may ask.
func pendingLimit(t *testing.T) string {
	w := party(t)
	w.Host().Settings(`{"require_approval":true}`)
	for n := range wire.MaxPending {
		waits(t, w, "127.0.4.1", n)
	}
	uncounted(t, w.Console, wire.LimitPending)
	turnedAway(t, w, "127.0.4.1", wire.JoinRequest{DisplayName: "One more"}, wire.CodeSessionFull)
	waits(t, w, "127.0.4.2", wire.MaxPending)
	return w.Console
}

func pendingOthersLimit(t *testing.T) string {
	w := party(t)
	w.Host().Settings(`{"require_approval":true}`)
	for n := range wire.MaxPending + wire.PendingForOthers {
		waits(t, w, fmt.Sprintf("127.0.4.%d", 1+n), n)
	}
	uncounted(t, w.Console, wire.LimitPendingOthers)
	turnedAway(t, w, "127.0.5.1", wire.JoinRequest{DisplayName: "One more"}, wire.CodeSessionFull)
	return w.Console
}

func connectionsLimit(t *testing.T) string {
	w := hosttest.New(t, hosttest.Options{Start: "Friday", MaxPerAddress: 3})
	for range 3 {
		w.Guest()
	}
	uncounted(t, w.Console, wire.LimitConnections)
	if _, status, err := w.TryDial(w.LAN, w.Code); err == nil || status != 429 {
		t.Errorf("the fourth: %v, %d; want 429", err, status)
	}
	return w.Console
}

// joinsLimit has one address ask for more seats than a full jam has, in vain.
func joinsLimit(t *testing.T) string {
	w := party(t)
	const each = 80 // before the host reads a connection more slowly
	wrong := wire.JoinRequest{DisplayName: "Alice", UserToken: "wrong"}
	left := wire.MaxParticipants
	for left > 0 {
		c := w.Guest()
		for range min(each, left) {
			c.Refused(wrong, wire.CodeNotAuthorized)
			left--
		}
		c.Drop()
	}
	uncounted(t, w.Console, wire.LimitJoins)
	c := w.Guest()
	for n := 0; ; n++ { // one more every five seconds
		_, refusal := c.Do(wrong)
		if n > each {
			t.Fatal("there is no end of seats to ask for")
		}
		if refusal != nil && refusal.Code == wire.CodeRateLimited {
			if refusal.RetryAfterMS <= 0 || refusal.RetryAfterMS > 5001 {
				t.Errorf("try again in %d ms", refusal.RetryAfterMS)
			}
			break
		}
	}
	g, err := enter(t.Context(), w.LAN+"/ws/jam/"+w.Code, "127.0.0.2", wire.JoinRequest{DisplayName: "Bob"}, nil)
	if err != nil {
		t.Fatalf("somebody else is not let in: %v", err)
	}
	g.leave()
	w.Host() // the host is not limited
	return w.Console
}

// seatsLimit is a jam in which so many came and went that it gives out no seat any more: taken up from its log.
func seatsLimit(t *testing.T) string {
	data := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Add(-time.Minute)
	j, first := jam.Found(now, jam.Founding{ID: "full", ShareCode: "HQRS-2K4M", DeviceID: "device", Settings: wire.DefaultSettings()}, "Hanna", jam.Chance{Entropy: rand.Reader})
	entries := []jam.Entry{first}
	step := func(seat string, c jam.Command) jam.Entry {
		e, refusal := j.Step(now, seat, "", c)
		if refusal != nil {
			t.Fatalf("after %d entries: %v", len(entries), refusal)
		}
		entries = append(entries, e)
		return e
	}
	step("", jam.Admit{DisplayName: "Alice", Token: "alice", Path: wire.PathLAN}) // else nobody is left
	for n := range wire.MaxSeats - 2 {                                            // the host has one
		e := step("", jam.Admit{DisplayName: "Bob", Token: fmt.Sprint("bob ", n), Path: wire.PathLAN})
		step(e.Seat, jam.Leave{})
	}
	batch := store.Batch{Jam: j.ID()}
	for _, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		batch.Entries = append(batch.Entries, line)
	}
	if batch.Mark, err = json.Marshal(jam.Mark{At: wire.At(time.Now())}); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(batch); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	w := hosttest.New(t, hosttest.Options{Data: data})
	uncounted(t, w.Console, wire.LimitSeats)
	turnedAway(t, w, "127.0.0.1", wire.JoinRequest{DisplayName: "Carl"}, wire.CodeSessionFull)
	return w.Console
}
