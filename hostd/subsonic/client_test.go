package subsonic

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/subsonic/subsonictest"
	"soul-jam/shared/identity"
)

const (
	testUser, testPassword, testKey = "alex", "open sesame, please", "key-0123456789abcdef"
)

// fake is what a test's server has, unless it says otherwise.
func fake(q subsonictest.Quirks, songs ...subsonictest.Song) subsonictest.Config {
	return subsonictest.Config{User: testUser, Password: testPassword, Songs: songs, Quirks: q}
}

// client is one of a server, that logs to the text.
func client(t *testing.T, url string, change ...func(*Config)) (*Client, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	cfg := Config{URL: url, User: testUser, Password: identity.Keep(testPassword),
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, c := range change {
		c(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c, &log
}

func withKey(c *Config) {
	c.User, c.Password, c.APIKey = "", identity.Secret{}, identity.Keep(testKey)
}

// secretless fails where a text shows what opens the server.
func secretless(t *testing.T, what, text string) {
	t.Helper()
	for _, secret := range []string{testPassword, "sesame", "6f70656e", testKey} { // also in hex
		if strings.Contains(text, secret) {
			t.Errorf("%s shows a secret: %s", what, text)
		}
	}
}

func TestHowServersAreAsked(t *testing.T) {
	for name, c := range map[string]struct {
		quirks subsonictest.Quirks
		key    bool
		proofs []string // parameters of the last ping
		post   bool
	}{
		"forms":              {proofs: []string{"t", "s", "u"}, post: true},
		"no forms":           {quirks: subsonictest.Quirks{NoForms: true}, proofs: []string{"t", "s", "u"}},
		"old":                {quirks: subsonictest.Quirks{Old: true}, proofs: []string{"t", "s", "u"}},
		"key":                {key: true, proofs: []string{"apiKey"}, post: true},
		"key, no forms":      {key: true, quirks: subsonictest.Quirks{NoForms: true}, proofs: []string{"apiKey"}},
		"password":           {quirks: subsonictest.Quirks{NoTokens: true}, proofs: []string{"p", "u"}, post: true},
		"old, with password": {quirks: subsonictest.Quirks{NoTokens: true, Old: true}, proofs: []string{"p", "u"}, post: true},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := fake(c.quirks)
			var change []func(*Config)
			if c.key {
				cfg.Key, change = testKey, append(change, withKey)
			}
			server := subsonictest.New(t, cfg)
			cl, log := client(t, server.URL, change...)
			about, err := cl.Ping(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if about.OpenSubsonic == c.quirks.Old || about.API != "1.16.1" {
				t.Errorf("it says of itself %+v", about)
			}
			pings := server.Asked("ping")
			last := pings[len(pings)-1]
			for _, p := range []string{"t", "s", "u", "p", "apiKey"} {
				if has, want := len(last.Form[p]) > 0, slices.Contains(c.proofs, p); has != want {
					t.Errorf("parameter %s: %v, want %v", p, has, want)
				}
			}
			if post := last.Method == http.MethodPost; post != c.post {
				t.Errorf("asked by %s", last.Method)
			}
			salts := map[string]bool{}
			for _, r := range server.Asked("") {
				if strings.HasSuffix(r.Path, ".view") != (c.quirks.Old && r.Name != "getOpenSubsonicExtensions") {
					t.Errorf("asked %s", r.Path)
				}
				if c.post && r.Method == http.MethodPost && r.Query != "" {
					t.Errorf("a form, and an address with %s", r.Query)
				}
				if len(r.Form["s"]) > 0 {
					if salts[r.Form["s"][0]] {
						t.Error("a salt came twice")
					}
					salts[r.Form["s"][0]] = true
				}
				if !c.key {
					secretless(t, "an address", r.Query)
				}
			}
			secretless(t, "the log", log.String())
		})
	}
}

func TestPasswordIsNotSentOpenly(t *testing.T) {
	h := subsonictest.NewHandler(fake(subsonictest.Quirks{NoTokens: true}))
	c, _ := client(t, "http://music.example", func(cfg *Config) { cfg.transport = direct{h} })
	_, err := c.Ping(t.Context())
	wantFailure(t, err, Refused, "only sent over https")
	for _, r := range h.Asked("") {
		if len(r.Form["p"]) > 0 {
			t.Error("the password was sent")
		}
	}
	c, _ = client(t, "https://music.example", func(cfg *Config) { cfg.transport = direct{h} })
	if _, err := c.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// direct asks a handler without a network.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result(), r.Context().Err()
}

func wantFailure(t *testing.T, err error, kind Kind, text string) {
	t.Helper()
	var f *Failure
	if !errors.As(err, &f) || f.Kind != kind || !strings.Contains(f.Sentence, text) {
		t.Errorf("failed with %v (%+v), want %s with %q", err, f, kind, text)
	}
	if err != nil {
		secretless(t, "an error", err.Error())
	}
}

func TestSentences(t *testing.T) {
	wrong := func(c *Config) { c.Password = identity.Keep("open sesame, wrong") }
	for name, c := range map[string]struct {
		quirks subsonictest.Quirks
		secure bool
		change func(*Config)
		kind   Kind
		text   string
	}{
		"wrong password":        {change: wrong, kind: Refused, text: "does not know this user"},
		"keys only":             {quirks: subsonictest.Quirks{KeysOnly: true}, kind: Refused, text: "make an API key"},
		"key, and none wanted":  {change: withKey, kind: Refused, text: "takes no API keys"},
		"no JSON":               {quirks: subsonictest.Quirks{Raw: "<!DOCTYPE html><title>hello</title>"}, kind: Strange, text: "it is no JSON"},
		"broken JSON":           {quirks: subsonictest.Quirks{Raw: `{"subsonic-response":{"status":"ok"`}, kind: Strange, text: "cannot be read"},
		"other JSON":            {quirks: subsonictest.Quirks{Raw: `{"hello":"world"}`}, kind: Strange, text: "no subsonic-response"},
		"deep JSON":             {quirks: subsonictest.Quirks{Raw: `{"subsonic-response":` + strings.Repeat("[", 100)}, kind: Strange, text: "nested"},
		"licence":               {quirks: subsonictest.Quirks{Raw: `{"subsonic-response":{"status":"failed","error":{"code":"60"}}}`}, kind: Refused, text: "licence"},
		"failed without reason": {quirks: subsonictest.Quirks{Raw: `{"subsonic-response":{"status":"failed"}}`}, kind: Strange, text: "does not say why"},
		"tells our token":       {quirks: subsonictest.Quirks{Raw: `{"subsonic-response":{"status":"failed","error":{"code":0,"message":"no t=1513be762a88e266 s=ced7c08c4414, 100 songs"}}}`}, kind: Strange, text: "no t=… s=…, 100 songs"},
		"tells our password":    {quirks: subsonictest.Quirks{Raw: `{"subsonic-response":{"status":"failed","error":{"code":0,"message":"is it ` + testPassword + `?\u202e\n"}}}`}, kind: Strange, text: "is it …?"},
		"without end":           {quirks: subsonictest.Quirks{Huge: true}, kind: Strange, text: "more than 33554432 bytes"},
		"sent on":               {quirks: subsonictest.Quirks{Elsewhere: "https://new.example"}, kind: Strange, text: "https://new.example"},
		"self-signed":           {secure: true, kind: Untrusted, text: "self-signed"},
		"https where http is":   {change: func(c *Config) { c.URL = strings.Replace(c.URL, "http:", "https:", 1) }, kind: Strange, text: "does not speak https"},
	} {
		t.Run(name, func(t *testing.T) {
			server := subsonictest.New(t, fake(c.quirks), c.secure)
			var change []func(*Config)
			if c.change != nil {
				change = append(change, c.change)
			}
			cl, log := client(t, server.URL, change...)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			_, err := cl.Ping(ctx)
			wantFailure(t, err, c.kind, c.text)
			secretless(t, "the log", log.String())
			if strings.ContainsAny(err.Error(), "\u202e\n") {
				t.Errorf("%q is no sentence", err)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	c, _ := client(t, "http://"+l.Addr().String())
	_, _, _, err = c.once(t.Context(), manner{proof: byToken}, "ping", nil, maxAnswer)
	wantFailure(t, err, Unreachable, "nobody answers")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Ping(ctx)
	wantFailure(t, err, Unreachable, "")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v is no cancellation", err)
	}
}

func TestBusyServerIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := subsonictest.NewHandler(fake(subsonictest.Quirks{Busy: 2}))
		c, _ := client(t, "http://music.example", func(cfg *Config) { cfg.transport = direct{h} })
		began := time.Now()
		if _, err := c.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 4*time.Second { // twice the 2 s that it asked for
			t.Errorf("it took %v", took)
		}
		h.Change(subsonictest.Quirks{Busy: 100})
		began = time.Now()
		_, err := c.Ping(t.Context())
		wantFailure(t, err, Busy, "too much to do")
		if took := time.Since(began); took != 8*time.Second { // 2, 2, 4
			t.Errorf("it gave up after %v", took)
		}
	})
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for _, cfg := range []Config{
		{URL: "music.example", APIKey: identity.Keep("k")},
		{URL: "https://u:p@music.example", APIKey: identity.Keep("k")},
		{URL: "https://music.example"},
		{URL: "https://music.example", User: "u"},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%+v was taken", cfg)
		}
	}
	c, _ := client(t, "https://music.example:4533/music/")
	if c.Name() != "alex at music.example:4533/music" {
		t.Errorf("its name is %q", c.Name())
	}
	c, _ = client(t, "https://music.example", withKey)
	if c.Name() != "music.example" {
		t.Errorf("its name is %q", c.Name())
	}
	if _, err := c.Location("1"); err == nil {
		t.Error("there is a place without a cache")
	}
}

// slowly takes a second for each request.
type slowly struct{ http.RoundTripper }

func (s slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	if !wait(r.Context(), time.Second) {
		return nil, r.Context().Err()
	}
	return s.RoundTripper.RoundTrip(r)
}

func TestTwoRequestsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := subsonictest.NewHandler(fake(subsonictest.Quirks{}))
		c, _ := client(t, "https://music.example", func(cfg *Config) { cfg.transport = slowly{direct{h}} })
		if _, err := c.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if _, err := c.Ping(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("ten requests took %v, want 5 s", took)
		}
	})
}
