package lan

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/grandcat/zeroconf"

	"soul-jam/shared/code"
)

// answer is a good one; change spoils it.
func answer(change func(*zeroconf.ServiceEntry)) *zeroconf.ServiceEntry {
	entry := &zeroconf.ServiceEntry{
		HostName: "soul-jam-hqrs-2k4m.local.", Port: 7420, Text: announcement().text(),
		AddrIPv4: []net.IP{net.IPv4(192, 168, 77, 9)},
	}
	if change != nil {
		change(entry)
	}
	return entry
}

func at77() here {
	return here{
		own:    []netip.Addr{netip.MustParseAddr("192.168.77.2"), netip.MustParseAddr("127.0.0.1")},
		onLink: []netip.Prefix{netip.MustParsePrefix("192.168.77.0/24"), netip.MustParsePrefix("fd77::/64")},
	}
}

func TestReadAnswer(t *testing.T) {
	jam, ok := at77().read(answer(nil))
	want := Nearby{Name: "Friday", Code: "HQRS-2K4M", URL: "http://192.168.77.9:7420/jam/HQRS-2K4M", Host: "soul-jam-hqrs-2k4m.local"}
	if !ok || jam != want {
		t.Errorf("read %+v, %v, want %+v", jam, ok, want)
	}
	own, ok := at77().read(answer(func(e *zeroconf.ServiceEntry) { e.AddrIPv4[0] = net.IPv4(192, 168, 77, 2) }))
	if !ok || !own.Local {
		t.Errorf("from this machine: %+v, %v", own, ok)
	}
}

func TestPeersInAnswers(t *testing.T) {
	for text, want := range map[string]string{
		"peer=12D3KooWExample":             "12D3KooWExample",
		"peer=":                            "",
		"peer=../../etc":                   "",
		"peer=12D3 KooW\\027[2J":           "",
		"peer=short":                       "",
		"peer=" + strings.Repeat("x", 101): "",
	} {
		jam, ok := at77().read(answer(func(e *zeroconf.ServiceEntry) { e.Text = append(e.Text, text) }))
		if !ok || jam.Peer != want {
			t.Errorf("%q gives the peer %q (%v), want %q", text, jam.Peer, ok, want)
		}
	}
}

func TestNamesInAnswers(t *testing.T) {
	for text, want := range map[string]string{
		`name=Alex\'s\ Jam`:                       "Alex's Jam",
		`name=K\195\188che`:                       "Küche",
		`name=\"AC\\DC\"`:                         `"AC\DC"`,
		`name=a=b`:                                "a=b",
		`NAME=Loud`:                               "Loud",
		`name=\226\128\174evil\027[2J`:            "evil[2J",
		`name=\227\133\164\226\160\128`:           "HQRS-2K4M", // a Hangul filler and a Braille blank
		`name=\255\254ok`:                         "ok",
		`name=x\`:                                 `x\`,
		`name=x\19`:                               "x19",
		`name=\999`:                               "999",
		"name=" + strings.Repeat("é", 400):        strings.Repeat("é", maxName/2),
		"name=" + strings.Repeat("x", maxEscaped): "HQRS-2K4M", // no DNS string is that long
		"name=Z" + strings.Repeat("\u0300", 40) + "a": "Z" + strings.Repeat("\u0300", maxMarks) + "a",
		"name":   "HQRS-2K4M",
		"name= ": "HQRS-2K4M",
	} {
		jam, ok := at77().read(answer(func(e *zeroconf.ServiceEntry) { e.Text[1] = text }))
		if !ok || jam.Name != want {
			t.Errorf("%.40q is read as %q, %v, want %q", text, jam.Name, ok, want)
		}
	}
	// The name comes from TXT, the first one there; the instance is escaped and cut.
	jam, _ := at77().read(answer(func(e *zeroconf.ServiceEntry) {
		e.Instance, e.Text = `Instance\ HQRS-2K4M`, append(e.Text, "name=Second")
	}))
	if jam.Name != "Friday" {
		t.Errorf("two names give %q", jam.Name)
	}
	jam, _ = at77().read(answer(func(e *zeroconf.ServiceEntry) { e.HostName = strings.Repeat(`\027x`, 1<<18) + ".local." }))
	if jam.Host != strings.Repeat("x", maxHost) {
		t.Errorf("host %q", jam.Host)
	}
}

func TestRefusedAnswers(t *testing.T) {
	text := func(i int, s string) func(*zeroconf.ServiceEntry) {
		return func(e *zeroconf.ServiceEntry) { e.Text[i] = s }
	}
	late := func(e *zeroconf.ServiceEntry) { e.Text = append(make([]string, maxStrings), e.Text...) }
	for what, spoil := range map[string]func(*zeroconf.ServiceEntry){
		"no TXT": func(e *zeroconf.ServiceEntry) { e.Text = nil }, "TXT too late": late,
		"no version": text(0, "x=1"), "another version": text(0, "v=2"),
		"no code": text(2, "x=y"), "no such code": text(2, "code=ABCD-1234"), "code too long": text(2, "code=HQRS-2K4M9"),
		"code with more": text(2, "code=HQRS-2K4M/../x"),
		"port 0":         func(e *zeroconf.ServiceEntry) { e.Port = 0 }, "port 65536": func(e *zeroconf.ServiceEntry) { e.Port = 65536 }, "port -1": func(e *zeroconf.ServiceEntry) { e.Port = -1 },
		"somewhere else": text(3, "path=/reboot"), "no slash": text(3, "path=jam/HQRS-2K4M"), "another jam": text(3, "path=/jam/ABCD-2345"),
		"other authority": text(3, "path=@evil.example/jam/HQRS-2K4M"), "port glued on": text(3, "path=1/jam/HQRS-2K4M"),
		"two slashes": text(3, "path=//evil.example/jam/HQRS-2K4M"), "dots": text(3, "path=/x/../jam/HQRS-2K4M"), "query": text(3, "path=/reboot?/jam/HQRS-2K4M"),
		"fragment": text(3, "path=/reboot#/jam/HQRS-2K4M"), "percent": text(3, "path=/%2e%2e/jam/HQRS-2K4M"), "spaces": text(3, "path=/a b/jam/HQRS-2K4M"),
		"line break": text(3, `path=/a\010/jam/HQRS-2K4M`), "path too long": text(3, "path=/"+strings.Repeat("x", maxPath)+"/jam/HQRS-2K4M"),
		"no address": func(e *zeroconf.ServiceEntry) { e.AddrIPv4 = nil },
		"loopback":   func(e *zeroconf.ServiceEntry) { e.AddrIPv4[0] = net.IPv4(127, 0, 0, 1) }, "mapped loopback": func(e *zeroconf.ServiceEntry) { e.AddrIPv4[0] = net.ParseIP("::ffff:127.0.0.1") },
		"multicast": func(e *zeroconf.ServiceEntry) { e.AddrIPv4[0] = net.IPv4(224, 0, 0, 251) }, "broadcast": func(e *zeroconf.ServiceEntry) { e.AddrIPv4[0] = net.IPv4bcast },
		"unspecified": func(e *zeroconf.ServiceEntry) { e.AddrIPv4[0] = net.IPv4zero }, "half an address": func(e *zeroconf.ServiceEntry) { e.AddrIPv4[0] = net.IP{1, 2} },
		"link-local IPv6": func(e *zeroconf.ServiceEntry) {
			e.AddrIPv4, e.AddrIPv6 = nil, []net.IP{net.ParseIP("fe80::1"), net.IPv6loopback}
		},
	} {
		if jam, ok := at77().read(answer(spoil)); ok {
			t.Errorf("%s: is read as %+v", what, jam)
		}
	}
}

func TestLinkOfAnAnswer(t *testing.T) {
	ips := func(texts ...string) (out []net.IP) {
		for _, s := range texts {
			out = append(out, net.ParseIP(s))
		}
		return out
	}
	for want, change := range map[string]func(*zeroconf.ServiceEntry){
		"http://192.168.77.9:7420/jam/HQRS-2K4M": func(e *zeroconf.ServiceEntry) { e.AddrIPv4 = ips("10.8.0.5", "192.168.77.9", "192.168.77.10") },
		"http://10.8.0.5:7420/jam/HQRS-2K4M":     func(e *zeroconf.ServiceEntry) { e.AddrIPv4, e.AddrIPv6 = ips("10.8.0.5"), ips("2001:db8::1") },
		"http://[fd77::9]:7420/jam/HQRS-2K4M":    func(e *zeroconf.ServiceEntry) { e.AddrIPv4, e.AddrIPv6 = ips("10.8.0.5"), ips("fe80::9", "fd77::9") },
		"http://169.254.9.9:7420/jam/HQRS-2K4M":  func(e *zeroconf.ServiceEntry) { e.AddrIPv4 = ips("169.254.9.9") },
		"http://192.168.77.9:80/jam/HQRS-2K4M": func(e *zeroconf.ServiceEntry) {
			e.Port, e.Text = 80, []string{"v=1", "code=hqrs 2k4m"} // a path is made where none is given
		},
		"http://192.168.77.9:7420/a-b/c_1/jam/HQRS-2K4M": func(e *zeroconf.ServiceEntry) { e.Text[3] = "path=/a-b/c_1/jam/HQRS-2K4M" },
	} {
		if jam, ok := at77().read(answer(change)); !ok || jam.URL != want {
			t.Errorf("link %q, %v, want %q", jam.URL, ok, want)
		}
	}
}

// FuzzRead holds that whatever an answer says, what is shown of it is clean and short, and
// the link leads to the page of a jam.
func FuzzRead(f *testing.F) {
	f.Add(`Alex\'s\ Jam`, "HQRS-2K4M", "/jam/HQRS-2K4M", "soul-jam-hqrs-2k4m.local.", 7420, []byte{192, 168, 77, 9})
	f.Add(`K\195\188che\`, "hqrs 2k4m", "", `\255`, 65535, []byte{253, 119, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
	f.Add("\u202ex\x00", "ABCD-1234", "//x/jam/", "", 0, []byte{127, 0, 0, 1})
	f.Fuzz(func(t *testing.T, name, shareCode, path, host string, port int, address []byte) {
		jam, ok := at77().read(&zeroconf.ServiceEntry{
			HostName: host, Port: port, AddrIPv4: []net.IP{address}, AddrIPv6: []net.IP{address},
			Text: []string{"v=1", "name=" + name, "code=" + shareCode, "path=" + path},
		})
		if !ok {
			return
		}
		for _, s := range []string{jam.Name, jam.Host} {
			if len(s) > 100 || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("shown as %q", s)
			}
		}
		if canonical, err := code.Parse(shareCode); err == nil && canonical != jam.Code && unescape(shareCode) == shareCode {
			t.Errorf("code %q", jam.Code)
		}
		u, err := url.Parse(jam.URL)
		if err != nil || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(jam.URL) > 200 ||
			!strings.HasSuffix(u.Path, "/jam/"+jam.Code.String()) || strings.Contains(u.Path, "..") {
			t.Fatalf("link %q: %v", jam.URL, err)
		}
		to, err := netip.ParseAddrPort(u.Host)
		if err != nil || int(to.Port()) != port || to.Addr().IsLoopback() || to.Addr().IsMulticast() || to.Addr().IsUnspecified() {
			t.Errorf("link %q: %v", jam.URL, err)
		}
	})
}
