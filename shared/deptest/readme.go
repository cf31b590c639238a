package deptest

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// reasons complains about direct dependencies that have no reason in the README, and
// about reasons for what is no dependency. Direct is what our own code imports, tests included; go.mod must say
// the same.
//
// The README holds, in the section "Dependencies", one line each:
//
//   - `module/path` — why it is needed
func reasons(t *tree) (complaints []string) {
	goMod, err := fs.ReadFile(t.text, "go.mod")
	if err != nil {
		return []string{err.Error()}
	}
	readme, err := fs.ReadFile(t.text, "README.md")
	if err != nil {
		return []string{fmt.Sprintf("README.md: %v: it gives the reason of every dependency", err)}
	}
	required := requirements(string(goMod))
	direct := directModules(t, required)
	given := givenReasons(string(readme))
	for _, module := range slices.Sorted(maps.Keys(required)) {
		indirect := required[module]
		switch {
		case direct[module] && indirect:
			complaints = append(complaints, fmt.Sprintf("go.mod: %s is imported and yet marked indirect: run go mod tidy", module))
		case !direct[module] && !indirect:
			complaints = append(complaints, fmt.Sprintf("go.mod: nothing imports %s: run go mod tidy", module))
		}
		if direct[module] && !given[module] {
			complaints = append(complaints, fmt.Sprintf("README.md: the section Dependencies lacks a line \"- `%s` — reason\"", module))
		}
	}
	for _, module := range slices.Sorted(maps.Keys(given)) {
		if _, found := required[module]; strings.Contains(module, ".") && (!found || !direct[module]) {
			complaints = append(complaints, fmt.Sprintf("README.md: %s has a reason but is no dependency of ours", module))
		}
	}
	return complaints
}

// requirements reads the require lines of a go.mod: each module and whether it
// is marked indirect.
func requirements(goMod string) map[string]bool {
	required := map[string]bool{}
	block := false
	for line := range strings.Lines(goMod) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 2 && fields[0] == "require" && fields[1] == "(":
			block = true
			continue
		case len(fields) == 1 && fields[0] == ")":
			block = false
			continue
		case len(fields) >= 3 && fields[0] == "require":
			fields = fields[1:]
		case !block:
			continue
		}
		if len(fields) >= 2 {
			required[fields[0]] = strings.Contains(line, "// indirect")
		}
	}
	return required
}

// directModules returns the required modules that some file imports.
func directModules(t *tree, required map[string]bool) map[string]bool {
	direct := map[string]bool{}
	for _, f := range t.files {
		for _, i := range f.imports {
			best := ""
			for module := range required {
				if within(i.path)(module) && len(module) > len(best) {
					best = module
				}
			}
			if best != "" {
				direct[best] = true
			}
		}
	}
	return direct
}

// givenReasons returns the modules that have a line with a reason in the README's section
// "Dependencies", whatever the level of its heading.
func givenReasons(readme string) map[string]bool {
	given := map[string]bool{}
	inSection := false
	for line := range strings.Lines(readme) {
		line = strings.TrimSpace(line)
		if heading := strings.TrimLeft(line, "#"); heading != line {
			inSection = strings.TrimSpace(heading) == "Dependencies"
		}
		rest, found := strings.CutPrefix(line, "- `")
		if !inSection || !found {
			continue
		}
		module, reason, found := strings.Cut(rest, "` — ")
		if found && strings.TrimSpace(reason) != "" {
			given[module] = true
		}
	}
	return given
}
