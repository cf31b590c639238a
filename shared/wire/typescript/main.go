// Command typescript writes the browser's side of shared/wire: one interface for
// each object, a union of all commands, a union of all messages, the catalogue of
// errors, the close codes and the limits. Run it with `go generate ./shared/wire`.
package main

import (
	"flag"
	"log"
	"os"
)

func main() {
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := os.WriteFile(*out, []byte(generate()), 0o644); err != nil {
		log.Fatal(err)
	}
}
