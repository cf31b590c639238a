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
		"fr-FR,fr;q=0.9,ja;q=0.4,de;q=0.3": "こんにちは", "JA-jp": "こんにちは", "de;q=0, en;q=0.1": "Hello", "de;q=many": "Hello", "*": "Hello",
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
