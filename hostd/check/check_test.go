package check_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/check"
	"soul-jam/hostd/store"
)

// asCheck makes the test binary be `hostd check --file`, which a damaged file may end. Its value is what it does.
const asCheck = "CHECK_TEST_AS_CHECK"

func TestMain(m *testing.M) {
	switch os.Getenv(asCheck) {
	case "":
		// Children of this process are checks; the race detector would keep each for a second after its end.
		_ = os.Setenv(asCheck, "check")
		_ = os.Setenv("GORACE", "atexit_sleep_ms=0")
		os.Exit(m.Run())
	case "dumb": // another program
	case "slow":
		fmt.Printf("checking %s\n", os.Args[1])
		<-context.Background().Done()
	case "crash":
		fmt.Printf("checking %s\n", os.Args[1])
		panic("the page is gone")
	default:
		status, err := check.File(os.Stdout, os.Args[1])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
		os.Exit(status)
	}
}

// apart checks in a process of its own, as the daemon does.
func apart() store.Checker { return check.By([]string{os.Args[0]}) }

// opening is the daemon's.
func opening(log *bytes.Buffer) store.Opening {
	return store.Opening{Check: apart(), Now: time.Now, Log: slog.New(slog.NewTextHandler(log, nil))}
}

func TestWhatAChildThatEndsSaysOfTheFile(t *testing.T) {
	evening := anEvening(t)
	for how, want := range map[string]struct {
		verdict store.Verdict
		failed  bool
		why     string
	}{
		"check": {store.Whole, false, ""},
		"crash": {store.Damaged, false, "reading it fails: panic: the page is gone"},
		"dumb":  {0, true, ""}, // nothing was begun: that says nothing about the file
	} {
		t.Setenv(asCheck, how)
		found, err := apart()(t.Context(), evening.path())
		if found.Verdict != want.verdict || (err != nil) != want.failed || !strings.Contains(found.Why, want.why) {
			t.Errorf("%s: %+v, %v", how, found, err)
		}
	}
	if _, err := check.By([]string{"/no/such/program"})(t.Context(), evening.path()); err == nil {
		t.Error("a check that cannot be started is no finding")
	}
	t.Setenv(asCheck, "slow")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if found, err := apart()(ctx, evening.path()); err == nil {
		t.Errorf("a check that was called off found %+v", found)
	}
}

func TestADirectoryIsCheckedWithItsSnapshots(t *testing.T) {
	evening := anEvening(t)
	var out bytes.Buffer
	status, err := check.Data(t.Context(), &out, evening.dir, []string{os.Args[0]})
	if status != 0 || err != nil || strings.Count(out.String(), "It is whole") != 1+evening.snapshots || !strings.Contains(out.String(), store.FileName) {
		t.Errorf("%d, %v: %s", status, err, out.String())
	}
	evening.write(t, evening.content[:len(evening.content)/2])
	out.Reset()
	status, err = check.Data(t.Context(), &out, evening.dir, []string{os.Args[0]})
	if status != int(store.Damaged) || err != nil || !strings.Contains(out.String(), "It is damaged: ") {
		t.Errorf("%d, %v: %s", status, err, out.String())
	}
	for _, gone := range []func(){func() { evening.write(t, nil) }, func() { _ = os.Remove(filepath.Join(evening.dir, store.FileName)) }} {
		gone()
		out.Reset()
		status, err = check.Data(t.Context(), &out, evening.dir, []string{os.Args[0]})
		if status != int(store.Damaged) || err != nil || !strings.Contains(out.String(), "It is missing or empty") {
			t.Errorf("%d, %v: %s", status, err, out.String())
		}
	}
	out.Reset()
	if status, err = check.Data(t.Context(), &out, t.TempDir(), []string{os.Args[0]}); status != 0 || err != nil || !strings.Contains(out.String(), "There is none yet") {
		t.Errorf("%d, %v: %s", status, err, out.String())
	}
	evening.write(t, evening.content)
	var log bytes.Buffer
	s, _, err := opening(&log).Open(t.Context(), evening.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	out.Reset()
	status, err = check.Data(t.Context(), &out, evening.dir, []string{os.Args[0]})
	if status != int(store.InUse) || err != nil || !strings.Contains(out.String(), "A hostd is running") {
		t.Errorf("%d, %v: %s", status, err, out.String())
	}
}

// A log that the rules do not understand would end every start: it is damage.
func TestALogThatCannotBeTakenUpIsDamage(t *testing.T) {
	for name, batch := range map[string]store.Batch{
		"no log":       {Jam: "jam", Entries: [][]byte{[]byte(`{"at":"2026-01-01T20:00:00Z"}`)}},
		"no JSON":      {Jam: "jam", Entries: [][]byte{[]byte(`{"at":`)}},
		"no sign":      {Mark: []byte("nonsense")},
		"out of order": {Entries: [][]byte{[]byte(`{"at":"2026-01-01T20:00:00Z","events":[{"seq":9999,"type":"playback"}]}`)}},
	} {
		evening := anEvening(t)
		s, err := store.Open(evening.dir)
		if err != nil {
			t.Fatal(err)
		}
		if batch.Jam == "" {
			batch.Jam = evening.jam
		}
		if err := errors.Join(s.Commit(batch), s.Close()); err != nil {
			t.Fatal(err)
		}
		if found, err := apart()(t.Context(), evening.path()); found.Verdict != store.Damaged || err != nil {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
}

func TestAFileThatMayNotBeReadIsNotPutAside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, store.FileName)
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	if _, _, err := opening(&log).Open(t.Context(), dir); err == nil {
		t.Error("a folder was opened as the data file")
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
