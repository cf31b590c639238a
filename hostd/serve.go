package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"soul-jam/hostd/player"
	"soul-jam/hostd/server"
	"soul-jam/shared/setting"
)

// serveFlags is every flag of `hostd serve`; the README's table is checked against it.
type serveFlags struct {
	set                  *flag.FlagSet
	cfg                  server.Config
	music                setting.List
	interfaces, allowing setting.List
	logFormat, logLevel  string
}

func newServeFlags(p program) *serveFlags {
	f := &serveFlags{set: flag.NewFlagSet("hostd serve", flag.ContinueOnError), music: setting.Paths()}
	f.set.SetOutput(p.err)
	s, cfg := f.set, &f.cfg
	s.StringVar(&cfg.Listen, "listen", ":7420", "`ADDR` for guests on the LAN: web app, REST and WebSocket; port 0 = any free port")
	s.StringVar(&cfg.Console, "console", "127.0.0.1:7421", "`ADDR` of the host's console, loopback only")
	s.StringVar(&cfg.Data, "data", "", "`DIR` of the host's state; default is the user's data directory")
	s.Var(&f.music, "music", "music folder `DIR`, repeatable; default is the user's music directory")
	s.StringVar(&cfg.Player, "player", player.Auto, "`NAME` of the player: auto, mpv or silent")
	s.StringVar(&cfg.Name, "name", "", "the host's display `NAME`; default is the user's name")
	s.StringVar(&cfg.Start, "start", "", "start a jam of that `NAME` at once, unless one is resumed")
	s.BoolVar(&cfg.MDNS, "mdns", true, "announce the running jam on the LAN (`BOOL`)")
	s.BoolVar(&cfg.MPRIS, "mpris", true, "let the desktop's media keys and panel control the music, on Linux (`BOOL`)")
	s.Var(&f.interfaces, "mdns-interface", "network interface `IF` to announce on, repeatable; default all that are up and multicast")
	s.Var(&f.allowing, "allow-host", "further Host `NAME` to answer to, repeatable")
	s.StringVar(&cfg.Relay, "relay", "", "`URL` of a soul-server, such as https://soul.example, where guests from elsewhere come in; default none = the LAN alone")
	s.StringVar(&cfg.WebRTC, "webrtc-listen", ":7422", "`ADDR`, UDP and TCP, of the direct paths of guests from elsewhere; port 0 = any free port; empty = none")
	s.StringVar(&cfg.P2P, "p2p-listen", ":7423", "`ADDR`, UDP and TCP, of members who run the program themselves (libp2p); port 0 = any free port; empty = none")
	s.IntVar(&cfg.MaxPerAddress, "max-per-address", 32, "`N` connections per address may be open that have not joined yet")
	s.BoolVar(&cfg.PrintConsole, "print-console", false, "print the console's address with its token at start (`BOOL`): for a terminal, not for a log")
	s.StringVar(&f.logFormat, "log-format", "text", "`FORMAT` of the log on standard error: text or json")
	s.StringVar(&f.logLevel, "log-level", "info", "`LEVEL` of the log: debug, info, warn or error")
	return f
}

func serve(ctx context.Context, p program, args []string) error {
	f := newServeFlags(p)
	parsed, err := setting.Parse(f.set, args, p.getenv)
	if err != nil {
		return usageError(err)
	}
	if len(parsed.Words) > 0 {
		fmt.Fprintf(p.err, "hostd serve: what is %q for?\n", parsed.Words[0])
		return errUsage
	}
	cfg := f.cfg
	cfg.ListenFixed, cfg.ConsoleFixed, cfg.P2PFixed = parsed.Given["listen"], parsed.Given["console"], parsed.Given["p2p-listen"]
	cfg.MDNSInterfaces, cfg.AllowHosts, cfg.Music = f.interfaces.Values, f.allowing.Values, f.music.Values
	cfg.Out, cfg.Check = p.out, p.check
	if p.hasDesktop() {
		cfg.OpenConsole = func(link string) error { return openInBrowser(cfg.Data, link) }
	}
	if cfg.Log, err = setting.Log(p.err, f.logFormat, f.logLevel); err != nil {
		return err
	}
	if cfg.MaxPerAddress < 1 {
		return fmt.Errorf("--max-per-address should be 1 or more")
	}
	places := placesOf(p)
	if cfg.Data, err = places.data(cfg.Data); err != nil {
		return err
	}
	if len(cfg.Music) == 0 {
		cfg.Music = places.music()
	}
	if cfg.Name == "" {
		cfg.Name = userName()
	}
	return server.Run(ctx, cfg)
}

// usageError passes on what the flag package has printed already.
func usageError(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	return errUsage
}
