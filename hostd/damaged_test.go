package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/store"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// snapshotNow makes of the data file as it is now a snapshot, as the daemon does every ten minutes. Nothing may be written meanwhile.
func snapshotNow(t *testing.T, data string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(data, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(data, store.Snapshots)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "00000001-20260301T200000Z-jam.db"), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// cutOff damages the data file of a host that does not run.
func cutOff(t *testing.T, data string) {
	t.Helper()
	if err := os.Truncate(filepath.Join(data, store.FileName), int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
}

// What guests saw after the snapshot that took the place of a damaged file never happened. Whoever comes back with a number from
// that time gets all of the jam anew: not what happened since under other numbers.
func TestAfterARestoreNobodyIsGivenTheWrongEvents(t *testing.T) {
	folder := music(t)
	w := hosttest.New(t, hosttest.Options{Music: []string{folder}, Start: "Friday"})
	alice, bob, carol := w.Join("Alice"), w.Join("Bob"), w.Join("Carol")
	tracks := w.Tracks(8)
	alice.Must(wire.AddTrack{TrackID: tracks[0]})
	alice.Must(wire.AddTrack{TrackID: tracks[1]})
	_ = bob.Settled()
	snapshotNow(t, w.Data())
	for _, track := range tracks[2:6] {
		alice.Must(wire.AddTrack{TrackID: track})
	}
	_, _ = bob.Settled(), carol.Settled()
	seen := bob.LastSeq
	if err := w.Stop(); err != nil {
		t.Fatal(err)
	}
	cutOff(t, w.Data())
	again := hosttest.New(t, hosttest.Options{Data: w.Data(), Music: []string{folder}, Start: "Saturday"})
	if again.Code != w.Code || !strings.Contains(strings.Join(again.Said, "\n"), "listening on ") {
		t.Fatalf("the jam is %q, it was %q; said was %q", again.Code, w.Code, again.Said)
	}
	back, answer := again.Return(alice)
	var joined wire.Joined
	if answer.Type != "joined" {
		t.Fatalf("Alice got %s", answer.Raw)
	}
	answer.Into(t, &joined)
	if joined.Session.Seq <= seen+1000 || back.ID != alice.ID || len(joined.Session.Queue) != 2 {
		t.Errorf("Alice is given number %d after %d, as %s, with %d songs", joined.Session.Seq, seen, back.ID, len(joined.Session.Queue))
	}
	for _, track := range tracks[4:8] { // as many events as there were, and more
		back.Must(wire.AddTrack{TrackID: track})
	}
	bobBack, answer := again.Return(bob)
	if answer.Type != "joined" {
		t.Fatalf("Bob got %s", answer.Raw)
	}
	answer.Into(t, &joined)
	if len(joined.Session.Queue) != 6 {
		t.Errorf("Bob sees %d songs", len(joined.Session.Queue))
	}
	// From then on all is as ever.
	if _, answer = again.Return(bobBack); answer.Type != "resumed" {
		t.Errorf("Bob got %s", answer.Raw)
	}
	said := troubleOf(again.Status(), wire.TroubleDataRestored)
	if said == nil || said.Params["at"] != "2026-03-01T20:00:00Z" || said.Params["kept"] == "" {
		t.Errorf("the console says %+v", again.Status().Troubles)
	}
	again.Restart()
	if said := troubleOf(again.Status(), wire.TroubleDataRestored); said != nil {
		t.Errorf("the next start still says %+v", said)
	}
	if _, answer = again.Return(back); answer.Type != "resumed" {
		t.Errorf("after a restart Alice got %s", answer.Raw)
	}
	// Carol has not been here since before the restore.
	if _, answer = again.Return(carol); answer.Type != "joined" {
		t.Errorf("after a restart Carol got %s", answer.Raw)
	}
}

func troubleOf(st wire.ConsoleStatus, code wire.TroubleCode) *wire.Trouble {
	i := slices.IndexFunc(st.Troubles, func(t wire.Trouble) bool { return t.Code == code })
	if i < 0 {
		return nil
	}
	return &st.Troubles[i]
}

// damage does one of several harms to a data file.
func damage(r *rand.Rand, b []byte) []byte {
	page := os.Getpagesize()
	at := r.IntN(len(b)/page) * page
	switch r.IntN(5) {
	case 0:
		clear(b[at : at+page])
	case 1:
		return b[:at+r.IntN(page)]
	case 2:
		for range 20 {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
	case 3:
		clear(b[:2*page])
	case 4:
		for i := range b[at : at+page] {
			b[at+i] = byte(r.Uint32())
		}
	}
	return b
}

func TestPromiseTheDaemonStartsOnDamagedFiles(t *testing.T) {
	files, within := 10, 20*time.Second // other packages' tests run beside this one
	if proof.Whole() {
		files, within = 50, 2*time.Second
	}
	w := hosttest.New(t, hosttest.Options{Start: "Friday"})
	w.Join("Alice")
	w.Join("Bob")
	snapshotNow(t, w.Data())
	w.Join("Carol")
	if err := w.Stop(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(w.Data(), store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	var slowest time.Duration
	failed := 0
	for n := range files {
		data := filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(data, os.DirFS(w.Data())); err != nil {
			t.Fatal(err)
		}
		if n%3 == 0 {
			if err := os.RemoveAll(filepath.Join(data, store.Snapshots)); err != nil {
				t.Fatal(err)
			}
		}
		content := damage(rand.New(rand.NewPCG(9, uint64(n))), slices.Clone(whole))
		if err := os.WriteFile(filepath.Join(data, store.FileName), content, 0o600); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		d := serveProcess(t, data, "--start", "Saturday")
		slowest = max(slowest, time.Since(began))
		if err := d.end(t, syscall.SIGTERM); err != nil || d.Code == "" || strings.Contains(d.log.String(), "level=ERROR") {
			failed++
			t.Errorf("file %d: jam %q, %v\n%s", n, d.Code, err, d.log)
		}
	}
	proof.Show(t, "hostd on damaged data files: a jam runs", fmt.Sprintf("%d of %d files failed, the slowest start took %d ms", failed, files, slowest.Milliseconds()),
		fmt.Sprintf("0 of %d, within %v each", files, within), failed == 0 && slowest <= within)
}
