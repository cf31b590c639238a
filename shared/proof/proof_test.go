package proof_test

import (
	"os"
	"path/filepath"
	"testing"

	"soul-jam/shared/proof"
)

// failing takes the failure of a proof.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Errorf(string, ...any) { f.failed = true }

func TestFiguresAreCollectedAndHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "proofs")
	t.Setenv(proof.File, path)
	proof.Show(t, "nothing is lost", "0 lost", "0", true)
	broken := &failing{TB: t}
	proof.Show(broken, "nobody waits", "3 s", "under 1 s", false)
	if !broken.failed {
		t.Error("a promise that was not kept passes")
	}
	rows, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"promise":"nothing is lost","figure":"0 lost","goal":"0","held":true}
{"promise":"nobody waits","figure":"3 s","goal":"under 1 s","held":false}
`
	if string(rows) != want {
		t.Errorf("collected\n%swant\n%s", rows, want)
	}
}

func TestALostFigureIsAFailure(t *testing.T) {
	t.Setenv(proof.File, t.TempDir())
	broken := &failing{TB: t}
	proof.Show(broken, "nothing is lost", "0 lost", "0", true)
	if !broken.failed {
		t.Error("the figure could not be written, and nobody heard of it")
	}
}
