// Command bench measures what the relay costs, beside the real PeerJS server in the same run:
//
//	go build -o bin/relay ./relay && go run ./relay/bench -relay bin/relay [-peerjs DIR]
//
// where DIR is one in which `npm install peer` was run. Relay and PeerJS are processes of their own; hosts and guests
// are in this one, over loopback. It prints a Markdown table.
//
//	main.go   which figures              child.go   the processes and their cost
//	idle.go   a thousand idle hosts      raw.go     a WebSocket client that costs little
//	carry.go  frames through the relay   peerjs.go  the same through PeerJS
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	relay := flag.String("relay", "bin/relay", "the `PROGRAM` to measure")
	peer := flag.String("peerjs", "", "`DIR` with PeerJS in its node_modules; none = it is not measured")
	hosts := flag.Int("hosts", 1000, "`N` idle hosts")
	secure := flag.Bool("tls", false, "only the idle hosts, over TLS")
	rounds := flag.Int("rounds", 5, "`N` rounds, of which the median counts")
	flag.Parse()
	if err := run(ctx, *relay, *peer, *hosts, *rounds, *secure); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// figure is one measured thing.
type figure struct {
	frames  float64 // per second
	cpu     time.Duration
	carried int64
}

func (f figure) perFrame() float64 { return float64(f.cpu.Nanoseconds()) / float64(f.carried) / 1000 }

// median by frames a second.
func median(all []figure) figure {
	slices.SortFunc(all, func(a, b figure) int { return cmp.Compare(a.frames, b.frames) })
	return all[len(all)/2]
}

func run(ctx context.Context, relay, peer string, hosts, rounds int, secure bool) error {
	idle, err := measureIdle(ctx, relay, hosts, secure)
	if err != nil {
		return fmt.Errorf("idle hosts: %w", err)
	}
	fmt.Printf("| figure | value |\n| --- | --- |\n| RSS per idle host, %d hosts | %.1f kB |\n| restart with %d hosts: all back | %.2f s |\n",
		hosts, idle.perHost/1000, hosts, idle.back.Seconds())
	if secure {
		return nil
	}
	measures := []struct {
		name string
		run  func(context.Context) (figure, error)
	}{
		{"guests → host → guests", func(ctx context.Context) (figure, error) { return echo(ctx, relay) }},
		{"host → 200 guests", func(ctx context.Context) (figure, error) { return fanOut(ctx, relay) }},
		{"PeerJS, one to another", func(ctx context.Context) (figure, error) { return throughPeerJS(ctx, peer) }},
	}
	if peer == "" {
		measures = measures[:2]
	}
	// They take turns, so that a noisy minute is everybody's.
	taken := make([][]figure, len(measures))
	for range rounds {
		for i, m := range measures {
			f, err := m.run(ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			taken[i] = append(taken[i], f)
		}
	}
	for i, m := range measures {
		f := median(taken[i])
		fmt.Printf("| %s, frames/s | %.0f |\n| %s, CPU of the server per frame | %.2f µs |\n", m.name, f.frames, m.name, f.perFrame())
	}
	return nil
}
