package api

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzGate: a request by a name that is not this machine's, or from a page of somebody else's, gets no further than the gate; and
// no Host comes into the policy of an answer as anything but a host.
func FuzzGate(f *testing.F) {
	for _, r := range [][3]string{
		{"127.0.0.1:7421", "", ""}, {"localhost:7421", "http://localhost:7421", "same-origin"}, {"[::1]:7421", "http://[::1]:7421", ""}, {"evil.example:7421", "http://evil.example:7421", ""},
		{"127.0.0.1:7421", "http://evil.example", "cross-site"}, {"localhost.:7421", "null", ""}, {"127.0.0.1:7421@evil", "http://127.0.0.1:7421@evil.example", ""}, {"2130706433:7421", "", ""},
		{"0x7f.1:7421", "", ""}, {"allowed.example", "https://allowed.example", ""}, {"localhost:7421; script-src *", "", ""}, {"127.0.0.1:7421", "http://127.0.0.1:7421/", ""}, {"[::ffff:127.0.0.1]:7421", "", ""},
		{"127.0.0.1.evil.example:7421", "", ""}, {"", "", ""}, {"127.0.0.1:7421", "http://allowed.example.evil.example", ""},
	} {
		f.Add(r[0], r[1], r[2])
	}
	a := &API{Config: Config{AllowHosts: []string{"allowed.example"}, LocalNames: func() []string { return nil }}}
	reached := false
	gate := a.gate(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }), 7421, true)
	f.Fuzz(func(t *testing.T, host, origin, site string) {
		r := httptest.NewRequest(http.MethodPost, "/api/x", nil)
		r.Host = host
		if origin != "" {
			r.Header["Origin"] = []string{origin}
		}
		if site != "" {
			r.Header.Set("Sec-Fetch-Site", site)
		}
		reached = false
		w := httptest.NewRecorder()
		gate.ServeHTTP(w, r)
		policy := w.Header().Get("Content-Security-Policy")
		if strings.Count(policy, ";") != strings.Count(a.policyOf(), ";") || strings.ContainsAny(policy, "\r\n\x00") {
			t.Errorf("Host %q makes the policy %q", host, policy)
		}
		if !reached {
			if w.Code != http.StatusForbidden {
				t.Errorf("%q from %q is answered %d", host, origin, w.Code)
			}
			return
		}
		if !machines(host) {
			t.Errorf("Host %q passes", host)
		}
		if u, err := url.Parse(origin); origin != "" && (err != nil || !machines(u.Host)) {
			t.Errorf("a page of %q passes", origin)
		}
		if site != "" && site != "same-origin" && site != "none" {
			t.Errorf("Sec-Fetch-Site %q passes", site)
		}
	})
}

// policyOf is the policy without any name in it.
func (a *API) policyOf() string {
	w := httptest.NewRecorder()
	a.gate(http.NotFoundHandler(), 7421, true).ServeHTTP(w, &http.Request{URL: &url.URL{}})
	return w.Header().Get("Content-Security-Policy")
}

// machines: what may reach the console, said in another way than the gate says it.
func machines(hostport string) bool {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		host, port = strings.Trim(hostport, "[]"), "80"
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "allowed.example" {
		return true
	}
	ip := net.ParseIP(host)
	return port == "7421" && (host == "localhost" || ip != nil && ip.IsLoopback())
}
