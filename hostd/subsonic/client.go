package subsonic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"soul-jam/shared/identity"
)

const (
	// clientName is what servers list us as.
	clientName = "soul-jam"
	// protocol is the version of the API that we ask for: 1.8 has search3 and getAlbumList2, 1.13 tokens. A server
	// of a lower version says so; one of a higher version serves us.
	protocol = "1.13.0"

	// codedRunes is from how many letters and digits on a word with a digit may be a secret in another form.
	codedRunes = 12

	// maxAnswer bounds an answer, in bytes. 500 songs are under 1 MB, a playlist of 10,000 is 15 MB.
	maxAnswer = 32 << 20
	// maxPicture bounds a cover, in bytes.
	maxPicture = 5 << 20

	// atOnce is how many requests a server gets at the same time, songs apart.
	atOnce = 2
	// songsAtOnce is how many songs are fetched from a server at the same time: what plays, what is next, and one
	// that was just left.
	songsAtOnce = 3

	// answerWithin bounds a request with its answer; headWithin bounds how long it may take to begin.
	answerWithin = 90 * time.Second
	headWithin   = 30 * time.Second

	// tries is how often a request is made when the server is busy or not reached, with a pause of firstPause
	// that doubles. A server that names a time is given that, up to longestPause.
	tries        = 4
	firstPause   = time.Second
	longestPause = time.Minute
)

// Config says which server, and what opens it.
type Config struct {
	// URL is http or https, a host, perhaps a path: https://music.example.
	URL string
	// User with Password, or APIKey where the server takes keys.
	User             string
	Password, APIKey identity.Secret
	// Streams is where the player gets songs from; nil: Location fails.
	Streams *Streams
	// Log is told what was odd; nil: nothing is.
	Log *slog.Logger

	// transport replaces the network's, in tests.
	transport http.RoundTripper
}

// Client is one server as seen by one user. Its methods may be called from any goroutine. Errors are [*Failure].
type Client struct {
	cfg   Config
	base  *url.URL
	http  *http.Client
	log   *slog.Logger
	turns chan struct{} // holds one token per request under way
	songs chan struct{} // and per song

	mu    sync.Mutex // guards known and while it is found out
	known *manner    // nil: not asked yet
}

// New makes a client; nothing is asked yet.
func New(cfg Config) (*Client, error) {
	base, err := url.Parse(cfg.URL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Hostname() == "" || base.User != nil {
		return nil, errors.New("the address of a music server looks like https://music.example")
	}
	if cfg.APIKey.IsZero() && (cfg.User == "" || cfg.Password.IsZero()) {
		return nil, fmt.Errorf("%s needs a user and a password, or an API key", base.Host)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{
		cfg: cfg, base: base, log: cfg.Log.With("server", base.Host),
		turns: make(chan struct{}, atOnce), songs: make(chan struct{}, songsAtOnce),
	}
	if cfg.transport == nil {
		c.cfg.transport = newTransport()
	}
	c.http = &http.Client{Transport: c.cfg.transport, CheckRedirect: dontFollow}
	return c, nil
}

func newTransport() http.RoundTripper {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  headWithin,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    atOnce + songsAtOnce,
		IdleConnTimeout:        time.Minute,
	}
}

// dontFollow: another place, even of the same name, would get what opens this one.
func dontFollow(next *http.Request, _ []*http.Request) error {
	to := *next.URL
	to.RawQuery, to.Fragment, to.User = "", "", nil
	to.Path, _, _ = strings.Cut(to.Path, "/rest/")
	return &movedError{shortText(to.String())}
}

// Name is steady: the user at the server, as in "alex at music.example".
func (c *Client) Name() string {
	name := c.base.Host + strings.TrimRight(c.base.Path, "/")
	if c.cfg.User != "" {
		name = c.cfg.User + " at " + name
	}
	return name
}

// host is how sentences name the server.
func (c *Client) host() string { return c.base.Host }

// Private reports whether nobody on the way can read what is sent.
func (c *Client) Private() bool {
	if c.base.Scheme == "https" || c.base.Hostname() == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(c.base.Hostname())
	return err == nil && ip.IsLoopback()
}

// ask makes one request of the API and decodes its answer.
func (c *Client) ask(ctx context.Context, method string, args url.Values) (*answer, error) {
	m, err := c.manner(ctx)
	if err != nil {
		return nil, err
	}
	return c.askAs(ctx, m, method, args)
}

func (c *Client) askAs(ctx context.Context, m manner, method string, args url.Values) (*answer, error) {
	body, _, err := c.get(ctx, m, method, args, maxAnswer)
	if err != nil {
		return nil, err
	}
	return c.read(body)
}

// read decodes an answer; the failure that it tells is an error.
func (c *Client) read(body []byte) (*answer, error) {
	a, err := decode(body)
	if err != nil {
		return nil, failf(Strange, "%s does not answer as a music server does (%v)", c.host(), err)
	}
	if a.Status != "ok" || a.Error != nil {
		code, message := 0, ""
		if a.Error != nil {
			code, message = a.Error.Code.int(), string(a.Error.Message)
		}
		return nil, said(c.host(), code, c.scrub(message))
	}
	return a, nil
}

// scrub takes what opens the server out of what it says: a password as it is, and whatever looks like one
// in another form, or like the token of a request.
func (c *Client) scrub(text string) string {
	for _, secret := range []identity.Secret{c.cfg.Password, c.cfg.APIKey} {
		if !secret.IsZero() {
			text = strings.ReplaceAll(text, secret.Reveal(), "…")
		}
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, word := range words {
		if len(word) >= codedRunes && strings.ContainsAny(word, "0123456789") {
			text = strings.ReplaceAll(text, word, "…")
		}
	}
	return text
}

// get makes a request, again when the server was busy or not reached, and reads at most limit bytes.
func (c *Client) get(ctx context.Context, m manner, method string, args url.Values, limit int64) (body []byte, kind string, err error) {
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
	case <-ctx.Done():
		return nil, "", noAnswer(c.host(), ctx.Err())
	}
	pause := firstPause
	for try := 1; ; try++ {
		var after time.Duration
		body, kind, after, err = c.once(ctx, m, method, args, limit)
		var f *Failure
		if err == nil || !errors.As(err, &f) || f.Kind != Busy && f.Kind != Unreachable || try == tries || ctx.Err() != nil {
			return body, kind, err
		}
		c.log.Debug("ask the server again", "method", method, "why", f, "in", max(pause, after))
		if !wait(ctx, max(pause, after)) {
			return nil, "", err
		}
		pause *= 2
	}
}

// once is get without a second try. after is how long the server wants to be left alone.
func (c *Client) once(ctx context.Context, m manner, method string, args url.Values, limit int64) (body []byte, kind string, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	res, err := c.send(ctx, m, method, args, nil)
	if err != nil {
		return nil, "", 0, err
	}
	defer func() { _ = res.Body.Close() }()
	if f := status(c.host(), res.StatusCode); f != nil {
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		return nil, "", min(time.Duration(min(max(seconds, 0), 3600))*time.Second, longestPause), f
	}
	body, err = io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return nil, "", 0, noAnswer(c.host(), err)
	}
	if int64(len(body)) > limit {
		return nil, "", 0, failf(Strange, "%s sends more than %d bytes at once", c.host(), limit)
	}
	return body, res.Header.Get("Content-Type"), 0, nil
}

// send makes a request. Whoever gets the response closes its body.
func (c *Client) send(ctx context.Context, m manner, method string, args url.Values, header http.Header) (*http.Response, error) {
	form, err := m.form(c.cfg)
	if err != nil {
		return nil, err
	}
	for name, values := range args {
		form[name] = values
	}
	at := c.base.JoinPath("rest", method+m.suffix())
	var req *http.Request
	if m.post {
		req, err = http.NewRequestWithContext(ctx, http.MethodPost, at.String(), strings.NewReader(form.Encode()))
	} else {
		at.RawQuery = form.Encode()
		req, err = http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	}
	if err != nil {
		return nil, failf(Strange, "%s has an address that cannot be asked", c.host())
	}
	if m.post {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("User-Agent", clientName)
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, noAnswer(c.host(), err)
	}
	return res, nil
}

// wait returns false when ctx ended first.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
