//go:build linux

package mpris

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// playerctl runs the desktop's own command.
func playerctl(t *testing.T, c *city, args ...string) string {
	t.Helper()
	cmd := controlling(t, t.Context(), c, args...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("playerctl %v: %v\n%s", args, err, out)
	}
	return strings.TrimSuffix(string(out), "\n")
}

func controlling(t *testing.T, ctx context.Context, c *city, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, tool(t, "playerctl", "playerctl"), append([]string{"--player=souljam"}, args...)...)
	cmd.Env = append(os.Environ(), "DBUS_SESSION_BUS_ADDRESS="+c.address)
	return cmd
}

func TestPlayerctl(t *testing.T) {
	c := newCity(t)
	now := song()
	now.Art = shows(cover(t, 100))
	s := newStage(now)
	dir := t.TempDir()
	d := serve(t, c, Config{Remote: s, Covers: dir}, ownName)
	for artURL(map[string]dbus.Variant{"Metadata": dbus.MakeVariant(d.get(playerFace, "Metadata"))}) == "" {
		d.changes()
	}
	check := func(want string, args ...string) {
		t.Helper()
		if got := playerctl(t, c, args...); got != want {
			t.Errorf("playerctl %v: %q, want %q", args, got, want)
		}
	}
	check("souljam", "--list-all")
	check("Miles Davis|Blue in Green|Kind of Blue|300000000|5:00", "metadata", "--format", "{{artist}}|{{title}}|{{album}}|{{mpris:length}}|{{duration(mpris:length)}}")
	data, path := opened(t, playerctl(t, c, "metadata", "mpris:artUrl"))
	if string(data) != string(cover(t, 100)) || filepath.Dir(path) != dir {
		t.Errorf("a cover of %d bytes at %s", len(data), path)
	}
	check("Playing", "status")
	check("", "play-pause")
	s.did(t, "pause")
	check("Paused", "status")
	playing, _ := s.Now()
	position, err := strconv.ParseFloat(playerctl(t, c, "position"), 64)
	if want := playing.Position.Seconds(); err != nil || position < want-0.001 || position > want+0.001 {
		t.Errorf("position %v, want %v", position, want)
	}
	check("", "position", "100")
	s.did(t, "seek 1m40s")
	check("", "position", "30+")
	s.did(t, "seek 2m10s")
	check("", "position", "30-")
	s.did(t, "seek 1m40s")
	check("0.700000", "volume")
	check("", "volume", "0.25")
	s.did(t, "volume 25")
	check("", "volume", "0.1+")
	s.did(t, "volume 35")
	check("", "play")
	s.did(t, "play")
	check("", "previous")
	s.did(t, "seek 0s")
	check("", "next")
	s.did(t, "next")
	check("Next", "metadata", "title")
	check("", "stop")
	s.did(t, "pause")
}

// TestPlayerctlFollows watches as a panel does.
func TestPlayerctlFollows(t *testing.T) {
	c := newCity(t)
	s := newStage(song())
	s.set(func(now *Now) { now.Volume = 75 })
	serve(t, c, Config{Remote: s}, ownName)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := controlling(t, ctx, c, "--follow", "metadata", "--format", "{{status}} {{title}} {{volume}}")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	defer cancel()
	lines := bufio.NewScanner(out)
	says := func(want string) {
		t.Helper()
		if !lines.Scan() || lines.Text() != want {
			t.Fatalf("playerctl says %q, want %q (%v)", lines.Text(), want, lines.Err())
		}
	}
	says("Playing Blue in Green 0.75")
	s.set(func(now *Now) { now.ItemID, now.Title, now.Position, now.At = "q-8", "So What", 0, time.Now() })
	says("Playing So What 0.75")
	s.set(func(now *Now) { now.Position, now.At, now.Playing = now.at(time.Now()), time.Now(), false })
	says("Paused So What 0.75")
	s.set(func(now *Now) { now.Volume = 50 })
	says("Paused So What 0.5")
}
