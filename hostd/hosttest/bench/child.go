package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// patience is how long anything may take before the run is given up.
const patience = 60 * time.Second

// child is a process that says on its standard output where it listens.
type child struct {
	cmd   *exec.Cmd
	lines chan string // closed when it says nothing more
}

// startChild starts a program without any setting of the user's.
func startChild(program string, args ...string) (*child, error) {
	cmd := exec.Command(program, args...)
	cmd.Env = []string{"HOME=" + os.TempDir(), "PATH=" + os.Getenv("PATH")}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	c := &child{cmd: cmd, lines: make(chan string, 100)}
	go func() {
		defer close(c.lines)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			select {
			case c.lines <- scan.Text():
			default: // nobody reads a hundred lines: the QR
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	return c, nil
}

// await gives the rest of the next line that begins so.
func (c *child) await(ctx context.Context, prefix string) (string, error) {
	late := time.After(patience)
	for {
		select {
		case line, more := <-c.lines:
			if !more {
				return "", fmt.Errorf("%s ended before it said %q", c.cmd.Path, prefix)
			}
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				return rest, nil
			}
		case <-late:
			return "", fmt.Errorf("%s did not say %q", c.cmd.Path, prefix)
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// stop ends the process and waits for it; how it ends is of no interest.
func (c *child) stop() {
	_ = c.cmd.Process.Signal(os.Interrupt)
	killed := time.AfterFunc(5*time.Second, func() { _ = c.cmd.Process.Kill() })
	defer killed.Stop()
	_ = c.cmd.Wait()
}

// errNotLinux: what a process costs is read from /proc.
var errNotLinux = errors.New("the cost of a process can only be measured on Linux")

func (c *child) proc(file string) (string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", c.cmd.Process.Pid, file))
	if err != nil {
		return "", errors.Join(errNotLinux, err)
	}
	return string(text), nil
}

// rss is the memory that the process holds now, bytes.
func (c *child) rss() (int64, error) {
	text, err := c.proc("statm")
	if err != nil {
		return 0, err
	}
	pages, err := strconv.ParseInt(strings.Fields(text)[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// peak is the most memory that it ever held, bytes.
func (c *child) peak() (int64, error) {
	text, err := c.proc("status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib << 10, err
		}
	}
	return 0, errNotLinux
}

// tick is the unit of CPU time in /proc on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// cpu is the processor time used so far, user's and system's.
func (c *child) cpu() (time.Duration, error) {
	text, err := c.proc("stat")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	user, err := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, errors.Join(err, err2)
}
