package subsonic

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"unicode"
)

// Kind says what kind of failure it was, for who has to decide what to do about it.
type Kind string

// The kinds.
const (
	Unreachable Kind = "unreachable" // no answer, or not in time
	Untrusted   Kind = "untrusted"   // its certificate is not one that this machine trusts
	Refused     Kind = "refused"     // it does not let this user in
	Missing     Kind = "missing"     // it does not have what was asked for
	Busy        Kind = "busy"        // it asks for patience, and was given some
	Strange     Kind = "strange"     // it does not speak Subsonic, or not so that it can be understood
)

// Failure is an error with a sentence that the host can read. It holds no address and no secret.
type Failure struct {
	Kind     Kind
	Sentence string
	// Code is that of the Subsonic API; -1 where the server said none.
	Code int
	// cause is for errors.Is alone: its text may hold an address with secrets.
	cause error
}

// Error implements error.
func (f *Failure) Error() string { return f.Sentence }

// Unwrap gives the end of the context that caused it, if one did.
func (f *Failure) Unwrap() error {
	if errors.Is(f.cause, context.Canceled) {
		return context.Canceled
	}
	if errors.Is(f.cause, context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return nil
}

func failf(kind Kind, format string, args ...any) *Failure {
	return &Failure{Kind: kind, Sentence: fmt.Sprintf(format, args...), Code: -1}
}

// noAnswer says why a request had none. Errors of net/http quote the address, and with it what is in its query:
// only what is inside them is looked at, and none of it is passed on as text but what we know.
func noAnswer(host string, err error) *Failure {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	f := failf(Unreachable, "%s cannot be reached", host)
	f.cause = err
	var untrusted *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var name *net.DNSError
	var network net.Error
	var moved *movedError
	switch {
	case errors.As(err, &untrusted):
		f.Kind = Untrusted
		f.Sentence = host + " shows a certificate that this machine does not trust (self-signed, out of date, or of another name); give it one that is, or add its authority to those of the system"
	case errors.As(err, &moved):
		f.Kind = Strange
		f.Sentence = fmt.Sprintf("%s sends us on to %s; add the server by that address", host, moved.to)
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		f.Kind = Strange
		f.Sentence = host + " does not speak https there; is its address http://, or another port?"
	case errors.Is(err, context.Canceled):
		f.Sentence = host + " was not waited for"
	case errors.As(err, &name):
		f.Sentence = fmt.Sprintf("there is no address for the name %s", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		f.Sentence = fmt.Sprintf("nobody answers at %s; does the server run?", host)
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded):
		f.Sentence = host + " does not answer in time"
	}
	return f
}

// said is the failure that a server told in the words of the API.
func said(host string, code int, message string) *Failure {
	f := &Failure{Kind: Refused, Code: code}
	switch code {
	case 40:
		f.Sentence = host + " does not know this user with this password"
	case 41:
		f.Sentence = host + " wants the password itself, which is only sent over https (or on this very machine)"
	case 42:
		f.Sentence = host + " takes no passwords; make an API key there and add the server with that"
	case 43:
		f.Sentence = host + " takes a password or an API key, not both"
	case 44:
		f.Sentence = host + " does not know this API key"
	case 50:
		f.Sentence = host + " does not allow this user to do that"
	case 60:
		f.Sentence = "the trial period of " + host + " is over: it wants a licence"
	case 70:
		f.Kind, f.Sentence = Missing, host+" does not have that (any more)"
	case 20, 30:
		f.Kind, f.Sentence = Strange, host+" speaks another version of the Subsonic API"
	default:
		f.Kind, f.Sentence = Strange, fmt.Sprintf("%s failed: %s", host, shortText(message))
	}
	return f
}

// status is the failure that a status of HTTP tells; nil for 200 and 206.
func status(host string, code int) *Failure {
	switch code {
	case http.StatusOK, http.StatusPartialContent:
		return nil
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return failf(Refused, "%s refuses us (status %d): is there a second password before it?", host, code)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return failf(Busy, "%s has too much to do (status %d)", host, code)
	case http.StatusNotFound, http.StatusGone, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		f := failf(Missing, "there is no such thing at %s (status %d); is the address the one of a music server?", host, code)
		return f
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return failf(Unreachable, "what stands before %s cannot reach it (status %d)", host, code)
	}
	return failf(Strange, "%s answers with status %d", host, code)
}

// maxMessage is how much of a server's own words a sentence holds, in letters.
const maxMessage = 120

// shortText makes a server's words fit for a line of ours.
func shortText(text string) string {
	clean := strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	clean = strings.Join(strings.Fields(clean), " ")
	if runes := []rune(clean); len(runes) > maxMessage {
		clean = string(runes[:maxMessage]) + "…"
	}
	if clean == "" {
		return "it does not say why"
	}
	return clean
}

// movedError: the server wants us to go elsewhere. What opens it is not carried there.
type movedError struct{ to string }

func (m *movedError) Error() string { return "sent on" }

// withoutPath leaves the name of a file of ours out of an error.
func withoutPath(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
