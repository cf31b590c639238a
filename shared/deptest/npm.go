package deptest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// npmReasons complains about packages that the web app asks for and that have no reason in the README, and about reasons for what
// it does not ask for; see [reasons]. Names of Go modules have a dot, those of npm's have none.
func npmReasons(t *tree) (complaints []string) {
	const asked = "webapp/package.json"
	text, err := fs.ReadFile(t.text, asked)
	if err != nil {
		return nil // a tree without a web app
	}
	var app struct{ Dependencies, DevDependencies map[string]string }
	if err := json.Unmarshal(text, &app); err != nil {
		return []string{fmt.Sprintf("%s: %v", asked, err)}
	}
	readme, err := fs.ReadFile(t.text, "README.md")
	if err != nil {
		return []string{err.Error()}
	}
	given := givenReasons(string(readme))
	direct := maps.Clone(app.Dependencies)
	if direct == nil {
		direct = map[string]string{}
	}
	maps.Copy(direct, app.DevDependencies)
	for _, name := range slices.Sorted(maps.Keys(direct)) {
		if !given[name] {
			complaints = append(complaints, fmt.Sprintf("README.md: the section Dependencies lacks a line \"- `%s` — reason\"", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if direct[name] == "" && !strings.Contains(name, ".") {
			complaints = append(complaints, fmt.Sprintf("README.md: %s has a reason but the web app does not ask for it", name))
		}
	}
	return complaints
}
