package subsonic

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
)

// proof is how we show who we are.
type proof int

const (
	byNothing  proof = iota // for the one question that needs none
	byToken                 // md5 of the password and a salt, as the API has it since 1.13
	byPassword              // the password itself, for servers that know only a hash of it
	byKey                   // the extension apiKeyAuthentication
)

// manner is how a server wants to be asked.
type manner struct {
	proof proof
	// post sends everything as a form (the extension formPost), so that no address holds a secret. A password itself
	// is never sent otherwise: servers read forms though they do not announce it.
	post bool
	// view: the names of methods end in .view, as those of old servers have to.
	view bool
}

func (m manner) suffix() string {
	if m.view {
		return ".view"
	}
	return ""
}

// saltBytes is how much randomness a salt has; the API wants 6 letters or more.
const saltBytes = 12

// form is what every request holds. There is a new salt in each.
func (m manner) form(cfg Config) (url.Values, error) {
	form := url.Values{"v": {protocol}, "c": {clientName}, "f": {"json"}}
	switch m.proof {
	case byKey:
		form.Set("apiKey", cfg.APIKey.Reveal()) // and no user: both together are error 43
	case byPassword:
		form.Set("u", cfg.User)
		form.Set("p", "enc:"+hex.EncodeToString([]byte(cfg.Password.Reveal())))
	case byToken:
		var random [saltBytes]byte
		if _, err := rand.Read(random[:]); err != nil {
			return nil, fmt.Errorf("draw a salt: %w", err)
		}
		salt := hex.EncodeToString(random[:])
		sum := md5.Sum([]byte(cfg.Password.Reveal() + salt))
		form.Set("u", cfg.User)
		form.Set("t", hex.EncodeToString(sum[:]))
		form.Set("s", salt)
	}
	return form, nil
}

// The names of extensions.
const (
	extensionForm = "formPost"
	extensionKey  = "apiKeyAuthentication"
)

// manner finds out, once, how the server wants to be asked. Others who ask meanwhile wait for it.
func (c *Client) manner(ctx context.Context) (manner, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known != nil {
		return *c.known, nil
	}
	m, err := c.findManner(ctx)
	if err != nil {
		return manner{}, err
	}
	c.known = &m
	return m, nil
}

func (c *Client) findManner(ctx context.Context) (manner, error) {
	m := manner{proof: byToken, view: true}
	if !c.cfg.APIKey.IsZero() {
		m.proof = byKey
	}
	// This one question is open to everybody, says OpenSubsonic, so it is asked without a secret.
	offers, err := c.askAs(ctx, manner{}, "getOpenSubsonicExtensions", nil)
	var f *Failure
	if errors.As(err, &f) && (f.Kind == Unreachable || f.Kind == Untrusted || f.Kind == Busy) {
		return m, err
	}
	if err == nil { // else it is an older server, or none; the first real question tells
		m.post, m.view = offers.offers(extensionForm), false
		if m.proof == byKey && !offers.offers(extensionKey) {
			return m, failf(Refused, "%s takes no API keys; add it with a user and a password", c.host())
		}
	}
	_, err = c.askAs(ctx, m, "ping", nil)
	if m.proof != byToken || !errors.As(err, &f) || !wantsPassword(f) {
		return m, err
	}
	if !c.Private() {
		return m, said(c.host(), 41, "")
	}
	m.proof, m.post = byPassword, true
	_, err = c.askAs(ctx, m, "ping", nil)
	return m, err
}

// wantsPassword tells whether a server knows no tokens: it says so, or misses the password.
func wantsPassword(f *Failure) bool { return slices.Contains([]int{10, 41}, f.Code) }

// About is what a server says of itself.
type About struct {
	Type, Version string // such as navidrome 0.58.0; may be empty
	API           string // version of the Subsonic API
	OpenSubsonic  bool
}

// Ping asks whether the server lets us in.
func (c *Client) Ping(ctx context.Context) (About, error) {
	a, err := c.ask(ctx, "ping", nil)
	if err != nil {
		return About{}, err
	}
	return About{
		Type: nameOf(a.Type), Version: nameOf(a.ServerVersion), API: nameOf(a.Version), OpenSubsonic: bool(a.OpenSubsonic),
	}, nil
}

// nameOf is a server's own word, or nothing.
func nameOf(t text) string {
	if t == "" {
		return ""
	}
	return shortText(string(t))
}
