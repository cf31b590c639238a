// Package check tells whether a data file is whole: `hostd check`, and the same in a process of its own for the daemon, which a
// damaged file would take with it.
package check

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
)

// How long the check of a data file may take: so long that no busy machine is too slow for it, since who takes longer is taken for
// damaged. A usual file takes a few hundredths of a second.
const (
	patience     = 30 * time.Second
	bytesASecond = 2 << 20
)

// deepest is how much stack a check may use, in bytes: the pages of a damaged file may lead in a circle.
const deepest = 64 << 20

// beginning is what a check says before it touches the file. What ends the process after that was the file.
const beginning = "checking "

// File is `hostd check --file`: it reads all of a data file in this process, which a damaged one may end, says what it found, and
// gives the exit status.
func File(out io.Writer, path string) (status int, err error) {
	debug.SetMaxStack(deepest)
	fmt.Fprintf(out, "%s%s\n", beginning, path)
	found, err := store.Check(path, replay)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(out, sentence(found))
	return int(found.Verdict), nil
}

func sentence(f store.Finding) string {
	switch f.Verdict {
	case store.Damaged:
		return "It is damaged: " + f.Why
	case store.InUse:
		return "A hostd is running on it, which has checked it at its start"
	case store.TooNew:
		return "It is of a newer hostd: " + f.Why
	case store.Worn:
		return "It is worn: " + f.Why
	}
	return fmt.Sprintf("It is whole: %d bytes", f.Size)
}

// replay tells whether the rules understand the log of the running jam.
func replay(r store.Running) error {
	entries := make([]jam.Entry, len(r.Entries))
	for i, line := range r.Entries {
		if err := json.Unmarshal(line, &entries[i]); err != nil {
			return fmt.Errorf("entry %d of the running jam cannot be read: %w", i, err)
		}
	}
	if r.Mark != nil && !json.Valid(r.Mark) {
		return errors.New("the last sign of life of the running jam cannot be read")
	}
	if _, err := jam.Replay(entries, jam.Chance{Entropy: rand.Reader}); err != nil {
		return fmt.Errorf("the running jam cannot be taken up: %w", err)
	}
	return nil
}

// Data is `hostd check` of a data directory: what its file is, and each of its snapshots. The status is that of the file.
func Data(ctx context.Context, out io.Writer, dir string, command []string) (status int, err error) {
	path := filepath.Join(dir, store.FileName)
	lock, err := store.Lock(ctx, dir)
	if errors.Is(err, store.ErrRunning) {
		fmt.Fprintf(out, "%s\n  %s\n", path, sentence(store.Finding{Verdict: store.InUse}))
		return int(store.InUse), nil
	}
	if err != nil {
		return 0, fmt.Errorf("check the data directory: %w", err)
	}
	check, snapshots := By(command), store.SnapshotsIn(dir)
	found, err := check(ctx, path)
	// A hostd may start while the snapshots are looked at.
	if err := errors.Join(err, lock.Close()); err != nil {
		return 0, err
	}
	said := sentence(found)
	if found.Verdict == store.Whole && found.Size == 0 {
		said = "There is none yet, or nothing in it"
		if len(snapshots) > 0 {
			found.Verdict, said = store.Damaged, "It is missing or empty: the newest good snapshot takes its place when hostd starts"
		}
	}
	fmt.Fprintf(out, "%s\n  %s\n", path, said)
	for _, c := range snapshots {
		of, err := check(ctx, c.Path)
		if err != nil {
			return 0, err
		}
		fmt.Fprintf(out, "%s, of %s\n  %s\n", c.Path, c.At.Local().Format("2 Jan 2006 15:04"), sentence(of))
	}
	return int(found.Verdict), nil
}

// By gives the check that runs in a process of its own: the command and its arguments, then the file. It says what File says. Without a command the check is done in this process.
func By(command []string) store.Checker {
	if len(command) == 0 {
		return func(_ context.Context, path string) (store.Finding, error) { return store.Check(path, replay) }
	}
	return func(ctx context.Context, path string) (store.Finding, error) {
		info, err := os.Stat(path)
		if err != nil {
			return store.Check(path, nil) // there is nothing that could do harm
		}
		within := patience + time.Duration(info.Size()/bytesASecond)*time.Second
		ctx, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		var out, trace bytes.Buffer
		cmd := exec.CommandContext(ctx, command[0], append(command[1:len(command):len(command)], path)...)
		cmd.Stdout, cmd.Stderr = &out, &trace
		cmd.WaitDelay = time.Second
		err = cmd.Run()
		said, begun := strings.CutPrefix(out.String(), beginning+path+"\n")
		_, why, _ := strings.Cut(strings.TrimSpace(said), ": ")
		var ended *exec.ExitError
		switch {
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return store.Finding{Verdict: store.Damaged, Why: fmt.Sprintf("it could not be read within %v", within)}, nil
		case !begun || err != nil && !errors.As(err, &ended):
			return store.Finding{}, fmt.Errorf("check the data file: %w (%s)", errors.Join(err, ctx.Err()), firstLine(trace.String()))
		case err == nil:
			return store.Finding{Verdict: store.Whole, Size: info.Size()}, nil
		}
		switch v := store.Verdict(ended.ExitCode()); v {
		case store.Damaged, store.InUse, store.TooNew, store.Worn:
			return store.Finding{Verdict: v, Why: why, Size: info.Size()}, nil
		case 1:
			return store.Finding{}, fmt.Errorf("check the data file: %s", firstLine(trace.String()))
		}
		return store.Finding{Verdict: store.Damaged, Why: "reading it fails: " + firstLine(trace.String()), Size: info.Size()}, nil
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
