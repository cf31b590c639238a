package deptest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// directions complains about packages that are not in the table and imports
// that it does not allow.
func directions(t *tree, places map[string]place, tests map[string][]string) (complaints []string) {
	names, of := t.folders()
	for _, name := range names {
		if _, known := places[name]; !known {
			complaints = append(complaints, fmt.Sprintf(
				"%s: this package is not in the table of shared/deptest/table.go: decide there what it may import", of[name][0].path))
			continue
		}
		for _, f := range of[name] {
			for _, i := range f.imports {
				if why := refused(t, places, tests, f, i.path); why != "" {
					complaints = append(complaints, fmt.Sprintf("%s:%d: %s imports %s: %s", f.path, i.line, name, i.path, why))
				}
			}
		}
	}
	return complaints
}

// refused says why the table does not allow f to import name, or nothing.
func refused(t *tree, places map[string]place, tests map[string][]string, f *file, name string) string {
	own := places[f.folder]
	target, inside := t.inside(name)
	switch {
	case !inside && own.stdOnly && !f.test && !standard(name) && !slices.ContainsFunc(own.also, within(name)):
		return "this package gets along with the standard library alone"
	case !inside, target == f.folder:
		return ""
	case places[target].testsOnly:
		if f.test || own.testsOnly {
			return ""
		}
		return "only tests may import it"
	case f.test && slices.Contains(tests[f.folder], target):
		return ""
	case slices.Contains(own.imports, target), slices.Contains(alwaysAllowed(), target):
		return ""
	}
	return "the table of shared/deptest/table.go does not allow it"
}

// soundTable complains when the table itself has a circle, names a package twice removed from what
// separated forbids, or lets a leaf import something.
func soundTable(places map[string]place, apart map[string][]string) (complaints []string) {
	for _, name := range slices.Sorted(maps.Keys(places)) {
		reach := reachable(places, name)
		if slices.Contains(reach, name) {
			complaints = append(complaints, fmt.Sprintf("table: %s can import itself through others", name))
		}
		for _, forbidden := range apart[name] {
			if slices.Contains(reach, forbidden) {
				complaints = append(complaints, fmt.Sprintf("table: %s must not reach %s", name, forbidden))
			}
		}
	}
	for _, leaf := range alwaysAllowed() {
		if len(places[leaf].imports) > 0 {
			complaints = append(complaints, fmt.Sprintf("table: everybody may import %s, so it may import nothing", leaf))
		}
	}
	return complaints
}

// reachable returns all that a package can import, directly or not.
func reachable(places map[string]place, from string) (reach []string) {
	todo := slices.Clone(places[from].imports)
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		if !slices.Contains(reach, next) {
			reach = append(reach, next)
			todo = append(todo, places[next].imports...)
		}
	}
	return reach
}

// within returns whether a package of that name belongs to a module.
func within(name string) func(module string) bool {
	return func(module string) bool { return name == module || strings.HasPrefix(name, module+"/") }
}

// ownership complains about imports of a module outside the packages that own it.
func ownership(t *tree, owners map[string][]string) (complaints []string) {
	for _, f := range t.files {
		for _, i := range f.imports {
			for module, folders := range owners {
				if within(i.path)(module) && !slices.Contains(folders, f.folder) {
					complaints = append(complaints, fmt.Sprintf("%s:%d: %s stays behind %q (owners in shared/deptest/table.go)",
						f.path, i.line, module, folders))
				}
			}
		}
	}
	return complaints
}

// purity complains about clocks, I/O and locks in packages that are functions.
func purity(t *tree, rules map[string]struct{ imports, calls []string }) (complaints []string) {
	for _, f := range t.files {
		rule, found := rules[f.folder]
		if !found || f.test {
			continue
		}
		for _, i := range f.imports {
			if slices.Contains(rule.imports, i.path) {
				complaints = append(complaints, fmt.Sprintf("%s:%d: %s is a function of what comes in and must not import %s",
					f.path, i.line, f.folder, i.path))
			}
		}
		complaints = append(complaints, usesForbidden(t, f, rule.calls,
			"is not for a package that is a function of what comes in: take the time as an argument")...)
	}
	return complaints
}
