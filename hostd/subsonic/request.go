package subsonic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	// sniffed is how many bytes tell whether it is a song; http.DetectContentType looks at no more.
	sniffed = 512
	// maxSniff is how much of what looks like a document, and no song, is read for the reason in it.
	maxSniff = 64 << 10
)

// request asks the server for the song from a position on.
func (f *fetcher) request(ctx context.Context, missing span) (*http.Response, *Failure) {
	client := f.from.client
	m, err := client.manner(ctx)
	if err != nil {
		return nil, asFailure(client.host(), err)
	}
	f.s.mu.Lock()
	method, validator := f.one.method, f.one.validator
	f.s.mu.Unlock()
	if method == "" {
		method = "stream"
	}
	header := http.Header{"Accept-Encoding": {"identity"}}
	if missing.from > 0 {
		to := ""
		if missing.to > 0 {
			to = strconv.FormatInt(missing.to-1, 10)
		}
		header.Set("Range", fmt.Sprintf("bytes=%d-%s", missing.from, to))
		if validator != "" {
			header.Set("If-Range", validator)
		}
	}
	args := url.Values{"id": {f.from.id}}
	if method == "stream" {
		args.Set("format", "raw") // as it is: nothing is encoded anew
	}
	res, err := client.send(ctx, m, method, args, header)
	if err != nil {
		return nil, asFailure(client.host(), err)
	}
	failure := status(client.host(), res.StatusCode)
	if res.StatusCode == http.StatusRequestedRangeNotSatisfiable {
		failure = failf(Strange, "%s sends less of the song than it says", client.host())
	}
	if failure == nil {
		return res, nil
	}
	_ = res.Body.Close()
	if f.otherwise(failure) {
		return f.request(ctx, missing)
	}
	return nil, failure
}

// otherwise: where streaming is not allowed, or not there, downloading may be.
func (f *fetcher) otherwise(failure *Failure) bool {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if f.one.method != "" || failure.Kind == Unreachable || failure.Kind == Busy || failure.Code >= 40 && failure.Code <= 44 || failure.Code == 70 {
		return false
	}
	f.one.method = "download"
	return true
}

// place tells where the bytes of a response belong, and how long the whole song is; -1: it does not say.
func (f *fetcher) place(res *http.Response, asked int64) (at, total int64, failure *Failure) {
	if res.StatusCode != http.StatusPartialContent {
		return 0, res.ContentLength, nil
	}
	var to int64
	var size string
	if _, err := fmt.Sscanf(res.Header.Get("Content-Range"), "bytes %d-%d/%s", &at, &to, &size); err != nil || at != asked || to < at {
		return 0, 0, failf(Strange, "%s sends another part of the song than it was asked for", f.from.client.host())
	}
	if total, err := strconv.ParseInt(size, 10, 64); err == nil && total > to {
		return at, total, nil
	}
	return at, -1, nil
}

// document is the reason in what came instead of a song; another method may do better.
func (f *fetcher) document(ctx context.Context, missing span, body io.Reader) *Failure {
	host := f.from.client.host()
	text, err := io.ReadAll(io.LimitReader(body, maxSniff))
	if err != nil {
		return noAnswer(host, err)
	}
	failure := failf(Strange, "%s sends a document instead of the song", host)
	if _, err := decode(text); err == nil {
		var told *Failure
		if _, err := f.from.client.read(text); errors.As(err, &told) {
			failure = told
		}
	}
	if f.otherwise(failure) {
		return f.fetch(ctx, missing)
	}
	return failure
}

// readFirst fills b, unless the end comes before.
func readFirst(r io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var more int
		more, err = r.Read(b[n:])
		n += more
	}
	return n, err
}

// isDocument tells a page, or an answer of the API, from a song or a picture.
func isDocument(kind string, first []byte) bool {
	kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	switch strings.TrimSpace(kind) {
	case "text/html", "text/xml", "application/json", "application/xml", "application/xhtml+xml":
		return true
	}
	return len(first) > 0 && strings.HasPrefix(http.DetectContentType(first), "text/")
}

func asFailure(host string, err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return noAnswer(host, err)
}
