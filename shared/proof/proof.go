// Package proof is how a test shows what the product promises: a figure beside its goal. `make verify` collects
// them into one table; a plain run of the tests only holds the goal.
package proof

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// File is the environment variable that names where figures are appended, one JSON object a line.
const File = "JAM_PROOFS"

// Length is the environment variable that, set to "whole", asks for every proof at its full length: 3 minutes where a
// test of every day takes seconds.
const Length = "JAM_PROOF_LENGTH"

// Whole tells whether the proofs are to take as long as the promise says.
func Whole() bool { return os.Getenv(Length) == "whole" }

// line is one row of the table.
type line struct {
	Promise string `json:"promise"`
	Figure  string `json:"figure"`
	Goal    string `json:"goal"`
	Held    bool   `json:"held"`
}

// Show tells how a promise was kept, and fails the test when it was not.
//
// The promise is a sentence of the product's, such as "100 kills under load lose nothing that was acknowledged"; figure is what was
// measured, with its unit, and goal what it must be.
func Show(t testing.TB, promise, figure, goal string, held bool) {
	t.Helper()
	if held {
		t.Logf("%s: %s (goal: %s)", promise, figure, goal)
	} else {
		t.Errorf("%s: %s, but the goal is %s", promise, figure, goal)
	}
	if err := note(line{promise, figure, goal, held}); err != nil {
		t.Errorf("keep the figure: %v", err)
	}
}

// note appends a row where somebody collects them.
func note(l line) (err error) {
	path := os.Getenv(File)
	if path == "" {
		return nil
	}
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := file.Close(); err == nil {
			err = cerr
		}
	}()
	// One write: rows of tests that run beside each other stay apart.
	if _, err := file.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("append to %s: %w", path, err)
	}
	return nil
}
