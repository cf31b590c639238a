package jam

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"soul-jam/shared/wire"
)

// TestRulesAreShown: every rule of RULES.md is named by a script, and a script names no other.
func TestRulesAreShown(t *testing.T) {
	text, err := os.ReadFile("RULES.md")
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^- \*\*([A-Z]+\d+)\*\* \S.*\.$`).FindAllStringSubmatch(string(text), -1) {
		if written[m[1]] {
			t.Errorf("RULES.md has two rules %s", m[1])
		}
		written[m[1]] = true
	}
	if bullets := strings.Count(string(text), "\n- "); bullets != len(written) {
		t.Errorf("%d of the %d points of RULES.md are a rule: \"- **Q1** One sentence.\"", len(written), bullets)
	}
	shown := map[string]bool{}
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(script), "\n") {
			if !strings.HasPrefix(line, "#") {
				continue
			}
			for _, id := range regexp.MustCompile(`\b[A-Z]\d+\b`).FindAllString(line, -1) {
				shown[id] = true
				if !written[id] {
					t.Errorf("%s names the rule %s, which RULES.md does not have: %s", file, id, line)
				}
			}
		}
	}
	for id := range written {
		if !shown[id] {
			t.Errorf("no script shows the rule %s", id)
		}
	}
}

// TestEveryErrorSaysWhoMeetsIt: the table at the end of RULES.md is the catalogue of shared/wire, row by row.
func TestEveryErrorSaysWhoMeetsIt(t *testing.T) {
	text, err := os.ReadFile("RULES.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range wire.Errors() {
		beginning := fmt.Sprintf("\n| `%s` | %s | ", row.Code, row.Sentence)
		_, who, found := strings.Cut(string(text), beginning)
		if who, _, _ = strings.Cut(who, " |\n"); !found || len(who) < 20 {
			t.Errorf("RULES.md does not say who meets %s", row.Code)
		}
	}
}
