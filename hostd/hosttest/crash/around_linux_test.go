package crash

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/store"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

func TestPromiseASecondDaemonEndsAndTheFirstIsUnhurt(t *testing.T) {
	c := config{Data: filepath.Join(t.TempDir(), "data"), Start: "Friday", Music: music()}
	d := start(t, c)
	host := d.Host()
	host.Must(wire.AddTrack{TrackID: d.Track("Song 01")})
	began := time.Now()
	second, said, ready := launch(t, c)
	took := time.Since(began)
	if ready || second.err == nil || !strings.Contains(second.log.String(), store.ErrRunning.Error()) {
		t.Errorf("the second says %q, %q and ends with %v", said, second.log, second.err)
	}
	host.Must(wire.AddTrack{TrackID: d.Track("Song 02")})
	if err := d.end(t, syscall.SIGTERM); err != nil {
		t.Errorf("the first ended with %v\n%s", err, d.log)
	}
	again := start(t, c)
	if got := queue(t, again.Dial(again.Console, again.Code), host.Resume); got != "Song 01, Song 02" {
		t.Errorf("the first left %q", got)
	}
	proof.Show(t, "a second hostd on the same directory says that one is running, and ends", fmt.Sprintf("%.1f s", took.Seconds()), "under 2 s, the first unhurt", took < 2*time.Second)
}

func TestPromiseAFullTemporaryDirectoryHurtsNothing(t *testing.T) {
	t.Parallel()
	full := t.TempDir()
	if err := syscall.Mount("tmpfs", full, "tmpfs", 0, "size=64k"); err != nil {
		t.Fatalf("mount a temporary directory of the test's own: run as root (%v)", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(full, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	if err := os.WriteFile(filepath.Join(full, "full"), make([]byte, 1<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling it: %v", err)
	}
	c := config{Data: filepath.Join(t.TempDir(), "data"), Start: "Friday", Music: music()}
	d := start(t, c, "TMPDIR="+full)
	host, alice := d.Host(), d.Join("Alice")
	alice.Must(wire.AddTrack{TrackID: d.Track(hosttest.Short)})
	alice.Must(wire.AddTrack{TrackID: d.Track("Song 01")})
	alice.Must(wire.Chat{Message: "hello"})
	host.ExpectWhere("now_playing", "Song 01")
	code := d.Code
	if err := d.end(t, syscall.SIGTERM); err != nil || strings.Contains(d.log.String(), "level=ERROR") {
		t.Errorf("ended with %v\n%s", err, d.log)
	}
	again := start(t, c, "TMPDIR="+full)
	proof.Show(t, "with a full temporary directory everything goes on", "songs, chat, the end of a song and a restart", "nothing refused", again.Code == code && !t.Failed())
}

func TestPromiseADataDirectoryThatDisappears(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := config{Data: filepath.Join(dir, "data"), Start: "Friday", Music: music()}
	d := start(t, c)
	host, alice := d.Host(), d.Join("Alice")
	host.Must(wire.UpdateSettings{Settings: []byte(`{"autoplay":false}`)})
	host.Must(wire.AddTrack{TrackID: d.Track(hosttest.Short)})
	host.Must(wire.AddTrack{TrackID: d.Track("Song 01")})
	away := filepath.Join(dir, "elsewhere")
	if err := os.Rename(c.Data, away); err != nil {
		t.Fatal(err)
	}
	gone := func(when string) {
		t.Helper()
		if refusal := alice.Refused(wire.AddTrack{TrackID: d.Track("Song 02")}, wire.CodeInternal); refusal.Message != store.Unsaved(store.ErrAway) {
			t.Errorf("%s: alice is told %q", when, refusal.Message)
		}
		until(t, "the console says it", d.has(wire.TroubleDataAway))
		alice.Must(wire.Search{Q: "song"})
	}
	gone("renamed")
	if err := os.CopyFS(c.Data, os.DirFS(away)); err != nil { // another file at the same place is not ours
		t.Fatal(err)
	}
	gone("copied back")
	if err := errors.Join(os.RemoveAll(c.Data), os.Rename(away, c.Data)); err != nil {
		t.Fatal(err)
	}
	until(t, "the trouble is over", func() bool { return !d.has(wire.TroubleDataAway)() })
	host.ExpectWhere("now_playing", "Song 01") // the short one ended at the latest meanwhile
	alice.Must(wire.AddTrack{TrackID: d.Track("Song 03")})
	if err := d.end(t, syscall.SIGKILL); err == nil {
		t.Error("killed, and yet it ended well")
	}
	d = start(t, c)
	anew := d.Guest()
	if got := queue(t, anew, alice.Resume); got != "Song 01, Song 03" {
		t.Errorf("back again it has %q", got)
	}
	alice = anew
	if err := os.RemoveAll(c.Data); err != nil {
		t.Fatal(err)
	}
	gone("deleted")
	if err := d.end(t, syscall.SIGTERM); err != nil || strings.Contains(d.log.String(), "panic") {
		t.Errorf("without its directory hostd ends with %v\n%s", err, d.log)
	}
	start(t, c)
	proof.Show(t, "a data directory that is moved, replaced or deleted under hostd: said so, no crash, and all is well when it is back", "3 ways, 0 crashes", "0 acknowledged lost", !t.Failed())
}
