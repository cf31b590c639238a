package server

import (
	"net/http"
	"net/url"
	"testing"
)

func TestHostAndOrigin(t *testing.T) {
	public := names{public: "soul.example:443", port: "8080", allowed: []string{"other.example"}}
	own := names{port: "8080"}
	for _, c := range []struct {
		names              names
		scheme, host       string
		origin, site, mode string
		path               string
		may                bool
	}{
		{public, "https", "soul.example", "", "", "", "/", true},
		{public, "https", "SOUL.example:443", "https://soul.example", "same-origin", "cors", "/api/", true},
		{public, "https", "soul.example.", "", "", "", "/", true},
		{public, "https", "soul.example", "http://soul.example", "", "", "/", false}, // another origin, which anybody between may have written
		{public, "https", "soul.example:80", "", "", "", "/", false},
		{public, "https", "other.example", "https://other.example", "", "", "/", true},
		{public, "https", "127.0.0.1:8080", "", "", "", "/", false},
		{public, "https", "evil.example", "https://evil.example", "", "", "/", false},
		{public, "https", "", "", "", "", "/", false},
		{public, "https", "soul.example", "null", "", "", "/", false},
		{public, "https", "soul.example", "https://evil.example", "", "", "/", false},
		{public, "https", "soul.example", "https://soul.example/x", "", "", "/", false},
		{public, "https", "soul.example", "https://u@soul.example", "", "", "/", false},
		{public, "https", "soul.example", "", "cross-site", "no-cors", "/api/x", false},
		{public, "https", "soul.example", "", "cross-site", "navigate", "/jam/HQRS-2K4M", true},
		{public, "https", "soul.example", "", "cross-site", "navigate", "/api/x", false},
		{own, "http", "127.0.0.1:8080", "http://127.0.0.1:8080", "", "", "/", true},
		{own, "http", "localhost:8080", "", "", "", "/", true},
		{own, "http", "[::1]:8080", "", "", "", "/", true},
		{own, "http", "127.0.0.1:8081", "", "", "", "/", false},
		{own, "http", "127.0.0.1:8080.", "", "", "", "/", false},
		{public, "https", "soul.example.:443", "", "", "", "/", true},
		{own, "http", "127.0.0.1", "", "", "", "/", false},
		{own, "http", "192.0.2.77:8080", "", "", "", "/", false},
		{own, "http", "evil.example:8080", "http://evil.example:8080", "", "", "/", false},
	} {
		r := &http.Request{Method: http.MethodGet, Host: c.host, URL: &url.URL{Path: c.path}, Header: http.Header{}}
		for name, value := range map[string]string{"Origin": c.origin, "Sec-Fetch-Site": c.site, "Sec-Fetch-Mode": c.mode} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		if got := c.names.mayAsk(r, c.scheme); got != c.may {
			t.Errorf("%+v: %v", c, got)
		}
	}
	r := &http.Request{Host: "soul.example", URL: &url.URL{}, Header: http.Header{"Origin": {"https://soul.example", "https://soul.example"}}}
	if public.mayAsk(r, "https") {
		t.Error("two origins pass")
	}
}

func FuzzHost(f *testing.F) {
	f.Add("soul.example:443", "https")
	f.Add("[::1", "http")
	f.Add(":::", "")
	f.Fuzz(func(t *testing.T, host, scheme string) {
		if (names{public: "soul.example:443", port: "1"}).has(host, scheme) != (withPort(host, scheme) == "soul.example:443") {
			t.Errorf("%q %q", host, scheme)
		}
	})
}
