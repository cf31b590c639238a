package visitor

import (
	"crypto/rand"
	"strings"
	"testing"

	"soul-jam/shared/identity"
)

const aKey = "gHuRh6rEtYwDF2TOgGDfxWpvaW4tc2VjcmV0LTE2LWI"

func TestTargets(t *testing.T) {
	for typed, want := range map[string]struct {
		code, origin, name string
		key, page          bool
	}{
		"HQRS-2K4M":                          {"HQRS-2K4M", "", "HQRS-2K4M", false, false},
		" hqrs 2k4m\n":                       {"HQRS-2K4M", "", "hqrs 2k4m", false, false},
		"h q r s – 2 k 4 m":                  {"HQRS-2K4M", "", "h q r s – 2 k 4 m", false, false},
		"Saturday":                           {"SATU-RDAY", "", "Saturday", false, false}, // both
		"Alex's Küche":                       {"", "", "Alex's Küche", false, false},
		"http://10.0.0.1:7420/jam/HQRS-2K4M": {"HQRS-2K4M", "http://10.0.0.1:7420", "", false, false},
		"https://Soul.example/jam/hqrs2k4m/session#" + aKey:                             {"HQRS-2K4M", "https://soul.example", "", true, false},
		"https://soul.example/a/b-c/jam/HQRS%202K4M/display/?x=y#" + aKey + "&tv=token": {"HQRS-2K4M", "https://soul.example/a/b-c", "", true, false},
		"HTTPS://soul.example/jam/HQRS-2K4M#tv=token":                                   {"HQRS-2K4M", "https://soul.example", "", false, false},
		"http://[fd00::1]:7420/jam/HQRS-2K4M":                                           {"HQRS-2K4M", "http://[fd00::1]:7420", "", false, false},
		"https://soul.example/jam/HQRS 2K4M":                                            {"HQRS-2K4M", "https://soul.example", "", false, false},
		"10.0.0.1:7420/jam/HQRS-2K4M":                                                   {"HQRS-2K4M", "http://10.0.0.1:7420", "", false, false},
		"10.0.0.1/jam/HQRS-2K4M":                                                        {"HQRS-2K4M", "http://10.0.0.1", "", false, false},
		"soul.example/jam/HQRS-2K4M#" + aKey:                                            {"HQRS-2K4M", "https://soul.example", "", true, false},
		"soul-jam://HQRS-2K4M":                                                          {"HQRS-2K4M", "", "", false, true},
		"soul-jam://hqrs-2k4m/#" + aKey:                                                 {"HQRS-2K4M", "", "", true, true},
		"SOUL-JAM:hqrs2k4m?server=https://soul.example/x/":                              {"HQRS-2K4M", "https://soul.example/x", "", false, true},
		"soul-jam://HQRS-2K4M?server=http%3A%2F%2F10.0.0.1%3A7420#" + aKey:              {"HQRS-2K4M", "http://10.0.0.1:7420", "", true, true},
	} {
		got, err := ParseTarget(typed)
		origin := ""
		if got.Origin != nil {
			origin = got.Origin.String()
		}
		if err != nil || got.Code.String() != want.code || origin != want.origin || got.Name != want.name || (got.Key != nil) != want.key || got.FromPage != want.page {
			t.Errorf("%q: %+v, origin %s, %v", typed, got, origin, err)
		}
		if want.key && got.Key.Reveal() != aKey {
			t.Errorf("%q has another key", typed)
		}
	}
}

func TestAMistypedCodeIsToldFromAName(t *testing.T) {
	for typed, why := range map[string]string{
		"ME1N-D7RU": `"1" never`, "HQRS-2K4": "this has 7", "HQRS2K4MM": "this has 9", "hqrs-2k40": `"0" never`,
		"Friday": "", "Karaoke Night 2": "", "Abend-Musik": "", "90s": "",
	} {
		got, err := ParseTarget(typed)
		if err != nil || got.Name != typed || (got.NoCode == nil) != (why == "") {
			t.Errorf("%q is %+v, %v", typed, got, err)
		} else if why != "" && !strings.Contains(strings.ReplaceAll(got.NoCode.Error(), "'", `"`), why) {
			t.Errorf("%q is no code because %v, want %s", typed, got.NoCode, why)
		}
	}
}

func TestHostileTargetsAreRefusedAndNotRepeated(t *testing.T) {
	for _, typed := range []string{
		"", " ", "\x1b[2J", "HQRS-2K4M\x00", "a\u202eb", "a\u200bb", "\xff", strings.Repeat("a", 81), strings.Repeat("x", 1<<20),
		"http://", "http:///jam/HQRS-2K4M", "http://soul.example/", "http://soul.example/jam/", "http://soul.example/jam/HQRS-2K4M/other",
		"https://user:pass@soul.example/jam/HQRS-2K4M", "https://soul.example/../jam/HQRS-2K4M", "https://soul.example/%2e%2e/jam/HQRS-2K4M",
		"https://soul.example/jam/HQRS-2K4O", "https://söul.example/jam/HQRS-2K4M", "https://soul.example/jam/HQRS-2K4M#" + aKey[:20],
		"https://soul.example/jam/HQRS-2K4M#" + aKey + "x", "https://soul.example:99999999/jam/HQRS-2K4M", "http://[fe80::1%25eth0]/jam/HQRS-2K4M",
		"ftp://soul.example/jam/HQRS-2K4M", "file:///jam/HQRS-2K4M", "javascript://x/jam/HQRS-2K4M", "Come to https://soul.example/jam/HQRS-2K4M !",
		"soul-jam://", "soul-jam://HQRS-2K4M/HQRS-2K4M", "soul-jam://u@HQRS-2K4M", "soul-jam://HQRS-2K4M?server=file:///etc/passwd",
		"soul-jam://HQRS-2K4M?server=https://a@b", "soul-jam://HQRS-2K4M?server=https://soul.example/?x=1", "soul-jam://HQRS-2K4M?server=--data",
		"soul-jam://HQRS-2K4M?server=" + strings.Repeat("h", 3000), "soul-jam://HQRS-2K4M#" + aKey[1:], "soul-jam:// --help",
	} {
		got, err := ParseTarget(typed)
		if err == nil {
			t.Errorf("%.60q is taken for %+v", typed, got)
			continue
		}
		if len(err.Error()) > 250 || strings.ContainsAny(err.Error(), "\x1b\x00\u202e\u200b") || strings.Contains(err.Error(), "pass") {
			t.Errorf("%.60q is repeated: %v", typed, err)
		}
	}
}

func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"HQRS-2K4M", "Alex's Küche", "https://soul.example/x/jam/HQRS-2K4M/session#" + aKey + "&tv=t", "soul-jam://HQRS-2K4M?server=http://10.0.0.1:7420#" + aKey, "http://[::1]:1/jam/hqrs 2k4m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := ParseTarget(typed)
		if err != nil {
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) || len(err.Error()) > 250 {
				t.Fatalf("%q: %v", typed, err)
			}
			return
		}
		if got.Code == "" && got.Name == "" || strings.ContainsFunc(got.Name, hidden) {
			t.Fatalf("%q is %+v", typed, got)
		}
		if got.Origin == nil {
			return
		}
		if got.Code == "" || got.Origin.User != nil || (got.Origin.Scheme != "http" && got.Origin.Scheme != "https") {
			t.Fatalf("%q leads to %s", typed, got.Origin)
		}
		again, err := ParseTarget(got.Origin.JoinPath("jam", got.Code.String()).String())
		if err != nil || again.Origin.String() != got.Origin.String() || again.Code != got.Code {
			t.Fatalf("%q leads to %s, which is read as %+v, %v", typed, got.Origin, again, err)
		}
	})
}

func TestPeerIDs(t *testing.T) {
	seed, err := identity.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := identity.NewHostKey(seed)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := publicKey(key.PeerID()); err != nil || !got.Equal(key.Public()) {
		t.Errorf("read back %x, %v", got, err)
	}
	for _, bad := range []string{"", "..", "../x", "12D3KooW", key.PeerID() + "1", "1" + key.PeerID(), key.PeerID()[1:], strings.Replace(key.PeerID(), "1", "0", 1),
		"QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", strings.Repeat("z", 1000)} {
		if _, err := publicKey(bad); err == nil {
			t.Errorf("%.80q is taken for a peer id", bad)
		}
	}
}
