package hosttest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
	"soul-jam/webapp"
)

// shape is one way to come, told by headers; PORT stands for the listener's own.
type shape struct {
	what    string
	headers []string
}

func ours() []shape {
	return []shape{
		{"a program", nil},
		{"localhost", []string{"Host", "localhost:PORT", "Origin", "http://localhost:PORT"}},
		{"LOCALHOST.", []string{"Host", "LOCALHOST.:PORT"}},
		{"IPv6", []string{"Host", "[::1]:PORT", "Origin", "http://[::1]:PORT"}},
		{"our own page", []string{"Origin", "http://127.0.0.1:PORT", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors"}},
		{"typed address", []string{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"}},
		{"a name that was allowed", []string{"Host", "Jam.Example", "Origin", "https://jam.example:8443"}},
	}
}

func (s shape) at(t *testing.T, face string) []string {
	t.Helper()
	u, err := url.Parse(face)
	if err != nil {
		t.Fatal(err)
	}
	headers := append([]string(nil), s.headers...)
	for i := range headers {
		headers[i] = strings.ReplaceAll(headers[i], "PORT", u.Port())
	}
	return headers
}

func TestWhatIsOursComesIn(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Start: "Friday", AllowHosts: []string{"jam.example"}, MaxPerAddress: 1000})
	for _, face := range []string{w.LAN, w.Console} {
		for _, s := range ours() {
			headers := s.at(t, face)
			w.Ask("GET", face+"/api/jam/sessions/"+w.Code, "", "", headers...).Want(200)
			if s.what == "typed address" {
				continue // no WebSocket is typed
			}
			c, status, err := w.TryDial(face, w.Code, headers...)
			if err != nil {
				t.Errorf("%s: a WebSocket at %s: %d, %v", s.what, face, status, err)
				continue
			}
			c.Join(wire.JoinRequest{DisplayName: "Alice"})
		}
	}
}

func TestFollowingALinkFromElsewhere(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Start: "Friday"})
	link := []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}
	for _, page := range []string{w.LAN + "/", w.LAN + "/jam/" + w.Code, w.LAN + "/jam/" + w.Code + "/session", w.Console + "/"} {
		if a := w.Ask("GET", page, "", "", link...); a.Status == 403 {
			t.Errorf("a link to %s is refused", page)
		}
	}
	for _, method := range []string{"POST", "DELETE"} {
		w.Ask(method, w.Console+"/", "", "", link...).WantError(403, wire.CodeNotAuthorized)
	}
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code, "", "", link...).WantError(403, wire.CodeNotAuthorized)
	if _, status, err := w.TryDial(w.LAN, w.Code, link...); err == nil || status != 403 {
		t.Errorf("a WebSocket as a link: %d", status)
	}
}

func TestSecurityHeadersOnEveryAnswer(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Start: "Friday"})
	jam := "/api/jam/sessions/" + w.Code
	paths := []string{
		"/", "/jam/" + w.Code, "/jam/" + w.Code + "/session", "/jam/" + w.Code + "/display", "/jam/%00", "/assets/none-1.js", "/nothing",
		jam, jam + "/qr.svg", jam + "/qr.png", jam + "/art/current", jam + "/search?q=a", jam + "/introduction", "/api/jam/sessions/ZZZZ-ZZZZ", "/ws/jam/" + w.Code,
	}
	for _, face := range []string{w.LAN, w.Console} {
		own := strings.TrimPrefix(face, "http://")
		for _, path := range append(paths, "/api/jam/history", "/healthz", "/metrics") {
			for host, sockets := range map[string]string{own: "ws://" + own + " wss://" + own, "evil.example": "ws: wss:"} {
				h := w.Ask("GET", face+path, "", "", "Host", host).Header
				want := http.Header{}
				webapp.SecurityHeaders(want, own)
				policy := strings.Replace(want.Get("Content-Security-Policy"), "ws://"+own+" wss://"+own, sockets, 1)
				want.Set("Content-Security-Policy", policy)
				for name := range want {
					if h.Get(name) != want.Get(name) {
						t.Errorf("%s%s as %s: %s is %q, want %q", face, path, host, name, h.Get(name), want.Get(name))
					}
				}
				for _, never := range []string{"Access-Control-Allow-Origin", "Strict-Transport-Security", "Set-Cookie", "Server"} {
					if h.Get(never) != "" {
						t.Errorf("%s%s: %s: %s", face, path, never, h.Get(never))
					}
				}
			}
		}
	}
}
