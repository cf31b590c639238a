// Command bench measures what a jam costs, beside its baselines in the same run:
// `make bench` prints one Markdown table. The host is the real program in a
// process of its own, the baseline is the smallest broadcaster of the same
// WebSocket package in another, the people are real WebSocket clients in this one.
// What is compared takes turns, round after round, and the medians count.
//
//	main.go    which figures, in what order      table.go   medians and the table
//	child.go   the processes and their cost      bare.go    the baseline
//	host.go    the real hostd                    people.go  clients, and who holds what
//	fanout.go  one event, and a burst, to 200    adds.go    32 people add at once
//	crowd.go   1,000 people come                 music.go   files and known tracks
//	start.go   cold start                        rest.go    scan and idle
//	search.go  search, also beside its peers     rules.go   one decision of the rules
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

// bench is one run.
type bench struct {
	hostd   string // the program
	peers   string // the program of hostd/hosttest/peers
	library string // the test program of hostd/library
	work    string // a directory for everything, removed at the end
	silent  string // a music folder without music; nothing else is in it, since hostd watches it
	table   table
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == bareRole {
		fmt.Fprintln(os.Stderr, runBare(os.Args[2] == queued))
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	hostd := flag.String("hostd", "bin/hostd", "the `PROGRAM` to measure")
	only := flag.String("only", "", "measure only the figures whose group begins with `NAME`")
	peers := flag.String("peers", "", "the `PROGRAM` that measures the peers of the search")
	library := flag.String("library", "", "the test `PROGRAM` of the library")
	flag.Parse()
	b := &bench{hostd: *hostd, peers: *peers, library: *library}
	if err := b.run(ctx, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, only string) (err error) {
	work, err := os.MkdirTemp("", "jam-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	b.work, b.silent = work, filepath.Join(work, "silent")
	if err := os.Mkdir(b.silent, 0o700); err != nil {
		return err
	}
	for _, group := range []struct {
		name    string
		measure func(context.Context) error
	}{
		{"rules", b.rules}, {"fanout", b.fanout}, {"adds", b.adds}, {"crowd", b.crowd}, {"start", b.coldStart}, {"search", b.search}, {"scan", b.scan}, {"idle", b.idle},
	} {
		if !strings.HasPrefix(group.name, only) {
			continue
		}
		say("%s …", group.name)
		if err := group.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", group.name, err)
		}
	}
	b.table.print(os.Stdout)
	return nil
}

// say tells how far the run is.
func say(format string, a ...any) { fmt.Fprintf(os.Stderr, format+"\n", a...) }
