package api

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"soul-jam/shared/wire"
	"soul-jam/webapp"
)

// gate answers 403 to a Host that is not ours (DNS rebinding) and to a foreign
// Origin (a page of somebody else's), before anything else looks at the request,
// and puts the security headers on every answer.
func (a *API) gate(next http.Handler, port int, console bool) http.Handler {
	names := ownNames{port: strconv.Itoa(port), loopbackOnly: console, allowed: a.AllowHosts, local: a.LocalNames}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !names.has(r.Host) || !originIsOurs(r, names) || webapp.FetchedFromElsewhere(r) {
			webapp.SecurityHeaders(w.Header(), "")
			refuse(w, http.StatusForbidden, wire.Refusef(wire.CodeNotAuthorized, "This address is not one of this host's"))
			return
		}
		webapp.SecurityHeaders(w.Header(), r.Host)
		next.ServeHTTP(w, r)
	})
}

// ownNames are the values of Host that reach us rightly.
type ownNames struct {
	port         string
	loopbackOnly bool // the console is not for the machine's other addresses
	allowed      []string
	local        func() []string // own .local names
}

// has compares name and port. A name of --allow-host may carry any port, since a
// proxy in front listens on its own.
func (o ownNames) has(hostport string) bool {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		host, port = strings.Trim(hostport, "[]"), "80"
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if slices.ContainsFunc(o.allowed, func(name string) bool { return strings.EqualFold(name, host) }) {
		return true
	}
	if port != o.port || host == "" {
		return false
	}
	if host == "localhost" || (!o.loopbackOnly && slices.Contains(o.local(), host)) {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || (!o.loopbackOnly && webapp.IsOwn(ip)))
}

// originIsOurs: browsers send Origin with every request that can do harm; programs send none.
func originIsOurs(r *http.Request, names ownNames) bool {
	origins := r.Header["Origin"]
	if len(origins) == 0 {
		return true
	}
	if len(origins) > 1 { // no browser does that
		return false
	}
	u, err := url.Parse(origins[0])
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || u.Path != "" {
		return false
	}
	return names.has(u.Host)
}
