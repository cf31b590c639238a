package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"soul-jam/shared/wire"
)

// TestCurrent: the browser's files are what the generator writes now.
func TestCurrent(t *testing.T) {
	for name, want := range map[string]string{"wire.gen.ts": generate(), limitsName: generateLimits()} {
		have, err := os.ReadFile(filepath.Join("..", "..", "..", "webapp", "src", "session", name))
		if err != nil {
			t.Fatal(err)
		}
		if string(have) == want {
			continue
		}
		h, w := strings.Split(string(have), "\n"), strings.Split(want, "\n")
		for i := range min(len(h), len(w)) {
			if h[i] != w[i] {
				t.Fatalf("%s:%d is %q, generated is %q: go generate ./shared/wire", name, i+1, h[i], w[i])
			}
		}
		t.Fatalf("%s has %d lines, generated are %d: go generate ./shared/wire", name, len(h), len(w))
	}
}

// TestComplete: everything of the catalogue is in the file.
func TestComplete(t *testing.T) {
	text := generate()
	for _, c := range wire.Commands() {
		if !strings.Contains(text, `  type: "`+c.CommandType()+`";`) {
			t.Errorf("the command %s is missing", c.CommandType())
		}
	}
	for _, m := range wire.Messages() {
		if !strings.Contains(text, `  type: "`+m.MessageType()+`";`) {
			t.Errorf("the message %s is missing", m.MessageType())
		}
	}
	for _, row := range wire.Errors() {
		if !strings.Contains(text, `  `+string(row.Code)+`: "`+row.Sentence+`",`) {
			t.Errorf("the error %s is missing", row.Code)
		}
	}
	for _, phrase := range []string{"before?: string | null;", "new_position?: number;", "item: JamQueueItem | null;", "seq?: number;", "id?: string;", "params: Record<string, string | number>;"} {
		if !strings.Contains(text, phrase) {
			t.Errorf("there is no %q", phrase)
		}
	}
}
