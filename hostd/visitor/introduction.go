package visitor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

const (
	// maxIntroduction, bytes: a bundle and some addresses are 2 KiB.
	maxIntroduction = 16 << 10
	// maxAddresses of one introduction, each of at most maxAddress bytes; further ones are passed over.
	maxAddresses, maxAddress = 16, 256
	// introducedWithin: who has not answered by then is not there.
	introducedWithin = 5 * time.Second
	// longestPause that a server may ask for.
	longestPause = time.Minute
)

// ErrWrongHost: whoever answers is not the host that the link is for, or that was here before.
var ErrWrongHost = errors.New("this is not the host that the link is for: somebody else answers in its place; ask the host for the link again")

// errIntroduction: what was said of the host does not hold together.
var errIntroduction = errors.New("what is said there about the host is not valid")

// host is somebody who answers for a code; the signature holds.
type host struct {
	code   code.Code
	peer   string
	bundle identity.SignedBundle
	// addrs are multiaddrs to dial it at, as they came from outside.
	addrs []string
	// server is the soul-server that introduced it, nil when it was the host itself, or might have been.
	server *url.URL
}

// unanswered is a server's refusal to introduce anybody.
type unanswered struct {
	why   wire.Code
	after time.Duration // with rate_limited
}

func (u *unanswered) Error() string { return u.why.Sentence() }

// introducer asks servers who the host of a code is.
type introducer struct{ web *http.Client }

// newIntroducer follows a server to its own https alone: no other address may be reached through one that was typed.
func newIntroducer(web *http.Client) introducer {
	own := http.Client{}
	if web != nil {
		own = *web
	}
	own.CheckRedirect = func(to *http.Request, from []*http.Request) error {
		first := from[0].URL
		if len(from) > 1 || to.URL.Scheme != "https" || to.URL.Hostname() != first.Hostname() || to.URL.Path != first.Path {
			return errors.New("the server sends somewhere else")
		}
		return nil
	}
	return introducer{web: &own}
}

// ask gives who answers for the code at that server, checked but for who it should be.
func (i introducer) ask(ctx context.Context, origin *url.URL, c code.Code) (host, error) {
	ctx, cancel := context.WithTimeout(ctx, introducedWithin)
	defer cancel()
	const route = "/api/jam/sessions/"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, origin.JoinPath(route, c.String(), "introduction").String(), nil)
	if err != nil {
		return host{}, fmt.Errorf("ask for the host: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	answer, err := i.web.Do(request)
	if err != nil {
		return host{}, fmt.Errorf("nobody answers at %s: is this machine online, and the link right? (%w)", origin.Host, plain(err))
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxIntroduction+1))
	switch {
	case err != nil:
		return host{}, fmt.Errorf("hear %s: %w", origin.Host, err)
	case len(body) > maxIntroduction:
		return host{}, errIntroduction
	case answer.StatusCode != http.StatusOK:
		return host{}, refusedWith(answer, body)
	}
	h, err := readIntroduction(body, c)
	if err == nil && !itself(h.addrs) {
		h.server = &url.URL{Scheme: answer.Request.URL.Scheme, Host: answer.Request.URL.Host, Path: origin.Path}
	}
	return h, err
}

// plain leaves the address out that net/http puts before each of its errors.
func plain(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// refusedWith reads what stands in place of an introduction.
func refusedWith(answer *http.Response, body []byte) error {
	var why wire.Error
	_ = json.Unmarshal(body, &why) // it may be a page of somebody else's
	switch {
	case answer.StatusCode == http.StatusNotFound && why.Code == wire.CodeSessionNotFound,
		answer.StatusCode == http.StatusGone && why.Code == wire.CodeSessionEnded,
		answer.StatusCode == http.StatusServiceUnavailable && why.Code == wire.CodeHostOffline:
		return &unanswered{why: why.Code}
	case answer.StatusCode == http.StatusTooManyRequests:
		seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		if err != nil || seconds < 1 {
			seconds = 1
		}
		return &unanswered{why: wire.CodeRateLimited, after: min(time.Duration(min(seconds, 1<<20))*time.Second, longestPause)}
	}
	return fmt.Errorf("no jam is served there (HTTP status %d)", answer.StatusCode)
}

// readIntroduction checks that the host signed what is said, for that code.
func readIntroduction(body []byte, c code.Code) (host, error) {
	var said wire.Introduction
	if err := json.Unmarshal(body, &said); err != nil {
		return host{}, errIntroduction
	}
	signature, err := base64.RawURLEncoding.DecodeString(said.Signature)
	if err != nil {
		return host{}, errIntroduction
	}
	h := host{code: c, bundle: identity.SignedBundle{Text: said.Bundle, Signature: signature}}
	if h.peer, err = signer(h.bundle, c); err != nil {
		return host{}, err
	}
	for _, at := range said.P2P {
		if len(h.addrs) < maxAddresses && printable(at) {
			h.addrs = append(h.addrs, at)
		}
	}
	return h, nil
}

// signer is the peer id of the host that signed the bundle.
func signer(s identity.SignedBundle, c code.Code) (string, error) {
	b, _, err := s.Open()
	if err != nil {
		return "", err
	}
	public, err := publicKey(b.Peer)
	if err != nil {
		return "", err
	}
	if !s.SignedBy(public, c.String()) {
		return "", errIntroduction
	}
	return b.Peer, nil
}

// printable: it could be a multiaddr.
func printable(at string) bool {
	if at == "" || len(at) > maxAddress || at[0] != '/' {
		return false
	}
	for i := range len(at) {
		if at[i] <= ' ' || at[i] > '~' {
			return false
		}
	}
	return true
}
