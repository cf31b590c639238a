package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// maxURL bounds an address, in bytes: with the user it is the name of the server, in the library and on the console.
const maxURL = 128

// ServerURL gives the address of a server as it is kept: http or https, a host, perhaps a path, nothing else.
// What a browser shows behind it (a slash, /rest) is taken off.
func ServerURL(text string) (string, error) {
	text = strings.TrimSpace(text)
	if len(text) > maxURL {
		return "", fmt.Errorf("an address has at most %d bytes", maxURL)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil: // it quotes the text, in which a password may be
		return "", errors.New("this is no address; one looks like https://music.example")
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", u.Opaque != "":
		return "", errors.New("an address of a music server begins with https:// or http://, and then its name")
	case u.User != nil:
		return "", errors.New("the address holds a user name or password; leave them out, they are asked for")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return "", errors.New("the address of a music server has no ? and no #")
	case strings.ContainsAny(text, " \t\r\n"):
		return "", errors.New("there is a space in the address")
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	path = strings.TrimRight(strings.TrimSuffix(path, "/rest"), "/")
	return u.Scheme + "://" + strings.ToLower(u.Host) + path, nil
}

// With gives c with the server added, or in the place of the one with its address and user: that may have been
// http before. ErrTooMany when there is no room.
func (c Config) With(s Server) (Config, error) {
	at := slices.IndexFunc(c.Servers, func(old Server) bool { return bare(old.URL) == bare(s.URL) && old.User == s.User })
	servers := slices.Clone(c.Servers)
	switch {
	case at >= 0:
		servers[at] = s
	case len(servers) >= MaxServers:
		return c, ErrTooMany
	default:
		servers = append(servers, s)
	}
	c.Servers = servers
	return c, nil
}

// bare is an address without http or https.
func bare(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return rest
}

// ErrTooMany: there is no room for one more server.
var ErrTooMany = fmt.Errorf("there are at most %d music servers", MaxServers)

// Without gives c without the servers of that URL, or of that URL and user when user is not "", and how many those were.
func (c Config) Without(url, user string) (Config, int) {
	kept := slices.DeleteFunc(slices.Clone(c.Servers), func(s Server) bool { return s.URL == url && (user == "" || s.User == user) })
	gone := len(c.Servers) - len(kept)
	c.Servers = kept
	return c, gone
}
