package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"soul-jam/hostd/lan"
	"soul-jam/hostd/terminal"
	"soul-jam/hostd/visitor"
	"soul-jam/shared/setting"
	"soul-jam/shared/wire"
)

// joinFlags is every flag of `hostd join`.
type joinFlags struct {
	set         *flag.FlagSet
	data, relay string
	name        string
	json, mdns  bool
	interfaces  setting.List
}

func newJoinFlags(p program) *joinFlags {
	f := &joinFlags{set: flag.NewFlagSet("hostd join CODE | LINK | NAME", flag.ContinueOnError)}
	f.set.SetOutput(p.err)
	f.set.StringVar(&f.data, "data", "", "`DIR` that remembers the jams that were visited; default is the user's data directory")
	f.set.StringVar(&f.relay, "relay", "", "`URL` of the soul-server that typed codes are looked for at, such as https://soul.example; default none = the LAN, and where the code was found before")
	f.set.StringVar(&f.name, "name", "", "display `NAME` in the jam; default is the one used last, else the user's name")
	f.set.BoolVar(&f.json, "json", false, "for scripts (`BOOL`): messages of the jam as lines of JSON, commands on standard input")
	f.set.BoolVar(&f.mdns, "mdns", true, "look for the jam on the LAN, too (`BOOL`)")
	f.set.Var(&f.interfaces, "mdns-interface", "network interface `IF` to look on, repeatable; default all that are up and multicast")
	return f
}

// errTold: what is wrong stands on the terminal already.
var errTold = errors.New("told")

// join visits somebody else's jam; it needs no running daemon.
func join(ctx context.Context, p program, args []string) error {
	err := joinAtOnce(ctx, p, args)
	clicked := slices.ContainsFunc(args, func(word string) bool { return strings.HasPrefix(strings.ToLower(word), "soul-jam:") })
	if err == nil || !clicked || errors.Is(err, errTold) || errors.Is(err, errUsage) || errors.Is(err, flag.ErrHelp) || !isTerminal(p.in) || !isTerminal(p.out) {
		return err
	}
	// A terminal that a click has opened goes away with the program, and with it what is wrong.
	fmt.Fprintf(p.err, "hostd join: %v\n\nPress Enter to close this.\n", err)
	read := make(chan struct{})
	go func() {
		_, _ = bufio.NewReader(p.in).ReadString('\n') // or there is nobody
		close(read)
	}()
	select {
	case <-read:
	case <-ctx.Done():
	}
	return errTold
}

// joinAtOnce is join, and ends when it ends.
func joinAtOnce(ctx context.Context, p program, args []string) error {
	f := newJoinFlags(p)
	parsed, err := setting.Parse(f.set, args, p.getenv)
	if err != nil {
		return usageError(err)
	}
	if len(parsed.Words) == 0 {
		fmt.Fprintln(p.err, "hostd join: which jam? Give its code, its link, or its name as `hostd nearby` shows it")
		return errUsage
	}
	cfg, err := f.visit(p, strings.Join(parsed.Words, " "))
	if err != nil {
		return err
	}
	if !f.json && !(isTerminal(p.in) && isTerminal(p.out)) {
		return errors.New("this is no terminal to show the jam in; for scripts there is --json")
	}
	if cfg.Target.FromPage && !f.json {
		// Any web page can have opened this link: nothing has been sent yet, to nobody.
		ask := terminal.AskConfig{Code: cfg.Target.Code.String(), Name: cfg.Name, In: p.in, Out: p.out}
		if at := cmp.Or(cfg.Target.Origin, cfg.Relay); at != nil {
			ask.Server = at.String()
		}
		name, ok, err := terminal.Ask(ctx, ask)
		if err != nil || !ok {
			return err
		}
		cfg.Name = name
	}
	key, err := cfg.Visits.Key()
	if err != nil {
		return err
	}
	native, err := visitor.NewNative(key, onThisMachine(cfg.Target.Origin) || onThisMachine(cfg.Relay), cfg.Log)
	if err != nil {
		cfg.Log.Warn("there is no way to the host but through a soul-server", "error", err)
	} else {
		cfg.Native = native
		defer func() { _ = native.Close() }() // the goodbyes have been said
	}
	if f.json {
		return joinLines(ctx, p, visitor.New(cfg))
	}
	sought := cfg.Target.Name
	if cfg.Target.Code != "" {
		sought = ""
	}
	return joinTerminal(ctx, p, visitor.New(cfg), sought)
}

// visit is what the flags and the word ask for.
func (f *joinFlags) visit(p program, typed string) (cfg visitor.Config, err error) {
	if cfg.Target, err = visitor.ParseTarget(typed); err != nil {
		return cfg, err
	}
	if f.relay != "" {
		if cfg.Relay, err = visitor.ParseServer(f.relay); err != nil {
			return cfg, fmt.Errorf("--relay: %w", err)
		}
	}
	if f.mdns {
		if err = lan.CheckInterfaces(f.interfaces.Values); err != nil {
			return cfg, err
		}
		cfg.Nearby = visitor.Browse(f.interfaces.Values)
	}
	data, err := placesOf(p).data(f.data)
	if err != nil {
		return cfg, err
	}
	if cfg.Visits, err = visitor.OpenVisits(data); err != nil {
		return cfg, err
	}
	if utf8.RuneCountInString(f.name) > wire.MaxDisplayName { // the host would make a guest with a number of it
		return cfg, fmt.Errorf("--name: a name has at most %d characters", wire.MaxDisplayName)
	}
	if cfg.Name = f.name; cfg.Name == "" {
		cfg.Name = cfg.Visits.NameFor(cfg.Target.Code)
	}
	if cfg.Name == "" {
		cfg.Name = userName()
	}
	cfg.Log = slog.New(slog.DiscardHandler) // it would write across the jam
	if f.json {
		cfg.Log = slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	return cfg, nil
}

// onThisMachine: what was given leads to a loopback address, so a host there is what was asked for.
func onThisMachine(origin *url.URL) bool {
	if origin == nil {
		return false
	}
	ip, err := netip.ParseAddr(origin.Hostname())
	return origin.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

// isTerminal reports whether somebody may be sitting there.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	nothing, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, nothing)
}

// goodbyeWithin: a visit that is to end and has not by then is left as it is.
const goodbyeWithin = 5 * time.Second

// joinTerminal shows the jam until the person quits, which keeps the seat, or it is over.
func joinTerminal(ctx context.Context, p program, v *visitor.Visit, sought string) error {
	visiting, end := context.WithCancel(ctx)
	defer end()
	done := make(chan error, 1)
	go func() { done <- v.Run(visiting) }()
	err := terminal.Run(ctx, terminal.Config{Jam: v, Sought: sought, In: p.in, Out: p.out})
	end()
	go func() { // nobody looks any more
		for range v.Updates() {
		}
	}()
	over := ended(done)
	switch {
	case err != nil:
		return err
	case over != nil && !strings.Contains(over.Error(), "\n"):
		return errTold // its last line says why
	}
	return over
}

// ended waits for a visit that was told to end.
func ended(done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-time.After(goodbyeWithin):
		return nil
	}
}
