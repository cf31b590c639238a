// Command wire is a long cable for the NAT lab: it carries Ethernet frames between two network
// interfaces, each a while later, and loses some. Kernels without netem have no such thing of their own.
//
//	wire -delay 60ms -loss 5 w1 w2
//
// The interfaces are ends of veth pairs without an address. Their other ends must send whole frames:
// ethtool -K DEV tx off gso off gro off tso off.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "wire:", err)
		os.Exit(1)
	}
}

// run prints "carrying" once frames pass, and ends with ctx.
func run(ctx context.Context, args []string, out io.Writer) error {
	set := flag.NewFlagSet("wire", flag.ContinueOnError)
	delay := set.Duration("delay", 0, "how much later a frame arrives, each way")
	loss := set.Float64("loss", 0, "`PERCENT` of the frames that are lost, each way")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() != 2 || *delay < 0 || *loss < 0 || *loss > 100 {
		return fmt.Errorf("usage: wire [-delay 60ms] [-loss 5] INTERFACE INTERFACE")
	}
	var ends [2]*end
	for i := range ends {
		var err error
		if ends[i], err = open(set.Arg(i)); err != nil {
			return fmt.Errorf("open %s: %w", set.Arg(i), err)
		}
	}
	failed := make(chan error, 4)
	for i := range ends {
		l := &line{delay: *delay, lost: func() bool { return rand.Float64()*100 < *loss }}
		frames := make(chan frame, maxUnderWay)
		go func() { failed <- ends[i].read(func(f []byte) { l.enter(frames, f, time.Now()) }) }()
		go func() { failed <- l.leave(ctx, frames, ends[1-i].write) }()
	}
	fmt.Fprintln(out, "carrying")
	select {
	case err := <-failed:
		if ctx.Err() == nil {
			return err
		}
	case <-ctx.Done():
	}
	return nil // the sockets end with the program
}
