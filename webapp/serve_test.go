package webapp

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func TestADocumentComesInTheLanguageOfTheBrowser(t *testing.T) {
	pages := Pages{Files: fstest.MapFS{
		"en/index.html": {Data: []byte("Hello")}, "de/index.html": {Data: []byte("Hallo")}, "ja/index.html": {Data: []byte("こんにちは")},
	}}
	for header, want := range map[string]string{
		"": "Hello", "fr": "Hello", "de": "Hallo", "de-AT,de;q=0.9,en;q=0.8": "Hallo", "en-GB,en;q=0.9,de;q=0.8": "Hello",
		"fr-FR,fr;q=0.9,ja;q=0.4,de;q=0.3": "こんにちは", "JA-jp": "こんにちは", "de;q=0, en;q=0.1": "Hello", "de;q=many": "Hello", "de,en": "Hallo", "de;Q=0.2,en;q=0.1": "Hallo", "ja;q=NaN, de;q=0.1": "Hallo", "*": "Hello",
		strings.Repeat("xx,", 5000) + "de": "Hello",
	} {
		w := ask(pages.Document("index.html"), "/", "Accept-Language", header)
		if got := w.Body.String(); got != want {
			t.Errorf("Accept-Language %.60q: got %q, want %q", header, got, want)
		}
		if got := w.Header().Values("Vary"); len(got) != 2 || w.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("Vary %q, Cache-Control %q", got, w.Header().Get("Cache-Control"))
		}
	}
}

func TestThePageOfAJamAsksForItAtOnce(t *testing.T) {
	mux := http.NewServeMux()
	pages := Pages{Files: fstest.MapFS{"en/index.html": {Data: []byte("Hello")}}}
	for _, page := range []string{"/{$}", "/jam/{code}", "/jam/{code}/session"} {
		mux.HandleFunc("GET "+page, pages.Document("index.html"))
	}
	for path, want := range map[string]string{
		"/jam/HQRS-2K4M": "</api/jam/sessions/HQRS-2K4M>; rel=preload; as=fetch; crossorigin",
		"/":              "", "/jam/HQRS-2K4M/session": "",
		// What a page would ask for in another spelling, and what would break out of the header.
		"/jam/hqrs-2k4m": "", "/jam/A%3E%3B%20rel=x": "", "/jam/" + strings.Repeat("A", 17): "",
	} {
		if got := ask(mux.ServeHTTP, path, "Accept-Language", "en").Header().Get("Link"); got != want {
			t.Errorf("%s: Link %q, want %q", path, got, want)
		}
	}
}

func TestAFileComesAsSmallAsTheBrowserReadsIt(t *testing.T) {
	pages := Pages{NotFound: http.NotFound, Files: fstest.MapFS{
		"assets/a-1.js": {Data: []byte("plain")}, "assets/a-1.js.br": {Data: []byte("brotli")}, "assets/a-1.js.gz": {Data: []byte("gzip")},
		"assets/b-2.css": {Data: []byte("plain")}, "assets/b-2.css.gz": {Data: []byte("gzip")},
	}}
	for _, c := range []struct{ path, accepts, body, coding string }{
		{"/assets/a-1.js", "gzip, deflate, br, zstd", "brotli", "br"},
		{"/assets/a-1.js", "gzip, br;q=0", "gzip", "gzip"},
		{"/assets/a-1.js", "", "plain", ""},
		{"/assets/a-1.js", "identity", "plain", ""},
		{"/assets/b-2.css", "gzip, br", "gzip", "gzip"},
	} {
		w := ask(pages.Asset, c.path, "Accept-Encoding", c.accepts)
		if w.Body.String() != c.body || w.Header().Get("Content-Encoding") != c.coding {
			t.Errorf("%s, %q: got %q as %q", c.path, c.accepts, w.Body.String(), w.Header().Get("Content-Encoding"))
		}
		if kind := w.Header().Get("Content-Type"); !strings.HasPrefix(kind, "text/") {
			t.Errorf("%s has type %q", c.path, kind)
		}
	}
	if w := ask(pages.Asset, "/assets/c-3.js", "Accept-Encoding", "br"); w.Code != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", w.Code)
	}
}

func TestKindsAndCaching(t *testing.T) {
	files := fstest.MapFS{"en/index.html": {Data: []byte("x")}}
	kinds := map[string]string{
		"app-1.webmanifest": "application/manifest+json", "icon-2.png": "image/png", "icon-3.svg": "image/svg+xml", "index-4.js": "text/javascript; charset=utf-8",
		"index-5.css": "text/css; charset=utf-8", "other-6.bin": "application/octet-stream",
	}
	for name := range kinds {
		files["assets/"+name] = &fstest.MapFile{Data: []byte("x")}
	}
	pages := Pages{NotFound: http.NotFound, Files: files}
	for name, kind := range kinds {
		h := ask(pages.Asset, "/assets/"+name, "Accept", "*/*").Header()
		if h.Get("Content-Type") != kind || h.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %q, %q", name, h.Get("Content-Type"), h.Get("Cache-Control"))
		}
	}
	h := ask(pages.Document("index.html"), "/", "Accept", "*/*").Header()
	if h.Get("Content-Type") != "text/html; charset=utf-8" || h.Get("Cache-Control") != "no-cache" || h.Get("ETag")+h.Get("Last-Modified") != "" {
		t.Errorf("the page, which names the hashed files, may be kept: %v", h)
	}
	// A name that is not there, and its caching with it, must not stay in a browser for a year.
	if h := ask(pages.Asset, "/assets/gone-7.js", "Accept", "*/*").Header(); h.Get("Cache-Control") != "" {
		t.Errorf("what is not there is cached: %v", h)
	}
}

func TestTheBuildMakesTheLanguagesThatAreServed(t *testing.T) {
	script, err := os.ReadFile("scripts/languages.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if want := `["` + strings.Join(Languages(), `", "`) + `"]`; !strings.Contains(string(script), want) {
		t.Errorf("scripts/languages.mjs does not hold %s", want)
	}
}

func ask(handler http.HandlerFunc, path, header, value string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set(header, value)
	w := httptest.NewRecorder()
	handler(w, r)
	return w
}
