//go:build !unix

package loudness

import "os/exec"

func confine(*exec.Cmd) {}

func confined(int) {}
