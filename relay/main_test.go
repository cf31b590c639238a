package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/shared/setting"
	"soul-jam/shared/wire"
)

// serveHere runs relay serve in this process, on a free port, and gives its address.
func serveHere(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	data := t.TempDir()
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"serve"}, func(name string) string {
			return map[string]string{"JAM_LISTEN": "127.0.0.1:0", "JAM_DATA": data, "JAM_STUN_LISTEN": "127.0.0.1:0", "JAM_P2P_LISTEN": "127.0.0.1:0"}[name]
		}, in, io.Discard)
		_ = in.Close()
	}()
	t.Cleanup(func() {
		stop()
		select {
		case s := <-status:
			if s != 0 {
				t.Errorf("relay ended with %d", s)
			}
		case <-time.After(5 * time.Second):
			t.Error("relay does not stop within 5 s")
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		t.Fatalf("it printed %q, %v", line, err)
	}
	return url
}

func TestEveryCodeIsUnknown(t *testing.T) {
	url := serveHere(t)
	for _, path := range []string{"/api/jam/sessions/HQRS-2K4M", "/api/jam/sessions/ABCD-1234", "/api/jam/sessions/HQRS-2K4M/search", "/api/jam/history", "/nothing", "/assets/nothing.js"} {
		res, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		var refusal wire.Error
		if err := json.Unmarshal(body, &refusal); err != nil || res.StatusCode != 404 || refusal.Code != wire.CodeSessionNotFound || refusal.Message == "" {
			t.Errorf("%s: %s %s", path, res.Status, body)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, res.Header)
		}
	}
}

func TestWebSocketIsToldAfterTheUpgrade(t *testing.T) {
	url := serveHere(t)
	c, _, err := websocket.Dial(t.Context(), url+"/ws/jam/HQRS-2K4M", nil) //nolint:bodyclose // the library closes it
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for err == nil {
		var message []byte
		if _, message, err = c.Read(t.Context()); err == nil {
			got = append(got, string(message))
		}
	}
	want := []string{
		`{"type":"error","code":"session_not_found","message":"This jam session doesn't exist"}`,
		`{"type":"bye","code":4503,"reason":"not_found","retry":false}`,
	}
	var closed websocket.CloseError
	if !slices.Equal(got, want) || !errors.As(err, &closed) || closed.Code != 4503 || closed.Reason != "not_found" {
		t.Errorf("it was told %q, then %v", got, err)
	}
	header := http.Header{"Origin": {"http://evil.example"}}
	if _, res, err := websocket.Dial(t.Context(), url+"/ws/jam/HQRS-2K4M", &websocket.DialOptions{HTTPHeader: header}); err == nil || res.StatusCode != 403 { //nolint:bodyclose // the library closes it
		t.Errorf("from another site's page: %v", err)
	}
}

func TestCommandLine(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	taken, data := l.Addr().String(), t.TempDir()
	for _, c := range []struct {
		args   string
		status int
		text   string
	}{
		{"", 2, "relay serve"}, {"dance", 2, "relay serve"}, {"help", 0, "relay serve"}, {"-h", 0, "relay serve"},
		{"serve -h", 0, "JAM_LISTEN"}, {"serve --dance", 2, "-dance"}, {"serve now", 2, `"now"`}, {"serve", 1, "--data"},
		{"serve --data " + data + " --listen " + taken, 1, taken}, {"serve --max-per-address 0", 1, "--max-per-address"},
		{"serve --log-level loud", 1, "loud"}, {"serve --log-format xml", 1, "xml"},
		{"serve --data " + data + " --tls-cert x", 1, "--tls-key"}, {"serve --data " + data + " --tls-auto a.example --tls-key x", 1, "--tls-auto"},
		{"serve --data " + data + " --tls-cert /nowhere --tls-key /nowhere", 1, "/nowhere"},
		{"serve --data " + data + " --public-url soul.example", 1, "https://soul.example"},
		{"serve --data " + data + " --public-url https://soul.example/x", 1, "https://soul.example"},
		{"serve --data " + data + " --trusted-proxy everybody", 1, "everybody"},
		{"serve --data " + data + " --listen 127.0.0.1:0 --stun-listen " + taken + "x", 1, "STUN"},
		{"serve --data " + data + " --listen 127.0.0.1:0 --stun-listen none --p2p-listen none --metrics-listen " + taken, 1, taken},
		{"serve --data " + data + " --listen 127.0.0.1:0 --stun-listen none --p2p-listen " + taken, 1, taken},
		{"serve --data " + data + " --listen 127.0.0.1:0 --stun-listen none --p2p-listen none --well-known /nowhere", 1, "--well-known"},
	} {
		var out, errs bytes.Buffer
		status := run(t.Context(), strings.Fields(c.args), func(string) string { return "" }, &out, &errs)
		if status != c.status || !strings.Contains(out.String()+errs.String(), c.text) {
			t.Errorf("relay %s: status %d, %q %q; want %d and %q", c.args, status, &out, &errs, c.status, c.text)
		}
	}
}

func TestUnit(t *testing.T) {
	for args, holds := range map[string]string{
		"": "TCP :8080 (web), UDP :3478 (STUN), TCP and UDP :4001 (libp2p)\n", "--tls-auto a.b --stun-listen none --p2p-listen :9": "TCP :443 (web), TCP and UDP :9 (libp2p)\n",
		"--p2p-listen none --listen :1":                                   "TCP :1 (web), UDP :3478 (STUN)\n",
		"--tls-auto soul.example":                                         "serve --tls-auto soul.example --listen :443 --public-url https://soul.example\n",
		"--tls-auto soul.example --listen :8443 --public-url https://a.b": "serve --tls-auto soul.example --listen :8443 --public-url https://a.b\n",
		"--listen 127.0.0.1:8080 --trusted-proxy 127.0.0.1/32":            "serve --listen 127.0.0.1:8080 --trusted-proxy 127.0.0.1/32\n",
		"--dance": "", "now": "", "--data a;b": "", "--data %n": "", "--data $HOME": "",
	} {
		var out, errs bytes.Buffer
		status := run(t.Context(), append([]string{"unit"}, strings.Fields(args)...), func(string) string { return "" }, &out, &errs)
		if good := holds != ""; (status == 0) != good || !strings.Contains(out.String(), holds) || (good != strings.Contains(out.String(), "DynamicUser=yes")) {
			t.Errorf("relay unit %s: %d %s %s", args, status, &out, &errs)
		}
	}
}

func TestREADMEHasTheFlags(t *testing.T) {
	set := newFlags(io.Discard).set
	want := []string{"<!-- flags:relay -->", "| flag | environment | default | meaning |", "| --- | --- | --- | --- |"}
	set.VisitAll(func(f *flag.Flag) {
		_, meaning := flag.UnquoteUsage(f)
		preset := f.DefValue
		if preset != "" {
			preset = "`" + preset + "`"
		}
		want = append(want, fmt.Sprintf("| `--%s` | `%s` | %s | %s |", f.Name, setting.Env(f.Name), preset, meaning))
	})
	want = append(want, "<!-- /flags -->")
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatalf("%v; it should hold\n%s", err, strings.Join(want, "\n"))
	}
	if !strings.Contains(string(readme), strings.Join(want, "\n")+"\n") {
		t.Errorf("the table of flags in the README differs from the flags; it should be\n%s", strings.Join(want, "\n"))
	}
}
