package deptest

import (
	"fmt"
	"go/ast"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// fuzzed complains about decoders that nobody fuzzes: packages that decode something and have neither a fuzz target nor a reason,
// targets that are not in the list, or are in it and no more, and targets of which too few inputs are kept.
func fuzzed(t *tree, places map[string]place, listed, reasons map[string]string) (complaints []string) {
	found := fuzzTargets(t)
	_, of := t.folders()
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if listed[name] == "" {
			complaints = append(complaints, fmt.Sprintf("%s: say in shared/deptest/decoders.go what %s decodes", found[name], name))
		}
		folder, target, _ := strings.Cut(name, ".")
		if kept, _ := fs.ReadDir(t.text, path.Join(folder, "testdata/fuzz", target)); len(kept) < minCorpus {
			complaints = append(complaints, fmt.Sprintf("%s: %d inputs are kept of %s, at least %d: real ones and bad ones, in testdata/fuzz/%s", found[name], len(kept), name, minCorpus, target))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		if found[name] == "" {
			complaints = append(complaints, fmt.Sprintf("shared/deptest/decoders.go: there is no fuzz target %s", name))
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(of)) {
		at := decodes(t, of[folder])
		has := slices.ContainsFunc(slices.Collect(maps.Keys(found)), func(name string) bool { return strings.HasPrefix(name, folder+".") })
		switch {
		case at != "" && !has && reasons[folder] == "" && !places[folder].testsOnly && folder != "shared/deptest":
			complaints = append(complaints, fmt.Sprintf("%s: %s decodes and has no fuzz target: add one, or a reason in shared/deptest/decoders.go", at, folder))
		case reasons[folder] != "" && (at == "" || has):
			complaints = append(complaints, fmt.Sprintf("shared/deptest/decoders.go: %s needs no reason any more", folder))
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(reasons)) {
		if of[folder] == nil {
			complaints = append(complaints, fmt.Sprintf("shared/deptest/decoders.go: there is no package %s", folder))
		}
	}
	return complaints
}

// fuzzTargets gives each target, "folder.FuzzName", and where it stands.
func fuzzTargets(t *tree) map[string]string {
	found := map[string]string{}
	for _, f := range t.files {
		for _, declaration := range f.syntax.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && f.test && function.Recv == nil && strings.HasPrefix(function.Name.Name, "Fuzz") {
				found[f.folder+"."+function.Name.Name] = t.at(function)
			}
		}
	}
	return found
}

// decodes gives the first place where the code of a package turns bytes into something, "" when it never does.
func decodes(t *tree, files []*file) (at string) {
	for _, f := range files {
		if f.test || f.generated || at != "" {
			continue
		}
		f.usesOf(f.syntax, decodings(), func(node ast.Node, _ string) {
			if at == "" {
				at = t.at(node)
			}
		})
	}
	return at
}
