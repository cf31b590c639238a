package visitor

import (
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// maxTyped, bytes of what a person types or pastes: the longest links are far shorter.
const maxTyped = 2 << 10

// Target is whom to visit, as a person said it.
type Target struct {
	// Code of the jam, "" when only its name was given.
	Code code.Code
	// Origin is where the link leads, such as https://soul.example or with a path before /jam/; nil without a link.
	Origin *url.URL
	// Key is what stands behind the # of the link; nil when there is none.
	Key *identity.LinkKey
	// Name of a jam announced on this LAN, "" for links. A word of eight letters may be a code and a name.
	Name string
	// NoCode is why Name is no code, where it looks like one; else nil.
	NoCode error
	// FromPage: it is a soul-jam link, which any web page can open: the person has to be asked first.
	FromPage bool
}

// The errors of ParseTarget are sentences for the person, and repeat nothing of what was typed
// but a letter that no code has: it may come from any web page.
var (
	errTyped    = errors.New("that is no code, link or name of a jam")
	errLink     = errors.New("that is no link of a jam: one looks like https://soul.example/jam/HQRS-2K4M")
	errFragment = errors.New("the part of the link after # is not whole: copy the whole link again")
)

// ParseTarget reads a code in any spelling, a link of a jam's page (https://…/jam/CODE#KEY), a link for this
// program (soul-jam://CODE?server=URL#KEY), or the name of a jam.
func ParseTarget(typed string) (Target, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" || len(typed) > maxTyped || !utf8.ValidString(typed) || strings.ContainsFunc(typed, hidden) {
		return Target{}, errTyped
	}
	scheme, _, _ := strings.Cut(strings.ToLower(typed), ":")
	switch scheme {
	case "http", "https":
		return parseLink(typed)
	case "soul-jam":
		return parseDeepLink(typed)
	}
	switch {
	case strings.Contains(typed, "://"):
		return Target{}, errLink
	case strings.Contains(typed, "/jam/"):
		return parseLink(likelyScheme(typed) + "://" + typed)
	}
	t := Target{Name: typed}
	if utf8.RuneCountInString(typed) > wire.MaxJamName {
		return Target{}, errTyped
	}
	c, err := code.Parse(typed)
	if err == nil {
		t.Code = c
	} else if len(typed) >= shortestLike && len(typed) <= longestLike && codeLike.MatchString(typed) {
		t.NoCode = err
	}
	return t, nil
}

// What a code looks like that was mistyped: two halves with a dash, or one word that holds a digit, about as long.
var codeLike = regexp.MustCompile(`^(?:[A-Za-z0-9]{4}-[A-Za-z0-9]{3,5}|[A-Za-z0-9]{3,5}-[A-Za-z0-9]{4}|[A-Za-z]*[0-9][A-Za-z0-9]*)$`)

const shortestLike, longestLike = 7, 10 // characters

// likelyScheme is that of a link without one: a machine at home has an address or a port, a soul-server a name.
func likelyScheme(typed string) string {
	host, _, _ := strings.Cut(typed, "/")
	if _, err := netip.ParseAddr(host); err == nil || strings.Contains(host, ":") {
		return "http"
	}
	return "https"
}

// hidden characters are in no code, link or name.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == utf8.RuneError
}

// pagePath is the path of a jam's page: what may stand before it, and the code.
var pagePath = regexp.MustCompile(`^((?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*)/jam/([^/]+)(?:/session|/display)?/?$`)

func parseLink(typed string) (Target, error) {
	u, err := url.Parse(typed)
	if err != nil {
		return Target{}, errLink // its own text repeats the link
	}
	found := pagePath.FindStringSubmatch(u.Path)
	if found == nil {
		return Target{}, errLink
	}
	t := Target{}
	if t.Origin, err = originOf(u, found[1]); err != nil {
		return Target{}, err
	}
	if t.Code, err = code.Parse(found[2]); err != nil {
		return Target{}, err
	}
	t.Key, err = parseFragment(u.Fragment)
	return t, err
}

// plainHost is a name or address of a server, perhaps with a port, in letters that cannot be mistaken.
var plainHost = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9.])?|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$`)

// originOf is the server of a link with the path that its API stands under.
func originOf(u *url.URL, prefix string) (*url.URL, error) {
	if u.User != nil || u.Opaque != "" || (u.Scheme != "http" && u.Scheme != "https") || !plainHost.MatchString(u.Host) {
		return nil, errLink
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host), Path: prefix}, nil
}

func parseDeepLink(typed string) (Target, error) {
	u, err := url.Parse(typed)
	if err != nil || u.User != nil {
		return Target{}, errLink
	}
	t := Target{FromPage: true}
	if t.Code, err = code.Parse(strings.Trim(u.Opaque+u.Host+u.Path, "/")); err != nil {
		return Target{}, err
	}
	if at := u.Query().Get("server"); at != "" {
		if t.Origin, err = ParseServer(at); err != nil {
			return Target{}, err
		}
	}
	t.Key, err = parseFragment(u.Fragment)
	return t, err
}

// plainPath is what may stand before /jam/.
var plainPath = regexp.MustCompile(`^(/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*$`)

var errServer = errors.New("the soul-server's address is none: one looks like https://soul.example")

// ParseServer reads the address of a soul-server, such as https://soul.example.
func ParseServer(typed string) (*url.URL, error) {
	u, err := url.Parse(typed)
	if err != nil || len(typed) > maxTyped || u.RawQuery != "" || u.Fragment != "" {
		return nil, errServer
	}
	prefix := strings.TrimSuffix(u.Path, "/")
	if !plainPath.MatchString(prefix) {
		return nil, errServer
	}
	origin, err := originOf(u, prefix)
	if err != nil {
		return nil, errServer
	}
	return origin, nil
}

// parseFragment reads KEY, KEY&tv=TOKEN or tv=TOKEN. A screen's token is not for programs.
func parseFragment(fragment string) (*identity.LinkKey, error) {
	text, _, _ := strings.Cut(fragment, "tv=")
	text = strings.TrimSuffix(text, "&")
	if text == "" {
		return nil, nil
	}
	key, err := identity.ParseLinkKey(text)
	if err != nil {
		return nil, errFragment
	}
	return &key, nil
}
