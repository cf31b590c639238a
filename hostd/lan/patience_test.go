package lan

import (
	"context"
	"testing"
	"time"
)

// patience is how long a test waits for what has to come, and a test that passes never does.
const patience = 20 * time.Second

func withPatience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
