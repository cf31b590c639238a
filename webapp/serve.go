package webapp

import (
	"bytes"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// Languages are those of the pages, each a folder of the built app; the first is for everybody else.
// scripts/languages.mjs has the same list.
func Languages() []string { return []string{"en", "de", "ja"} }

// Pages serves the app's files; whatever is not there is for NotFound.
type Pages struct {
	Files    fs.FS
	NotFound http.HandlerFunc
}

// Document serves one of the app's documents in the language that the browser likes best. It is
// never served from a cache: it names the hashed files.
func (p Pages) Document(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Language")
		p.file(w, r, liked(r.Header.Get("Accept-Language"), Languages())+"/"+name, "no-cache")
	}
}

// Asset serves a file whose name holds its hash: it never changes.
func (p Pages) Asset(w http.ResponseWriter, r *http.Request) {
	p.file(w, r, strings.TrimPrefix(r.URL.Path, "/"), "public, max-age=31536000, immutable")
}

// file serves the smallest form of a file that the browser reads; the build has left the compressed ones beside it.
func (p Pages) file(w http.ResponseWriter, r *http.Request, name, caching string) {
	content, err := fs.ReadFile(p.Files, name)
	if err != nil {
		p.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", caching)
	header.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	header.Add("Vary", "Accept-Encoding")
	for _, form := range []struct{ coding, ending string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if weight(r.Header.Get("Accept-Encoding"), form.coding) <= 0 {
			continue
		}
		if packed, err := fs.ReadFile(p.Files, name+form.ending); err == nil {
			header.Set("Content-Encoding", form.coding)
			content = packed
			break
		}
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}

// liked is the language of ours that an Accept-Language header names with the highest weight, or the first.
func liked(header string, ours []string) string {
	best, most := ours[0], 0.0
	for _, language := range ours {
		if w := weight(header, language); w > most {
			best, most = language, w
		}
	}
	return best
}

// mostChoices of a header are looked at; browsers send a handful.
const mostChoices = 32

// weight is the q (RFC 9110, 12.4.2) that a header gives to a coding or to a language in any of its regions, 0 when it does not name it.
func weight(header, name string) float64 {
	most := 0.0
	for i, choice := range strings.SplitN(header, ",", mostChoices+1) {
		if i == mostChoices {
			break
		}
		value, parameters, _ := strings.Cut(choice, ";")
		value, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(value)), "-")
		if value != name {
			continue
		}
		q := 1.0
		if text, ok := strings.CutPrefix(strings.TrimSpace(parameters), "q="); ok {
			q, _ = strconv.ParseFloat(text, 64) // what is no number weighs nothing
		}
		most = max(most, q)
	}
	return most
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
