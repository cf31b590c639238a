package server

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/coder/websocket"

	"soul-jam/shared/wire"
	core "soul-jam/signaling"
	"soul-jam/signaling/server/fakehost"
)

// A host calls its own guests seated: they count all the same, and so do hosts.
func TestTooManyOfOneAddressThatAreKnown(t *testing.T) {
	r := start(t, func(c *Config) { c.MaxPerAddress = 1 })
	var last *fakehost.Conn
	var code string
	for range inAll - 2 {
		h := newHost(t)
		last, code = r.attach(h), h.Code.String()
	}
	enter := func() *websocket.Conn {
		t.Helper()
		guest, _, err := websocket.Dial(t.Context(), r.url+"/ws/jam/"+code, nil) //nolint:bodyclose // the library closes it
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = guest.CloseNow() })
		open, err := last.Next(t.Context(), core.Open)
		if err == nil {
			err = last.Send(t.Context(), core.Control{Type: core.Seated, Guest: open.Guest})
		}
		if err != nil {
			t.Fatal(err)
		}
		return guest
	}
	enter()
	for { // until the one before is known
		status, _, body := r.get("/ws/jam/" + code)
		if status != 429 {
			break
		}
		if codeOf(body) != wire.CodeRateLimited {
			t.Fatalf("%s", body)
		}
	}
	guest := enter()
	for range 20 {
		if status, _, body := r.get("/ws/jam/" + code); status != 429 || codeOf(body) != wire.CodeRateLimited {
			t.Fatalf("one more: %d %s", status, body)
		}
	}
	_ = guest.CloseNow()
	for status := 429; status == 429; {
		status, _, _ = r.get("/ws/jam/" + code)
	}
}

// What a host is told of an address stays the same over restarts: it may have been kicked.
func TestAddressesAreKnownAgainAfterARestart(t *testing.T) {
	data := filepath.Join(t.TempDir(), "relay")
	if err := os.Mkdir(data, 0o755); err != nil { //nolint:gosec // as somebody made it before
		t.Fatal(err)
	}
	var told []string
	for range 2 {
		r := start(t, func(c *Config) { c.Data = data })
		h := newHost(t)
		c := r.attach(h)
		guest, _, err := websocket.Dial(t.Context(), r.url+"/ws/jam/"+h.Code.String(), nil) //nolint:bodyclose // the library closes it
		if err != nil {
			t.Fatal(err)
		}
		open, err := c.Next(t.Context(), core.Open)
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, open.From)
		_ = guest.CloseNow()
		_ = c.WS.CloseNow()
		r.end()
	}
	if told[0] == "" || told[0] != told[1] {
		t.Errorf("the host was told %q, then %q", told[0], told[1])
	}
	for path, want := range map[string]os.FileMode{data: 0o700, filepath.Join(data, saltFile): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want && runtime.GOOS != "windows" {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
	}
}
