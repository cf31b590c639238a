package config

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"soul-jam/shared/identity"
)

func write(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, File)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
	return dir
}

func TestWhatIsSavedIsLoaded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if c, err := Load(dir); err != nil || len(c.Servers) != 0 {
		t.Fatalf("without a file: %v, %v", c, err)
	}
	var c Config
	for _, s := range []Server{
		{URL: "https://music.example", User: "alex", Password: identity.Keep("open sesame")},
		{URL: "http://10.0.0.2:4533/music", APIKey: identity.Keep("key")},
		{URL: "https://music.example", User: "alex", Password: identity.Keep("changed")},
		{URL: "http://10.0.0.2:4533/music", User: "alex", Password: identity.Keep("another user")},
		{URL: "https://10.0.0.2:4533/music", APIKey: identity.Keep("key")}, // in the place of http
	} {
		var err error
		if c, err = c.With(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := Save(dir, c); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v", info.Mode())
	}
	got, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Servers) != 3 || got.Servers[0].Password.Reveal() != "changed" || got.Servers[0].User != "alex" ||
		got.Servers[1].APIKey.Reveal() != "key" || got.Servers[1].URL != "https://10.0.0.2:4533/music" {
		t.Errorf("loaded %+v", got)
	}
	if text := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(text, "changed") {
		t.Errorf("printed, it shows a password: %s", text)
	}
	left, gone := got.Without("https://music.example", "")
	if gone != 1 || len(left.Servers) != 2 || len(got.Servers) != 3 {
		t.Errorf("%d gone, %d left, of %d", gone, len(left.Servers), len(got.Servers))
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the directory holds %v (%v)", entries, err)
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	one := `{"url":"https://a.example","user":"u","password":"sesame"}`
	for text, want := range map[string]string{
		"":                           "it is empty",
		"{":                          "does not end",
		`{"servers":[` + one + `}`:   "no JSON",
		`{"servers":[` + one + `]}1`: "follows the end",
		`{"server":[]}`:              `no setting "server"`,
		`{"servers":[{"url":"https://a.example","user":"u","pasword":"sesame"}]}`: "pasword",
		`{"servers":"sesame"}`:                                 `"servers" should be slice`,
		`{"servers":[{"url":"https://a.example","user":"u"}]}`: "password or an api_key",
		`{"servers":[{"url":"https://a.example","user":"u","password":"sesame","api_key":"k"}]}`:                  "one of the two",
		`{"servers":[{"url":"https://a.example","password":"sesame"}]}`:                                           "needs a user",
		`{"servers":[{"url":"https://u:sesame@a.example","user":"u","password":"sesame"}]}`:                       "leave them out",
		`{"servers":[{"url":"https://a.example/%zz?p=sesame","user":"u","password":"sesame"}]}`:                   "no address",
		`{"servers":[{"url":"ftp://a.example","user":"u","password":"sesame"}]}`:                                  "https://",
		strings.Repeat(" ", maxFile) + "{}":                                                                       "longer than",
		`{"servers":[{"url":"https://a.example","user":"u","password":"` + strings.Repeat("sesame", 400) + `"}]}`: "longer than",
		`{"servers":[` + strings.Repeat(one+",", 20) + one + `]}`:                                                 "", // the same one
		`{"servers":[{"url":"https://a.example","user":"u\u202e","password":"sesame"}]}`:                          "plain name",
		`{"servers":[{"url":"https://a.example","user":"` + strings.Repeat("u", 65) + `","password":"sesame"}]}`:  "plain name",
		`{"servers":[` + many(MaxServers+1) + `]}`:                                                                "at most 16",
	} {
		_, err := Load(write(t, text, 0o600))
		switch {
		case want == "" && err != nil:
			t.Errorf("%.80s: %v", text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%.80s: %v, want %q in it", text, err, want)
		case err != nil && strings.Contains(err.Error(), "sesame"):
			t.Errorf("the error shows a password: %v", err)
		}
	}
}

func many(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"url":"https://a.example","user":"u%d","password":"p"}`, i))
	}
	return strings.Join(all, ",")
}

func TestFileThatOthersCanRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // it has no such modes
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o610} {
		if _, err := Load(write(t, `{"servers":[]}`, mode)); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(write(t, `{}`, 0o600), File), filepath.Join(dir, File)); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "plain file") {
		t.Errorf("a link: %v", err)
	}
}

func TestServerURL(t *testing.T) {
	for text, want := range map[string]string{
		" https://Music.Example/ ":               "https://music.example",
		"https://music.example/rest/":            "https://music.example",
		"http://10.0.0.2:4533/music/":            "http://10.0.0.2:4533/music",
		"http://[::1]:4533/a%20b":                "http://[::1]:4533/a%20b",
		"music.example":                          "",
		"https://":                               "",
		"https://music.example/?x":               "",
		"https://music.example/#x":               "",
		"https://a.example/\n":                   "https://a.example",
		"https://a b.example/":                   "",
		"https:music.example":                    "",
		"https://" + strings.Repeat("a", maxURL): "",
	} {
		got, err := ServerURL(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%.60q: %q, %v; want %q", text, got, err, want)
		}
	}
}
