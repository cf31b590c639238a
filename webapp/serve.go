package webapp

import (
	"bytes"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

// Pages serves the app's files; whatever is not there is for NotFound.
type Pages struct {
	Files    fs.FS
	NotFound http.HandlerFunc
}

// Document serves one of the app's documents, never from a cache: it names the hashed files.
func (p Pages) Document(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { p.file(w, r, name, "no-cache") }
}

// Asset serves a file whose name holds its hash: it never changes.
func (p Pages) Asset(w http.ResponseWriter, r *http.Request) {
	p.file(w, r, strings.TrimPrefix(r.URL.Path, "/"), "public, max-age=31536000, immutable")
}

func (p Pages) file(w http.ResponseWriter, r *http.Request, name, caching string) {
	content, err := fs.ReadFile(p.Files, name)
	if err != nil {
		p.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", caching)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}

// SecurityHeaders go on every answer of a program that serves the app: no script
// but ours, no frame around us, no path of ours in anybody's Referer. Covers and the QR
// are blobs that the page made; Chromium now and then counts showing one as connecting to it.
func SecurityHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "+
		"connect-src 'self' ws: wss: blob:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}
