package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"rsc.io/qr"

	"soul-jam/shared/wire"
)

// quiet is the white border that readers need, in modules.
const quiet = 4

// qr draws the jam's link, for phones that look at this screen.
func (a *API) qr(w http.ResponseWriter, r *http.Request, at face) {
	shareCode, refusal := a.find(r)
	if refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	link, ok := a.linkAt(r, shareCode, at == onConsole && a.isHost(r))
	if !ok {
		refuse(w, http.StatusBadRequest, wire.Refusef(wire.CodeBadRequest, "base is one of this host's own addresses"))
		return
	}
	picture, err := qr.Encode(link, qr.M)
	if err != nil {
		a.Log.Error("the link does not fit a QR", "error", err)
		refuse(w, http.StatusInternalServerError, wire.Refuse(wire.CodeInternal))
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	switch r.PathValue("picture") {
	case "qr.svg":
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write([]byte(svg(picture)))
	case "qr.png":
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(picture.PNG())
	default:
		nothingHere(w, r)
	}
}

// linkAt is the jam's link, or the one at another of the host's own addresses, for
// a machine in several networks. Nobody can have a QR drawn that leads elsewhere, and
// what stands behind the # is for the host alone: a server would have seen it.
func (a *API) linkAt(r *http.Request, shareCode string, whole bool) (link string, ok bool) {
	base := r.URL.Query().Get("base")
	switch {
	case base == "" && whole:
		return a.WholeLink(shareCode), true
	case base == "":
		return a.Link(shareCode), true
	}
	return base + "/jam/" + shareCode, slices.Contains(a.Addresses(), base)
}

// svg draws one path of unit squares, dark on white whatever the page's theme.
func svg(c *qr.Code) string {
	size := c.Size + 2*quiet
	var path strings.Builder
	for y := range c.Size {
		for x := range c.Size {
			if c.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges">`+
		`<rect width="100%%" height="100%%" fill="#fff"/><path d="%s" fill="#000"/></svg>`, size, size, path.String())
}
