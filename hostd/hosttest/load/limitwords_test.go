package load

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

func frameLimit(t *testing.T) string {
	w := party(t)
	fits, c := w.Join("Alice"), w.Join("Bob")
	const chat = `{"type":"chat","message":"hi","x":"`
	fits.SendRaw(chat + strings.Repeat("x", wire.MaxClientFrame-len(chat)-2) + `"}`)
	fits.ExpectWhere("chat_message", "hi")
	uncounted(t, w.Console, wire.LimitFrame)
	c.SendRaw(chat + strings.Repeat("x", wire.MaxClientFrame-len(chat)-1) + `"}`)
	c.ExpectWhere("error", "bad_request")
	c.ExpectClose(wire.CloseBadProtocol)
	return w.Console
}

func commandIDLimit(t *testing.T) string {
	w := party(t)
	c := w.Join("Alice")
	c.SendRaw(`{"type":"chat","message":"hi","id":"` + strings.Repeat("i", wire.MaxCommandID+1) + `"}`)
	c.ExpectWhere("error", "bad_request")
	c.Must(wire.Chat{Message: "still here"})
	return w.Console
}

func displayNameLimit(t *testing.T) string {
	w := party(t)
	host := w.Host()
	w.Join(strings.Repeat("ü", wire.MaxDisplayName))
	host.ExpectWhere("participant_joined", strings.Repeat("ü", wire.MaxDisplayName))
	uncounted(t, w.Console, wire.LimitDisplayName)
	w.Join(strings.Repeat("ü", wire.MaxDisplayName+1))
	host.ExpectWhere("participant_joined", `"display_name":"Guest-`)
	return w.Console
}

func searchResultsLimit(t *testing.T) string {
	w := party(t)
	c := w.Join("Alice")
	c.Must(wire.Search{Q: "a", Limit: wire.MaxSearchResults})
	uncounted(t, w.Console, wire.LimitSearchResults)
	c.Must(wire.Search{Q: "a", Limit: wire.MaxSearchResults + 1})
	return w.Console
}

// fillQueue has the host fill the queue, with the same song over and over.
func fillQueue(w *hosttest.World, host *hosttest.Client) (track string) {
	track = w.Track("Song 01")
	host.Settings(`{"allow_duplicates":true}`)
	for n := range wire.MaxUpcoming + 1 { // one of them plays
		host.Send(wire.AddTrack{TrackID: track}, "")
		if n%50 == 0 {
			host.Settled() // it reads what it is told
			host.Seen = nil
		}
	}
	host.Settled()
	return track
}

func queueLimit(music string) limitTest {
	return func(t *testing.T) string {
		w := withMusic(t, music)
		host := w.Host()
		track := fillQueue(w, host)
		uncounted(t, w.Console, wire.LimitQueue)
		host.Refused(wire.AddTrack{TrackID: track}, wire.CodeQueueFull)
		return w.Console
	}
}

func queuePerPersonLimit(music string) limitTest {
	return func(t *testing.T) string {
		w := withMusic(t, music)
		w.Host().Settings(`{"max_queue_per_person":1}`)
		alice, tracks := w.Join("Alice"), w.Tracks(3)
		alice.Must(wire.AddTrack{TrackID: tracks[0]}) // plays
		alice.Must(wire.AddTrack{TrackID: tracks[1]})
		uncounted(t, w.Console, wire.LimitQueuePerPerson)
		alice.Refused(wire.AddTrack{TrackID: tracks[2]}, wire.CodeQueueFull)
		return w.Console
	}
}

func trackLengthLimit(music string) limitTest {
	return func(t *testing.T) string {
		w := withMusic(t, music)
		w.Host().Settings(`{"max_track_ms":1}`)
		w.Join("Alice").Refused(wire.AddTrack{TrackID: w.Track("Song 01")}, wire.CodeTrackTooLong)
		return w.Console
	}
}

// frozen joins with next to no room for what comes, and reads nothing.
func frozen(t *testing.T, w *hosttest.World) *websocket.Conn {
	t.Helper()
	dialer := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if tcp, ok := conn.(*net.TCPConn); ok {
			err = tcp.SetReadBuffer(4096)
		}
		return conn, err
	}}
	ws, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(w.LAN, "http")+"/ws/jam/"+w.Code, &websocket.DialOptions{ //nolint:bodyclose // the library closes it
		HTTPClient: &http.Client{Transport: dialer},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.CloseNow() })
	frame, err := wire.EncodeCommand(wire.JoinRequest{DisplayName: "Frozen"}, "join")
	if err == nil {
		err = ws.Write(t.Context(), websocket.MessageText, frame)
	}
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

// waitingLimit has a host say more than the network takes and hostd keeps for somebody who reads nothing.
func waitingLimit(t *testing.T) string {
	w := party(t)
	host := w.Host()
	frozen(t, w)
	host.ExpectWhere("participant_joined", "Frozen")
	uncounted(t, w.Console, wire.LimitWaiting)
	name := fmt.Sprintf("jam_refused_total{limit=%q}", wire.LimitWaiting)
	long := wire.Chat{Message: strings.Repeat("🎉", wire.MaxChat)} // 2 kB
	for deadline := time.Now().Add(patience); figuresAt(t, w.Console+"/metrics")[name] == 0; host.Seen = nil {
		if time.Now().After(deadline) {
			t.Fatal("there is no end of what is kept")
		}
		for range 100 {
			host.Send(long, "")
		}
		host.Settled()
	}
	return w.Console
}

// tooSlowLimit goes on to when that somebody has taken nothing for ten seconds.
func tooSlowLimit(t *testing.T) string { return waitingLimit(t) }
