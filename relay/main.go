// Command relay is what runs on a soul-server. This version serves the web app
// and tells truthfully that it knows no jam: introducing guests from elsewhere to
// their host comes with the next versions.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"soul-jam/relay/server"
	"soul-jam/shared/setting"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run gives the exit status: 0 done, 1 failed, 2 asked wrongly.
func run(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) int {
	if len(args) == 0 || args[0] != "serve" {
		fmt.Fprint(errs, "relay runs on a soul-server.\n\n  relay serve   serve the web app\n\n`relay serve -h` explains its flags.\n")
		if len(args) > 0 && (args[0] == "-h" || args[0] == "--help" || args[0] == "help") {
			return 0
		}
		return 2
	}
	set, cfg := flags(errs)
	parsed, err := setting.Parse(set, args[1:], getenv)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case len(parsed.Words) > 0:
		fmt.Fprintf(errs, "relay serve: what is %q for?\n", parsed.Words[0])
		return 2
	}
	cfg.Out, cfg.Log = out, slog.New(slog.NewTextHandler(errs, nil))
	if err := server.Run(ctx, *cfg); err != nil {
		fmt.Fprintln(errs, "relay serve:", err)
		return 1
	}
	return 0
}

// flags is every flag of `relay serve`; the README's table is checked against it.
func flags(errs io.Writer) (*flag.FlagSet, *server.Config) {
	set, cfg := flag.NewFlagSet("relay serve", flag.ContinueOnError), &server.Config{}
	set.SetOutput(errs)
	set.StringVar(&cfg.Listen, "listen", ":8080", "`ADDR` of HTTP: web app, REST and WebSocket")
	return set, cfg
}
