package hosttest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"soul-jam/shared/wire"
)

func escape(q string) string { return url.QueryEscape(q) }

// Answer is what a request got.
type Answer struct {
	t      testing.TB
	what   string
	Status int
	Header http.Header
	Body   []byte
}

// Ask sends one request; token "" sends none, body "" sends none. header comes as name, value, name, value; Host is one of them.
func (w *World) Ask(method, address, token, body string, header ...string) Answer {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
			continue
		}
		req.Header.Add(header[i], header[i+1])
	}
	// Neither a proxy nor a redirect: what this very host answers is of interest. A connection each, so that none is left over.
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}).Do(req)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, address, err)
	}
	defer func() { _ = res.Body.Close() }()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, address, err)
	}
	return Answer{t: w.t, what: method + " " + address, Status: res.StatusCode, Header: res.Header, Body: content}
}

// Want fails the test when the status is another one.
func (a Answer) Want(status int) Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: %d %s, want %d", a.what, a.Status, a.Body, status)
	}
	return a
}

// WantError fails the test when status or code of the refusal are others, or the sentence is missing.
func (a Answer) WantError(status int, code wire.Code) Answer {
	a.t.Helper()
	var refusal wire.Error
	if err := json.Unmarshal(a.Body, &refusal); err != nil {
		a.t.Fatalf("%s: %d %.200q is no error object: %v", a.what, a.Status, a.Body, err)
	}
	if a.Status != status || refusal.Code != code || refusal.Message == "" {
		a.t.Fatalf("%s: %d %s, want %d %s with a sentence", a.what, a.Status, a.Body, status, code)
	}
	return a
}

// Into reads the answer's JSON.
func (a Answer) Into(v any) Answer {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.t.Fatalf("%s: %v in %.200q", a.what, err, a.Body)
	}
	return a
}

// JSON reads the answer as a map, to look at its very fields.
func (a Answer) JSON() map[string]any {
	a.t.Helper()
	var fields map[string]any
	a.Into(&fields)
	return fields
}
