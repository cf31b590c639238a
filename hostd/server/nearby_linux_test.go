package server

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/lan"
	"soul-jam/hostd/lan/lantest"
	"soul-jam/shared/wire"
)

// patience is how long a test waits for what has to come, and a test that passes never does.
const patience = 20 * time.Second

// run runs a whole host until the test ends, and gives what its console tells.
func run(t *testing.T, cfg Config) (ask func(method, path string) wire.ConsoleStatus) {
	t.Helper()
	out, in := io.Pipe()
	cfg.Listen, cfg.Console, cfg.Data, cfg.Player, cfg.Name, cfg.MaxPerAddress = ":0", "127.0.0.1:0", t.TempDir(), "silent", "Hanna", 32
	cfg.Out, cfg.Log = in, slog.New(slog.DiscardHandler)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		err := Run(ctx, cfg)
		in.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("the host ended with %v", err)
		}
	})
	console := ""
	lines := bufio.NewScanner(out)
	for console == "" && lines.Scan() {
		console, _ = strings.CutPrefix(lines.Text(), "console on ")
		if !strings.HasPrefix(lines.Text(), "console on ") {
			console = ""
		}
	}
	go io.Copy(io.Discard, out)
	token, err := os.ReadFile(filepath.Join(cfg.Data, TokenFile))
	if err != nil {
		t.Fatal(err)
	}
	return func(method, path string) (st wire.ConsoleStatus) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, console+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		content, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode >= 300 {
			t.Fatalf("%s %s: %s, %v: %s", method, path, res.Status, err, content)
		}
		if len(content) > 0 && json.Unmarshal(content, &st) != nil {
			t.Fatalf("%s %s: %s", method, path, content)
		}
		return st
	}
}

// TestConsoleListsJamsNearby: a friend's and our own, which is marked, and no more when it has ended; without
// mDNS there are none.
func TestConsoleListsJamsNearby(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	friend := lan.Announcer{Log: slog.New(slog.DiscardHandler)}
	defer friend.Stop()
	if err := friend.Announce(t.Context(), lan.Announcement{Name: "Friend's", Code: "HQRS-2K4M", Path: "/jam/HQRS-2K4M", Port: 9}); err != nil {
		t.Fatal(err)
	}
	theirs := wire.NearbyJam{Name: "Friend's", Code: "HQRS-2K4M", URL: "http://192.168.77.2:9/jam/HQRS-2K4M"}
	ask := run(t, Config{Start: "Alex's Jam", MDNS: true, MDNSInterfaces: []string{"jam0"}})
	deaf := run(t, Config{Start: "Deaf"})
	until := func(want ...wire.NearbyJam) {
		t.Helper()
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		deadline := time.Now().Add(patience)
		for !slices.Equal(ask("GET", "/api/console/status").Nearby, want) {
			if <-ticker.C; time.Now().After(deadline) {
				t.Fatalf("nearby is %+v, want %+v", ask("GET", "/api/console/status").Nearby, want)
			}
		}
	}
	jam := ask("GET", "/api/console/status").Jam
	until(wire.NearbyJam{Name: "Alex's Jam", Code: jam.ShareCode, URL: jam.URL, Own: true}, theirs)
	ask("DELETE", "/api/jam/sessions/"+jam.ShareCode)
	until(theirs)
	if st := deaf("GET", "/api/console/status"); st.Nearby == nil || len(st.Nearby) != 0 || len(st.Addresses) != 1 {
		t.Errorf("without mDNS: nearby %v, addresses %v", st.Nearby, st.Addresses)
	}
}
