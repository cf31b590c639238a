// Command typescript writes the browser's side of shared/wire: one interface for
// each object, a union of all commands, a union of all messages, the catalogue of
// errors, the close codes and the limits. Run it with `go generate ./shared/wire`.
package main

import (
	"flag"
	"log"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("out", "", "file to write; that of the limits comes beside it")
	flag.Parse()
	for name, content := range map[string]string{*out: generate(), filepath.Join(filepath.Dir(*out), limitsName): generateLimits()} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
