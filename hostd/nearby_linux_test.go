package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/lan"
	"soul-jam/hostd/lan/lantest"
	"soul-jam/shared/code"
)

// announceTwo announces two jams of one name until the test ends.
func announceTwo(t *testing.T) {
	t.Helper()
	for i, shareCode := range []code.Code{"ABCD-2345", "HQRS-2K4M"} {
		announcer := &lan.Announcer{Log: slog.New(slog.DiscardHandler)}
		what := lan.Announcement{Name: "Alex's Küche", Code: shareCode, Path: "/jam/" + shareCode.String(), Port: 7420 + i}
		if err := announcer.Announce(t.Context(), what); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(announcer.Stop)
	}
}

func TestNearbyPrintsATableOrLines(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	ask := func(status int, args ...string) (said, noted string) {
		t.Helper()
		var out, err bytes.Buffer
		if got := run(t.Context(), append([]string{"nearby", "--wait", "500ms"}, args...), program{getenv: func(string) string { return "" }, out: &out, err: &err}); got != status {
			t.Errorf("nearby %q ends with %d: %s%s", args, got, out.String(), err.String())
		}
		return out.String(), err.String()
	}
	if said, noted := ask(0); said != "no jam is announced on this network\n" || !strings.Contains(noted, "on no network") {
		t.Errorf("without a network: %q, %q", said, noted)
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	announceTwo(t)
	said, noted := ask(0)
	if noted != "join one by its code or name: hostd join ABCD-2345\n" {
		t.Errorf("it noted %q", noted)
	}
	want := "NAME          CODE       LINK                                    HOST\n" +
		"Alex's Küche  ABCD-2345  http://192.168.77.2:7420/jam/ABCD-2345  soul-jam-abcd-2345.local (this machine)\n" +
		"Alex's Küche  HQRS-2K4M  http://192.168.77.2:7421/jam/HQRS-2K4M  soul-jam-hqrs-2k4m.local (this machine)\n"
	if said != want {
		t.Errorf("it said\n%s\nwant\n%s", said, want)
	}
	lines, _ := ask(0, "--json", "--mdns-interface", "jam0")
	first, _, _ := strings.Cut(lines, "\n")
	if first != `{"name":"Alex's Küche","code":"ABCD-2345","url":"http://192.168.77.2:7420/jam/ABCD-2345","host":"soul-jam-abcd-2345.local","own":true}` || strings.Count(lines, "\n") != 2 {
		t.Errorf("lines %s", lines)
	}
	if _, noted := ask(1, "--mdns-interface", "nowhere7"); !strings.Contains(noted, `no network interface is called "nowhere7"`) {
		t.Errorf("it noted %s", noted)
	}
	ask(2, "all")
}

// TestNearbyWatches: what comes is told, a line each, until the command is interrupted. (What goes takes as long
// as a jam is remembered; hostd/lan tests that at a faster pace.)
func TestNearbyWatches(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	announceTwo(t)
	ctx, interrupt := context.WithTimeout(t.Context(), 20*time.Second)
	defer interrupt()
	out, in := io.Pipe()
	done := make(chan int, 1)
	go func() {
		status := run(ctx, []string{"nearby", "--watch", "--json"}, program{getenv: func(string) string { return "" }, out: in, err: io.Discard})
		in.Close()
		done <- status
	}()
	var there []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var line nearbyLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.Gone {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		if there = append(there, line.Code); len(there) == 2 {
			interrupt()
		}
	}
	slices.Sort(there)
	if status := <-done; status != 0 || !slices.Equal(there, []string{"ABCD-2345", "HQRS-2K4M"}) {
		t.Errorf("it told of %q and ended with %d", there, status)
	}
}

func TestWatcherTellsTheDifference(t *testing.T) {
	var out strings.Builder
	w := watcher{out: &out, line: nearbyText}
	jam := lan.Nearby{Name: "Friday", Code: "HQRS-2K4M", URL: "http://10.0.0.1:7420/jam/HQRS-2K4M", Host: "h.local"}
	renamed := jam
	renamed.Name = "Saturday"
	for _, list := range [][]lan.Nearby{{jam}, {jam}, {renamed}, {}, {}} {
		w.tell(list)
	}
	const rest = "  HQRS-2K4M  http://10.0.0.1:7420/jam/HQRS-2K4M  h.local\n"
	if want := "+ Friday" + rest + "+ Saturday" + rest + "- Saturday" + rest; out.String() != want {
		t.Errorf("it told\n%s\nwant\n%s", out.String(), want)
	}
}
