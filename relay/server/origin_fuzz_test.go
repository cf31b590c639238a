package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// FuzzOrigin: a page that is not soul-server's own asks in vain, however it writes where it comes from.
func FuzzOrigin(f *testing.F) {
	for _, r := range [][2]string{
		{"soul.example", "https://soul.example"}, {"soul.example:443", "https://soul.example:443"}, {"evil.example", "https://evil.example"}, {"soul.example", "http://soul.example"}, {"soul.example", "https://soul.example@evil.example"},
		{"soul.example.", "https://soul.example."}, {"soul.example", "null"}, {"soul.example", "https://soul.example/"}, {"SOUL.example", "https://soul.example:0443"}, {"[soul.example]", ""},
	} {
		f.Add(r[0], r[1])
	}
	own := names{public: "soul.example:443", port: "1"}
	f.Fuzz(func(t *testing.T, host, origin string) {
		r := httptest.NewRequest(http.MethodPost, "/api/x", nil)
		r.Host = host
		if origin != "" {
			r.Header["Origin"] = []string{origin}
		}
		if !own.mayAsk(r, "https") {
			return
		}
		if withPort(host, "https") != "soul.example:443" {
			t.Errorf("Host %q passes", host)
		}
		if u, err := url.Parse(origin); origin != "" && (err != nil || u.User != nil || withPort(u.Host, u.Scheme) != "soul.example:443") {
			t.Errorf("a page of %q passes", origin)
		}
	})
}
