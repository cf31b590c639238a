// Package webapp carries the built web app inside the binaries: index.html for
// guests, console.html for the host, and hashed files under assets/. It is empty
// but for .keep until `make build` has run.
package webapp

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files is the root of the built app.
func Files() (fs.FS, error) { return fs.Sub(dist, "dist") }
