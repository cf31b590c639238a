package server

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"soul-jam/webapp"
)

// names are the values of Host that reach us rightly: the public address and --allow-host, or without a public
// address all of the machine's own. Anything else is a page of somebody else's that had its name point here.
type names struct {
	public  string // host:port of the public address, "" = none
	port    string // of the listener
	allowed []string
}

// parsePublic reads --public-url: its scheme and host, nothing more.
func parsePublic(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // none is no mistake
	}
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, fmt.Errorf("--public-url should be like https://soul.example, not %q", text)
	}
	return u, nil
}

// withPort gives the host with its port, the scheme's own when it has none, as URLs that name the same place do.
func withPort(host, scheme string) string {
	host = strings.ToLower(host)
	if name, port, err := net.SplitHostPort(host); err == nil {
		return net.JoinHostPort(strings.TrimSuffix(name, "."), port) // a name may end in a dot, a port may not
	}
	host = strings.TrimSuffix(host, ".")
	port := "80"
	if scheme == "https" {
		port = "443"
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}

// has compares a Host, or the host of an Origin. The port of --allow-host is not looked at.
func (n names) has(hostport, scheme string) bool {
	full := withPort(hostport, scheme)
	host, port, err := net.SplitHostPort(full)
	if err != nil {
		return false
	}
	if slices.ContainsFunc(n.allowed, func(name string) bool { return strings.EqualFold(name, host) }) {
		return true
	}
	if n.public != "" {
		return full == n.public
	}
	if port != n.port {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && (ip.IsLoopback() || webapp.IsOwn(ip))
}

// mayAsk judges a request's Host and Origin. scheme is the one that browsers reach us by.
func (n names) mayAsk(r *http.Request, scheme string) bool {
	if !n.has(r.Host, scheme) {
		return false
	}
	origins := r.Header["Origin"]
	switch len(origins) {
	case 0: // a program, or a browser that goes to a page
		return !webapp.FetchedFromElsewhere(r)
	case 1:
	default:
		return false
	}
	u, err := url.Parse(origins[0])
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || u.Path != "" {
		return false
	}
	return n.has(u.Host, u.Scheme) && !webapp.FetchedFromElsewhere(r)
}
