package subsonic

import (
	"net/http"
	"net/url"
	"testing"
)

// FuzzRange: what the player asks for, and what a server says that it sends, are parts of a song that can be.
func FuzzRange(f *testing.F) {
	for _, r := range [][2]string{
		{"bytes=0-", "bytes 0-99/100"}, {"bytes=-500", "bytes 5-4/*"}, {"bytes=9-3", "bytes 5--1/3"}, {"bytes=0-1,5-6", "bytes 5-9223372036854775807/9223372036854775807"},
		{"bytes=99999999999999999999-", "bytes 5-6/-1"}, {"bytes=+1-", "bytes  5-6/ 7"}, {"items=1-2", ""}, {"bytes=--1", "bytes 5-6"},
	} {
		f.Add(r[0], r[1], int64(5))
	}
	fetches := &fetcher{from: origin{client: &Client{base: &url.URL{Host: "music.example"}}}}
	f.Fuzz(func(t *testing.T, asked, sent string, at int64) {
		if r, is := parseRange(asked); is && (r.from < -1 || r.to < -1 || r.from == -1 && r.to == -1 || r.from >= 0 && r.to >= 0 && r.to < r.from) {
			t.Errorf("%q asks for %+v", asked, r)
		}
		if at < 0 {
			return
		}
		res := &http.Response{StatusCode: http.StatusPartialContent, Header: http.Header{"Content-Range": {sent}}}
		begins, total, failure := fetches.place(res, at)
		if failure == nil && (begins != at || total < -1 || total >= 0 && total <= begins) {
			t.Errorf("%q, asked from %d: %d of %d", sent, at, begins, total)
		}
	})
}
