package hosttest_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/proof"
)

// foreign are the ways of a page that is not ours, and of a name that was made to point here.
func foreign() []shape {
	shapes := []shape{
		{"a page of another site", []string{"Origin", "https://evil.example"}},
		{"a page without origin", []string{"Origin", "null"}},
		{"an empty origin", []string{"Origin", ""}},
		{"a file", []string{"Origin", "file://"}},
		{"an extension", []string{"Origin", "chrome-extension://abcdef"}},
		{"another port of this machine", []string{"Origin", "http://127.0.0.1:1"}},
		{"no port", []string{"Origin", "http://127.0.0.1"}},
		{"ours as user", []string{"Origin", "http://127.0.0.1:PORT@evil.example"}},
		{"ours with a user", []string{"Origin", "http://evil@127.0.0.1:PORT"}},
		{"ours as a prefix", []string{"Origin", "http://127.0.0.1.evil.example:PORT"}},
		{"ours as a suffix", []string{"Origin", "http://evil-localhost:PORT"}},
		{"ours as a path", []string{"Origin", "http://evil.example/127.0.0.1:PORT"}},
		{"two origins", []string{"Origin", "http://127.0.0.1:PORT", "Origin", "http://evil.example"}},
		{"rebound: both agree", []string{"Host", "evil.example:PORT", "Origin", "http://evil.example:PORT"}},
		{"cross-site fetch", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors"}},
		{"cross-site picture", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}},
		{"another port's fetch", []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors"}},
		{"cross-site websocket", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "websocket"}},
		{"unknown site", []string{"Sec-Fetch-Site", "everywhere"}},
		{"our site shouted", []string{"Sec-Fetch-Site", "SAME-ORIGIN"}},
		{"another site's page with our cookies", []string{"Origin", "null", "Cookie", "token=TOKEN"}},
		{"a question before", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization"}},
		{"a question before, from a public network", []string{"Origin", "https://evil.example", "Access-Control-Request-Private-Network", "true"}},
		{"the other listener's page", []string{"Origin", "http://127.0.0.1:OTHER"}},
		{"the other listener", []string{"Host", "127.0.0.1:OTHER"}},
		{"ours by a word of others", []string{"Host", "evil.example:PORT", "X-Forwarded-Host", "127.0.0.1:PORT", "Forwarded", "host=127.0.0.1:PORT", "X-Original-Host", "127.0.0.1:PORT"}},
		{"a tab in the origin", []string{"Origin", "http://127.0.0.1:PORT\thttp://evil.example"}},
		{"two origins in one", []string{"Origin", "http://127.0.0.1:PORT http://evil.example"}},
		{"an origin list", []string{"Origin", "http://127.0.0.1:PORT, http://evil.example"}},
		{"ours percent-encoded", []string{"Origin", "http://%31%32%37.0.0.1:PORT"}},
		{"ours in wide letters", []string{"Origin", "http://\uff11\uff12\uff17.0.0.1:PORT"}},
		{"ours with a backslash", []string{"Origin", "http://evil.example\\@127.0.0.1:PORT"}},
		{"ours as a WebSocket", []string{"Origin", "ws://127.0.0.1:PORT"}},
	}
	for _, host := range []string{
		"evil.example", "evil.example:PORT", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:PORT.evil.example", "127.0.0.1.nip.io:PORT", "localhost.evil.example:PORT",
		"0.0.0.0:PORT", "0:PORT", "127.1:PORT", "2130706433:PORT", "0x7f000001:PORT", "8.8.8.8:PORT", "[2001:db8::1]:PORT", "localtest.me:PORT", "other.local:PORT",
		"127.0.0.1:PORT:80", "127.0.0.1:0PORT", "EVIL.EXAMPLE:PORT", "evil.example.:PORT", "localhost..:PORT", "127.0.0.1..:PORT", ".localhost:PORT", "jam.localhost:PORT",
		"[::1%25lo]:PORT", "[::1%lo]:PORT", "[::]:PORT", "[::ffff:8.8.8.8]:PORT", "[fe80::1]:PORT", "::1:PORT", "evil@127.0.0.1:PORT", "127.0.0.1:PORT@evil.example",
		"127.0.0.1:PORT\tevil.example", "127.0.0.1:PORT evil.example", "127.0.0.1:PORT,evil.example", "127.0.0.1:PORT/evil.example", "127.0.0.1:PORT#evil.example",
		"127.0.0.1%2eevil.example:PORT", "l\u043ecalhost:PORT", "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3:PORT", "local\u200bhost:PORT", "xn--80akhbyknj4f:PORT", "017700000001:PORT",
		"127.0.0.1:+PORT", "127.0.0.1:PORT.", "127.0.0.1:", ":PORT", "",
	} {
		shapes = append(shapes, shape{"Host " + host, []string{"Host", host}})
	}
	return shapes
}

// oddly are requests that no browser sends of itself; HOST stands for the listener's own, PATH for what is asked.
func oddly() map[string]string {
	return map[string]string{
		"a foreign target":                        "METHOD http://evil.example/PATH HTTP/1.1\r\nHost: HOST\r\n",
		"a foreign target on our port":            "METHOD http://evil.example:PORT/PATH HTTP/1.1\r\nHost: HOST\r\n",
		"a target of ours as a user":              "METHOD http://HOST@evil.example/PATH HTTP/1.1\r\nHost: HOST\r\n",
		"HTTP/1.0 without a Host":                 "METHOD /PATH HTTP/1.0\r\n",
		"HTTP/1.0 with a foreign Host":            "METHOD /PATH HTTP/1.0\r\nHost: evil.example:PORT\r\n",
		"HTTP/1.1 without a Host":                 "METHOD /PATH HTTP/1.1\r\n",
		"two Hosts":                               "METHOD /PATH HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n",
		"two Hosts, ours last":                    "METHOD /PATH HTTP/1.1\r\nHost: evil.example\r\nHost: HOST\r\n",
		"a folded Host":                           "METHOD /PATH HTTP/1.1\r\nHost: HOST\r\n evil.example\r\n",
		"a space before the colon":                "METHOD /PATH HTTP/1.1\r\nHost : HOST\r\n",
		"a NUL in the Host":                       "METHOD /PATH HTTP/1.1\r\nHost: HOST\x00.evil.example\r\n",
		"our Host behind a foreign one's newline": "METHOD /PATH HTTP/1.1\r\nHost: evil.example\nHost: HOST\r\n",
	}
}

// written gives every foreign shape as the start of a request: its first line and the headers that it is about.
func written() map[string]string {
	shapes := oddly()
	for _, s := range foreign() {
		var head strings.Builder
		host := "HOST"
		for i := 0; i < len(s.headers); i += 2 {
			if s.headers[i] == "Host" {
				host = s.headers[i+1]
				continue
			}
			fmt.Fprintf(&head, "%s: %s\r\n", s.headers[i], s.headers[i+1])
		}
		shapes[s.what] = "METHOD /PATH HTTP/1.1\r\nHost: " + host + "\r\n" + head.String()
	}
	return shapes
}

// door is one listener with what is asked of it.
type door struct{ name, url, other, token, code string }

// way is a method and a path; upgrade makes it a WebSocket.
type way struct {
	method, path string
	upgrade      bool
}

func ways() []way {
	return []way{
		{"GET", "", false}, {"GET", "api/jam/sessions/CODE", false}, {"GET", "api/jam/sessions/CODE/search?q=a", false}, {"GET", "api/console/status", false},
		{"GET", "metrics", false}, {"GET", "nothing", false}, {"HEAD", "", false}, {"OPTIONS", "api/jam/sessions", false}, {"POST", "api/jam/sessions", false}, {"POST", "api/console/solo", false},
		{"PUT", "api/console/wifi", false}, {"DELETE", "api/jam/sessions/CODE", false}, {"GET", "ws/jam/CODE", true},
	}
}

// knock sends a request as it is written, and gives the status and the headers of the answer. The host's token is shown, so that it is
// the shape alone that keeps it out.
func (d door) knock(t *testing.T, head string, by way) (int, http.Header) {
	t.Helper()
	u, err := url.Parse(d.url)
	if err != nil {
		t.Fatal(err)
	}
	head = strings.NewReplacer("METHOD", by.method, "PATH", by.path).Replace(head)
	head = strings.NewReplacer("CODE", d.code, "HOST", u.Host, "PORT", u.Port(), "OTHER", d.other, "TOKEN", d.token).Replace(head)
	head += "Authorization: Bearer " + d.token + "\r\nContent-Length: 0\r\n"
	if by.upgrade {
		head += "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	} else {
		head += "Connection: close\r\n"
	}
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second)) // a TCP connection has deadlines
	if _, err := conn.Write([]byte(head + "\r\n")); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: by.method})
	if err != nil {
		t.Fatalf("%q: %v", head, err)
	}
	_ = res.Body.Close()
	return res.StatusCode, res.Header
}

func TestPromiseNothingForeignPasses(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Data: inMemory(t), Start: "Friday", AllowHosts: []string{"jam.example"}, MaxPerAddress: 10000})
	port := func(address string) string { return address[strings.LastIndex(address, ":")+1:] }
	doors := []door{
		{"LAN", w.LAN, port(w.Console), w.Token, w.Code}, {"console", w.Console, port(w.LAN), w.Token, w.Code},
		{"soul-server", soulServer(t), port(w.LAN), w.Token, w.Code},
	}
	tried, passed, shapes := 0, 0, written()
	for _, d := range doors {
		for what, head := range shapes {
			for _, by := range ways() {
				tried++
				// What is no HTTP at all, or no Host, never gets as far as to us.
				status, header := d.knock(t, head, by)
				if status != http.StatusForbidden && status != http.StatusBadRequest || header.Get("Access-Control-Allow-Origin") != "" {
					passed++
					t.Errorf("%s: %s /%s at the %s: %d %v", what, by.method, by.path, d.name, status, header)
				}
			}
		}
		// The same without anything foreign comes in, so it is the shapes that were refused.
		if status, _ := d.knock(t, "METHOD /PATH HTTP/1.1\r\nHost: HOST\r\n", way{"GET", "", false}); status != http.StatusOK {
			t.Errorf("ours at the %s: %d", d.name, status)
		}
		if status, _ := d.knock(t, "METHOD /PATH HTTP/1.1\r\nHost: HOST\r\n", way{"GET", "ws/jam/CODE", true}); status != http.StatusSwitchingProtocols {
			t.Errorf("our WebSocket at the %s: %d", d.name, status)
		}
	}
	if w.Status().Jam == nil {
		t.Error("the jam is gone")
	}
	proof.Show(t, "No shape of rebinding or of another site's page passes, over HTTP or WebSocket",
		fmt.Sprintf("%d passed of %d: %d shapes at %d listeners by %d ways each", passed, tried, len(shapes), len(doors), len(ways())), "0 passed of 30 shapes or more", passed == 0 && len(shapes) >= 30)
}
