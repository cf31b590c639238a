package hosttest_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/guest"
	"soul-jam/hostd/link"
	"soul-jam/hostd/link/linktest"
	"soul-jam/hostd/player"
	"soul-jam/hostd/session"
	"soul-jam/hostd/store"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// hall is a house with a running jam, and the door to it. Run it in a bubble: its
// guests come over links in memory, and time is virtual.
type hall struct {
	*guest.Door
	t    *testing.T
	ctx  context.Context
	stop context.CancelFunc // the host stops
}

func openHall(t *testing.T) *hall {
	t.Helper()
	s, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log, silent := slog.New(slog.DiscardHandler), player.NewSilent()
	house, err := session.Open(session.Config{
		Store: s, Player: silent, Music: songs{}, Now: session.Clock(), Entropy: rand.Reader, HostName: "Hanna", DeviceID: "device", Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	houseCtx, stopHouse := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		if err := house.Run(houseCtx); err != nil {
			t.Error(err)
		}
	}()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(func() {
		stop()
		synctest.Wait()
		stopHouse()
		<-over
		_ = silent.Close()
		_ = s.Close()
	})
	if _, refusal := house.Create(ctx, nil); refusal != nil {
		t.Fatal(refusal)
	}
	token, err := identity.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	door := &guest.Door{House: house, Library: shelf{songs{cover: strings.Repeat("x", wire.MaxArtData/4*3)}}, Decoder: wire.NewDecoder(), HostToken: token, Now: house.Now, Log: log}
	return &hall{Door: door, t: t, ctx: ctx, stop: stop}
}

// visitor is the other end of a guest's connection.
type visitor struct {
	link.Conn
	t      *testing.T
	served chan struct{} // closed when the host is through with this connection
	seats  int           // how often joined was called
}

func (h *hall) visit(console bool) *visitor {
	h.t.Helper()
	here, there := linktest.Pipe(wire.MaxHostFrame)
	return h.serve(here, there, console)
}

func (h *hall) serve(here, there link.Conn, console bool) *visitor {
	v := &visitor{Conn: there, t: h.t, served: make(chan struct{})}
	peer := session.NewPeer(h.House.View().ShareCode, console, wire.PathLAN, h.Log)
	go func() {
		defer close(v.served)
		h.Serve(h.ctx, here, peer, func() { v.seats++ })
	}()
	h.t.Cleanup(func() {
		_ = there.Close(4000, "")
		<-v.served
	})
	return v
}

func (h *hall) join(name string) *visitor {
	h.t.Helper()
	v := h.visit(name == "Hanna")
	join := wire.JoinRequest{DisplayName: name}
	if name == "Hanna" {
		join.UserToken = h.HostToken.Reveal()
	}
	v.send(join, "join")
	v.expect("ack")
	return v
}

func (v *visitor) send(c wire.Command, id string) {
	v.t.Helper()
	frame, err := wire.EncodeCommand(c, id)
	if err == nil {
		err = v.Write(context.Background(), frame)
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

// frame reads one frame's messages, or what ended the connection.
func (v *visitor) frame() (messages []json.RawMessage, err error) {
	v.t.Helper()
	frame, err := v.Read(context.Background())
	if err != nil {
		return nil, err
	}
	if frame[0] != '[' {
		return []json.RawMessage{frame}, nil
	}
	if err := json.Unmarshal(frame, &messages); err != nil {
		v.t.Fatal(err)
	}
	return messages, nil
}

func kind(m json.RawMessage) string {
	var head struct{ Type string }
	_ = json.Unmarshal(m, &head)
	return head.Type
}

// expect reads until a message of that type comes.
func (v *visitor) expect(want string) json.RawMessage {
	v.t.Helper()
	for {
		messages, err := v.frame()
		if err != nil {
			v.t.Fatalf("waits for %s: %v", want, err)
		}
		for _, m := range messages {
			if kind(m) == want {
				return m
			}
		}
	}
}

// end reads until the connection is over, and gives the last bye and the close code.
func (v *visitor) end() (bye wire.Bye, code int) {
	v.t.Helper()
	for {
		messages, err := v.frame()
		var closed *link.Closed
		if errors.As(err, &closed) {
			return bye, closed.Code
		}
		if err != nil {
			return bye, 0
		}
		for _, m := range messages {
			if kind(m) == "bye" {
				_ = json.Unmarshal(m, &bye)
			}
		}
	}
}

// passes lets virtual time go by.
func passes(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// bubble runs a test in virtual time.
func bubble(t *testing.T, test func(t *testing.T, h *hall)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, openHall(t)) })
}

func TestASlowReaderIsGivenASnapshotAndNobodyWaitsForIt(t *testing.T) {
	bubble(t, func(t *testing.T, h *hall) {
		host, alice, slow := h.join("Hanna"), h.join("Alice"), h.join("Slow")
		go func() {
			for {
				if _, err := host.frame(); err != nil {
					return
				}
			}
		}()
		const n = 400
		for i := range n {
			host.send(wire.SetVolume{Volume: i % 100}, "")
			alice.expect("playback") // she hears of each at once
		}
		var update wire.SessionUpdate
		if err := json.Unmarshal(slow.expect("session_update"), &update); err != nil {
			t.Fatal(err)
		}
		if update.Session.Playback.Volume != (n-1)%100 || update.Session.Seq != h.House.View().Seq {
			t.Errorf("the snapshot holds volume %d and seq %d, the jam %d and %d", update.Session.Playback.Volume, update.Session.Seq, (n-1)%100, h.House.View().Seq)
		}
		host.send(wire.SetVolume{Volume: 7}, "")
		var playback wire.Playback
		if err := json.Unmarshal(slow.expect("playback"), &playback); err != nil || playback.Volume != 7 {
			t.Errorf("then it is told %+v, %v", playback, err)
		}
	})
}

func TestWhoReadsNothingAtAllIsClosed(t *testing.T) {
	bubble(t, func(t *testing.T, h *hall) {
		host, deaf := h.join("Hanna"), h.join("Deaf")
		go func() {
			for {
				if _, err := host.frame(); err != nil {
					return
				}
			}
		}()
		// Events go on all the time: that they can be written is no sign of life.
		for i := range 8 {
			host.send(wire.SetVolume{Volume: i}, "")
			passes(4 * time.Second)
			select {
			case <-deaf.served:
				if i < 6 {
					t.Errorf("closed after %d s", 4*(i+1))
				}
			default:
				if i == 7 {
					t.Error("after 32 s without a sign of life the connection is still there")
				}
			}
		}
	})
}

func TestWhoIsQuietButThereStays(t *testing.T) {
	bubble(t, func(t *testing.T, h *hall) {
		alice := h.join("Alice")
		over := make(chan error, 1)
		go func() {
			for {
				if _, err := alice.frame(); err != nil {
					over <- err
					return
				}
			}
		}()
		passes(10 * time.Minute)
		select {
		case err := <-over:
			t.Errorf("closed: %v", err)
		default:
		}
	})
}

func TestWhoGoesDeafLaterIsClosed(t *testing.T) {
	bubble(t, func(t *testing.T, h *hall) {
		host, alice := h.join("Hanna"), h.join("Alice")
		heard := make(chan struct{})
		go func() {
			alice.expect("playback") // and reads no more after that
			close(heard)
		}()
		go func() {
			for {
				if _, err := host.frame(); err != nil {
					return
				}
			}
		}()
		passes(5 * time.Minute)
		host.send(wire.SetVolume{Volume: 5}, "")
		<-heard
		passes(35 * time.Second)
		select {
		case <-alice.served:
		default:
			t.Error("after 35 s without a sign of life the connection is still there")
		}
	})
}

func TestWhoAsksWithoutReadingIsClosed(t *testing.T) {
	bubble(t, func(t *testing.T, h *hall) {
		host := h.join("Hanna") // has no rate
		for range 2000 {
			frame, err := wire.EncodeCommand(wire.Art{TrackID: "t"}, "")
			if err != nil {
				t.Fatal(err)
			}
			if host.Write(t.Context(), frame) != nil {
				break
			}
		}
		passes(time.Minute)
		select {
		case <-host.served:
		default:
			t.Error("still served")
		}
	})
}

func TestAHostThatStopsSaysSo(t *testing.T) {
	bubble(t, func(t *testing.T, h *hall) {
		alice, stranger := h.join("Alice"), h.visit(false)
		synctest.Wait()
		h.stop()
		for name, v := range map[string]*visitor{"alice": alice, "a stranger": stranger} {
			if bye, code := v.end(); bye != wire.ByeFor(wire.CloseRestarting) || code != 4000 {
				t.Errorf("%s: bye %+v, close %d", name, bye, code)
			}
			<-v.served
		}
		if alice.seats != 1 || stranger.seats != 0 {
			t.Errorf("joined was called %d and %d times", alice.seats, stranger.seats)
		}
	})
}

// TestAPanicIsOneGuestsAlone holds T27: none crosses a connection.
func TestAPanicIsOneGuestsAlone(t *testing.T) {
	bubble(t, func(t *testing.T, h *hall) {
		h.Library = mineShaft{}
		alice, bob := h.join("Alice"), h.join("Bob")
		alice.send(wire.Search{Q: "boom"}, "s")
		if _, code := alice.end(); code != 4000 {
			t.Errorf("alice is closed with %d", code)
		}
		<-alice.served
		bob.send(wire.Search{Q: "quiet", Limit: 1}, "s")
		bob.expect("search_results")
		h.join("Carol")
	})
}

func TestAFrameOverTheLimitOnAnyLink(t *testing.T) {
	bubble(t, func(t *testing.T, h *hall) {
		small, there := linktest.Pipe(wire.MaxClientFrame)
		v := h.serve(small, there, false)
		if err := v.Write(t.Context(), make([]byte, wire.MaxClientFrame+1)); err != nil {
			t.Fatal(err)
		}
		if bye, code := v.end(); bye != wire.ByeFor(wire.CloseBadProtocol) || code != 4505 {
			t.Errorf("bye %+v, close %d", bye, code)
		}
	})
}
