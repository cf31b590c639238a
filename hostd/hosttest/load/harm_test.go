package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// harm is those who mean it: each does its own, and comes back when the host has enough of it.
type harm struct {
	url  string
	done sync.WaitGroup
	stop context.CancelFunc

	flooded, garbled, frozen, turnedOut atomic.Int64
}

// doHarm begins: one who reads nothing, one who asks as fast as it can, one who sends what is no message. Each has an address of its own.
func doHarm(t *testing.T, w *hosttest.World) *harm {
	ctx, stop := context.WithCancel(t.Context())
	h := &harm{url: w.LAN + "/ws/jam/" + w.Code, stop: stop}
	for from, one := range map[string]func(context.Context, string) error{"127.0.0.11": h.freeze, "127.0.0.12": h.flood, "127.0.0.13": h.garble} {
		h.done.Go(func() {
			for ctx.Err() == nil {
				if err := one(ctx, from); err != nil && ctx.Err() == nil {
					h.turnedOut.Add(1)
				}
			}
		})
	}
	return h
}

// end has them all gone.
func (h *harm) end() {
	h.stop()
	h.done.Wait()
}

// freeze joins and reads nothing any more, until the host has closed the connection.
func (h *harm) freeze(ctx context.Context, from string) error {
	g, err := sit(ctx, h.url, from, "Frozen")
	if err != nil {
		return err
	}
	defer func() { _ = g.CloseNow() }()
	h.frozen.Add(1)
	<-ctx.Done()
	return nil
}

// flood sends commands as fast as they go, and reads what comes, since it would be closed otherwise.
func (h *harm) flood(ctx context.Context, from string) error {
	g, err := sit(ctx, h.url, from, "Flood")
	if err != nil {
		return err
	}
	over, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		defer stop()
		for {
			if _, _, err := g.Read(over); err != nil {
				return
			}
		}
	}()
	frames := [][]byte{
		[]byte(`{"type":"chat","message":"` + strings.Repeat("spam ", 90) + `","id":"c"}`), []byte(`{"type":"ping","t0":1,"id":"p"}`),
		[]byte(`{"type":"search","q":"a","id":"s"}`), []byte(`{"type":"vote_skip","id":"v"}`), []byte(`{"type":"skip","id":"k"}`),
	}
	for i := 0; ; i++ {
		if err := g.Write(over, websocket.MessageText, frames[i%len(frames)]); err != nil {
			return err
		}
		h.flooded.Add(1)
	}
}

// garble sends what is no message, what is no text, what is too long, and what is no WebSocket frame.
func (h *harm) garble(ctx context.Context, from string) error {
	g, err := sit(ctx, h.url, from, "Garble")
	if err != nil {
		return err
	}
	defer func() { _ = g.CloseNow() }()
	go func() {
		for {
			if _, _, err := g.Read(ctx); err != nil {
				return
			}
		}
	}()
	for _, frame := range [][]byte{
		[]byte("nonsense"), {0xff, 0xfe, 0}, []byte(`{"type":`), []byte(`[[[[[[[[`), []byte(`{"type":"chat"}`), []byte(`{"type":7,"id":{}}`), []byte(`null`), {},
		bytes.Repeat([]byte(`{"a":`), 3000), append([]byte(`{"type":"chat","message":"`), bytes.Repeat([]byte{'x'}, 15000)...),
	} {
		for _, kind := range []websocket.MessageType{websocket.MessageText, websocket.MessageBinary} {
			if err := g.Write(ctx, kind, frame); err != nil {
				return err
			}
			h.garbled.Add(1)
		}
	}
	return errors.Join(g.Write(ctx, websocket.MessageText, bytes.Repeat([]byte{'['}, 2*wire.MaxClientFrame)), h.rawGarbage(ctx, from))
}

// rawGarbage says it wants a WebSocket, and then sends none.
func (h *harm) rawGarbage(ctx context.Context, from string) error {
	address, path, _ := strings.Cut(strings.TrimPrefix(h.url, "http://"), "/")
	conn, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	h.garbled.Add(1)
	_, err = fmt.Fprintf(conn, "GET /%s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n%s",
		path, address, bytes.Repeat([]byte{0xff, 0x7f, 0x80}, 1000))
	if err == nil {
		_, err = conn.Read(make([]byte, 1))
	}
	return err
}

// sit joins and hands the connection over, as it is.
func sit(ctx context.Context, url, from, name string) (*websocket.Conn, error) {
	ws, err := dial(ctx, url, from, "jam.v1")
	if err != nil {
		return nil, err
	}
	frame, err := wire.EncodeCommand(wire.JoinRequest{DisplayName: name}, "join")
	if err == nil {
		err = ws.Write(ctx, websocket.MessageText, frame)
	}
	for err == nil {
		var got []byte
		if _, got, err = ws.Read(ctx); bytes.Contains(got, []byte(`"type":"joined"`)) {
			return ws, nil
		}
	}
	_ = ws.CloseNow()
	return nil, err
}

// TestPromiseThreeWhoMeanHarmAreNotFelt measures how long everybody waits for an event, in turns with and without them.
func TestPromiseThreeWhoMeanHarmAreNotFelt(t *testing.T) {
	files(t, 8192)
	people, turns, length := 110, 2, 1500*time.Millisecond
	goal := 500 * time.Millisecond // on a machine that does much else at the same time
	if proof.Whole() {
		people, turns, length, goal = 200, 5, 5*time.Second, 20*time.Millisecond
	}
	process, w := startHost(t)
	said := newSpeech((2*turns + 1) * int(length.Seconds()*eventsPerSecond+1))
	host := console(t, w, said)
	hostSays(t, host, wire.UpdateSettings{Settings: []byte(`{"max_participants":2000}`)})
	all := crowd(t, w, people, said)
	began := host.settled(t)
	said.speak(t, host, all, length) // all are warm
	marks := []uint64{said.last(0)}
	var sums harm
	for range turns {
		said.speak(t, host, all, length)
		marks = append(marks, said.last(0))
		h := doHarm(t, w)
		said.speak(t, host, all, length)
		h.end()
		marks = append(marks, said.last(0))
		sums.flooded.Add(h.flooded.Load())
		sums.garbled.Add(h.garbled.Load())
		sums.frozen.Add(h.frozen.Load())
	}
	for _, g := range append(all, host) {
		g.leave()
	}
	if lost, reordered := checkAll(t, host, all, began); lost+reordered > 0 {
		t.Errorf("%d lost, %d reordered", lost, reordered)
	}
	if sums.flooded.Load() == 0 || sums.garbled.Load() == 0 || sums.frozen.Load() == 0 {
		t.Error("somebody did no harm")
	}
	figures := process.figures()
	t.Logf("%d frames of a flood, %d of garbage; refused as too often %.0f", sums.flooded.Load(), sums.garbled.Load(),
		figures[`jam_refused_total{limit="other_rate"}`]+figures[`jam_refused_total{limit="chat_rate"}`])
	showHarm(t, fmt.Sprintf("One who reads nothing, one who floods and one who sends garbage among %d guests", people), all, said, marks, goal)
}

// showHarm compares the p99 of the turns without harm with those of the turns with it.
func showHarm(t *testing.T, who string, all []*guest, said *speech, marks []uint64, goal time.Duration) {
	t.Helper()
	sent := said.sentAt()
	var without, with []time.Duration
	for i := 1; i < len(marks); i++ {
		p99 := percentile(latencies(all, sent, marks[i-1], marks[i]), 0.99)
		if i%2 == 1 {
			without = append(without, p99)
		} else {
			with = append(with, p99)
		}
	}
	t.Logf("p99 without %v, with %v", without, with)
	slices.Sort(without)
	slices.Sort(with)
	moved := with[len(with)/2] - without[len(without)/2]
	proof.Show(t, who+": how much longer the others wait for an event (p99, medians of turns)",
		fmt.Sprintf("%+.1f ms (%.1f ms, else %.1f ms)", ms(moved), ms(with[len(with)/2]), ms(without[len(without)/2])), fmt.Sprintf("under %+.0f ms", ms(goal)), moved < goal)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
