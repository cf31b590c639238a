package load

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/hostd/link/rtc"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

const (
	// offersEach: a socket that shows nothing asks for so many data channels, one after the other.
	offersEach = 5
	// socketsPerSecond of them come, where the machine keeps up.
	socketsPerSecond = 300
)

// unproven is people who ask for data channels without having shown that they know the link, or taken a seat.
type unproven struct {
	url, offer string
	asked      atomic.Int64 // joins that were tried and refused
	failed     atomic.Int64 // sockets on which something else happened
	fault      atomic.Value // one of those, a string
}

// TestPromiseJoinsThatProveNothingCostNothing floods the signaling of a host, from 200 addresses.
func TestPromiseJoinsThatProveNothingCostNothing(t *testing.T) {
	files(t, 8192)
	length, least := 2*time.Second, 50.0
	if proof.Whole() {
		length, least = 10*time.Second, 1000
	}
	e := startElsewhere(t)
	u := &unproven{url: e.soul.URL + "/ws/jam/" + e.world.Code, offer: offer(t)}
	e.world.Host()
	before := e.host.holds().own
	stop := make(chan struct{})
	memory := watchMemory(e.host, stop)
	took := u.flood(t.Context(), length)
	close(stop)
	most := int64(0)
	for _, s := range <-memory {
		most = max(most, s.own)
	}
	rate := float64(u.asked.Load()) / took.Seconds()
	if n := u.failed.Load(); n > u.asked.Load()/offersEach/100 {
		t.Errorf("on %d sockets something else happened: %v", n, u.fault.Load())
	}
	figures := e.host.figures()
	what := fmt.Sprintf("Joins through a soul-server that prove nothing, for %v", length)
	proof.Show(t, what+": WebRTC connections that the host makes", fmt.Sprintf("%.0f for %d joins, %.0f a second", figures["jam_peer_connections_total"], u.asked.Load(), rate),
		fmt.Sprintf("0, at %.0f a second or more", least), figures["jam_peer_connections_total"] == 0 && rate >= least)
	proof.Show(t, what+": what the host's memory grows by", megabytes(most-before), "under 20 MB", most-before < 20e6)
	e.direct("Anna") // who proves it gets one
	if made := e.host.figures()["jam_peer_connections_total"]; made != 1 {
		t.Errorf("%.0f connections were made for one guest who proved it", made)
	}
}

// offer is one that the host would answer.
func offer(t *testing.T) string {
	t.Helper()
	g, err := rtc.NewGuest(rtc.GuestConfig{
		Fingerprint: strings.TrimSuffix(strings.Repeat("00:", 32), ":"), Limit: wire.MaxHostFrame, Loopback: true, Log: slog.New(slog.DiscardHandler),
	}, func(*rtc.Candidate) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	text, err := g.Offer()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// flood has sockets come for that long, and gives how long it took until the last was refused.
func (u *unproven) flood(ctx context.Context, length time.Duration) time.Duration {
	began := time.Now()
	due := make(chan int)
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			for i := range due {
				if err := u.one(ctx, fmt.Sprintf("127.0.1.%d", 1+i%200)); err != nil {
					u.failed.Add(1)
					u.fault.Store(err.Error())
				}
			}
		})
	}
	pace := time.NewTicker(time.Second / socketsPerSecond)
	defer pace.Stop()
	for i := 0; time.Since(began) < length; i++ {
		<-pace.C
		due <- i
	}
	close(due)
	all.Wait()
	return time.Since(began)
}

// one asks for data channels, is refused each time, and says what is no hello for a pipe.
func (u *unproven) one(ctx context.Context, from string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ws, err := dial(ctx, u.url, from, signaling.SignalProtocol)
	if err != nil {
		return err
	}
	defer func() { _ = ws.CloseNow() }()
	for attempt := 1; attempt <= offersEach; attempt++ {
		text, _ := json.Marshal(signaling.Signal{Type: signaling.Offer, Attempt: attempt, SDP: u.offer}) // plain values: cannot fail
		if err := ws.Write(ctx, websocket.MessageText, text); err != nil {
			return err
		}
	}
	for refused := 0; refused < offersEach; {
		_, text, err := ws.Read(ctx)
		if err != nil {
			return err
		}
		var m signaling.Signal
		switch _ = json.Unmarshal(text, &m); m.Type {
		case signaling.Declined:
			refused++
			u.asked.Add(1)
		case signaling.Answer:
			return errors.New("an offer was answered")
		}
	}
	hello := make([]byte, 200)
	_, _ = rand.Read(hello)
	if err := ws.Write(ctx, websocket.MessageBinary, hello); err != nil {
		return err
	}
	for {
		if _, text, err := ws.Read(ctx); err != nil {
			return nil // the host has closed it
		} else if bytes.Contains(text, []byte(`"answer"`)) {
			return errors.New("an offer was answered")
		}
	}
}
