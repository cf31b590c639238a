package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"soul-jam/hostd/check"
	"soul-jam/shared/setting"
)

// exitStatus is a command's answer for scripts; what it means has been printed.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// checkCommand tells whether the data file is whole. Its exit status is that of check.File.
func checkCommand(ctx context.Context, p program, args []string) error {
	set := flag.NewFlagSet("hostd check", flag.ContinueOnError)
	set.SetOutput(p.err)
	data := set.String("data", "", "`DIR` of the host's state; default is the user's data directory")
	file := set.String("file", "", "check this `FILE` alone, such as a snapshot; default the one of the data directory and its snapshots")
	parsed, err := setting.Parse(set, args, p.getenv)
	if err != nil {
		return usageError(err)
	}
	if len(parsed.Words) > 0 {
		fmt.Fprintf(p.err, "hostd check: what is %q for?\n", parsed.Words[0])
		return errUsage
	}
	if *file != "" {
		if _, err := os.Stat(*file); err != nil {
			return err
		}
		status, err := check.File(p.out, *file)
		return statusError(status, err)
	}
	dir, err := placesOf(p).data(*data)
	if err != nil {
		return err
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no data directory %s", dir)
	}
	status, err := check.Data(ctx, p.out, dir, p.check)
	return statusError(status, err)
}

func statusError(status int, err error) error {
	if err == nil && status != 0 {
		return exitStatus(status)
	}
	return err
}

// selfCheck is the command line of this program that checks one file, for the daemon to start: a damaged one may end it. None
// when the program does not know where it lies.
func selfCheck() []string {
	self, err := os.Executable()
	if err != nil || strings.TrimSpace(self) == "" {
		return nil
	}
	return []string{filepath.Clean(self), "check", "--file"}
}
