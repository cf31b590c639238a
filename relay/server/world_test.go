package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/wire"
	core "soul-jam/signaling"
	"soul-jam/signaling/server/fakehost"
	"soul-jam/webapp"
)

// running is a relay as the program runs it, in this process.
type running struct {
	t   *testing.T
	url string
	end func()
}

// start runs a relay on a free port.
func start(t *testing.T, change func(*Config)) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	cfg := Config{Listen: "127.0.0.1:0", Data: t.TempDir(), MaxPerAddress: 2000, Out: in, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&cfg)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, cfg)
		_ = in.Close()
	}()
	r := &running{t: t}
	r.end = sync.OnceFunc(func() {
		stop()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the relay ended with %v", err)
			}
		case <-time.After(5 * time.Second):
			t.Error("the relay does not stop within 5 s")
		}
	})
	t.Cleanup(r.end)
	line := make([]byte, 100)
	n, err := out.Read(line)
	url, ok := strings.CutPrefix(strings.TrimSpace(string(line[:n])), "listening on ")
	if err != nil || !ok {
		t.Fatalf("it printed %q, %v", line[:n], err)
	}
	r.url = url
	return r
}

func newHost(t *testing.T) *fakehost.Host {
	t.Helper()
	c, err := code.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h, err := fakehost.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (r *running) attach(h *fakehost.Host) *fakehost.Conn {
	r.t.Helper()
	c, err := h.Attach(r.t.Context(), r.url)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = c.WS.CloseNow() })
	return c
}

// get asks for a path, with a header or none.
func (r *running) get(path string, header ...string) (int, http.Header, []byte) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.url+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	response.Header.Del("Date")
	return response.StatusCode, response.Header, body
}

func codeOf(body []byte) wire.Code {
	var e wire.Error
	_ = json.Unmarshal(body, &e) // what is none has no code
	return e.Code
}

func TestWhatPagesAsk(t *testing.T) {
	r := start(t, nil)
	h := newHost(t)
	c := r.attach(h)
	go func(c *fakehost.Conn) {
		for {
			m, err := c.Next(t.Context(), core.Ask)
			if err != nil {
				return
			}
			answer := &core.Response{Status: 200, Header: map[string]string{"Content-Type": "image/png", "ETag": `"x"`, "Cache-Control": "private"}, Body: []byte(m.Path)}
			if strings.HasPrefix(m.Path, "search") {
				answer = &core.Response{Status: 401, Header: map[string]string{"Content-Type": "application/json"}, Body: []byte(`{"code":"not_authorized"}`)}
				if m.Token == "t" {
					answer.Status, answer.Body = 200, []byte(m.Path)
				}
			}
			if m.Path == "qr.svg" {
				answer.Header["Content-Type"] = "image/svg+xml"
			}
			if c.Send(t.Context(), core.Control{Type: core.Respond, ID: m.ID, Answer: answer}) != nil {
				return
			}
		}
	}(c)
	base := "/api/jam/sessions/" + strings.ToLower(strings.ReplaceAll(h.Code.String(), "-", ""))
	status, header, body := r.get(base)
	if status != 200 || header.Get("Cache-Control") != "no-store" ||
		string(bytes.TrimSpace(body)) != `{"name":"Friday","host_name":"Ann","participant_count":1,"current_track":null,"is_active":true,"state":"active"}` {
		t.Errorf("the landing: %d %s", status, body)
	}
	for path, want := range map[string]string{
		"/art/current": "art/current", "/art/t1": "art/t1", "/art/t1?size=96&x=y": "art/t1?size=96", "/qr.svg": "qr.svg", "/qr.png": "qr.png",
	} {
		status, header, body := r.get(base + path)
		if status != 200 || string(body) != want || !strings.Contains(header.Get("Content-Security-Policy"), "sandbox") || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %s %v", path, status, body, header)
		}
	}
	if status, _, body := r.get(base+"/art/t1", "If-None-Match", `"x"`); status != 304 || len(body) > 0 {
		t.Errorf("a cover that the page has: %d %q", status, body)
	}
	if status, _, body := r.get(base + "/search?q=a&limit=5"); status != 401 || codeOf(body) != "not_authorized" {
		t.Errorf("a search of nobody: %d %s", status, body)
	}
	if status, _, body := r.get(base+"/search?q=a&limit=5", "Authorization", "Bearer t"); status != 200 || string(body) != "search?q=a&limit=5" {
		t.Errorf("a search: %d %s", status, body)
	}
	_ = c.WS.Close(1000, "")
	for status != 503 {
		status, _, body = r.get(base)
	}
	if codeOf(body) != wire.CodeHostOffline {
		t.Errorf("the host is away: %s", body)
	}
	c = r.attach(h)
	if err := c.Send(t.Context(), core.Control{Type: core.Release, Code: h.Code.String(), Reason: "idle"}); err != nil {
		t.Fatal(err)
	}
	for status != 410 {
		status, _, body = r.get(base)
	}
	if !bytes.Contains(body, []byte(`"end_reason":"idle"`)) {
		t.Errorf("it has ended: %s", body)
	}
}

func TestACodeTypedBehindTheAddressLeadsToItsJam(t *testing.T) {
	r := start(t, nil)
	for typed, want := range map[string]string{"/hqrs2k4m": "/jam/HQRS-2K4M", "/HQRS-2K4M": "/jam/HQRS-2K4M", "/ABCD-1234": "", "/assets": ""} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+typed, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultTransport.RoundTrip(request) // which follows nothing
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if got := response.Header.Get("Location"); got != want || (response.StatusCode == http.StatusFound) != (want != "") {
			t.Errorf("%s: %d to %q, want %q", typed, response.StatusCode, got, want)
		}
	}
}

func TestForeignPagesAreTurnedAway(t *testing.T) {
	r := start(t, func(c *Config) { c.PublicURL = "https://soul.example"; c.AllowHosts = []string{"127.0.0.1"} })
	for _, path := range []string{"/", "/api/jam/sessions/HQRS-2K4M", "/ws/jam/HQRS-2K4M", "/ws/host"} {
		for _, header := range [][]string{{"Host", "evil.example"}, {"Origin", "https://evil.example"}, {"Host", "localhost:8080"}} {
			if status, _, body := r.get(path, header...); status != 403 || codeOf(body) != wire.CodeNotAuthorized {
				t.Errorf("%s with %v: %d %s", path, header, status, body)
			}
		}
	}
	if status, _, body := r.get("/", "Host", "soul.example"); status != 200 && codeOf(body) != wire.CodeSessionNotFound {
		t.Errorf("by its name: %d %s", status, body)
	}
}

func TestSecurityHeadersOnEveryAnswer(t *testing.T) {
	// TLS is a proxy's: whether others at that name speak it, only the proxy knows.
	r := start(t, func(c *Config) { c.PublicURL = "https://soul.example" })
	for _, path := range []string{
		"/", "/jam/HQRS-2K4M", "/jam/HQRS-2K4M/session", "/jam/HQRS-2K4M/display", "/assets/none-1.js", "/nothing", "/ws/jam/HQRS-2K4M", "/ws/host",
		"/api/jam/sessions/HQRS-2K4M", "/api/jam/sessions/HQRS-2K4M/qr.svg", "/api/jam/sessions/HQRS-2K4M/art/current", "/.well-known/assetlinks.json",
	} {
		for host, known := range map[string]string{"soul.example": "soul.example", "evil.example": ""} {
			_, header, _ := r.get(path, "Host", host)
			want := http.Header{}
			webapp.SecurityHeaders(want, known)
			for name := range want {
				if header.Get(name) != want.Get(name) {
					t.Errorf("%s as %s: %s is %q, want %q", path, host, name, header.Get(name), want.Get(name))
				}
			}
			for _, never := range []string{"Strict-Transport-Security", "Access-Control-Allow-Origin", "Set-Cookie", "Server"} {
				if header.Get(never) != "" {
					t.Errorf("%s as %s: %s: %s", path, host, never, header.Get(never))
				}
			}
		}
	}
}

// A live code, asked for from an address that is slowed down, is answered exactly as a wrong one.
func TestASlowedAddressLearnsNothing(t *testing.T) {
	r := start(t, func(c *Config) { c.TrustedProxies = []string{"127.0.0.1"} })
	h := newHost(t)
	r.attach(h)
	guesser := []string{"X-Forwarded-For", "198.51.100.1"}
	for _, typed := range []string{"ABCD-1234", "x", newHost(t).Code.String()} {
		_, header, body := r.get("/api/jam/sessions/"+typed, guesser...)
		_, header2, body2 := r.get("/api/jam/sessions/"+newHost(t).Code.String()+"/art/current", guesser...)
		if !bytes.Equal(body, body2) || header.Get("Content-Length") != header2.Get("Content-Length") {
			t.Errorf("%s and an unknown code differ: %s and %s", typed, body, body2)
		}
	}
	for range 4 {
		r.get("/api/jam/sessions/"+newHost(t).Code.String(), guesser...)
	}
	for _, path := range []string{"/api/jam/sessions/%s", "/api/jam/sessions/%s/art/current", "/api/jam/sessions/%s/qr.svg", "/ws/jam/%s"} {
		var answers []string
		for _, typed := range []string{h.Code.String(), newHost(t).Code.String(), "ABCD-1234"} {
			status, header, body := r.get(strings.ReplaceAll(path, "%s", typed), guesser...)
			if status != 429 || codeOf(body) != wire.CodeRateLimited || header.Get("Retry-After") == "" {
				t.Errorf("%s: %d %s", path, status, body)
			}
			var e wire.Error
			if err := json.Unmarshal(body, &e); err != nil || e.RetryAfterMS <= 0 || e.RetryAfterMS > firstWait.Milliseconds() {
				t.Errorf("%s: it may come back after %d ms", path, e.RetryAfterMS)
			}
			header.Del("Retry-After") // time passes between them
			e.RetryAfterMS = 0
			text, _ := json.Marshal([]any{e, header.Clone()})
			text = bytes.ReplaceAll(text, []byte(header.Get("Content-Length")), nil)
			answers = append(answers, string(text))
		}
		if answers[0] != answers[1] || answers[1] != answers[2] {
			t.Errorf("%s tells a live code from a wrong one:\n%s", path, strings.Join(answers, "\n"))
		}
	}
	if status, _, _ := r.get("/api/jam/sessions/"+h.Code.String(), "X-Forwarded-For", "198.51.100.2"); status != 200 {
		t.Errorf("somebody else gets %d", status)
	}
	if status, _, _ := r.get("/", guesser...); status == 429 {
		t.Error("not even the page is served")
	}
}

func TestTooManyOfOneAddress(t *testing.T) {
	r := start(t, func(c *Config) { c.MaxPerAddress = 2 })
	h := newHost(t)
	c := r.attach(h) // is known
	for range 2 {
		if _, err := newHost(t).Dial(t.Context(), r.url); err != nil { // claims nothing
			t.Fatal(err)
		}
	}
	status, _, body := r.get("/ws/jam/" + h.Code.String())
	if status != 429 || codeOf(body) != wire.CodeRateLimited {
		t.Errorf("the third: %d %s", status, body)
	}
	if status, _, _ := r.get("/api/jam/sessions/" + h.Code.String()); status != 200 {
		t.Errorf("who asks over HTTP gets %d", status)
	}
	_ = c
}

// A thousand hosts are attached, the relay restarts on the same address and directory, and all come back; no
// stranger gets a code meanwhile.
func TestRestartWithAThousandHosts(t *testing.T) {
	const n = 1000
	data := t.TempDir()
	r := start(t, func(c *Config) { c.Data = data })
	hosts, conns := make([]*fakehost.Host, n), make([]*fakehost.Conn, n)
	all := func(do func(int)) {
		var working sync.WaitGroup
		lane := make(chan struct{}, 100)
		for i := range n {
			lane <- struct{}{}
			working.Go(func() {
				do(i)
				<-lane
			})
		}
		working.Wait()
	}
	for i := range hosts {
		hosts[i] = newHost(t)
	}
	attach := func(i int) {
		c, err := hosts[i].Attach(t.Context(), r.url)
		if err != nil {
			t.Error(err)
			return
		}
		conns[i] = c
	}
	all(attach)
	if t.Failed() {
		t.FailNow()
	}
	told := make(chan error, n)
	for _, c := range conns {
		go func() {
			_, _, err := c.Read(context.Background())
			told <- err
		}()
	}
	at := strings.TrimPrefix(r.url, "http://")
	r.end()
	for range n {
		if err := <-told; err == nil || !strings.Contains(err.Error(), "4000") {
			t.Fatalf("a host was told %v", err)
		}
	}
	r = start(t, func(c *Config) { c.Data, c.Listen = data, at })
	stranger := newHost(t)
	if err := stranger.Take(hosts[0].Code); err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Attach(t.Context(), r.url); err == nil || !strings.Contains(err.Error(), core.CodeTaken) {
		t.Errorf("a stranger's claim: %v", err)
	}
	began := time.Now()
	all(attach)
	t.Logf("all %d are back after %v", n, time.Since(began))
	for i := range 10 {
		if status, _, body := r.get("/api/jam/sessions/" + hosts[i*n/10].Code.String()); status != 200 {
			t.Errorf("host %d: %d %s", i, status, body)
		}
		_ = conns[i].WS.CloseNow()
	}
	for _, c := range conns {
		_ = c.WS.CloseNow()
	}
}
