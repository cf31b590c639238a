package lan

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/grandcat/zeroconf"

	"soul-jam/shared/code"
)

const (
	// maxStrings is how many strings of one TXT record are read; ours has five.
	maxStrings = 20

	// maxEscaped is the longest of them that is read, in bytes: the 255 that DNS allows, all escaped.
	maxEscaped = 4 * 255

	// maxAddresses is how many addresses of one answer are looked at, of each family.
	maxAddresses = 16

	// maxHost caps the shown host name, in bytes.
	maxHost = 100
)

// Nearby is a jam that somebody on this network says is running. All texts in it are fit to be
// shown, but none of it is certain: whoever is on the network can announce anything.
type Nearby struct {
	// Name of the jam, at most 100 bytes; the code when it has none.
	Name string

	// Code is its share code.
	Code code.Code

	// URL is the link that friends open, with a literal address.
	URL string

	// Peer is the host's peer id as announced, at most 100 bytes; "" when it has none.
	Peer string

	// Host is the .local name of the machine that it runs on, at most 100 bytes.
	Host string

	// Local: the address is one of this machine's.
	Local bool
}

// plainPeer is what peer ids are written in: base58, and the base32 of newer forms.
var plainPeer = regexp.MustCompile(`^[A-Za-z0-9]{10,100}$`)

// peerIn gives the peer id, or nothing in place of what is none.
func peerIn(text string) string {
	if !plainPeer.MatchString(text) {
		return ""
	}
	return text
}

// plainSteps is what may stand before /jam/CODE in a path: folders of letters and digits.
var plainSteps = regexp.MustCompile(`^(/[A-Za-z0-9_-]+)*$`)

// here is what of this machine an answer is compared with.
type here struct {
	own    []netip.Addr   // addresses of all interfaces, loopback too
	onLink []netip.Prefix // networks that it is on
}

// read turns an answer into a jam. What could not be one, or whose link could lead
// somewhere else than to the page of a jam, is refused: the numbers, letters and addresses of
// an answer are the choice of whoever sent it.
func (h here) read(entry *zeroconf.ServiceEntry) (Nearby, bool) {
	text := values(entry.Text)
	parsed, err := code.Parse(text["code"])
	if text["v"] != version || err != nil || entry.Port < 1 || entry.Port > 65535 {
		return Nearby{}, false
	}
	path, ok := pathTo(parsed, text["path"])
	if !ok {
		return Nearby{}, false
	}
	address, ok := h.choose(entry)
	if !ok {
		return Nearby{}, false
	}
	name := showable(text["name"], maxName)
	if name == "" {
		name = parsed.String()
	}
	host := strings.TrimSuffix(entry.HostName[:min(len(entry.HostName), maxEscaped)], ".")
	return Nearby{
		Name: name, Code: parsed,
		URL:  "http://" + netip.AddrPortFrom(address, uint16(entry.Port)).String() + path,
		Peer: peerIn(text["peer"]), Host: showable(unescape(host), maxHost), Local: slices.Contains(h.own, address),
	}, true
}

// values reads a TXT record's key=value strings, the first of each key (RFC 6763, section 6.4).
func values(text []string) map[string]string {
	found := map[string]string{}
	for _, s := range text[:min(len(text), maxStrings)] {
		if len(s) > maxEscaped {
			continue
		}
		key, value, _ := strings.Cut(unescape(s), "=")
		key = strings.ToLower(key)
		if _, again := found[key]; !again {
			found[key] = value
		}
	}
	return found
}

// unescape undoes what the DNS library does to bytes that are not plain ASCII, or have a meaning in
// zone files: \195 is that byte, a backslash before anything else is that character (RFC 1035, section 5.1).
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	raw := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			raw = append(raw, s[i])
			continue
		}
		i++
		if i+3 <= len(s) {
			if b, err := strconv.ParseUint(s[i:i+3], 10, 8); err == nil {
				raw = append(raw, byte(b))
				i += 2
				continue
			}
		}
		raw = append(raw, s[i])
	}
	return string(raw)
}

// pathTo checks the announced path: it ends in the page of that very jam, so that no
// announcement makes people send a request of its choice to a printer or router.
func pathTo(c code.Code, path string) (string, bool) {
	page := "/jam/" + c.String()
	if path == "" {
		return page, true
	}
	before, ok := strings.CutSuffix(path, page)
	return path, ok && len(path) <= maxPath && plainSteps.MatchString(before)
}

// choose picks the address for the link: one on a network that this machine is on, too, before
// others, IPv4 before IPv6. Addresses that lead back to whoever opens the link, or to
// nobody, are passed over; so is link-local IPv6, whose zone a link cannot carry.
func (h here) choose(entry *zeroconf.ServiceEntry) (netip.Addr, bool) {
	var best netip.Addr
	bestRank := -1
	for _, family := range [][]netip.Addr{addrs(entry.AddrIPv4), addrs(entry.AddrIPv6)} {
		for _, ip := range family {
			if !ip.IsGlobalUnicast() && (!ip.Is4() || !ip.IsLinkLocalUnicast()) {
				continue
			}
			rank := 0
			if slices.ContainsFunc(h.onLink, func(p netip.Prefix) bool { return p.Contains(ip) }) {
				rank += 2
			}
			if ip.Is4() {
				rank++
			}
			if rank > bestRank {
				best, bestRank = ip, rank
			}
		}
	}
	return best, bestRank >= 0
}

// addrs converts the first addresses of an answer.
func addrs[IP ~[]byte](ips []IP) []netip.Addr {
	var out []netip.Addr
	for _, ip := range ips[:min(len(ips), maxAddresses)] {
		if a, ok := netip.AddrFromSlice(ip); ok {
			out = append(out, a.Unmap())
		}
	}
	return out
}
