package deptest

import (
	"os"
	"testing"
)

// project parses the tree that this file is part of.
func project(t *testing.T) *tree {
	t.Helper()
	parsed, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if parsed.module != "soul-jam" || len(parsed.files) < 10 {
		t.Fatalf("found module %q with %d files", parsed.module, len(parsed.files))
	}
	return parsed
}

// TestProject holds every rule on the project itself.
func TestProject(t *testing.T) {
	parsed := project(t)
	for name, complaints := range map[string][]string{
		"table":        soundTable(table(), separated()),
		"directions":   directions(parsed, table(), testImports()),
		"owners":       ownership(parsed, owners()),
		"purity":       purity(parsed, pure()),
		"file sizes":   fileSizes(parsed),
		"typescript":   typeScriptSizes(parsed),
		"functions":    functionSizes(parsed),
		"package docs": packageDocs(parsed),
		"names":        packageNames(parsed),
		"no init":      noInit(parsed),
		"no sleep":     noSleep(parsed, table()),
		"no state":     mutableState(parsed),
		"dependencies": reasons(parsed),
		"npm":          npmReasons(parsed),
		"fuzzed":       fuzzed(parsed, table(), targets(), notFuzzed()),
	} {
		t.Run(name, func(t *testing.T) {
			for _, complaint := range complaints {
				t.Error(complaint)
			}
		})
	}
}
