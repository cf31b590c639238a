package deptest

import (
	"fmt"
	"go/ast"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// The limits, in lines. Tests may be longer: a table of cases reads well.
const (
	maxFileLines         = 400
	maxTestFileLines     = 600
	maxTypeScriptLines   = 250
	maxScriptTestLines   = 400
	maxFunctionLines     = 60
	maxTestFunctionLines = 90
)

// fileSizes complains about Go files that are too long, generated ones apart.
func fileSizes(t *tree) (complaints []string) {
	for _, f := range t.files {
		limit := maxFileLines
		if f.test {
			limit = maxTestFileLines
		}
		if f.lines > limit && !f.generated {
			complaints = append(complaints, fmt.Sprintf("%s:1: %d lines, at most %d: give one of its concerns a file of its own", f.path, f.lines, limit))
		}
	}
	return complaints
}

// typeScriptSizes does the same under webapp/src. A generated file says so in its
// first line: "// Code generated …" or "// Generated …".
func typeScriptSizes(t *tree) (complaints []string) {
	const source = "webapp/src"
	if _, err := fs.Stat(t.text, source); err != nil {
		return nil // a tree without a web app
	}
	err := fs.WalkDir(t.text, source, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".ts", ".tsx", ".mts"}, path.Ext(at)) {
			return err
		}
		text, err := fs.ReadFile(t.text, at)
		if err != nil {
			return err
		}
		lines, limit := countLines(text), maxTypeScriptLines
		if strings.Contains(at, ".test.") {
			limit = maxScriptTestLines
		}
		if lines > limit && !strings.HasPrefix(string(text), "// Code generated ") && !strings.HasPrefix(string(text), "// Generated ") {
			complaints = append(complaints, fmt.Sprintf("%s:1: %d lines, at most %d: give one of its concerns a file of its own", at, lines, limit))
		}
		return nil
	})
	if err != nil {
		complaints = append(complaints, fmt.Sprintf("%s: %v", source, err))
	}
	return complaints
}

// functionSizes complains about functions that are too long, from the line with
// "func" to that of the closing brace, both counted.
func functionSizes(t *tree) (complaints []string) {
	for _, f := range t.files {
		limit := maxFunctionLines
		if f.test {
			limit = maxTestFunctionLines
		}
		for _, declaration := range f.syntax.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || f.generated {
				continue
			}
			lines := t.fset.Position(function.End()).Line - t.fset.Position(function.Pos()).Line + 1
			if lines > limit {
				complaints = append(complaints, fmt.Sprintf("%s: %s has %d lines, at most %d: name its steps as functions",
					t.at(function), function.Name.Name, lines, limit))
			}
		}
	}
	return complaints
}

// packageDocs complains about packages that do not say what they are for.
func packageDocs(t *tree) (complaints []string) {
	names, of := t.folders()
	for _, name := range names {
		documented, onlyTests := false, true
		for _, f := range of[name] {
			if f.test {
				continue
			}
			onlyTests = false
			begins := "Package " + f.syntax.Name.Name + " "
			if f.syntax.Name.Name == "main" {
				begins = ""
			}
			if doc := f.syntax.Doc.Text(); doc != "" && strings.HasPrefix(doc, begins) {
				documented = true
			}
		}
		if !documented && !onlyTests {
			complaints = append(complaints, fmt.Sprintf("%s:1: no file of %s has a package comment that begins with \"Package %s …\" and says what it is for",
				of[name][0].path, name, of[name][0].syntax.Name.Name))
		}
	}
	return complaints
}

// packageNames complains about names that say nothing about what is inside.
func packageNames(t *tree) (complaints []string) {
	empty := []string{"util", "common", "manager", "helper", "type"}
	names, of := t.folders()
	for _, name := range names {
		for _, says := range []string{path.Base(name), of[name][0].syntax.Name.Name} {
			if slices.Contains(empty, strings.TrimSuffix(strings.TrimSuffix(says, "_test"), "s")) {
				complaints = append(complaints, fmt.Sprintf("%s:1: a package called %s says nothing: name it after what it gives", of[name][0].path, says))
				break
			}
		}
	}
	return complaints
}
