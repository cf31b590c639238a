package webapp

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// IsOwn tells whether an address is this machine's. It asks anew each time: the machine's addresses change with its networks.
func IsOwn(ip net.IP) bool {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	return slices.ContainsFunc(addrs, func(a net.Addr) bool {
		n, ok := a.(*net.IPNet)
		return ok && n.IP.Equal(ip)
	})
}

// FetchedFromElsewhere: the browser itself says that another site's page asks.
// Following a link to one of our pages is allowed, that is how people come.
func FetchedFromElsewhere(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	if site == "" || site == "same-origin" || site == "none" {
		return false
	}
	opensPage := r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" &&
		!strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/ws/")
	return !opensPage
}
