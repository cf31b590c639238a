// Package webapp carries the built web app inside the binaries, and serves it:
// in a folder for each language index.html for guests and console.html for the host, and
// files with hashed names under assets/, each also compressed. It is empty but for .keep
// until `make build` has run.
package webapp

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files is the root of the built app.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		// The folder is part of the program: without it the program was built wrongly.
		panic("webapp: not embedded: " + err.Error())
	}
	return files
}
