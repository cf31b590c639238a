// Command relay is what runs on a soul-server: it serves the web app, introduces guests from anywhere to their host
// and, where networks are hostile, carries bytes that it cannot read. It keeps no jam.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"

	"soul-jam/relay/server"
	"soul-jam/shared/setting"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Most of the memory is connections that do nothing for hours: collecting more often costs little there.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run gives the exit status: 0 done, 1 failed, 2 asked wrongly.
func run(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) int {
	if len(args) > 0 && args[0] == "unit" {
		program, err := os.Executable()
		if err != nil {
			fmt.Fprintln(errs, "relay unit:", err)
			return 1
		}
		return unit(program, args[1:], out, errs)
	}
	if len(args) == 0 || args[0] != "serve" {
		fmt.Fprint(errs, "relay runs on a soul-server.\n\n  relay serve   bring guests from anywhere to their host\n"+
			"  relay unit    print a systemd unit that does so, with the same flags\n\n`relay serve -h` explains them.\n")
		if len(args) > 0 && (args[0] == "-h" || args[0] == "--help" || args[0] == "help") {
			return 0
		}
		return 2
	}
	f := newFlags(errs)
	parsed, err := setting.Parse(f.set, args[1:], getenv)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case len(parsed.Words) > 0:
		fmt.Fprintf(errs, "relay serve: what is %q for?\n", parsed.Words[0])
		return 2
	}
	cfg, err := f.config(getenv, out, errs)
	if err == nil {
		err = server.Run(ctx, cfg)
	}
	if err != nil {
		fmt.Fprintln(errs, "relay serve:", err)
		return 1
	}
	return 0
}

// flags is every flag of `relay serve`; the README's table is checked against it.
type flags struct {
	set                 *flag.FlagSet
	cfg                 server.Config
	proxies, hosts      setting.List
	logFormat, logLevel string
}

func newFlags(errs io.Writer) *flags {
	f := &flags{set: flag.NewFlagSet("relay serve", flag.ContinueOnError)}
	f.set.SetOutput(errs)
	s, cfg := f.set, &f.cfg
	s.StringVar(&cfg.Listen, "listen", ":8080", "`ADDR` of HTTP: web app, REST and WebSocket; port 0 = any free port")
	s.StringVar(&cfg.PublicURL, "public-url", "", "`URL` that guests see, such as https://soul.example; default is whatever address of this machine they use")
	s.StringVar(&cfg.Data, "data", "", "`DIR` that remembers which host has which code; default is the user's data directory")
	s.StringVar(&cfg.STUNListen, "stun-listen", ":3478", "`ADDR` of STUN over UDP; \"none\" = no STUN")
	s.StringVar(&cfg.P2PListen, "p2p-listen", ":4001", "`ADDR` of the libp2p circuit relay, over both TCP and UDP; \"none\" = no circuit relay")
	s.StringVar(&cfg.TLSCert, "tls-cert", "", "`FILE` of the TLS certificate with its chain, read anew when it changes; without one the relay speaks plain HTTP")
	s.StringVar(&cfg.TLSKey, "tls-key", "", "`FILE` of the certificate's key")
	s.StringVar(&cfg.TLSAuto, "tls-auto", "", "`NAME` to get certificates for from Let's Encrypt, whose terms you accept by that; needs --listen :443")
	s.Var(&f.proxies, "trusted-proxy", "network `CIDR` of a proxy whose X-Forwarded-For is believed, repeatable")
	s.Var(&f.hosts, "allow-host", "further Host `NAME` to answer to, repeatable")
	s.IntVar(&cfg.MaxPerAddress, "max-per-address", 32, "`N` connections per address may be open that have neither joined a jam nor brought one, 8 times as many in all, and 4 times as many at the circuit relay")
	s.StringVar(&cfg.WellKnown, "well-known", "", "`DIR` with apple-app-site-association and assetlinks.json, which tell phones the app for our links; default is none")
	s.StringVar(&cfg.MetricsListen, "metrics-listen", "", "`ADDR` of /metrics and /healthz; default is none")
	s.StringVar(&f.logFormat, "log-format", "text", "`FORMAT` of the log on standard error: text or json")
	s.StringVar(&f.logLevel, "log-level", "info", "`LEVEL` of the log: debug, info, warn or error")
	return f
}

// config checks what was given and fills in what was not.
func (f *flags) config(getenv func(string) string, out, errs io.Writer) (cfg server.Config, err error) {
	cfg = f.cfg
	cfg.TrustedProxies, cfg.AllowHosts, cfg.Out = f.proxies.Values, f.hosts.Values, out
	if cfg.STUNListen == "none" {
		cfg.STUNListen = ""
	}
	if cfg.P2PListen == "none" {
		cfg.P2PListen = ""
	}
	if cfg.MaxPerAddress < 1 {
		return cfg, errors.New("--max-per-address should be 1 or more")
	}
	if cfg.Log, err = setting.Log(errs, f.logFormat, f.logLevel); err != nil {
		return cfg, err
	}
	cfg.Data, err = dataDir(cfg.Data, getenv)
	return cfg, err
}

// dataDir is the data directory: the one that was asked for, systemd's for this service, or the user's.
func dataDir(asked string, getenv func(string) string) (string, error) {
	const name = "soul-jam-relay"
	if asked != "" {
		return filepath.Abs(asked)
	}
	if dir := getenv("STATE_DIRECTORY"); filepath.IsAbs(dir) {
		return dir, nil
	}
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) && runtime.GOOS == "linux" {
		return filepath.Join(dir, name), nil
	}
	if dir := getenv("LOCALAPPDATA"); dir != "" && runtime.GOOS == "windows" {
		return filepath.Join(dir, name), nil
	}
	home := getenv("HOME")
	switch {
	case home == "":
		return "", errors.New("there is no home directory: name a data directory with --data")
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Application Support", name), nil
	}
	return filepath.Join(home, ".local", "share", name), nil
}
