package config

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"soul-jam/shared/identity"
)

// FuzzFile: whatever the file holds it is refused with a sentence that quotes none of it, or it is a configuration that can be
// saved and is then read as the same.
func FuzzFile(f *testing.F) {
	for _, text := range []string{
		`{"servers":[{"url":"https://music.example","user":"alex","password":"open sesame"}],"wifi":{"name":"Home","password":"12345678","hidden":true}}`,
		`{"servers":[{"url":"http://[::1]:4533/a/rest/","api_key":"k"}]}`, `{"servers":[{"url":"https://u:p@x","user":"a","password":"b"}]}`,
		`{"servers":[],"passwort":"x"}`, `{"servers":null}{}`, `{"wifi":{"name":"a\u0000b"}}`, `{"wifi":{"name":"a","password":5}}`, "\xef\xbb\xbf{}", ` `,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parse(text)
		if err != nil {
			if !reflect.DeepEqual(c, Config{}) {
				t.Errorf("half a configuration is kept: %v", err)
			}
			return
		}
		if len(c.Servers) > MaxServers {
			t.Errorf("%d servers", len(c.Servers))
		}
		dir := t.TempDir()
		if err := Save(dir, c); err != nil {
			t.Fatalf("%q is read and cannot be written: %v", text, err)
		}
		again, err := Load(dir)
		if err != nil {
			t.Fatalf("%q is written and cannot be read: %v", text, err)
		}
		if !same(c, again) {
			t.Errorf("%q is read again as another", text)
		}
	})
}

// same compares what secrets hold too.
func same(a, b Config) bool {
	if len(a.Servers) != len(b.Servers) || a.Wifi.Name != b.Wifi.Name || a.Wifi.Hidden != b.Wifi.Hidden || a.Wifi.Password.Reveal() != b.Wifi.Password.Reveal() {
		return false
	}
	for i, s := range a.Servers {
		o := b.Servers[i]
		if s.URL != o.URL || s.User != o.User || s.Password.Reveal() != o.Password.Reveal() || s.APIKey.Reveal() != o.APIKey.Reveal() {
			return false
		}
	}
	return true
}

// FuzzServerURL: an address is kept in one form only, with no user, query or space in it.
func FuzzServerURL(f *testing.F) {
	for _, text := range []string{
		"https://music.example", " HTTP://Music.Example:80/sub/rest/ ", "https://u:p@music.example", "https://music.example?x", "https://[::1]:1/%2e%2e/", "file:///etc/passwd", "https:music", "http://%zz/", "http://a/rest/rest",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		kept, err := ServerURL(text)
		if err != nil {
			return
		}
		u, err := url.Parse(kept)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(kept, "?# \t\r\n") {
			t.Errorf("%q is kept as %q", text, kept)
		}
		if again, err := ServerURL(kept); err == nil && !strings.HasSuffix(strings.ToLower(kept), "/rest") && again != kept {
			t.Errorf("%q is kept as %q, and that as %q", text, kept, again)
		}
	})
}

// FuzzWifi: a phone reads of the QR code exactly the network that was typed in, whatever its name does to look like more.
func FuzzWifi(f *testing.F) {
	f.Add("Home", "12345678", false)
	f.Add(`a;P:evil;H:true;`, `\;:,"12345`, true)
	f.Add("日本", "", false)
	f.Add("x\\", "        ", true)
	f.Add("a\u202eb", "1234567\x00", false)
	f.Fuzz(func(t *testing.T, name, password string, hidden bool) {
		w := Wifi{Name: name, Hidden: hidden}
		if password != "" {
			w.Password = identity.Keep(password)
		}
		if w.Check() != nil {
			return
		}
		fields := scan(t, w.QR())
		if fields["S"] != name || fields["P"] != password || (fields["H"] == "true") != hidden {
			t.Errorf("%q says %q", w.QR(), fields)
		}
	})
}

// scan reads a QR text as phones do: fields end at a semicolon that has no backslash before it.
func scan(t *testing.T, text string) map[string]string {
	t.Helper()
	rest, is := strings.CutPrefix(text, "WIFI:")
	fields := map[string]string{}
	for is && rest != ";" {
		var value strings.Builder
		key, after, found := strings.Cut(rest, ":")
		if !found {
			t.Fatalf("%q ends in %q", text, rest)
		}
		for rest = after; rest != "" && rest[0] != ';'; rest = rest[1:] {
			if rest[0] == '\\' {
				rest = rest[1:]
			}
			value.WriteByte(rest[0])
		}
		rest = strings.TrimPrefix(rest, ";")
		fields[key] = value.String()
	}
	return fields
}
