package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"soul-jam/shared/identity"
)

// After a crash another user's program may listen where the daemon was: it must not be shown the token.
func TestTheTokenIsNotShownToAStranger(t *testing.T) {
	var shown []string
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown = append(shown, r.Header.Get("Authorization")+r.URL.Query().Get("token"))
		_, _ = w.Write([]byte(`{"proof":"0000","host_name":"Mallory"}`))
	}))
	defer stranger.Close()
	d := daemon{console: stranger.URL, token: identity.Keep("the-token-of-the-killed-daemon")}
	if _, err := d.status(t.Context()); !errors.Is(err, errNotRunning) {
		t.Errorf("a stranger's answer gave %v", err)
	}
	if len(shown) != 1 || shown[0] != "" {
		t.Errorf("the stranger was shown %q", shown)
	}
}
