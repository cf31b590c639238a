package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/link/relayed"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
	"soul-jam/signaling/client"
)

// farParty is a host with a jam that a soul-server in this process knows.
func farParty(t *testing.T, s *hosttest.Soul, natives bool) *hosttest.World {
	t.Helper()
	w := hosttest.New(t, hosttest.Options{Start: "Friday", Relay: s.URL, Natives: natives})
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(patience); w.Ask("GET", s.URL+"/api/jam/sessions/"+w.Code+"/introduction", "", "").Status != 200; <-look.C {
		if time.Now().After(deadline) {
			t.Fatal("the soul-server does not know the jam")
		}
	}
	return w
}

// uninvitedLimit has programs come from outside without saying the code: they wait for the host, but not many of them.
func uninvitedLimit(t *testing.T) string {
	s := hosttest.NewSoul(t).Circuits()
	w := farParty(t, s, true)
	const most = 5
	for n := range most + 1 {
		p := hosttest.NewProgram(t)
		c := p.Calls(p.Meets(w, s.URL, "", nil))
		join := wire.JoinRequest{DisplayName: fmt.Sprint("Stranger ", n)}
		if n < most {
			c.Knock(join)
			uncounted(t, w.Console, wire.LimitUninvited)
			continue
		}
		c.Send(join, "join")
		c.ExpectWhere("error", string(wire.CodeSessionFull))
		c.ExpectClose(wire.CloseFull)
	}
	w.Join("Friend") // who knows the code is let in as ever
	return w.Console
}

// signalSocket is a page's socket at a soul-server that shows nothing.
func signalSocket(t *testing.T, s *hosttest.Soul, w *hosttest.World) *websocket.Conn {
	t.Helper()
	ws, err := dial(t.Context(), s.URL+"/ws/jam/"+w.Code, "127.0.0.1", signaling.SignalProtocol)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.CloseNow() })
	return ws
}

// knocksLimit has one address come to the host again and again.
func knocksLimit(t *testing.T) string {
	s := hosttest.NewSoul(t)
	w := farParty(t, s, false)
	for range 100 {
		signalSocket(t, s, w)
	}
	uncounted(t, w.Console, wire.LimitKnocks)
	for { // one more each second
		ws := signalSocket(t, s, w)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		var err error
		for err == nil {
			_, _, err = ws.Read(ctx)
		}
		cancel()
		if code := websocket.CloseStatus(err); code == websocket.StatusCode(wire.CloseTooSlow) {
			return w.Console // it may come back later
		} else if code != -1 {
			t.Fatalf("it is closed with %d", code)
		}
	}
}

// signalsLimit says much at once: what comes while the host is busy with what was before is not listened to.
func signalsLimit(t *testing.T) string {
	s := hosttest.NewSoul(t)
	w := farParty(t, s, false)
	name := fmt.Sprintf("jam_refused_total{limit=%q}", wire.LimitSignals)
	for deadline := time.Now().Add(patience); figuresAt(t, w.Console+"/metrics")[name] == 0; {
		if time.Now().After(deadline) {
			t.Fatal("all is listened to")
		}
		ws := signalSocket(t, s, w)
		go func() {
			for {
				if _, _, err := ws.Read(t.Context()); err != nil {
					return
				}
			}
		}()
		for n := range 3000 {
			if err := ws.Write(t.Context(), websocket.MessageText, fmt.Appendf(nil, `{"type":"offer","attempt":%d}`, n+1)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return w.Console
}

// callsLimit is a host that has one data channel at most.
func callsLimit(t *testing.T) string {
	e := startElsewhere(t, "1")
	e.direct("Anna")
	uncounted(t, e.world.Console, wire.LimitCalls)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	at, err := url.Parse(e.soul.URL)
	if err != nil {
		t.Fatal(err)
	}
	visit, err := client.Join(ctx, at, e.world.Code, http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	defer visit.Cut()
	declined := make(chan struct{}, 1)
	conn, err := relayed.Dial(ctx, visit, relayed.Meeting{Bundle: visit.Bundle, Nonce: visit.Nonce, Code: e.world.Code, Link: &e.key}, wire.MaxHostFrame, nil, func(text []byte) {
		var m signaling.Signal
		if json.Unmarshal(text, &m) == nil && m.Type == signaling.Declined {
			declined <- struct{}{}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	join, err := wire.EncodeCommand(wire.JoinRequest{DisplayName: "Ben"}, "join")
	if err == nil {
		err = conn.Write(ctx, join)
	}
	for heard := []byte{}; err == nil && !bytes.Contains(heard, []byte(`"type":"joined"`)); {
		heard, err = conn.Read(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			if _, err := conn.Read(ctx); err != nil {
				return
			}
		}
	}()
	text, _ := json.Marshal(signaling.Signal{Type: signaling.Offer, Attempt: 1, SDP: offer(t)}) // plain values: cannot fail
	if err := visit.Write(ctx, text, true); err != nil {
		t.Fatal(err)
	}
	select {
	case <-declined: // and stays on the pipe
	case <-ctx.Done():
		t.Fatal("nobody says that there is no room")
	}
	return e.world.Console
}

// callersLimit has one address open more libp2p connections than it may.
func callersLimit(t *testing.T) string {
	w := hosttest.New(t, hosttest.Options{Start: "Friday", Natives: true})
	var in wire.Introduction
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code+"/introduction", "", "").Want(200).Into(&in)
	port := ""
	for _, address := range in.P2P {
		if _, rest, ok := strings.Cut(address, "/tcp/"); ok {
			port, _, _ = strings.Cut(rest, "/")
		}
	}
	const most = 32
	for n := range most + 1 {
		if n == most {
			uncounted(t, w.Console, wire.LimitCallers)
		}
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			t.Fatalf("call over TCP port %q: %v", port, err)
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
	return w.Console
}
