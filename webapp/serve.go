package webapp

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"soul-jam/shared/code"
)

// Languages are those of the pages, each a folder of the built app; the first is for everybody else.
// scripts/languages.mjs has the same list.
func Languages() []string { return []string{"en", "de", "ja"} }

// Pages serves the app's files; whatever is not there is for NotFound.
type Pages struct {
	Files    fs.FS
	NotFound http.HandlerFunc
}

// Guests serves on mux what guests open, the same at a host and at a soul-server: their documents, the files that those
// name, and a code typed right behind the address, as a screen shows the two. The start page is each face's own.
func (p Pages) Guests(mux *http.ServeMux) {
	for _, page := range []string{"/jam/{code}", "/jam/{code}/{$}", "/jam/{code}/session", "/jam/{code}/display"} {
		mux.HandleFunc("GET "+page, p.Document("index.html"))
	}
	mux.HandleFunc("GET /assets/", p.Asset)
	mux.HandleFunc("GET /{typed}", func(w http.ResponseWriter, r *http.Request) {
		c, err := code.Parse(r.PathValue("typed"))
		if err != nil {
			p.NotFound(w, r)
			return
		}
		http.Redirect(w, r, "/jam/"+c.String(), http.StatusFound)
	})
}

// Document serves one of the app's documents in the language that the browser likes best. It is
// never served from a cache: it names the hashed files.
func (p Pages) Document(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Language")
		preloadLanding(w.Header(), r)
		p.file(w, r, liked(r.Header.Get("Accept-Language"), Languages())+"/"+name, "no-cache")
	}
}

// preloadLanding lets a browser ask what anyone may know of a jam before the scripts are there that show it:
// on a line of 150 ms the page of a jam is ready so much earlier.
func preloadLanding(h http.Header, r *http.Request) {
	typed := r.PathValue("code")
	// The page asks by the code's one full form: of another spelling the answer would be thrown away.
	if c, err := code.Parse(typed); err == nil && c.String() == typed && strings.HasSuffix(r.URL.Path, "/"+typed) {
		h.Add("Link", "</api/jam/sessions/"+typed+">; rel=preload; as=fetch; crossorigin")
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
	header.Set("Content-Type", kindOf(name))
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

// kindOf is the type of a file of the app. The machine's own list is not asked: on Windows other programs write into it.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".webmanifest":
		return "application/manifest+json"
	}
	return "application/octet-stream"
}

// liked is the language of ours that an Accept-Language header names with the highest weight, or the first.
func liked(header string, ours []string) string {
	best, most, first := ours[0], 0.0, len(header)
	for _, language := range ours {
		// Of those that weigh the same, the one named first.
		at := strings.Index(strings.ToLower(header), language)
		if w := weight(header, language); w > most || w > 0 && w == most && at < first {
			best, most, first = language, w, at
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
		for parameter := range strings.SplitSeq(parameters, ";") {
			if text, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameter)), "q="); ok {
				q, _ = strconv.ParseFloat(text, 64) // what is no number weighs nothing
			}
		}
		if q > most { // never so for NaN
			most = q
		}
	}
	return most
}
