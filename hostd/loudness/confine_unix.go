//go:build unix

package loudness

import (
	"os/exec"
	"syscall"
)

// confine puts mpv into a process group of its own, which is killed as a
// whole: a Ctrl-C in hostd's terminal is not for it, and a wrapper script goes
// with what it started.
func confine(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// lowest is the lowest priority: measuring takes no time from the music.
const lowest = 19

// confined bounds a process that has just begun. Where that is refused, the
// limits of time and length remain.
func confined(pid int) {
	_ = syscall.Setpriority(syscall.PRIO_PGRP, pid, lowest)
	limitMemory(pid)
}
