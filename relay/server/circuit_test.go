package server

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"soul-jam/relay/circuit"
	"soul-jam/shared/wire"
	core "soul-jam/signaling"
	"soul-jam/signaling/server"
)

func TestIntroduction(t *testing.T) {
	data := t.TempDir()
	r := start(t, func(c *Config) { c.P2PListen, c.Data = "127.0.0.1:0", data })
	h := newHost(t)
	path := "/api/jam/sessions/" + strings.ToLower(h.Code.String()) + "/introduction"
	if status, _, body := r.get(path); status != 404 || codeOf(body) != wire.CodeSessionNotFound {
		t.Errorf("an unknown code: %d %s", status, body)
	}
	c := r.attach(h)
	status, header, body := r.get(path)
	var got wire.Introduction
	if err := json.Unmarshal(body, &got); err != nil || status != 200 || header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", status, body)
	}
	if got.Bundle != h.Bundle.Text || len(got.P2P) != 2 || len(c.Welcome.P2P) != 2 {
		t.Errorf("introduced as %s, the host welcomed with %q", body, c.Welcome.P2P)
	}
	for i, address := range got.P2P {
		if address != c.Welcome.P2P[i]+"/p2p-circuit" || !strings.HasPrefix(address, "/ip4/127.0.0.1/") || !strings.Contains(address, "/p2p/12D3KooW") {
			t.Errorf("address %s", address)
		}
	}
	if info, err := os.Stat(filepath.Join(data, p2pKeyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v, %v", info, err)
	}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(r.url, "http://"))
	_, _, body = r.get(path, "Host", "localhost:"+port)
	if err := json.Unmarshal(body, &got); err != nil || len(got.P2P) != 2 || !strings.HasPrefix(got.P2P[0], "/dns/localhost/udp/") {
		t.Errorf("by another name: %s", body)
	}
	if err := c.Send(t.Context(), core.Control{Type: core.Release, Code: h.Code.String(), Reason: "host"}); err != nil {
		t.Fatal(err)
	}
	for status != 410 {
		status, _, body = r.get(path)
	}
	if codeOf(body) != wire.CodeSessionEnded {
		t.Errorf("it has ended: %s", body)
	}
	r.end()
	again := start(t, func(c *Config) { c.P2PListen, c.Data = "127.0.0.1:0", data })
	if back := again.attach(newHost(t)); idOf(back.Welcome.P2P) != idOf(c.Welcome.P2P) || idOf(back.Welcome.P2P) == "" {
		t.Errorf("after a restart it is %q, and was %q", back.Welcome.P2P, c.Welcome.P2P)
	}
}

// idOf is the peer id in the first of some addresses.
func idOf(addresses []string) string {
	if len(addresses) == 0 {
		return ""
	}
	return addresses[0][strings.LastIndex(addresses[0], "/")+1:]
}

func TestIntroductionWithoutACircuitRelay(t *testing.T) {
	r := start(t, nil)
	h := newHost(t)
	if c := r.attach(h); c.Welcome.P2P != nil {
		t.Errorf("welcomed with %q", c.Welcome.P2P)
	}
	if status, _, body := r.get("/api/jam/sessions/" + h.Code.String() + "/introduction"); status != 200 || !strings.Contains(string(body), `"p2p":[]`) {
		t.Errorf("%d %s", status, body)
	}
}

func TestGuessingAtIntroductions(t *testing.T) {
	r := start(t, func(c *Config) { c.P2PListen = "127.0.0.1:0" })
	status := 0
	for range missesAllowed + 1 {
		status, _, _ = r.get("/api/jam/sessions/" + newHost(t).Code.String() + "/introduction")
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("whoever guesses is answered %d", status)
	}
}

func TestCircuitsAreAtTheNameThatPeopleUse(t *testing.T) {
	relay, err := circuit.New(circuit.Config{Listen: "127.0.0.1:0", Key: newHost(t).Key, Live: func(string) bool { return false }, PerAddress: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = relay.Close() }()
	for _, c := range []struct{ public, host, want string }{
		{"", "127.0.0.1:8080", "/ip4/127.0.0.1/"}, {"", "[::1]:8080", "/ip6/::1/"}, {"", "box.local", "/dns/box.local/"},
		{"soul.example:443", "inner:8080", "/dns/soul.example/"}, {"[2001:db8::1]:443", "x", "/ip6/2001:db8::1/"},
	} {
		s := &site{circuit: relay, names: names{public: c.public}}
		for _, all := range [][]string{s.circuitFor(&http.Request{Host: c.host}), s.circuitsFor(&http.Request{Host: c.host})} {
			if len(all) != 2 || !strings.HasPrefix(all[0], c.want) || !strings.HasPrefix(all[1], c.want) {
				t.Errorf("%+v: %q", c, all)
			}
		}
	}
	w := httptest.NewRecorder()
	s := server.New(server.Config{Directory: server.NewMemory()})
	defer s.Close(t.Context())
	relay.Counts().Circuits.Add(3)
	metrics(s, &refused{}, func() int64 { return 0 }, relay).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for _, line := range []string{"relay_p2p_circuits 3", "relay_p2p_reservations 0", "relay_p2p_carried_bytes_total 0", `relay_p2p_refused_total{what="circuit"} 0`} {
		if !strings.Contains(w.Body.String(), line) {
			t.Errorf("the metrics are without %q", line)
		}
	}
}

func TestWellKnown(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret")
	dir := t.TempDir()
	write := func(path string, bytes int) {
		t.Helper()
		if err := os.WriteFile(path, []byte(strings.Repeat("x", bytes)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(outside, 6)
	write(filepath.Join(dir, "other.json"), 5)
	r := start(t, func(c *Config) { c.WellKnown = dir })
	plain := start(t, nil)
	for _, name := range appFiles() {
		at, path := filepath.Join(dir, name), "/.well-known/"+name
		ask := func(what string, want int) {
			t.Helper()
			if status, header, body := r.get(path); status != want || want == 200 && header.Get("Content-Type") != "application/json" || want == 404 && codeOf(body) != wire.CodeSessionNotFound {
				t.Errorf("%s, %s: %d %v", name, what, status, header)
			}
			_ = os.RemoveAll(at)
		}
		ask("none", 404)
		write(at, maxAppFile)
		if status, _, _ := plain.get(path); status != 404 {
			t.Errorf("without --well-known: %d", status)
		}
		ask("a file", 200)
		write(at, maxAppFile+1)
		ask("a byte too long", 404)
		if err := os.Mkdir(at, 0o700); err != nil {
			t.Fatal(err)
		}
		ask("a directory", 404)
		for target, want := range map[string]int{outside: 404, "../" + filepath.Base(filepath.Dir(outside)) + "/secret": 404, "other.json": 200, "nowhere": 404} {
			if err := os.Symlink(target, at); err != nil {
				t.Fatal(err)
			}
			ask("a link to "+target, want)
		}
	}
	u, err := url.Parse(r.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/.well-known/other.json", "/.well-known/", "/.well-known/../other.json", "/.well-known/%2e%2e/secret", "/.well-known/assetlinks.json/../other.json"} {
		u.Opaque = "//" + u.Host + path // as it is
		response, err := http.DefaultTransport.RoundTrip(&http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}})
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if !slices.Contains([]int{301, 307, 404}, response.StatusCode) {
			t.Errorf("%s: %s", path, response.Status)
		}
	}
}
