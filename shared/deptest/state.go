package deptest

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// noInit complains about init functions: what runs before main cannot be
// left out, ordered or tested.
func noInit(t *tree) (complaints []string) {
	for _, f := range t.files {
		for _, declaration := range f.syntax.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
				complaints = append(complaints, fmt.Sprintf("%s: no func init: do it in main or in a constructor", t.at(function)))
			}
		}
	}
	return complaints
}

// noSleep complains about tests that wait for a time instead of for what has to
// happen. Inside a testing/synctest bubble time is simulated and sleeping is how it passes: a function
// that names synctest may sleep, and so may a whole package that runs in one.
func noSleep(t *tree, places map[string]place) (complaints []string) {
	for _, f := range t.files {
		if place := places[f.folder]; place.simulated || !f.test && !place.testsOnly {
			continue
		}
		for _, declaration := range f.syntax.Decls {
			bubble := false
			f.usesOf(declaration, []string{"synctest.Test", "synctest.Wait"}, func(ast.Node, string) { bubble = true })
			if bubble {
				continue
			}
			f.usesOf(declaration, []string{"time.Sleep"}, func(at ast.Node, _ string) {
				complaints = append(complaints, fmt.Sprintf("%s: no time.Sleep in tests: wait for what has to happen, or simulate time with testing/synctest", t.at(at)))
			})
		}
	}
	return complaints
}

// usesForbidden complains about every use of one of the names in f.
func usesForbidden(t *tree, f *file, names []string, why string) (complaints []string) {
	f.usesOf(f.syntax, names, func(at ast.Node, name string) {
		complaints = append(complaints, fmt.Sprintf("%s: %s %s", t.at(at), name, why))
	})
	return complaints
}

// constants are the calls that give a value which nobody changes afterwards.
func constants() []string {
	return []string{
		"errors.New", "fmt.Errorf", "regexp.MustCompile", "template.Must", "strings.NewReplacer", "time.Date",
		"netip.MustParseAddr", "netip.MustParsePrefix", "netip.AddrFrom4", "base32.NewEncoding", "base64.NewEncoding",
		"crc32.MakeTable", "crc64.MakeTable", "cases.Fold", "cases.Lower", "runes.In", "runes.Remove",
		"flag.Bool", "flag.String", "flag.Int", "flag.Duration", // the flags of a test, such as -update
	}
}

// mutableState complains about package-level variables that can change. Allowed are: "_";
// files by go:embed; sentinel errors; and unexported values made by a literal
// or by one of constants, to which the package never assigns and whose address it never
// takes. Whatever else a package must remember belongs in a struct that somebody owns.
func mutableState(t *tree) (complaints []string) {
	names, of := t.folders()
	for _, name := range names {
		changed := changedNames(of[name])
		for _, f := range of[name] {
			if f.generated {
				continue
			}
			for _, declaration := range f.syntax.Decls {
				group, ok := declaration.(*ast.GenDecl)
				if !ok || group.Tok != token.VAR || embeds(group.Doc) {
					continue
				}
				for _, spec := range group.Specs {
					complaints = append(complaints, mutable(t, spec.(*ast.ValueSpec), changed)...)
				}
			}
		}
	}
	return complaints
}

// mutable complains about the names of one declaration.
func mutable(t *tree, spec *ast.ValueSpec, changed map[string]ast.Node) (complaints []string) {
	if embeds(spec.Doc) {
		return nil
	}
	for i, name := range spec.Names {
		if name.Name == "_" {
			continue
		}
		why := ""
		switch {
		case len(spec.Values) != len(spec.Names):
			why = "begins without a value of its own, so something fills it later"
		case !constant(spec.Values[i]):
			why = "is not made by a literal or by a call that shared/deptest/state.go knows to give a constant"
		case name.IsExported() && !sentinel(spec.Values[i]):
			why = "is exported, so everybody can assign to it: make it a constant or a function"
		case changed[name.Name] != nil:
			why = "is changed at " + t.at(changed[name.Name])
		default:
			continue
		}
		complaints = append(complaints, fmt.Sprintf("%s: package-level variable %s %s; state belongs in a struct that somebody owns",
			t.at(name), name.Name, why))
	}
	return complaints
}

func embeds(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// sentinel reports whether a value is an error to compare with.
func sentinel(value ast.Expr) bool {
	called := calledName(value)
	return called == "errors.New" || called == "fmt.Errorf"
}

// constant reports whether nobody else can hold what the expression gives, or change it.
func constant(value ast.Expr) bool {
	switch v := value.(type) {
	case *ast.BasicLit, *ast.Ident, *ast.FuncLit, *ast.SelectorExpr, *ast.BinaryExpr:
		return true
	case *ast.ParenExpr:
		return constant(v.X)
	case *ast.UnaryExpr:
		return v.Op != token.AND && constant(v.X)
	case *ast.CompositeLit:
		made := selectorName(v.Type)
		return !strings.HasPrefix(made, "sync.") && !strings.HasPrefix(made, "atomic.")
	case *ast.CallExpr:
		if _, conversion := v.Fun.(*ast.ArrayType); conversion {
			return true // []byte("…")
		}
		if method, ok := v.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "WithPadding" {
			return true // of an encoding; gives a copy
		}
		return slices.Contains(constants(), calledName(v))
	}
	return false
}

func calledName(value ast.Expr) string {
	if call, ok := value.(*ast.CallExpr); ok {
		return selectorName(call.Fun)
	}
	return ""
}

// selectorName gives "pkg.Name" for a selector of a plain name, else nothing.
func selectorName(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok {
			return x.Name + "." + s.Sel.Name
		}
	}
	return ""
}

// changedNames returns the plain names that the files assign to, count up or down, delete
// from, or take the address of, each with a place. It does not know scopes: a local variable
// of the same name counts too, and wants another name anyway.
func changedNames(files []*file) map[string]ast.Node {
	changed := map[string]ast.Node{}
	note := func(e ast.Expr) {
		if name := root(e); name != nil {
			changed[name.Name] = name
		}
	}
	for _, f := range files {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					for _, to := range n.Lhs {
						note(to)
					}
				}
			case *ast.IncDecStmt:
				note(n.X)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					note(n.X)
				}
			case *ast.CallExpr:
				if called, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && slices.Contains([]string{"delete", "clear", "copy"}, called.Name) {
					note(n.Args[0])
				}
			}
			return true
		})
	}
	return changed
}

// root returns the name at the left of x.f[i].g.
func root(e ast.Expr) *ast.Ident {
	for {
		switch v := e.(type) {
		case *ast.Ident:
			return v
		case *ast.SelectorExpr:
			e = v.X
		case *ast.IndexExpr:
			e = v.X
		case *ast.StarExpr:
			e = v.X
		case *ast.ParenExpr:
			e = v.X
		default:
			return nil
		}
	}
}
