package deptest

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// tree is the parsed project.
type tree struct {
	module string // the module's name, the beginning of all its import paths
	fset   *token.FileSet
	files  []*file // all Go files, in the order of their paths
	text   fs.FS
}

// file is one Go file.
type file struct {
	path      string // inside the project, with slashes
	folder    string // its package, such as "hostd/jam"; "." at the top
	test      bool   // _test.go
	generated bool   // says so in the words that Go has for it
	lines     int
	syntax    *ast.File
	imports   []imported
}

// imported is one import and the line where it stands.
type imported struct {
	path string
	line int
}

// load parses all Go files of the module whose go.mod lies at the top of text. Like the go command it
// passes over testdata, folders that begin with a dot or underscore and modules inside; and over
// what npm puts into the project.
func load(text fs.FS) (*tree, error) {
	goMod, err := fs.ReadFile(text, "go.mod")
	if err != nil {
		return nil, fmt.Errorf("find the module: %w", err)
	}
	t := &tree{fset: token.NewFileSet(), text: text}
	for line := range strings.Lines(string(goMod)) {
		if name, found := strings.CutPrefix(strings.TrimSpace(line), "module "); found {
			t.module = strings.TrimSpace(name)
		}
	}
	err = fs.WalkDir(text, ".", func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if at != "." && (passOver(entry.Name()) || isModule(text, at)) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(at) != ".go" {
			return nil
		}
		return t.parse(at)
	})
	return t, err
}

// isModule tells whether a folder is a module of its own.
func isModule(text fs.FS, folder string) bool {
	_, err := fs.Stat(text, path.Join(folder, "go.mod"))
	return err == nil
}

func passOver(folder string) bool {
	return folder == "testdata" || folder == "node_modules" || folder == "vendor" ||
		strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_")
}

func (t *tree) parse(at string) error {
	source, err := fs.ReadFile(t.text, at)
	if err != nil {
		return err
	}
	syntax, err := parser.ParseFile(t.fset, at, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("parse %s: %w", at, err)
	}
	f := &file{
		path: at, folder: path.Dir(at), test: strings.HasSuffix(at, "_test.go"),
		generated: ast.IsGenerated(syntax), lines: countLines(source), syntax: syntax,
	}
	for _, spec := range syntax.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return fmt.Errorf("parse %s: %w", at, err)
		}
		f.imports = append(f.imports, imported{name, t.fset.Position(spec.Pos()).Line})
	}
	t.files = append(t.files, f)
	return nil
}

func countLines(source []byte) int {
	lines := 0
	for scanner := bufio.NewScanner(bytes.NewReader(source)); scanner.Scan(); {
		lines++
	}
	return lines
}

// folders returns the packages, sorted, each with its files.
func (t *tree) folders() ([]string, map[string][]*file) {
	of := map[string][]*file{}
	var names []string
	for _, f := range t.files {
		if len(of[f.folder]) == 0 {
			names = append(names, f.folder)
		}
		of[f.folder] = append(of[f.folder], f)
	}
	slices.Sort(names)
	return names, of
}

// inside returns the folder of an import of this module, and whether it is one.
func (t *tree) inside(name string) (string, bool) {
	if name == t.module {
		return ".", true
	}
	return strings.CutPrefix(name, t.module+"/")
}

// standard reports whether an import belongs to Go itself: its first element has
// no dot. (The module's own name has none either, so ask inside first.)
func standard(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return !strings.Contains(first, ".")
}

// at is the "file:line" that a complaint begins with.
func (t *tree) at(node ast.Node) string {
	position := t.fset.Position(node.Pos())
	return fmt.Sprintf("%s:%d", position.Filename, position.Line)
}

// usesOf calls see for every use of one of the names ("time.Sleep") under node. Renamed imports are
// followed.
func (f *file) usesOf(node ast.Node, names []string, see func(at ast.Node, name string)) {
	local := map[string]string{} // local name of an import: its path's last element
	for i, spec := range f.syntax.Imports {
		last := path.Base(f.imports[i].path)
		local[last] = last
		if spec.Name != nil {
			local[spec.Name.Name] = last
		}
	}
	ast.Inspect(node, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if from, ok := selector.X.(*ast.Ident); ok {
			if name := local[from.Name] + "." + selector.Sel.Name; slices.Contains(names, name) {
				see(selector, name)
			}
		}
		return true
	})
}
