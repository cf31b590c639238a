package identity

import (
	"strings"
	"testing"
)

func TestOnlyWhoKnowsTheSecretCanProveIt(t *testing.T) {
	a, b := Keep("the one secret of this host"), Keep("another secret of this host")
	same := Keep("the one secret of this host")
	if a.Prove("x") != same.Prove("x") || a.Prove("x") == a.Prove("y") || a.Prove("x") == b.Prove("x") {
		t.Error("the proof must hang on secret and challenge, and on nothing else")
	}
	if len(a.Prove("x")) != 64 || strings.Contains(a.Prove("x"), "secret") {
		t.Errorf("the proof is %q", a.Prove("x"))
	}
}
