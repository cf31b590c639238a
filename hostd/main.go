// Command hostd is the host's daemon of a jam: it owns the session, plays the
// music and serves the guests. `hostd serve` runs it; the other commands talk to
// the one that runs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The host's laptop has other things to do: with many guests this keeps a third
	// less memory than Go's default of 100, for a few percent of processor time.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	os.Exit(run(ctx, os.Args[1:], program{getenv: os.Getenv, check: selfCheck(), in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// program is what the commands need of the outside.
type program struct {
	getenv   func(string) string
	check    []string  // the command line of this program that checks a file; none = in this process
	in       io.Reader // nil = nothing
	out, err io.Writer
}

// command is one word after hostd.
type command struct {
	name, help string
	run        func(ctx context.Context, p program, args []string) error
}

func commands() []command {
	return []command{
		{"serve", "run the host's daemon", serve},
		{"console", "print (and open) the console's address", console},
		{"start", "start a jam on the running daemon: hostd start [NAME]", start},
		{"status", "show the running jam: link, code, four words, QR", status},
		{"end", "end the running jam", end},
		{"join", "join somebody else's jam from a terminal: hostd join CODE | LINK | NAME", join},
		{"nearby", "list the jams announced on this network", nearby},
		{"install", "start with your session, be in the menu, open links to jams", installCommand},
		{"uninstall", "remove what install has written", uninstallCommand},
		{"check", "tell whether the data file and its snapshots are whole: hostd check [--file FILE]", checkCommand},
		{"history", "list the jams of the past, or export one: hostd history [ID] [--format json|csv|m3u]", history},
		{"music", "list, add or remove music servers: hostd music [add URL --user NAME | remove URL]", musicCommand},
	}
}

// errUsage: the mistake has been printed with its help.
var errUsage = errors.New("usage")

// run dispatches and gives the exit status: 0 done, 1 failed, 2 asked wrongly, others as the command says.
func run(ctx context.Context, args []string, p program) int {
	if len(args) == 0 {
		usage(p.err)
		return 2
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, p, args[1:])
		var status exitStatus
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return 0
		case errors.Is(err, errUsage):
			return 2
		case errors.Is(err, errTold):
			return 1
		case errors.As(err, &status):
			return int(status)
		}
		fmt.Fprintf(p.err, "hostd %s: %v\n", c.name, err)
		return 1
	}
	if args[0] == "-h" || args[0] == "--help" || args[0] == "help" {
		usage(p.out)
		return 0
	}
	fmt.Fprintf(p.err, "hostd: there is no command %q\n\n", args[0])
	usage(p.err)
	return 2
}

func usage(out io.Writer) {
	fmt.Fprint(out, "hostd runs a jam on this machine: friends open a link, add songs, and it plays.\n\n")
	for _, c := range commands() {
		fmt.Fprintf(out, "  hostd %-9s %s\n", c.name, c.help)
	}
	fmt.Fprint(out, "\n`hostd COMMAND -h` explains its flags.\n")
}
