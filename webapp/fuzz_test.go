package webapp

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzLanguage: whatever a browser says that it reads, it gets a language that there is, and the same one each time.
func FuzzLanguage(f *testing.F) {
	for _, header := range []string{"de-AT,de;q=0.9,en;q=0.8", "", "ja;q=NaN", "en;q=1e999,de;q=-1", ";;;,,,", "de;q=0x1p-2,ja", strings.Repeat("xx,", 100) + "de", "*;q=0.5", "DE", "de\x00"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := liked(header, Languages())
		if !slices.Contains(Languages(), got) {
			t.Fatalf("%q gives %q", header, got)
		}
		if w := weight(header, got); w < 0 || w != w {
			t.Errorf("%q weighs %v", header, w)
		}
		for _, other := range Languages() {
			if weight(header, other) > weight(header, got) {
				t.Errorf("%q gives %q, and %q is liked more", header, got, other)
			}
		}
	})
}

// FuzzHeaders: no Host becomes a directive of the policy, and no fetch by another site's page passes for our own.
func FuzzHeaders(f *testing.F) {
	for _, r := range [][4]string{
		{"soul.example:443", "none", "navigate", "/jam/HQRS-2K4M"}, {"x; script-src *", "cross-site", "navigate", "/api/x"}, {"[::1]:80", "cross-site", "navigate", "/"},
		{"a b", "same-site", "cors", "/ws/jam"}, {"evil\r\nSet-Cookie: x", "", "", "/"}, {"ＥＶＩＬ", "cross-site", "no-cors", "/assets/x"}, {"a:b:c", "same-origin", "", "/api/"},
	} {
		f.Add(r[0], r[1], r[2], r[3])
	}
	f.Fuzz(func(t *testing.T, host, site, mode, path string) {
		plain, h := http.Header{}, http.Header{}
		SecurityHeaders(plain, "")
		SecurityHeaders(h, host)
		for name := range h {
			if name == "Content-Security-Policy" {
				continue
			}
			if h.Get(name) != plain.Get(name) {
				t.Errorf("Host %q changes %s", host, name)
			}
		}
		policy := h.Get("Content-Security-Policy")
		if strings.Count(policy, ";") != strings.Count(plain.Get("Content-Security-Policy"), ";") || strings.ContainsAny(policy, "\r\n\x00") ||
			!strings.HasPrefix(policy, "default-src 'none'; script-src 'self';") {
			t.Errorf("Host %q makes the policy %q", host, policy)
		}
		r := &http.Request{Method: http.MethodGet, URL: httptest.NewRequest(http.MethodGet, "/", nil).URL, Header: http.Header{}}
		r.URL.Path = path
		r.Header.Set("Sec-Fetch-Site", site)
		r.Header.Set("Sec-Fetch-Mode", mode)
		foreign := site != "" && site != "same-origin" && site != "none"
		if foreign && !FetchedFromElsewhere(r) && (mode != "navigate" || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/ws/")) {
			t.Errorf("%s from %q by %q passes", path, site, mode)
		}
	})
}

// FuzzPath: of the files nothing but the files of the app is served, by whatever path.
func FuzzPath(f *testing.F) {
	for _, path := range []string{"/assets/a-1.js", "/assets/../secret", "/assets/..%2fsecret", "//secret", "/assets/\x00", "/secret/.", "/assets/a-1.js/"} {
		f.Add(path, "gzip, br;q=0.5")
	}
	pages := Pages{NotFound: http.NotFound, Files: fstest.MapFS{"assets/a-1.js": {Data: []byte("plain")}, "assets/a-1.js.gz": {Data: []byte("packed")}}}
	f.Fuzz(func(t *testing.T, path, accepts string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = path
		r.Header.Set("Accept-Encoding", accepts)
		w := httptest.NewRecorder()
		pages.Asset(w, r)
		if w.Code == http.StatusOK && !strings.HasPrefix(strings.TrimPrefix(path, "/"), "assets/a-1.js") {
			t.Errorf("%q is served %q", path, w.Body)
		}
		if is := w.Body.String() == "packed"; is && w.Header().Get("Content-Encoding") == "" && path != "/assets/a-1.js.gz" && path != "assets/a-1.js.gz" {
			t.Errorf("%q gets what it cannot read", accepts)
		}
	})
}
