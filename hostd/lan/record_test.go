package lan

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func announcement() Announcement {
	return Announcement{Name: "Friday", Code: "HQRS-2K4M", Path: "/jam/HQRS-2K4M", Port: 7420}
}

func TestText(t *testing.T) {
	got := announcement().text()
	want := []string{"v=1", "name=Friday", "code=HQRS-2K4M", "path=/jam/HQRS-2K4M"}
	if !slices.Equal(got, want) {
		t.Errorf("without a peer: %q, want %q", got, want)
	}
	with := announcement()
	with.Peer = "12D3KooW"
	if got := with.text(); !slices.Equal(got, append(want, "peer=12D3KooW")) {
		t.Errorf("with a peer: %q", got)
	}
}

func TestTextIsSanitisedAndCapped(t *testing.T) {
	for name, want := range map[string]string{
		"Küche 🎵":                      "Küche 🎵",
		"a\x00b\nc\td\x7f":             "ab c d",
		"\u202eevil\u2066 \u200bname":  "evil name",
		"bad \xff\xfe utf8":            "bad  utf8",
		"AC\\DC":                       `AC\\DC`,
		strings.Repeat("é", 1<<20):     strings.Repeat("é", maxName/2),
		"x" + strings.Repeat("é", 60):  "x" + strings.Repeat("é", (maxName-1)/2),
		"  ":                           "",
		strings.Repeat("\u200b", 1000): "",
	} {
		a := announcement()
		a.Name, a.Peer, a.Path = name, name, "/"+name
		for i, got := range a.text() {
			if len(got) > 255 || !utf8.ValidString(got) {
				t.Errorf("%.30q gives %d bytes %q", name, len(got), got)
			}
			if i == 1 && got != "name="+want {
				t.Errorf("%.30q gives %q, want %q", name, got, want)
			}
		}
	}
}

func TestInstance(t *testing.T) {
	for name, want := range map[string]string{
		"Friday":                `Friday\ HQRS-2K4M`,
		"Dr. O'Neil (b)":        `Dr\.\ O\'Neil\ \(b\)\ HQRS-2K4M`,
		"Küche":                 `K\195\188che\ HQRS-2K4M`,
		"..":                    `\.\.\ HQRS-2K4M`,
		"":                      `HQRS-2K4M`,
		"\u202e\x00":            `HQRS-2K4M`,
		`a\b`:                   `a\\b\ HQRS-2K4M`,
		strings.Repeat("x", 99): strings.Repeat("x", 53) + `\ HQRS-2K4M`,
	} {
		a := announcement()
		a.Name = name
		if got := a.instance(); got != want {
			t.Errorf("%q gives %q, want %q", name, got, want)
		}
	}
}

func TestAnnounceRefusesTheCallersMistakes(t *testing.T) {
	var announcer Announcer
	defer announcer.Stop()
	for says, spoil := range map[string]func(*Announcement){
		"no share code":                     func(a *Announcement) { a.Code = "" },
		"port 0 is not":                     func(a *Announcement) { a.Port = 0 },
		"port 65536 is not":                 func(a *Announcement) { a.Port = 65536 },
		"begin with a slash":                func(a *Announcement) { a.Path = "jam" },
		"longer than 100":                   func(a *Announcement) { a.Path = "/" + strings.Repeat("x", 100) },
		`is called "nowhere7", there are: `: func(a *Announcement) { a.Interfaces = []string{"nowhere7"} },
	} {
		a := announcement()
		spoil(&a)
		if err := announcer.Announce(t.Context(), a); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

func TestOrderOfAddresses(t *testing.T) {
	ip := netip.MustParseAddr
	found := []candidate{
		{ip("2001:db8::5"), false}, {ip("fe80::1"), false}, {ip("fd00::9"), false}, {ip("10.8.0.2"), true},
		{ip("169.254.3.4"), false}, {ip("172.17.0.1"), false}, {ip("127.0.0.1"), false}, {ip("::1"), false},
		{ip("192.168.1.20"), false}, {ip("192.168.1.20"), false}, {ip("224.0.0.251"), false}, {ip("0.0.0.0"), false},
	}
	got := order(found, ip("192.168.1.20"), ip("fd00::9"))
	want := []netip.Addr{ip("192.168.1.20"), ip("172.17.0.1"), ip("10.8.0.2"), ip("fd00::9"), ip("2001:db8::5")}
	if !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	if got := order(nil, netip.Addr{}, netip.Addr{}); len(got) != 0 {
		t.Errorf("nothing gives %v", got)
	}
}
