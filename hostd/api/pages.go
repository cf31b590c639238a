package api

import (
	"bytes"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"soul-jam/shared/wire"
)

// page serves one of the app's documents, never from a cache: it names the hashed files.
func (a *API) page(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		a.file(w, r, name)
	}
}

// asset serves a file whose name holds its hash: it never changes.
func (a *API) asset(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	a.file(w, r, strings.TrimPrefix(r.URL.Path, "/"))
}

func (a *API) file(w http.ResponseWriter, r *http.Request, name string) {
	content, err := fs.ReadFile(a.Pages, name)
	if err != nil {
		w.Header().Set("Cache-Control", "no-store")
		refuse(w, http.StatusNotFound, wire.Refusef(wire.CodeBadRequest, "There is nothing at this address"))
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
