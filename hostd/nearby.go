package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"soul-jam/hostd/lan"
	"soul-jam/shared/setting"
)

// nearbyFlags is every flag of `hostd nearby`.
type nearbyFlags struct {
	set         *flag.FlagSet
	wait        time.Duration
	watch, json bool
	interfaces  setting.List
}

func newNearbyFlags(p program) *nearbyFlags {
	f := &nearbyFlags{set: flag.NewFlagSet("hostd nearby", flag.ContinueOnError)}
	f.set.SetOutput(p.err)
	f.set.DurationVar(&f.wait, "wait", 3*time.Second, "listen for this `TIME`, such as 3s")
	f.set.BoolVar(&f.watch, "watch", false, "go on until interrupted, and tell what comes and goes (`BOOL`)")
	f.set.BoolVar(&f.json, "json", false, "one JSON object per line (`BOOL`)")
	f.set.Var(&f.interfaces, "mdns-interface", "network interface `IF` to listen on, repeatable; default all that are up and multicast")
	return f
}

// nearby lists the jams announced on this LAN; it needs no running daemon.
func nearby(ctx context.Context, p program, args []string) error {
	f := newNearbyFlags(p)
	if err := parseFlagsOnly(f.set, args, p); err != nil {
		return err
	}
	if err := lan.CheckInterfaces(f.interfaces.Values); err != nil {
		return err
	}
	browser := &lan.Browser{Interfaces: f.interfaces.Values}
	if f.watch {
		watching := watcher{out: p.out, line: nearbyText}
		if f.json {
			watching.line = nearbyJSON
		}
		browser.Told = watching.tell
		browser.Run(ctx)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, f.wait)
	defer cancel()
	browser.Run(ctx)
	return printNearby(p, browser.Jams(), f.json)
}

// printNearby prints a table, or lines of JSON.
func printNearby(p program, jams []lan.Nearby, asJSON bool) error {
	if asJSON {
		for _, jam := range jams {
			fmt.Fprintln(p.out, nearbyJSON(jam, false))
		}
		return nil
	}
	if len(jams) == 0 {
		fmt.Fprintln(p.out, "no jam is announced on this network")
		if addresses, err := lan.Addresses(); err == nil && len(addresses) == 0 {
			fmt.Fprintln(p.err, "note: this machine is on no network")
		} else {
			fmt.Fprintln(p.err, "note: some networks keep machines apart; the whole link of a jam may work still: hostd join LINK")
		}
		return nil
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tCODE\tLINK\tHOST")
	for _, jam := range jams {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", jam.Name, jam.Code, jam.URL, hostOf(jam))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.err, "join one by its code or name: hostd join %s\n", jams[0].Code)
	return nil
}

// hostOf marks what runs on this very machine.
func hostOf(jam lan.Nearby) string {
	if jam.Local {
		return jam.Host + " (this machine)"
	}
	return jam.Host
}

// nearbyLine is a jam as scripts read it.
type nearbyLine struct {
	Name string `json:"name"`
	Code string `json:"code"`
	URL  string `json:"url"`
	Host string `json:"host"`
	Peer string `json:"peer,omitempty"` // the host's peer id, as announced
	Own  bool   `json:"own"`            // it runs on this machine
	Gone bool   `json:"gone,omitempty"` // it was there, with --watch
}

func nearbyJSON(jam lan.Nearby, gone bool) string {
	line, err := json.Marshal(nearbyLine{Name: jam.Name, Code: jam.Code.String(), URL: jam.URL, Host: jam.Host, Peer: jam.Peer, Own: jam.Local, Gone: gone})
	if err != nil {
		return "{}" // texts and truths always become JSON
	}
	return string(line)
}

func nearbyText(jam lan.Nearby, gone bool) string {
	sign := "+"
	if gone {
		sign = "-"
	}
	return fmt.Sprintf("%s %s  %s  %s  %s", sign, jam.Name, jam.Code, jam.URL, hostOf(jam))
}

// watcher tells what is different from one list to the next. A jam is known by its link; one that
// changed its name is told as there, with the new one.
type watcher struct {
	out  io.Writer
	line func(jam lan.Nearby, gone bool) string
	was  map[string]lan.Nearby
}

func (w *watcher) tell(jams []lan.Nearby) {
	now := map[string]lan.Nearby{}
	for _, jam := range jams {
		now[jam.URL] = jam
		if was, known := w.was[jam.URL]; !known || was != jam {
			fmt.Fprintln(w.out, w.line(jam, false))
		}
	}
	for url, jam := range w.was {
		if _, still := now[url]; !still {
			fmt.Fprintln(w.out, w.line(jam, true))
		}
	}
	w.was = now
}
