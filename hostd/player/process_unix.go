//go:build unix

package player

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const (
	// quitLimit is how long mpv may take to end by itself once its socket is
	// closed; then it is killed.
	quitLimit = 300 * time.Millisecond
	// reapLimit is how long a killed mpv is waited for. Only one that hangs in
	// the kernel (a dead network mount) takes longer; it is left behind.
	reapLimit = 2 * time.Second
	// maxWords bounds what is kept of mpv's standard error, in bytes.
	maxWords = 2 << 10
)

// process is a running mpv and the connection to it.
type process struct {
	ipc    *ipc
	cmd    *exec.Cmd
	words  *lastBytes
	exited chan struct{} // closed when it is gone and reaped
}

// startProcess starts mpv on one end of a socket pair. It is in a process
// group of its own: a Ctrl-C in hostd's terminal is not for mpv, and a wrapper
// script can be killed with what it started.
func startProcess(ctx context.Context, cfg Config) (*process, error) {
	path, err := exec.LookPath(cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("find mpv: %w", err)
	}
	ours, theirs, err := socketPair()
	if err != nil {
		return nil, fmt.Errorf("make a socket for mpv: %w", err)
	}
	defer theirs.Close()
	p := &process{words: &lastBytes{limit: maxWords}, exited: make(chan struct{})}
	p.cmd = exec.Command(path, append(mpvFlags(), cfg.args...)...)
	p.cmd.ExtraFiles = []*os.File{theirs} // becomes fd 3
	p.cmd.Stderr = p.words
	p.cmd.Env = Environment()
	p.cmd.WaitDelay = time.Second
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		ours.Close()
		return nil, fmt.Errorf("start mpv: %w", err)
	}
	go func() {
		defer close(p.exited)
		_ = p.cmd.Wait() // how it ended shows in the connection
	}()
	p.ipc = newIPC(ours, ctx.Done())
	return p, nil
}

// socketPair gives our end as a connection and the child's as a file.
func socketPair() (ours net.Conn, theirs *os.File, err error) {
	// Not every unix can set close-on-exec while making a socket: the lock
	// keeps a child that is being started elsewhere from inheriting ours.
	syscall.ForkLock.RLock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fds[0])
		syscall.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, err
	}
	file := os.NewFile(uintptr(fds[0]), "to mpv")
	theirs = os.NewFile(uintptr(fds[1]), "from mpv")
	ours, err = net.FileConn(file) // its own copy of the descriptor
	file.Close()
	if err != nil {
		theirs.Close()
		return nil, nil, err
	}
	return ours, theirs, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// end closes the connection, which makes mpv quit, and makes sure of it.
func (p *process) end() {
	p.ipc.close()
	select {
	case <-p.exited:
		return
	case <-time.After(quitLimit):
	}
	_ = syscall.Kill(-p.pid(), syscall.SIGKILL) // the whole group; gone already is fine
	select {
	case <-p.exited:
	case <-time.After(reapLimit):
	}
}

// lastWords is the last line of an ended process's standard error, or "".
func (p *process) lastWords() string {
	select {
	case <-p.exited:
	default:
		return ""
	}
	words := strings.TrimSpace(string(p.words.kept))
	return words[strings.LastIndexByte(words, '\n')+1:]
}

// lastBytes keeps the end of what is written to it.
type lastBytes struct {
	kept  []byte
	limit int
}

func (l *lastBytes) Write(b []byte) (int, error) {
	l.kept = append(l.kept, b...)
	if over := len(l.kept) - l.limit; over > 0 {
		l.kept = append(l.kept[:0], l.kept[over:]...)
	}
	return len(b), nil
}
