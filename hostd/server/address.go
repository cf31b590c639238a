package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"

	"soul-jam/hostd/lan"
	"soul-jam/shared/code"
)

// nextPorts is how far after a taken default port a free one is looked for.
const nextPorts = 40

// listen takes the address, or, where nobody asked for that very port, the next free one.
func listen(address string, fixed bool) (net.Listener, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("the address %q should be HOST:PORT or :PORT", address)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port < 0 || port > 65535 {
		return nil, fmt.Errorf("the port of %q should be a number from 0 to 65535", address)
	}
	// Two further each time, so that the listeners' neighbouring defaults stay apart.
	for try := port; ; try += 2 {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", net.JoinHostPort(host, strconv.Itoa(try)))
		taken := errors.Is(err, syscall.EADDRINUSE)
		switch {
		case err == nil:
			return l, nil
		case taken && !fixed && try < port+nextPorts && try < 65535:
			continue
		case taken:
			return nil, fmt.Errorf("port %d is already in use by another program: choose another one", try)
		}
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
}

// loopbackOnly: the console believes the host's token and must not be reachable from outside.
func loopbackOnly(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("the address %q should be HOST:PORT", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("the console is for this machine alone: %q is not a loopback address such as 127.0.0.1", host)
	}
	return nil
}

func portOf(l net.Listener) int {
	if a, ok := l.Addr().(*net.TCPAddr); ok {
		return a.Port
	}
	return 0
}

// base is the address that phones on this network reach: the first of the
// candidates. Without any it is this machine's own, for the host alone.
func (s *server) base() (url string, reachable bool) {
	if all := s.lanAddresses(); len(all) > 0 {
		return all[0], true
	}
	host := "127.0.0.1"
	if a, ok := s.lan.Addr().(*net.TCPAddr); ok && !a.IP.IsUnspecified() {
		host = a.IP.String()
	}
	return s.at(host), false
}

// addresses are all that phones might reach, the one of the jam's link first: the soul-server's, where there is one.
func (s *server) addresses() []string {
	if s.cfg.Relay == "" {
		return s.lanAddresses()
	}
	return append([]string{strings.TrimRight(s.cfg.Relay, "/")}, s.lanAddresses()...)
}

// lanAddresses are those of this machine, the likeliest first: the listener's own when
// it has one, else the machine's literal addresses, since many phones resolve no .local name.
func (s *server) lanAddresses() []string {
	urls := []string{}
	a, ok := s.lan.Addr().(*net.TCPAddr)
	if ok && !a.IP.IsUnspecified() {
		if !a.IP.IsLoopback() {
			urls = append(urls, s.at(a.IP.String()))
		}
		return urls
	}
	found, err := lan.Addresses()
	if err != nil {
		s.cfg.Log.Warn("the addresses of this machine are not known", "error", err)
	}
	for _, ip := range found {
		// A listener on 0.0.0.0 is for IPv4 alone, one on :: for both.
		if ip.Is4() || !ok || a.IP.To4() == nil {
			urls = append(urls, s.at(ip.String()))
		}
	}
	return urls
}

func (s *server) at(host string) string {
	return "http://" + net.JoinHostPort(host, strconv.Itoa(portOf(s.lan)))
}

func (s *server) consoleURL() string { return "http://" + s.console.Addr().String() }

// link is what friends open, as anybody may know it.
func (s *server) link(shareCode string) string {
	base, _ := s.base()
	if s.cfg.Relay != "" {
		base = s.addresses()[0]
	}
	return base + "/jam/" + shareCode
}

func (s *server) announcement() (lan.Announcement, bool) {
	v := s.house.View()
	if v.SessionID == "" {
		return lan.Announcement{}, false
	}
	name := v.Landing.HostName
	if v.Landing.Name != nil {
		name = *v.Landing.Name
	}
	return lan.Announcement{
		Name: name, Code: code.Code(v.ShareCode), Path: "/jam/" + v.ShareCode, Peer: s.key.PeerID(), Port: portOf(s.lan), Interfaces: s.cfg.MDNSInterfaces,
	}, true
}

// localNames are the names under which mDNS may lead people here: the one that we
// announce with the jam, and the machine's own, which other software announces.
func (s *server) localNames() []string {
	var names []string
	if v := s.house.View(); v.SessionID != "" {
		names = append(names, lan.HostName(code.Code(v.ShareCode)))
	}
	if name, err := os.Hostname(); err == nil && name != "" {
		name, _, _ = strings.Cut(name, ".")
		names = append(names, strings.ToLower(name)+".local")
	}
	return names
}
