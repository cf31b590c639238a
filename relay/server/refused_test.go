package server

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/pion/stun/v4"

	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
	core "soul-jam/signaling"
	"soul-jam/signaling/server"
	"soul-jam/signaling/server/fakehost"
)

// counting is a relay with figures, a host, and a jam.
type counting struct {
	*running
	log     journal
	metrics string // URL
	host    *fakehost.Host
	conn    *fakehost.Conn
}

// journal is a log that may be read while it is written.
type journal struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// startCounting runs one with room for limit strangers at each address.
func startCounting(t *testing.T, limit int) *counting {
	t.Helper()
	c := &counting{}
	c.running = start(t, func(cfg *Config) {
		cfg.MaxPerAddress, cfg.MetricsListen, cfg.STUNListen, cfg.Log = limit, "127.0.0.1:0", "127.0.0.1:0", slog.New(slog.NewTextHandler(&c.log, nil))
	})
	_, rest, _ := strings.Cut(c.log.String(), "msg=metrics address=")
	address, _, _ := strings.Cut(rest, "\n")
	c.metrics = "http://" + address
	c.host = newHost(t)
	c.conn = c.attach(c.host)
	return c
}

// refused is the figure of one reason.
func (c *counting) refused() map[string]int {
	c.t.Helper()
	_, _, body := (&running{t: c.t, url: c.metrics}).get("/metrics")
	figures := map[string]int{}
	for line := range strings.Lines(string(body)) {
		var n int
		name, value, _ := strings.Cut(line, " ")
		if label, ok := strings.CutPrefix(name, `relay_refused_total{reason="`); ok {
			_, _ = fmt.Sscan(value, &n)
			figures[strings.TrimSuffix(label, `"}`)] = n
		}
	}
	return figures
}

// await waits until that reason has been counted.
func (c *counting) await(reason string, within time.Duration) {
	c.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(within); c.refused()[reason] == 0; <-look.C {
		if time.Now().After(deadline) {
			c.t.Fatalf("%s is not counted", reason)
		}
	}
}

// path is that of the jam.
func (c *counting) path() string { return "/api/jam/sessions/" + c.host.Code.String() }

// guest connects to a code.
func (c *counting) guest(code string) *websocket.Conn {
	c.t.Helper()
	ws, _, err := websocket.Dial(c.t.Context(), c.url+"/ws/jam/"+code, &websocket.DialOptions{Subprotocols: []string{core.PlainProtocol}}) //nolint:bodyclose // the library closes it
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = ws.CloseNow() })
	return ws
}

// closed holds that a guest is told that and then closed.
func (c *counting) closed(ws *websocket.Conn, code wire.Code, with wire.CloseCode) {
	c.t.Helper()
	said := ""
	ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer cancel()
	ws.SetReadLimit(-1)
	for {
		_, text, err := ws.Read(ctx)
		if err != nil {
			if websocket.CloseStatus(err) != websocket.StatusCode(with) || !strings.Contains(said, string(code)) {
				c.t.Errorf("it is told %.300s and closed with %v; want %s and %d", said, err, code, with)
			}
			return
		}
		said += string(text)
	}
}

// status holds that a path is answered with that.
func (c *counting) status(want int, path string, header ...string) {
	c.t.Helper()
	if got, _, body := c.get(path, header...); got != want {
		c.t.Errorf("%s: %d %.200s, want %d", path, got, body, want)
	}
}

// refusals provokes each reason for which soul-server turns somebody away. A limit of 2 strangers is enough where none is given.
func refusals() map[string]func(c *counting) {
	return map[string]func(c *counting){
		"not_found": func(c *counting) { c.closed(c.guest("HQRS-2K4M"), wire.CodeSessionNotFound, wire.CloseNotFound) },
		"ended": func(c *counting) {
			c.end()
			c.closed(c.guest(c.host.Code.String()), wire.CodeSessionEnded, wire.CloseEnded)
		},
		"host_away": func(c *counting) {
			_ = c.conn.WS.CloseNow()
			for got := 0; got != 503; { // until that is noticed
				got, _, _ = c.get(c.path())
			}
			c.closed(c.guest(c.host.Code.String()), wire.CodeHostOffline, wire.CloseHostAway)
		},
		"full": fullJam, "too_slow": tooSlow, "claiming": claiming, "stun": stunFlood, "questions_waiting": questionsWaiting, "no_sign_of_life": noSignOfLife,
		"bad_protocol": func(c *counting) {
			ws := c.guest(c.host.Code.String())
			if err := ws.Write(c.t.Context(), websocket.MessageText, bytes.Repeat([]byte{'x'}, wire.MaxClientFrame+1)); err != nil {
				c.t.Fatal(err)
			}
			c.closed(ws, wire.CodeBadRequest, wire.CloseBadProtocol)
		},
		"foreign": func(c *counting) { c.status(403, "/", "Origin", "http://evil.example") },
		"guessing": func(c *counting) {
			for range missesAllowed {
				c.status(404, "/api/jam/sessions/HQRS-2K4M")
			}
			c.status(429, c.path())
		},
		"max_per_address": func(c *counting) {
			for range 2 {
				c.guest(c.host.Code.String()) // has no seat
			}
			c.status(429, "/ws/jam/"+c.host.Code.String())
		},
		"asking": func(c *counting) {
			for got, n := 0, 0; got != 429; n++ {
				if got, _, _ = c.get(c.path() + "/art/" + strings.Repeat("x", core.MaxPath)); n > 10*askBurst {
					c.t.Fatal("there is no end of questions")
				}
			}
		},
		"path": func(c *counting) { c.status(400, c.path()+"/art/"+strings.Repeat("x", core.MaxPath)) },
	}
}

// end releases the code.
func (c *counting) end() {
	c.t.Helper()
	if err := c.conn.Send(c.t.Context(), core.Control{Type: core.Release, Code: c.host.Code.String(), Reason: "idle"}); err != nil {
		c.t.Fatal(err)
	}
	for got := 0; got != 410; {
		got, _, _ = c.get(c.path())
	}
}

// fullJam has as many guests at one code as it takes, and one more.
func fullJam(c *counting) {
	var all sync.WaitGroup
	code := c.host.Code.String()
	go func() { // the host hears of them all
		for {
			if _, _, err := c.conn.Read(c.t.Context()); err != nil {
				return
			}
		}
	}()
	for n := range 8 {
		all.Go(func() {
			for range (server.MaxGuests + n) / 8 {
				c.guest(code)
			}
		})
	}
	all.Wait()
	if n := c.refused()["full"]; n > 0 {
		c.t.Errorf("%d were refused before it is full", n)
	}
	c.closed(c.guest(code), wire.CodeSessionFull, wire.CloseFull)
}

// tooSlow is a guest who does not take what the host sends.
func tooSlow(c *counting) {
	c.guest(c.host.Code.String())
	open, err := c.conn.Next(c.t.Context(), core.Open)
	if err != nil {
		c.t.Fatal(err)
	}
	data := make([]byte, 200<<10)
	for n := 0; c.refused()["too_slow"] == 0; n++ {
		if n > 1000 {
			c.t.Fatal("there is no end of what is kept")
		}
		if err := c.conn.SendFrames(c.t.Context(), core.Frame{Guest: open.Guest, Text: true, Data: data}); err != nil {
			c.t.Fatal(err)
		}
	}
}

// claiming is one address that makes jam after jam.
func claiming(c *counting) {
	var refusal error
	for range 2 * claimBurst {
		h := newHost(c.t)
		conn, err := h.Dial(c.t.Context(), c.url)
		if err != nil {
			c.t.Fatal(err)
		}
		if err = conn.Send(c.t.Context(), h.Claim()); err == nil {
			_, err = conn.Next(c.t.Context(), core.Claimed)
		}
		_ = conn.WS.Close(websocket.StatusNormalClosure, "")
		if err != nil {
			refusal = err
			break
		}
	}
	if refusal == nil || !strings.Contains(refusal.Error(), string(wire.CodeRateLimited)) {
		c.t.Errorf("claims end with %v", refusal)
	}
}

func stunFlood(c *counting) {
	conn, err := net.Dial("udp", strings.TrimPrefix(c.conn.Welcome.ICE[0].URLs[0], "stun:"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	request := stun.MustBuild(stun.TransactionID, stun.BindingRequest)
	for range 2 * stunBurst {
		if _, err := conn.Write(request.Raw); err != nil {
			c.t.Fatal(err)
		}
	}
}

// questionsWaiting has more questions come, from two addresses, than one host may have to answer. It answers none.
func questionsWaiting(c *counting) {
	ctx, stop := context.WithCancel(c.t.Context())
	defer stop()
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	for n := range 100 {
		dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+n%2))}}
		client := &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}}
		all.Go(func() {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+c.path()+"/search?q=x", nil)
			if err == nil {
				var response *http.Response
				if response, err = client.Do(request); err == nil {
					_ = response.Body.Close()
				}
				if err == nil && response.StatusCode != 429 && ctx.Err() == nil {
					c.t.Errorf("a question is answered with %d", response.StatusCode)
				}
			}
		})
	}
	c.await("questions_waiting", 4*time.Second) // before the first are given up
}

// noSignOfLife is a host that is silent: no answer to what asks for a sign of life.
func noSignOfLife(c *counting) { c.await("no_sign_of_life", time.Minute) }

// TestPromiseEveryLimitOfTheSoulServerIsMetAndCounted goes through all reasons for which soul-server turns somebody away.
func TestPromiseEveryLimitOfTheSoulServerIsMetAndCounted(t *testing.T) {
	provoke := refusals()
	if !proof.Whole() {
		delete(provoke, "no_sign_of_life") // takes 40 s; see TestSilentSocketsAreAskedThenCut
	}
	met := make(chan string, len(provoke))
	t.Run("each", func(t *testing.T) {
		for reason, do := range provoke {
			t.Run(reason, func(t *testing.T) {
				t.Parallel()
				limit := 2
				if reason == "full" {
					limit = server.MaxGuests + 100
				}
				c := startCounting(t, limit)
				if n := c.refused()[reason]; n != 0 {
					t.Errorf("%d before anything happened", n)
				}
				do(c)
				c.await(reason, 10*time.Second)
				if !t.Failed() {
					met <- reason
				}
			})
		}
	})
	all := startCounting(t, 2).refused()
	for reason := range all {
		if _, tested := provoke[reason]; !tested && (proof.Whole() || reason != "no_sign_of_life") {
			t.Errorf("%s is counted, and nobody tests it", reason)
		}
	}
	proof.Show(t, "Every limit that a soul-server holds is met, refused as it should be, and counted in its metrics", fmt.Sprintf("%d of %d", len(met), len(provoke)), "all", len(met) == len(provoke))
}
